"""Indicators that are curves: a median for each area, drawn anew from all that lies below it."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lianxin_methods.indicators.compute import Counts, Reader
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.indicators.durations import durations_sql
from lianxin_methods.indicators.rollup import count_up
from lianxin_methods.rules.vocabulary import Vocabulary

Medians = NDArray[np.float64]


def counted_curves(
    source: Reader, definition: Definition, words: Vocabulary, *, day: date, scheme: str, params: Mapping[str, int]
) -> tuple[Counts, Medians]:
    """How many there were and how many got there, and for each area the median with its interval, float (n, 3)."""
    from lianxin_methods.survival.curves import kaplan_meier  # slow to load, and few ask for it

    at, rows = source.durations(durations_sql(definition, words, day, params), day=day, scheme=scheme)
    tree, met = source.tree(scheme, day), np.asarray(rows["is_met"], bool)
    nobody = np.zeros(len(at), np.int64)
    reached, everybody = (count_up(tree, at[which], nobody[which], 1) for which in (met, np.ones(len(at), bool)))
    none = np.zeros_like(everybody)
    found = Counts(tree, {"numerator": reached, "denominator": everybody, "missing": none, "units": everybody}, [()], 0)
    order = np.argsort(at, kind="stable")
    days, met, at = np.asarray(rows["days"], float)[order], met[order], at[order]
    medians = np.full((len(tree), 3), np.nan)
    for i in np.flatnonzero(everybody[:, 0]).tolist():
        first, last = np.searchsorted(at, [i, i + int(tree.size[i])])
        median = kaplan_meier(days[first:last], met[first:last]).median()
        medians[i] = [np.nan if v is None else v for v in (median.value, median.lower, median.upper)]
    return found, medians
