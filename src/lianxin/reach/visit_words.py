"""Codes of visits as people read them, and the next step that usually follows an outcome."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianxin.places.calendar import WorkingDays
from lianxin.registry.words import VISIT_OUTCOMES

Text = str | Promise

PURPOSES: dict[str, Text] = {
    "found": _("Talk about founding a body"),
    "understand": _("Get to know them"),
    "blind_spot": _("Nobody has been there for long"),
    "survey": _("Count for the survey"),
    "follow_up": _("Go on from the last visit"),
    "care": _("Bring help"),
    "other": _("Other purpose"),
}
ICONS = {
    "willing": "check",
    "considering": "bulb",
    "absent": "door",
    "moved": "truck",
    "declined": "hand-stop",
    "other": "dots",
}
OUTCOMES: dict[str, tuple[Text, str]] = {code: (VISIT_OUTCOMES[code], icon) for code, icon in ICONS.items()}
"""Outcome -> its words, and the name of its icon."""
STEPS: dict[str, Text] = {
    "papers": _("Bring the application and talk about the preparation group"),
    "again": _("Go again"),
    "call": _("Call them"),
    "correct": _("Set their record right at the desk"),
    "hand_over": _("Hand it to a colleague"),
    "none": _("Nothing for now"),
}
GOES_AGAIN = ("papers", "again")
"""Steps that put a visit on the list of their day."""
USUAL: dict[str, tuple[str, int]] = {
    "willing": ("papers", 5),
    "considering": ("again", 10),
    "absent": ("again", 2),
    "moved": ("correct", 1),
    "declined": ("call", 60),
    "other": ("none", 0),
}
"""Outcome -> the step that follows, and in how many working days."""
COUNTS: dict[str, Text] = {
    "headcount": _("All staff"),
    "women": _("Women"),
    "young_people": _("Young people, 14 to 35"),
    "league_members": _("League members"),
    "union_members": _("Union members"),
}


def usual_step(outcome: str, day: date, calendar: WorkingDays) -> tuple[str, date | None]:
    """The step that follows an outcome, and its day."""
    step, days = USUAL[outcome]
    return step, calendar.add_working_days(day, days) if days else None


def step_days(day: date) -> dict[str, tuple[str, date | None]]:
    """For every outcome, the step that follows and its day: one query."""
    calendar = WorkingDays.read()
    return {outcome: usual_step(outcome, day, calendar) for outcome in USUAL}
