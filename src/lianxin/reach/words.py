"""Codes of reach as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise

FOUNDING_STEPS: dict[str, Text] = {
    "talks": _("First talks"),
    "preparing": _("Preparation group"),
    "submitted": _("Waits for approval"),
    "approved": _("Approved, election to hold"),
    "elected": _("Elected, to be registered"),
    "registered": _("Founded"),
    "stopped": _("Given up"),
}
FOUNDING_STAGES: tuple[Text, ...] = (
    pgettext_lazy("step of founding", "First talks"),
    pgettext_lazy("step of founding", "Preparation group"),
    pgettext_lazy("step of founding", "Request and approval"),
    pgettext_lazy("step of founding", "Election"),
    pgettext_lazy("step of founding", "Registration"),
)
"""The stages that the row of steps shows; `submitted` and `approved` lie on either side of the third."""
STAGE = {"talks": 1, "preparing": 2, "submitted": 3, "approved": 4, "elected": 5, "registered": 6, "stopped": 0}
PARTS: dict[str, Text] = {
    "initiator": _("Initiator"),
    "group": _("In the preparation group"),
    "member": _("Wants to join"),
}
RENEWAL_STEPS: dict[str, Text] = {
    "notice": _("Notice sent"),
    "preparing": _("In preparation"),
    "candidates": _("Candidates stand"),
    "meeting": _("Meeting called"),
    "done": _("Renewed"),
    "stopped": _("Renewal given up"),
}
RENEWAL_STAGES: tuple[Text, ...] = (
    pgettext_lazy("step of renewal", "Notice"),
    pgettext_lazy("step of renewal", "Preparation"),
    pgettext_lazy("step of renewal", "Candidates"),
    pgettext_lazy("step of renewal", "Meeting"),
    pgettext_lazy("step of renewal", "Result"),
)
RENEWAL_STAGE = {"notice": 2, "preparing": 3, "candidates": 4, "meeting": 5, "done": 6, "stopped": 0}
APPLICATION_STATES: dict[str, Text] = {
    "applied": _("Waits for an answer"),
    "registered": _("Entered, to be verified"),
    "verified": _("Verified"),
    "active": _("Active member"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
}
APPLICANT_STEPS: dict[str, Text] = {
    "applied": pgettext_lazy("step of joining", "Application sent"),
    "registered": pgettext_lazy("step of joining", "Entered by the body"),
    "verified": pgettext_lazy("step of joining", "Verified"),
    "active": pgettext_lazy("step of joining", "Member"),
}
GROUP_KINDS: dict[str, Text] = {
    "building": _("In a building"),
    "park": _("In a park"),
    "association": _("Association"),
    "volunteers": _("Volunteer team"),
    "workers": _("Workers in new forms of employment"),
    "other": _("Other group"),
}
SITE_KINDS: dict[str, Text] = {
    "building": pgettext_lazy("kind of site", "Building"),
    "park": pgettext_lazy("kind of site", "Park"),
    "business_area": pgettext_lazy("kind of site", "Business area"),
    "venue": pgettext_lazy("kind of site", "Venue"),
}
