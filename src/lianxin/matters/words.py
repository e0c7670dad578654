"""Codes of matters as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise

# desk pages
LEVELS: dict[str, Text] = {
    "C0": pgettext_lazy("confidentiality", "Public"),
    "C1": _("Internal"),
    "C2": _("Personal"),
    "C3": _("Sensitive: named handlers only"),
    "C4": _("Sealed"),
}
WAYS: dict[str, Text] = {
    "web": _("Page for phones"),
    "phone": _("By phone"),
    "counter": _("At the counter"),
    "email": pgettext_lazy("way in", "E-mail"),
    "open311": _("Open311"),
    "hotline": _("From a hotline"),
    "visit": _("On a visit"),
    "inspection": _("From an inspection"),
    "review": _("From a review"),
    "referral": _("By referral"),
    "matter": _("From another matter"),
}
HOTLINES: dict[str, Text] = {
    "12345": _("12345, the government's service line"),
    "12351": _("12351, trade unions"),
    "12355": _("12355, the youth league"),
    "12338": _("12338, women's federations"),
}
HOTLINE_FIELDS: dict[str, Text] = {
    "ticket": _("Ticket number"),
    "words": _("What was said"),
    "title": _("One line for lists"),
    "name": _("What to call the person"),
    "contact": _("Number or address"),
    "place": _("Place, as it was said"),
    "arrived": _("When the person called"),
    "secrecy": _("Wish for confidentiality"),
}
"""What a column of a hotline's export can be."""
ROLES: dict[str, Text] = {
    "requester": _("the person who asks"),
    "first_receiver": _("the body that took it in"),
    "handler": _("whoever works on it"),
    "lead": _("the lead"),
    "verifier": _("somebody other than who worked on it"),
    "author": _("who proposed it"),
    "steward": _("an administrator"),
    "clock": _("the system, when a time has come"),
}
NEEDED: dict[str, Text] = {
    "reason": _("a reason"),
    "rule": _("the rule it rests on"),
    "right_door": _("where to go instead"),
    "evidence": _("what proves it"),
    "owner": _("who takes it over"),
    "due_on": _("a day it is due by"),
    "amount": _("an amount"),
    "consent": _("the person's consent"),
    "outcome": _("the outcome, in words"),
    "two_people": _("two people"),
}
"""What must come with a step."""
WAITS: dict[str, Text] = {
    "requester": _("Waiting for the person"),
    "third_party": _("Waiting for others"),
    "law": _("Suspended by law"),
}
UNITS: dict[str, Text] = {
    "hours": pgettext_lazy("unit of a time limit", "hours"),
    "days": pgettext_lazy("unit of a time limit", "days"),
    "working_days": pgettext_lazy("unit of a time limit", "working days"),
}
EVENTS: dict[str, Text] = {
    "opened": _("Came in"),
    "step": _("Step taken"),
    "extended": _("Time extended"),
    "dispatched": _("Given to a body"),
    "objected": _("The body objects"),
    "reminded": _("Reminded"),
    "escalated": _("Time is up: reported to the lead"),
    "noted": _("Note"),
    "said": _("The person said"),
    "heard": _("Read what the person said"),
    "merged": _("Merged with another"),
    "split": _("Part split off"),
    "joined": _("Another was merged in"),
    "rated": _("Rated"),
    "handler": _("Handler named"),
    "released": _("Handler released"),
    "level": _("Confidentiality changed"),
    "read": _("Words read"),
    "rechecked": _("Checked again"),
    "referred": _("Referred"),
    "corrected": _("Corrected"),
}
REFERRED: dict[str, Text] = {
    "offered": _("Another side proposed; the person is asked"),
    "send": _("The person agrees, sent"),
    "refuse_consent": _("The person does not agree"),
    "take": _("Taken by the other side"),
    "decline": _("Declined by the other side"),
    "outcome": _("The other side has answered"),
    "take_back": _("The person takes the consent back"),
    "expire": _("Expired, no longer readable"),
}
"""What happened to a referral."""
CORRECTED: dict[str, Text] = {
    "kind": pgettext_lazy("of a matter", "Kind"),
    "title": _("One line for lists"),
    "area": _("Where it is"),
    "organisation": _("Organisation it is about"),
    "accused": _("Complained about"),
    "public": _("What everybody reads"),
    "withdrawn": _("Taken off the public page"),
}
"""What of a matter was put right."""
SOLVED: dict[str, Text] = {
    "yes": _("Solved"),
    "partly": _("Partly solved"),
    "no": pgettext_lazy("answer", "Not solved"),
}
RATINGS: dict[int, Text] = {
    5: _("Very satisfied"),
    4: _("Satisfied"),
    3: _("Neither satisfied nor dissatisfied"),
    2: _("Dissatisfied"),
    1: _("Very dissatisfied"),
}
