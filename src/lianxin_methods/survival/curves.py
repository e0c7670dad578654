"""Kaplan-Meier and Aalen-Johansen curves with the limits and quantiles of R's `survival`.

Observations are right-censored: each has a time and what happened then, 0 for nothing yet (still open on that day).
Sources: Kaplan and Meier (1958); Greenwood (1926) for the variance; Brookmeyer and Crowley (1982) for the limits of a
quantile; Aalen and Johansen (1978) for several ways out. Oracle: R survival 3.5-3, tools/oracle/survival.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from lianxin_methods.result import Estimate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Scale = Literal["log", "log-log", "plain", "logit", "arcsin"]
SCALES: tuple[Scale, ...] = ("log", "log-log", "plain", "logit", "arcsin")
TOLERANCE = float(np.sqrt(np.finfo(float).eps))
"""Times and heights closer than this are equal, as in R."""


class BadObservations(ValueError):
    """Times and events that are not observations: none at all, not equally many, missing, or below 0."""


@dataclass(frozen=True)
class Curve:
    """The share still waiting after each time seen.

    time : float (t,), rising; at_risk, events, open : int (t,); height, lower, upper : float (t,), limits NaN where
    the scale has none. log_error : float (t,), standard error of log height, infinite where the height is 0.
    """

    time: FloatArray
    at_risk: IntArray
    events: IntArray
    open: IntArray
    height: FloatArray
    log_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float
    scale: Scale

    @property
    def n(self) -> int:
        return int(self.at_risk[0])

    @property
    def happened(self) -> int:
        return int(self.events.sum())

    def at(self, time: float) -> Estimate:
        """The share still waiting after a time."""
        i = int(np.searchsorted(self.time, time + TOLERANCE, side="right")) - 1
        if i < 0:
            return self._estimate(1.0, 1.0, 1.0, "at")
        return self._estimate(_known(self.height[i]), _known(self.lower[i]), _known(self.upper[i]), "at")

    def median(self) -> Estimate:
        """When half are through: the first time below one half, the middle of the step where the curve runs at it.

        As `print(survfit(...))` has it. Where the last step ends at one half, that step begins the median: R's
        `quantile` takes the middle up to the last time seen instead; see `quantile`.
        """
        value, lower, upper = (_first_below_half(y, self.time) for y in (self.height, self.lower, self.upper))
        return self._estimate(value, lower, upper, "median")

    def quantile(self, share: float) -> Estimate:
        """When that share is through, as R's `quantile(survfit(...))` has it."""
        value, lower, upper = (_quantile(self.time, y, share) for y in (self.height, self.lower, self.upper))
        return self._estimate(value, lower, upper, "quantile")

    def _estimate(self, value: float | None, lower: float | None, upper: float | None, what: str) -> Estimate:
        return Estimate(value, lower, upper, self.level, self.n, f"survival.{what}/1")


def kaplan_meier(time: ArrayLike, event: ArrayLike, *, level: float = 0.95, scale: Scale = "log") -> Curve:
    """The curve of those still waiting.

    time : float (n,), in any unit, not below 0; event : bool (n,), False for those still waiting at their time.
    scale : where the limits are symmetric; "log" is R's default.
    Variance: Greenwood's sum of d / (r (r - d)), cumulated. Raises BadObservations.
    """
    times, events = _checked(time, event)
    at, seen = np.unique(times, return_inverse=True)
    happened = np.bincount(seen, events != 0, len(at)).astype(np.int64)
    gone = np.bincount(seen, minlength=len(at))
    at_risk = len(times) - np.concatenate([[0], np.cumsum(gone)[:-1]]).astype(np.int64)
    height: FloatArray = np.cumprod((at_risk - happened) / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore"):
        error: FloatArray = np.sqrt(np.cumsum(np.where(happened > 0, happened / (at_risk * (at_risk - happened)), 0.0)))
    lower, upper = limits(height, error, level, scale)
    return Curve(at, at_risk, happened, gone - happened, height, error, lower, upper, level, scale)


def limits(p: FloatArray, log_error: FloatArray, level: float, scale: Scale) -> tuple[FloatArray, FloatArray]:
    """Pointwise limits of a share, symmetric on a scale, NaN where it has none; p and log_error float (t,)."""
    z = float(norm.ppf(1 - (1 - level) / 2))
    with np.errstate(all="ignore"):
        if scale == "plain":
            half = log_error * p * z
            return np.maximum(p - half, 0.0), np.minimum(p + half, 1.0)
        x = np.where(p == 0, np.nan, p)
        if scale == "log":
            return np.exp(np.log(x) - z * log_error), np.minimum(np.exp(np.log(x) + z * log_error), 1.0)
        if scale == "log-log":
            x = np.where(p == 1, np.nan, x)
            half = z * log_error / np.log(x)
            middle = np.log(-np.log(x))
            return np.exp(-np.exp(middle - half)), np.exp(-np.exp(middle + half))
        if scale == "logit":
            half, middle = z * log_error * (1 + x / (1 - x)), np.log(p / (1 - p))
            return 1 - 1 / (1 + np.exp(middle - half)), 1 - 1 / (1 + np.exp(middle + half))
        half, middle = 0.5 * z * log_error * np.sqrt(x / (1 - x)), np.arcsin(np.sqrt(x))
        return np.sin(np.maximum(0, middle - half)) ** 2, np.sin(np.minimum(np.pi / 2, middle + half)) ** 2


@dataclass(frozen=True)
class WaysOut:
    """The share gone by each of several ways after each time seen (竞争结局).

    time : float (t,); share, error, lower, upper : float (t, k), one column a way, limits on the log scale and NaN
    where the share is 0; waiting : float (t,).
    """

    time: FloatArray
    waiting: FloatArray
    share: FloatArray
    error: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float
    n: int

    def at(self, time: float, way: int) -> Estimate:
        """The share gone by a way (counted from 1) until a time."""
        i = int(np.searchsorted(self.time, time + TOLERANCE, side="right")) - 1
        if i < 0:
            return Estimate(0.0, None, None, self.level, self.n, "survival.ways_out/1")
        value, lower, upper = (_known(part[i, way - 1]) for part in (self.share, self.lower, self.upper))
        return Estimate(value, lower, upper, self.level, self.n, "survival.ways_out/1")

    def reached(self, share: float, way: int) -> Estimate:
        """The first time by which that share is gone by a way; None where it never is, because others go elsewhere.

        Limits are the times at which the limits of the share get there, as for the quantiles of `Curve`.
        """
        value, lower, upper = (
            _first_at_least(part[:, way - 1], self.time, share) for part in (self.share, self.upper, self.lower)
        )
        return Estimate(value, lower, upper, self.level, self.n, "survival.ways_out_reached/1")


def aalen_johansen(time: ArrayLike, event: ArrayLike, *, ways: int, level: float = 0.95) -> WaysOut:
    """Cumulative incidence of each way out, the others not taken for still waiting.

    time : float (n,); event : int (n,), 0 still waiting, 1 to `ways` how it ended.
    Variance: infinitesimal jackknife, the sum of squared influences of the observations, as R has it for such curves.
    Observations with one time and one event share one influence: memory O(distinct x ways). Raises BadObservations.
    """
    times, events = _checked(time, event)
    if events.max() > ways:
        raise BadObservations(f"an event is above {ways}")
    kinds, count = np.unique(np.column_stack([times, events]), axis=0, return_counts=True)
    own, how = kinds[:, 0], kinds[:, 1].astype(np.int64)
    at = np.unique(own)
    waiting, share = 1.0, np.zeros(ways)
    pull_waiting, pull = np.zeros(len(own)), np.zeros((len(own), ways))
    rows: list[tuple[float, FloatArray, FloatArray]] = []
    for now in at:
        here = own >= now
        at_risk = count[here].sum()
        ended = (own == now)[:, None] & (how[:, None] == np.arange(1, ways + 1))
        hazard = (count[:, None] * ended).sum(axis=0) / at_risk
        pull_hazard = (ended - here[:, None] * hazard) / at_risk
        pull = pull + waiting * pull_hazard + pull_waiting[:, None] * hazard
        share = share + waiting * hazard
        pull_waiting = pull_waiting * (1 - hazard.sum()) - waiting * pull_hazard.sum(axis=1)
        waiting = waiting * (1 - hazard.sum())
        rows.append((waiting, share, np.sqrt((count[:, None] * pull**2).sum(axis=0))))
    shares, errors = np.array([r[1] for r in rows]), np.array([r[2] for r in rows])
    with np.errstate(all="ignore"):
        lower, upper = limits(shares, np.where(errors == 0, 0.0, errors / shares), level, "log")
    still = np.array([r[0] for r in rows])
    return WaysOut(at, still, shares, errors, lower, upper, level, len(times))


def _checked(time: ArrayLike, event: ArrayLike) -> tuple[FloatArray, IntArray]:
    times, events = np.asarray(time, float), np.asarray(event, np.int64)
    if times.ndim != 1 or times.shape != events.shape:
        raise BadObservations("as many times as events are needed")
    if not len(times) or not np.isfinite(times).all() or (times < 0).any() or (events < 0).any():
        raise BadObservations("times are finite and not below 0, events neither")
    return _tied(times), events


def _tied(times: FloatArray) -> FloatArray:
    """Times that differ only by rounding made equal, as R's `aeqSurv` does."""
    seen = np.unique(times)
    gaps = np.diff(seen)
    near = (gaps <= TOLERANCE) | (gaps <= TOLERANCE * np.abs(seen).mean())
    cuts: FloatArray = seen[np.concatenate([[True], ~near])]
    return cuts[np.searchsorted(cuts, times, side="right") - 1]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _first_at_least(share: FloatArray, time: FloatArray, wanted: float) -> float | None:
    there = np.flatnonzero(~np.isnan(share) & (share > wanted - TOLERANCE))
    return float(time[there[0]]) if len(there) else None


def _first_below_half(height: FloatArray, time: FloatArray) -> float | None:
    low = ~np.isnan(height) & (height < 0.5 + TOLERANCE)
    if not low.any():
        return None
    y, x = height[low], time[low]
    below = np.flatnonzero(y < y[0])
    return float((x[0] + x[below[0]]) / 2) if abs(y[0] - 0.5) < TOLERANCE and len(below) else float(x[0])


def _quantile(time: FloatArray, height: FloatArray, share: float) -> float | None:
    """R's `findq`: mean of the times where the share gone reaches, and passes, what is asked."""
    x, y = np.concatenate([[min(0.0, time[0])], time]), np.concatenate([[0.0], 1 - height])
    if share == 0:
        return float(x[0])
    _, first = np.unique(y, return_index=True)
    kept = np.sort(first)
    last, end = x[-1], y[kept][-1]
    x, y = x[kept], y[kept]
    order = [i for i in np.argsort(y, kind="stable") if not np.isnan(y[i])]
    reaches, passes = (_step(x[order], y[order] + t, share) for t in (TOLERANCE, -TOLERANCE))
    if not np.isnan(end) and abs(share - end) < TOLERANCE:
        return None if reaches is None else float((reaches + last) / 2)
    return None if reaches is None or passes is None else float((reaches + passes) / 2)


def _step(x: FloatArray, y: FloatArray, share: float) -> float | None:
    """The time whose height is the first not below `share`; None outside the heights known."""
    if share < y[0] or share > y[-1]:
        return None
    return float(x[int(np.searchsorted(y, share, side="left"))])


def curves(
    time: ArrayLike, event: ArrayLike, group: Sequence[int], *, level: float = 0.95, scale: Scale = "log"
) -> dict[int, Curve]:
    """One curve for each group, such as an area; the groups do not share anything."""
    times, events, groups = np.asarray(time, float), np.asarray(event, np.int64), np.asarray(group)
    return {
        int(g): kaplan_meier(times[groups == g], events[groups == g], level=level, scale=scale)
        for g in np.unique(groups)
    }
