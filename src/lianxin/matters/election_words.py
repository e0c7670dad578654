"""Codes of elections as people read them."""

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .offices import offices

Text = str | Promise

STEPS: dict[str, Text] = {
    "roll": pgettext_lazy("step of election", "Electoral roll"),
    "nomination": pgettext_lazy("step of election", "Nomination"),
    "published": pgettext_lazy("step of election", "Candidates known"),
    "voting": pgettext_lazy("step of election", "Vote open"),
    "closed": pgettext_lazy("step of election", "Vote closed"),
    "counted": pgettext_lazy("step of election", "Counted"),
    "declared": pgettext_lazy("step of election", "Declared"),
    "void": _("Void, to be held again"),
    "stopped": pgettext_lazy("step of election", "Stopped"),
}
STAGES: tuple[Text, ...] = tuple(STEPS[code] for code in ("roll", "nomination", "published", "voting", "closed")) + (
    pgettext_lazy("step of election", "Result"),
)
STAGE = {
    "roll": 1,
    "nomination": 2,
    "published": 3,
    "voting": 4,
    "closed": 5,
    "counted": 6,
    "declared": 7,
    "void": 6,
    "stopped": 0,
}
KINDS: dict[str, Text] = {
    "regular": pgettext_lazy("kind of election", "Election"),
    "by_election": _("By-election"),
    "run_off": _("Second vote"),
    "recall": pgettext_lazy("kind of election", "Recall"),
    "rating": _("Rating by representatives"),
}
VERDICTS: dict[str, Text] = {
    "elected": _("Every seat is filled"),
    "tied": _("Candidates are level at the last seat: vote on them again"),
    "incomplete": _("Fewer were elected than there are seats"),
    "too_few": _("Too few took part: the vote must be held again"),
    "too_many_found": _("More ballots were found than handed out: the vote is void"),
    "rated": _("Rated"),
}
RECALLED: dict[str, Text] = {"elected": _("Recalled"), "incomplete": _("Stays in office")}
STATIONS: dict[str, Text] = {
    "": _("Not stated"),
    "front_line": _("Front-line worker"),
    "technical": _("Technical staff"),
    "manager": _("Middle manager or above"),
}
GIVEN: dict[str, Text] = {"": "", "paper": _("Paper ballot"), "code": _("Voting code")}


def office_name(code: str) -> str:
    """An office in the reader's language."""
    office = offices().get(code)
    if office is None:
        return ""
    return office.zh if (get_language() or "zh").startswith("zh") else office.en
