"""Working days: Monday to Friday, corrected by the State Council's yearly table (节假日安排、调休)."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from .models import CalendarDay

JURISDICTION = "CN"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The calendar of a jurisdiction, read once and used many times.

    exceptions : day -> whether it is worked, for the days that differ from Monday to Friday.
    years : years whose table was imported. In others every Monday to Friday counts as worked, holidays too:
    `missing_years` says so, and who shows a deadline that runs through one says so as well.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    _days: tuple[date, ...] = ()
    _shift: tuple[int, ...] = (0,)
    """Working days won or lost by the exceptions before each of `_days`, and in all."""

    @classmethod
    def read(cls, jurisdiction: str = JURISDICTION) -> "WorkingDays":
        """The calendar as imported: one query."""
        rows = CalendarDay.objects.filter(jurisdiction=jurisdiction).values_list("day", "is_working")
        return cls.of(dict(rows))

    @classmethod
    def of(cls, table: Mapping[date, bool]) -> "WorkingDays":
        """A calendar from the days of a table."""
        years = frozenset(day.year for day in table)
        differing = {day: works for day, works in sorted(table.items()) if works != (day.weekday() < 5)}
        shift = [0]
        for works in differing.values():
            shift.append(shift[-1] + (1 if works else -1))
        return cls(differing, years, tuple(differing), tuple(shift))

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day."""
        return self.exceptions.get(day, day.weekday() < 5)

    def add_working_days(self, day: date, number: int) -> date:
        """The day on which `number` working days have passed since `day`, which itself does not count.

        Negative numbers go back. For 0, the day itself if it is worked, else the next one that is.
        """
        if number == 0:
            return day if self.is_working(day) else self.add_working_days(day, 1)
        step = timedelta(days=1 if number > 0 else -1)
        left = abs(number)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative if `end` is earlier."""
        return self._worked_until(end) - self._worked_until(start)

    def missing_years(self, start: date, end: date) -> tuple[int, ...]:
        """Years from `start` to `end` without a table: what is counted through them is not certain."""
        return tuple(y for y in range(start.year, end.year + 1) if y not in self.years)

    def _worked_until(self, day: date) -> int:
        """Working days up to and with a day, from a Monday long ago."""
        weeks, rest = divmod(day.toordinal() - 1, 7)
        return weeks * 5 + min(rest + 1, 5) + self._shift[bisect_left(self._days, day + timedelta(days=1))]
