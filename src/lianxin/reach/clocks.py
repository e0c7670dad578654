"""By when the next step is due: dated parameters, counted in days, working days or months."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lianxin.places.calendar import WorkingDays
from lianxin.registry.attributes import months_after
from lianxin.rules.lookup import params_on


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks that run on a day; one that no parameter sets does not run.

    values : code of the parameter -> its number on the day, here.
    """

    values: Mapping[str, float]
    working: WorkingDays

    @classmethod
    def on(cls, day: date) -> "Clocks":
        """Two queries."""
        numbers = {code: p.value for code, p in params_on(day).items() if isinstance(p.value, int | float)}
        return cls(numbers, WorkingDays.read())

    def days(self, code: str, since: date) -> date | None:
        """So many calendar days after a day."""
        number = self.values.get(code)
        return None if number is None else since + timedelta(days=int(number))

    def working_days(self, code: str, since: date) -> date | None:
        """So many working days after a day."""
        number = self.values.get(code)
        return None if number is None else self.working.add_working_days(since, int(number))

    def left(self, due_on: date | None, day: date) -> int | None:
        """Working days left until a deadline that was set in them, negative when overdue."""
        return self.working.working_days_between(day, due_on) if due_on else None

    def months(self, code: str, since: date, sign: int = 1) -> date | None:
        """So many months after a day, or before it with sign -1."""
        number = self.values.get(code)
        return None if number is None else months_after(since, sign * int(number))

    def years(self, code: str, since: date) -> date | None:
        """So many years after a day."""
        number = self.values.get(code)
        return None if number is None else months_after(since, 12 * int(number))


FOUNDING = {
    "talks": "founding.talk_days",
    "preparing": "founding.preparation_days",
    "submitted": "founding.approval_working_days",
    "approved": "founding.election_days",
    "elected": "founding.registration_days",
}
"""Step of a founding -> the clock until the next one."""


def in_working_days(step: str) -> bool:
    """Whether the clock of a founding's step counts working days."""
    return "working" in FOUNDING.get(step, "")


def founding_due(clocks: Clocks, step: str, since: date) -> date | None:
    """By when a founding should leave its step."""
    code = FOUNDING.get(step, "")
    return clocks.working_days(code, since) if "working" in code else clocks.days(code, since)
