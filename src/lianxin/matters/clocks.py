"""When a matter is due (时限计算): clocks worked out from what happened, never stored as a running counter.

Hours run from moment to moment. Days and working days follow the Civil Code: the day on which a clock starts does not
count, the last day ends at midnight, and where the last day of a statutory clock is not worked, the next working day is
the last (arts. 201 and 203). While a matter waits in a state where its clock pauses, no time passes: of days, those at
whose beginning it was waiting. Where a day was agreed on with the step that starts a clock, it is the last day; of a
statutory clock only if it comes earlier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lianxin.places.calendar import WorkingDays

from .kinds import Amount, Clock, Kind


@dataclass(frozen=True, slots=True)
class Entered:
    """A matter entered a state at a moment. until : the last day that was agreed on with it."""

    state: str
    at: datetime
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Extended:
    """A clock was lawfully extended at a moment."""

    clock: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands at a moment.

    due_at : the moment it runs out; None while it is paused, because nobody can say yet. met_at : when it was stopped.
    left_days : days, or working days, until it runs out, while paused those that will be left; negative when overdue;
    None for hours.
    """

    clock: Clock
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    left_days: int | None
    is_paused: bool
    extended: int

    def is_overdue(self, at: datetime) -> bool:
        """Whether it ran out before it was stopped, or has run out by now."""
        return self.due_at is not None and (self.met_at or at) > self.due_at


@dataclass(slots=True)
class _Run:
    """One run of a clock while it is worked out. holds : closed spans of waiting; held_from : the open one."""

    started_at: datetime
    holds: list[tuple[datetime, datetime]]
    until: date | None = None
    held_from: datetime | None = None
    met_at: datetime | None = None
    extended: int = 0


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What clocks are worked out with: the calendar, the time zone, and the area whose rules hold."""

    calendar: WorkingDays
    zone: ZoneInfo
    area_code: str

    def standings(self, kind: Kind, story: Sequence[Entered | Extended], at: datetime) -> list[Standing]:
        """The last run of every clock that ever started, as seen at a moment. `story` is in order of time."""
        ends = {state.code for state in kind.states if state.is_end}
        runs = ((clock, _last_run(clock, story, ends)) for clock in kind.clocks)
        return [self._standing(clock, run, at) for clock, run in runs if run is not None]

    def _standing(self, clock: Clock, run: _Run, at: datetime) -> Standing:
        amount = clock.amount_in(self.area_code)
        number = amount.number + run.extended * clock.extends_by
        if amount.unit == "hours":
            due_at, left = _due_hour(run, number), None
        else:
            due_at, left = self._due_day(run, number, amount)
            if due_at and run.until:
                agreed = self._midnight(run.until + timedelta(days=1 + run.extended * clock.extends_by))
                due_at = min(due_at, agreed) if amount.is_statutory else agreed
            left = self._days_to(due_at, run.met_at or at, amount.unit) if due_at else left
        return Standing(clock, run.started_at, due_at, run.met_at, left, run.held_from is not None, run.extended)

    def _due_day(self, run: _Run, number: int, amount: Amount) -> tuple[datetime | None, int]:
        """The moment after the last of `number` days that count, and 0; or None and how many are still to come after
        the wait that goes on."""
        day = self._day(run.started_at)
        while number:
            day += timedelta(days=1)
            begins = self._midnight(day)
            if run.held_from is not None and run.held_from < begins:
                return None, number
            waited = any(start < begins <= end for start, end in run.holds)
            number -= not waited and (amount.unit == "days" or self.calendar.is_working(day))
        if amount.is_statutory and amount.unit == "days":
            day = self.calendar.add_working_days(day, 0)
        return self._midnight(day + timedelta(days=1)), 0

    def _days_to(self, due_at: datetime, at: datetime, unit: str) -> int:
        last, today = self._day(due_at) - timedelta(days=1), self._day(at)
        return self.calendar.working_days_between(today, last) if unit == "working_days" else (last - today).days

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def _due_hour(run: _Run, number: int) -> datetime | None:
    due = run.started_at + timedelta(hours=number)
    for start, end in run.holds:
        if start < due:
            due += end - start
    return None if run.held_from is not None and run.held_from < due else due


def _last_run(clock: Clock, story: Sequence[Entered | Extended], ends: set[str]) -> _Run | None:
    run: _Run | None = None
    for event in story:
        if isinstance(event, Extended):
            if run and run.met_at is None and event.clock == clock.code and run.extended < clock.extends_times:
                run.extended += 1
        elif event.state in clock.starts and (run is None or run.met_at is not None):
            run = _Run(event.at, [], event.until)
        elif run is not None and run.met_at is None:
            _pass(clock, run, event, is_end=event.state in ends)
    return run


def _pass(clock: Clock, run: _Run, event: Entered, *, is_end: bool) -> None:
    """What entering a state does to a running clock: every end stops all clocks."""
    if run.held_from is not None and event.state not in clock.pauses:
        run.holds.append((run.held_from, event.at))
        run.held_from = None
    if is_end or event.state in clock.stops:
        run.met_at = event.at
    elif event.state in clock.pauses and run.held_from is None:
        run.held_from = event.at
