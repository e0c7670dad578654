"""The share of a frame that has a finding, from a round drawn with known probabilities.

Sources: Horvitz and Thompson (1952); Hajek (1971) for the ratio; Deville (1999), formula of the variance of draws of
fixed size near to the greatest entropy; Korn and Graubard (1998) for the effective size, with Wilson (1927) in place of
Clopper and Pearson; Zou and Donner (2008) to put the intervals of the two parts together.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from lianxin_methods.result import Estimate

from .draw import BoolArray, FloatArray

METHOD = "rounds.hit_rate/1"


class BadRound(ValueError):
    """Observations that do not fit the frame."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a round, among those inspected so far.

    hits : bool (m,), whether each has a finding. probabilities : float (m,), in (0, 1]. frame : units in the frame, N.
    certain : how many of the frame had probability 1 (priorities and the largest), inspected or not.
    by_lot : how many were drawn with a probability below 1, inspected or not.
    """

    hits: BoolArray
    probabilities: FloatArray
    frame: int
    certain: int
    by_lot: int

    def __post_init__(self) -> None:
        if self.hits.shape != self.probabilities.shape:
            raise BadRound("as many probabilities as hits are needed")
        if np.any(self.probabilities <= 0) or np.any(self.probabilities > 1):
            raise BadRound("a probability lies above 0 and not above 1")
        if self.is_certain.sum() > self.certain or (~self.is_certain).sum() > self.by_lot:
            raise BadRound("more were inspected than drawn")
        if self.certain + self.by_lot > self.frame:
            raise BadRound("more were drawn than there are")

    @property
    def is_certain(self) -> BoolArray:
        return self.probabilities >= 1


def horvitz_thompson(seen: Seen) -> float:
    """The share with a finding, without any bias where all that were drawn were inspected. Raises BadRound for none."""
    if seen.frame <= 0:
        raise BadRound("an empty frame has no share")
    return float((seen.hits / seen.probabilities).sum() / seen.frame)


def hit_rate(seen: Seen, *, level: float = 0.95) -> Estimate:
    """The share of the frame with a finding, as a ratio that never leaves 0 to 1, with its interval.

    Those not inspected yet (nobody there, still to come) are taken to be like those inspected of the same part, the
    certain ones or those by lot. value None where a part of the frame has nobody inspected; limits None where only one
    was inspected by lot.
    """
    parts = [p for p in (_certain(seen, level), _by_lot(seen, level)) if p is not None]
    n = len(seen.hits)
    if not parts or any(np.isnan(p[1]) for p in parts):
        return Estimate(None, None, None, level, n, METHOD)
    shares = np.array([p[0] for p in parts]) / seen.frame
    values, lows, highs = (np.array([p[i] for p in parts]) for i in (1, 2, 3))
    value = float(shares @ values)
    if np.isnan(lows).any():
        return Estimate(value, None, None, level, n, METHOD)
    low = value - float(np.sqrt(((shares * (values - lows)) ** 2).sum()))
    high = value + float(np.sqrt(((shares * (highs - values)) ** 2).sum()))
    return Estimate(value, max(0.0, low), min(1.0, high), level, n, METHOD)


Part = tuple[int, float, float, float]
"""Units of the frame, share with a finding, lower and upper limit; NaN where nothing can be said."""
NAN = float("nan")


def _certain(seen: Seen, level: float) -> Part | None:
    if not seen.certain:
        return None
    hits = seen.hits[seen.is_certain]
    m = len(hits)
    if not m:
        return (seen.certain, NAN, NAN, NAN)
    share, left_out = float(hits.mean()), 1 - m / seen.certain
    if not left_out:
        return (seen.certain, share, share, share)
    return (seen.certain, share, *_wilson(share, m / left_out, m, level))


def _by_lot(seen: Seen, level: float) -> Part | None:
    units = seen.frame - seen.certain
    if not units:
        return None
    hits, probabilities = seen.hits[~seen.is_certain], seen.probabilities[~seen.is_certain]
    m = len(hits)
    if not m:
        return (units, NAN, NAN, NAN)
    chance = probabilities * (m / seen.by_lot)  # of being drawn and inspected
    weights = 1 / chance
    share = float((weights * hits).sum() / weights.sum())
    if m == 1:
        return (units, share, NAN, NAN)
    effective = _effective_size(hits, chance, share)
    return (units, share, *_wilson(share, effective, m, level))


def _effective_size(hits: BoolArray, chance: FloatArray, share: float) -> float:
    """As many drawn simply, from no end of units, would tell as much."""
    m, weights, open_part = len(hits), 1 / chance, 1 - chance
    if 0 < share < 1:
        residual = (hits - share) * weights
        centre = (open_part * residual).sum() / open_part.sum()
        variance = m / (m - 1) * (open_part * (residual - centre) ** 2).sum() / weights.sum() ** 2
        if variance > 0:
            return float(share * (1 - share) / variance)
    return float(weights.sum() ** 2 / (weights**2).sum() / open_part.mean())


def _wilson(share: float, effective: float, m: int, level: float) -> tuple[float, float]:
    quantile = float(student.ppf((1 + level) / 2, max(1, m - 1)))
    squared = quantile**2 / effective
    centre = (share + squared / 2) / (1 + squared)
    reach = quantile / (1 + squared) * np.sqrt(share * (1 - share) / effective + squared / (4 * effective))
    return float(max(0.0, centre - reach)), float(min(1.0, centre + reach))
