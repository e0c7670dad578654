"""Indicators that are curves: a quantile for each area, drawn anew from all that lies below it."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lianxin_methods.indicators.compute import Asked, Counts, Reader
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.indicators.durations import durations_sql
from lianxin_methods.indicators.rollup import Tree, count_up
from lianxin_methods.rules.vocabulary import Vocabulary

IntArray = NDArray[np.int64]
Medians = NDArray[np.float64]
SPELLS = ("contact_spell", "closing_spell")
"""Units that are waits themselves; organisations are followed from the day they came into scope."""


def counted_curves(
    source: Reader, definition: Definition, words: Vocabulary, *, day: date, scheme: str, params: Mapping[str, int]
) -> tuple[Counts, Medians]:
    """How many there were and how many got there, and for each area the quantile with its interval, float (n, 3)."""
    tree = source.tree(scheme, day)
    at, waited, event = _observed(source, definition, words, Asked(day, scheme, params))
    found = counted(tree, at, event)
    order = np.argsort(at, kind="stable")
    waited, event, at = waited[order], event[order], at[order]
    medians = np.full((len(tree), 3), np.nan)
    for i in np.flatnonzero(found["denominator"][:, 0]).tolist():
        first, last = np.searchsorted(at, [i, i + int(tree.size[i])])
        medians[i] = quantile_of(definition, waited[first:last], event[first:last], params)
    return Counts(tree, found, [()], 0), medians


def counted(tree: Tree, at: IntArray, event: IntArray) -> dict[str, IntArray]:
    """Parts of the counts: who got there, and everybody."""
    nobody = np.zeros(len(at), np.int64)
    reached, everybody = (count_up(tree, at[w], nobody[w], 1) for w in (event == 1, np.ones(len(at), bool)))
    return {
        "numerator": reached,
        "denominator": everybody,
        "missing": np.zeros_like(everybody),
        "units": everybody,
    }


def quantile_of(
    definition: Definition, waited: IntArray, event: IntArray, params: Mapping[str, int]
) -> tuple[float, float, float]:
    """The quantile of some observations, with its limits; NaN where it is not reached."""
    from lianxin_methods.indicators.spells import quantile  # slow to load, and few ask for it

    over = definition.over if definition.over in SPELLS else "days"
    return quantile(over, waited, event, params.get("share", 50) / 100)


def _observed(
    source: Reader, definition: Definition, words: Vocabulary, asked: Asked
) -> tuple[IntArray, IntArray, IntArray]:
    if definition.over in SPELLS:
        at, _, waited, event = spells(source, definition, words, asked)
        return at, waited, event
    rows_sql = durations_sql(definition, words, asked.day, asked.params)
    at, rows = source.durations(rows_sql, day=asked.day, scheme=asked.scheme)
    return at, np.asarray(rows["days"], np.int64), np.asarray(rows["is_met"], np.int64)


def spells(
    source: Reader, definition: Definition, words: Vocabulary, asked: Asked
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Where each wait counts, whose it is (-1 nobody's), how long it was and how it ended."""
    rows, at = source.listed(definition, words, asked=asked, wanted=("body", "waited", "event"))
    inside = (at >= 0) & (rows["state"] > 0)
    return at[inside], rows["body"][inside], rows["waited"][inside], rows["event"][inside]
