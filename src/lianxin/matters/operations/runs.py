"""Keeping how clocks ran: written with every event that moves a clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lianxin.places.calendar import WorkingDays

from ..clocks import Standing
from ..models import ClockRun, Matter
from ..promises import closing_clocks

FOLLOWS = ["is_closing", "due_at", "met_at", "extended"]


def keep_runs(matter: Matter, standings: Sequence[Standing]) -> None:
    """Write the last run of every clock; earlier runs stay as they ended."""
    _write(_rows(matter, standings))


def rebuild(matters: Iterable[Matter], calendar: WorkingDays | None = None) -> int:
    """Work all runs of some matters out anew from their events: for rows that came in bulk. How many there are."""
    from .happening import reckoning, story

    found = calendar or WorkingDays.read()
    rows: dict[tuple[int, str, datetime], ClockRun] = {}
    for matter in matters:
        reckoned, kind, events = reckoning(matter, found), matter.kind.kind, story(matter)
        for upto in range(1, len(events) + 1):
            seen = reckoned.standings(kind, events[:upto], events[upto - 1].at)
            rows |= {(matter.pk, row.clock, row.started_at): row for row in _rows(matter, seen)}
    _write(list(rows.values()))
    return len(rows)


def _rows(matter: Matter, standings: Sequence[Standing]) -> list[ClockRun]:
    closing = closing_clocks(matter.kind.kind)
    return [
        ClockRun(
            matter=matter,
            clock=s.clock.code,
            is_closing=s.clock.code in closing,
            started_at=s.started_at,
            due_at=s.due_at,
            met_at=s.met_at,
            extended=s.extended,
        )
        for s in standings
    ]


def _write(rows: list[ClockRun]) -> None:
    unique = ["matter", "clock", "started_at"]
    ClockRun.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=unique, update_fields=FOLLOWS, batch_size=500
    )
