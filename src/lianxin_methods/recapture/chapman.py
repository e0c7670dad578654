"""How many there are in all, from two lists that overlap.

Sources: Chapman (1951) for the estimate; Sadinle (2009), "Transformed logit confidence intervals for small populations
in single capture-recapture estimation", for the interval of one table; Seber (1970) for the variance and Burnham et
al. (1987) for the log-normal interval of a sum over strata. All rest on lists that do not depend on each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from lianxin_methods.result import Estimate


class BadOverlap(ValueError):
    """Counts below 0, or no table at all."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How two lists overlap: named by both, by the first only, by the second only."""

    both: int
    first: int
    second: int

    def __post_init__(self) -> None:
        if min(self.both, self.first, self.second) < 0:
            raise BadOverlap("counts are not below 0")

    @property
    def seen(self) -> int:
        """Named by at least one list."""
        return self.both + self.first + self.second

    @property
    def lengths(self) -> tuple[int, int]:
        """Lengths of the two lists."""
        return self.both + self.first, self.both + self.second


def chapman(overlap: Overlap, *, level: float = 0.95) -> Estimate:
    """The size of the population behind two lists; never below what the lists name.

    Estimate: (n1 + 1)(n2 + 1) / (m + 1) - 1, unbiased where n1 + n2 is at least the size. Interval: symmetric for the
    log of those that no list holds, half a case added to each cell, so that it stays finite for m = 0.
    """
    n1, n2 = overlap.lengths
    value = (n1 + 1) * (n2 + 1) / (overlap.both + 1) - 1
    a, b, c = overlap.both + 0.5, overlap.first + 0.5, overlap.second + 0.5
    unseen = b * c / a
    spread = np.exp(norm.ppf((1 + level) / 2) * np.sqrt(1 / a + 1 / b + 1 / c + a / (b * c)))
    low, high = (overlap.seen - 0.5 + unseen * by for by in (1 / spread, spread))
    return Estimate(value, float(max(low, overlap.seen)), float(high), level, overlap.seen, "recapture.chapman/1")


def stratified(strata: Sequence[Overlap], *, level: float = 0.95) -> Estimate:
    """The size of a population in strata (areas, sizes) within each of which the lists are independent.

    Estimate: the sum of Chapman's. Interval: log-normal for those that no list holds, with Seber's variances added.
    Raises BadOverlap for no stratum.
    """
    if not strata:
        raise BadOverlap("there is no stratum")
    if len(strata) == 1:
        return chapman(strata[0], level=level)
    seen, value, variance = sum(o.seen for o in strata), 0.0, 0.0
    for overlap in strata:
        n1, n2 = overlap.lengths
        m = overlap.both
        value += (n1 + 1) * (n2 + 1) / (m + 1) - 1
        variance += (n1 + 1) * (n2 + 1) * overlap.first * overlap.second / ((m + 1) ** 2 * (m + 2))
    unseen = value - seen
    if unseen <= 0:  # one list holds the other in every stratum
        return Estimate(float(seen), float(seen), float(seen), level, seen, "recapture.stratified/1")
    spread = np.exp(norm.ppf((1 + level) / 2) * np.sqrt(np.log1p(variance / unseen**2)))
    low, high = (float(seen + unseen * by) for by in (1 / spread, spread))
    return Estimate(float(value), low, high, level, seen, "recapture.stratified/1")
