"""500 invented districts with a known truth: do the intervals cover it, does a planted dependence raise the warning?"""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lianxin_methods.recapture.chapman import Overlap, chapman, stratified
from lianxin_methods.recapture.independence import Checked, examine, is_uneven, without_the_lists
from lianxin_methods.result import Estimate

DISTRICTS = 500
SUBDISTRICTS = 10
SEED = 20261122
FloatArray = NDArray[np.float64]


def joint(first: FloatArray, second: FloatArray, odds: float) -> FloatArray:
    """Chance of being on both lists, given the chance of each and the odds ratio between them (Plackett 1965)."""
    if odds == 1:
        return first * second
    s = 1 + (first + second) * (odds - 1)
    return np.asarray((s - np.sqrt(s**2 - 4 * odds * (odds - 1) * first * second)) / (2 * (odds - 1)))


def district(rng: Generator, *, odds: float = 1.0, even: bool = False) -> tuple[int, list[Checked]]:
    """A district of 2,000 to 6,000 organisations, two lists with their shares by subdistrict, and a field check.

    The check walks through a random part (12 to 25 %) of the district, the same part everywhere.
    """
    sizes = rng.multinomial(int(rng.integers(2000, 6001)), rng.dirichlet(np.full(SUBDISTRICTS, 6.0)))
    n = 1 if even else SUBDISTRICTS
    first, second = (
        np.resize(rng.uniform(0.5, 0.85, n), SUBDISTRICTS),
        np.resize(rng.uniform(0.35, 0.7, n), SUBDISTRICTS),
    )
    both = joint(first, second, odds)
    chances = np.column_stack([both, first - both, second - both, 1 - first - second + both])
    walked = rng.uniform(0.12, 0.25)
    found = []
    for size, chance in zip(sizes, chances, strict=True):
        counts = rng.multinomial(size, chance / chance.sum())
        met = rng.binomial(counts, walked)
        left = counts - met
        found.append(Checked(Overlap(*map(int, met[:3])), int(met[3]), Overlap(*map(int, left[:3]))))
    return int(sizes.sum()), found


def pooled(strata: list[Checked]) -> Overlap:
    lists = [s.lists for s in strata]
    return Overlap(sum(o.both for o in lists), sum(o.first for o in lists), sum(o.second for o in lists))


def covers(estimate: Estimate, truth: int) -> bool:
    return estimate.lower is not None and estimate.upper is not None and estimate.lower <= truth <= estimate.upper


def off(estimate: Estimate, truth: int) -> float:
    return (estimate.value or 0) / truth - 1


def share(flags: list[bool]) -> float:
    return round(sum(flags) / len(flags), 4)


def independent(rng: Generator, count: int) -> dict[str, Any]:
    """Lists that do not depend on each other: even over the district, and uneven from subdistrict to subdistrict."""
    even = [district(rng, even=True) for _ in range(count)]
    uneven = [district(rng) for _ in range(count)]
    by_one = [(chapman(pooled(s)), n) for n, s in even]
    by_stratum = [(stratified([x.lists for x in s]), n) for n, s in uneven]
    by_check = [(without_the_lists(s), n) for n, s in uneven]
    return {
        "coverage_one_table": share([covers(e, n) for e, n in by_one]),
        "coverage_stratified": share([covers(e, n) for e, n in by_stratum]),
        "coverage_field_check": share([covers(e, n) for e, n in by_check]),
        "bias_one_table": round(float(np.mean([off(e, n) for e, n in by_one])), 4),
        "bias_stratified": round(float(np.mean([off(e, n) for e, n in by_stratum])), 4),
        "warned_without_reason": share([examine(s).is_warning for _, s in even + uneven]),
        "uneven_found_where_even": share([is_uneven([x.lists for x in s]) for _, s in even]),
        "uneven_found_where_uneven": share([is_uneven([x.lists for x in s]) for _, s in uneven]),
    }


def dependent(rng: Generator, count: int) -> dict[str, Any]:
    """Planted: lists that partly copy each other (odds ratio 2.5 to 5) or avoid each other (1/5 to 1/2.5)."""
    ratios = rng.uniform(2.5, 5.0, count) ** rng.choice([1, 1, -1], count)
    planted = [district(rng, odds=float(r)) for r in ratios]
    wrong = [(stratified([x.lists for x in s]), n) for n, s in planted]
    right = [(without_the_lists(s), n) for n, s in planted]
    return {
        "warned": share([examine(s).is_warning for _, s in planted]),
        "coverage_if_not_heeded": share([covers(e, n) for e, n in wrong]),
        "bias_if_not_heeded_copied": round(
            float(np.mean([off(e, n) for (e, n), r in zip(wrong, ratios, strict=True) if r > 1])), 4
        ),
        "coverage_field_check": share([covers(e, n) for e, n in right]),
    }


def weaker(rng: Generator, count: int) -> dict[str, float]:
    """How often a dependence of a given odds ratio is seen: what the check cannot be asked for."""
    return {
        str(odds): share([examine(district(rng, odds=odds)[1]).is_warning for _ in range(count)])
        for odds in (1.25, 1.5, 2.0, 3.0, 0.5)
    }


def main(count: int = DISTRICTS, seed: int = SEED) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    free, planted = independent(rng, count), dependent(rng, count)
    intervals = (free["coverage_one_table"], free["coverage_stratified"])
    return {
        "districts": count,
        "seed": seed,
        "independent": free,
        "planted": planted,
        "independent_in_the_long_run": {"districts": count * 10, **independent(rng, count * 10)},
        "warned_at_odds_ratio": weaker(rng, count),
        "must": {
            "intervals cover 93 to 97 % with independent lists": all(0.93 <= c <= 0.97 for c in intervals),
            "a planted dependence warns in at least 90 %": planted["warned"] >= 0.9,
            "independent lists warn in at most 8 %": free["warned_without_reason"] <= 0.08,
        },
    }
