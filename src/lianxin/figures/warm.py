"""Tables made ahead: those a page opens with, so that nobody waits for them."""

from collections.abc import Callable
from datetime import date, timedelta

from . import tables
from .catalogue import codes, keep_shipped, version_on
from .snapshots import Held

MONTHS = 12


def month_ends(day: date, months: int = MONTHS) -> list[date]:
    """The day itself and the last days of the months before it, oldest first."""
    found, last = [day], day.replace(day=1) - timedelta(days=1)
    for _ in range(months):
        found.append(last)
        last = last.replace(day=1) - timedelta(days=1)
    return sorted(set(found))


def warm(held: Held, day: date, told: Callable[[int, int], None] | None = None) -> int:
    """Make and keep every indicator with its usual thresholds for the days of the time line; how many were new."""
    keep_shipped()
    todo = [(code, on) for code in codes() for on in month_ends(day)]
    made = 0
    for done, (code, on) in enumerate(todo, 1):
        made += tables.keep(tables.sheet(held, version_on(code, on), on, {}))
        if told:
            told(done, len(todo))
    return made
