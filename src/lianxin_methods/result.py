"""Results that carry their uncertainty: a value never travels without its interval, its size and its method."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its confidence interval.

    value, lower, upper : in the unit of what was measured; None where the data do not reach so far (a median that was
        not reached is no number, and an upper limit of None is open).
    level : confidence level of the interval, such as 0.95.
    n : how many observations it rests on.
    method : what computed it, with its version, such as "survival.median/1".
    """

    value: float | None
    lower: float | None
    upper: float | None
    level: float
    n: int
    method: str
