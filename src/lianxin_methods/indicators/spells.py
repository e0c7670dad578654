"""How long matters waited: quantiles of a curve, and the shares through by certain times, for any group of rows.

First contact is a Kaplan-Meier curve. Being dealt with has another way out (withdrawn, not accepted): Aalen-Johansen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianxin_methods.survival.curves import aalen_johansen, kaplan_meier

IntArray = NDArray[np.int64]
SPELLS = {"contact_spell": 60.0, "closing_spell": 1.0, "days": 1.0}
"""Unit -> by how much what is counted is divided: minutes to hours, days as they are."""
GRIDS = {"contact_spell": (1, 4, 8, 24, 48, 72), "closing_spell": (1, 3, 7, 15, 30, 60)}
"""Hours, or days, at which the curves are read off."""


@dataclass(frozen=True, slots=True)
class Through:
    """The share through by a time with its interval; `elsewhere` left by the other way until then."""

    by: int
    share: float
    low: float | None
    high: float | None
    elsewhere: float = 0.0


def quantile(over: str, waited: IntArray, event: IntArray, share: float) -> tuple[float, float, float]:
    """When that share (0 to 1) is through, with the limits of the interval; NaN for what is not reached."""
    times = waited / SPELLS[over]
    if over == "closing_spell":
        found = aalen_johansen(times, event, ways=2).reached(share, 1)
    else:
        curve = kaplan_meier(times, event)
        found = curve.median() if share == 0.5 else curve.quantile(share)
    value, low, high = (np.nan if v is None else v for v in (found.value, found.lower, found.upper))
    return value, low, high


def through(over: str, waited: IntArray, event: IntArray, by: Sequence[int] = ()) -> list[Through]:
    """The curve, read off at fixed times: nobody's own time shows."""
    times, found = waited / SPELLS[over], []
    if over == "closing_spell":
        ways = aalen_johansen(times, event, ways=2)
        for at in by or GRIDS[over]:
            done = ways.at(at, 1)
            found.append(Through(at, done.value or 0.0, done.lower, done.upper, ways.at(at, 2).value or 0.0))
        return found
    curve = kaplan_meier(times, event)
    for at in by or GRIDS[over]:
        left = curve.at(at)
        low, high = (None if v is None else 1 - v for v in (left.upper, left.lower))
        found.append(Through(at, 1 - (left.value if left.value is not None else 0.0), low, high))
    return found
