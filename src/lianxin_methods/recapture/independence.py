"""Whether two lists may be taken for independent, and what is left to say where they may not.

**Two lists alone never tell.** Lists that copy from each other overlap more than by chance, and the population then
looks smaller than it is; lists that exclude each other make it look larger. How often *neither* names somebody is just
what is asked for, so nothing in the two lists can show it. Two things help:

* a third source, best a random check in the field: among those it found, all four cells of the two lists are known,
  so their odds ratio can be measured (Mantel-Haenszel over strata, tested after Cochran, Mantel and Haenszel);
* strata: where the share that each list holds differs from area to area, pooling makes independent lists look
  dependent. This is found by two tests of homogeneity; pooled is right as long as one of the two shares is even.

Sources: Robins, Breslow and Greenland (1986) for the limits of the odds ratio; Seber (1982), ch. 3 and 11.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from lianxin_methods.result import Estimate

from .chapman import Overlap, stratified

FloatArray = NDArray[np.float64]
Verdict = Literal["untested", "no_sign", "dependent"]
ALPHA = 0.05
"""How rarely independent lists may raise the warning."""
SMALLEST_CHECK = 50
"""Fewer organisations met in the field than this show nothing but gross dependence: the verdict stays "untested"."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A stratum with a third source: how the two lists overlap among those it met, and among those it did not.

    neither : met by the third source and named by no list.
    """

    met: Overlap
    neither: int
    not_met: Overlap

    @property
    def lists(self) -> Overlap:
        """The two lists without the third source."""
        return Overlap(
            self.met.both + self.not_met.both,
            self.met.first + self.not_met.first,
            self.met.second + self.not_met.second,
        )

    @property
    def joined(self) -> Overlap:
        """Both lists taken together against the third source."""
        return Overlap(self.met.seen, self.not_met.seen, self.neither)


@dataclass(frozen=True, slots=True)
class Independence:
    """What can be said of two lists.

    odds_ratio : above 1, the lists name the same ones more often than by chance (the population looks too small);
        below 1, they avoid each other (it looks too large); value None where it cannot be measured.
    p_value : how likely an odds ratio this far from 1 is for independent lists.
    """

    verdict: Verdict
    odds_ratio: Estimate
    p_value: float

    @property
    def is_warning(self) -> bool:
        return self.verdict == "dependent"


def examine(strata: Sequence[Checked], *, level: float = 0.95) -> Independence:
    """Compare two lists among those whom a third source met. "untested" where it met too few or shows no contrast."""
    tables = np.array([(s.met.both, s.met.first, s.met.second, s.neither) for s in strata], float).reshape(-1, 4)
    met = int(tables.sum())
    unknown = Estimate(None, None, None, level, met, "recapture.odds_ratio/1")
    if met < SMALLEST_CHECK:
        return Independence("untested", unknown, 1.0)
    p_value = _cochran_mantel_haenszel(tables)
    if np.isnan(p_value):
        return Independence("untested", unknown, 1.0)
    verdict: Verdict = "dependent" if p_value < ALPHA else "no_sign"
    return Independence(verdict, _odds_ratio(tables, level), p_value)


def without_the_lists(strata: Sequence[Checked], *, level: float = 0.95) -> Estimate:
    """The size of the population from the third source against both lists together.

    Does not ask how the two lists hang together; needs a third source that hangs together with neither, such as
    buildings drawn at random and walked through.
    """
    return stratified([s.joined for s in strata], level=level)


def is_uneven(strata: Sequence[Overlap]) -> bool:
    """Whether both lists hold clearly more in some strata than in others, so that a pooled estimate would be wrong."""
    shares = ([(o.both, o.first) for o in strata], [(o.both, o.second) for o in strata])
    return all(_homogeneity(np.array(table, float)) < ALPHA for table in shares)


def _homogeneity(table: FloatArray) -> float:
    """P value of equal shares over the rows of a table (Pearson's chi-square)."""
    table = table[table.sum(axis=1) > 0]
    totals = table.sum(axis=0)
    if len(table) < 2 or (totals == 0).any():
        return 1.0
    expected = table.sum(axis=1, keepdims=True) * totals / table.sum()
    return float(chi2.sf(((table - expected) ** 2 / expected).sum(), len(table) - 1))


def _cochran_mantel_haenszel(tables: FloatArray) -> float:
    """P value of a common odds ratio of 1, without continuity correction; NaN where no stratum has a contrast."""
    both, first, second, _neither = tables.T
    total = tables.sum(axis=1)
    row, column = both + first, both + second
    with np.errstate(all="ignore"):
        expected = row * column / total
        spread = row * column * (total - row) * (total - column) / (total**2 * (total - 1))
    used = np.nan_to_num(spread) > 0
    if not used.any():
        return float("nan")
    return float(chi2.sf((both - expected)[used].sum() ** 2 / spread[used].sum(), 1))


def _odds_ratio(tables: FloatArray, level: float) -> Estimate:
    """Mantel and Haenszel's common odds ratio; half a case is added to each cell where it would be 0 or infinite."""
    met = int(tables.sum())
    tables = tables[tables.sum(axis=1) > 0]
    both, first, second, neither = tables.T
    if not (both * neither).any() or not (first * second).any():
        both, first, second, neither = (tables + 0.5).T
    total = both + first + second + neither
    same, other = both * neither / total, first * second / total
    agree, differ = (both + neither) / total, (first + second) / total
    variance = (agree * same).sum() / (2 * same.sum() ** 2) + (differ * other).sum() / (2 * other.sum() ** 2)
    variance += (agree * other + differ * same).sum() / (2 * same.sum() * other.sum())
    ratio = same.sum() / other.sum()
    spread = np.exp(norm.ppf((1 + level) / 2) * np.sqrt(variance))
    return Estimate(float(ratio), float(ratio / spread), float(ratio * spread), level, met, "recapture.odds_ratio/1")
