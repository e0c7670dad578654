"""How much time is left, in words a person would say (剩余时限)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kit.clock import day_of
from lianxin.kit.templatetags.lx import short_day_of_week, until_words
from lianxin.places.calendar import WorkingDays

from ..kinds import Kind
from ..words import WAITS

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Remaining:
    """A deadline as a tag: words, how urgent, and the day beside it.

    state : overdue, due, wait, or none. unit : what the limit was set in, empty without one.
    """

    label: str
    state: str
    note: str = ""
    unit: str = ""


NONE = Remaining("", "none")


def due_day(due_at: datetime, unit: str) -> date:
    """The last day on which it is in time: days end at midnight, which is the beginning of the next."""
    return day_of(due_at) if unit == "hours" else day_of(due_at - timedelta(microseconds=1))


def remaining(due_at: datetime | None, unit: str, at: datetime, calendar: WorkingDays) -> Remaining:
    """The time until a deadline; `unit` is the one that the limit was set in."""
    if due_at is None:
        return NONE
    due_on, today = due_day(due_at, unit), day_of(at)
    state = "overdue" if due_at < at else "due" if due_on <= today else "wait"
    note = short_day_of_week(due_on)
    if unit == "hours" and abs((due_at - at).total_seconds()) < 72 * HOUR:
        return Remaining(_hours(int((due_at - at).total_seconds() // HOUR)), state, note, unit)
    left = calendar.working_days_between(today, due_on) if unit == "working_days" else None
    return Remaining(until_words(due_on, left), state, note, unit)


def _hours(left: int) -> str:
    if left == 0:
        return _("Less than an hour left")
    if left < 0:
        return ngettext("%d hour overdue", "%d hours overdue", -left) % -left
    return ngettext("%d hour left", "%d hours left", left) % left


def of_matter(
    kind: Kind, state: str, due_at: datetime | None, clock: str, area_code: str, at: datetime, calendar: WorkingDays
) -> Remaining:
    """The next deadline of a matter, or for whom it waits while no clock runs."""
    if due_at is not None:
        running = [c for c in kind.clocks if c.code == clock]
        unit = running[0].amount_in(area_code).unit if running else "days"
        return remaining(due_at, unit, at, calendar)
    waits_for = kind.state(state).waits_for
    return Remaining(str(WAITS[waits_for]), "wait") if waits_for else NONE
