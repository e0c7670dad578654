"""Which cells of a table are hidden: those about fewer than SMALLEST, and what would reveal them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lianxin_methods.indicators.compute import Counts, SiteCounts
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.indicators.rollup import Tree, own_of
from lianxin_methods.privacy.suppress import Need, protect, small

SMALLEST = 10
"""Cells about fewer are not shown. The domain allows no less than 5."""
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def hidden_cells(definition: Definition, found: Counts, order: IntArray) -> BoolArray:
    """bool (areas,)."""
    total = {part: numbers[:, 0] for part, numbers in found.total.items()}
    return hidden_in(definition, found.tree, total, order)


def hidden_in(definition: Definition, tree: Tree, total: Mapping[str, IntArray], order: IntArray) -> BoolArray:
    """bool (nodes,).  total : part -> int (nodes,), with all below."""
    if definition.about == "public":  # which areas and bodies there are, and when they are elected
        return np.zeros(len(tree), bool)
    if definition.protected_by:
        return hidden_groups(tree, total["units"], total["numerator"])
    if definition.about in ("organisations", "matters"):
        return _hidden_organisations(tree, total, order)
    numerator, denominator = total["numerator"], total["denominator"]
    rest = denominator - numerator
    few, others = small(numerator, SMALLEST), small(rest, SMALLEST)
    sensitive = small(total["units"], SMALLEST) | small(denominator, SMALLEST) | few | others
    needs = [Need((0, 1)), Need((0,), few), Need((1,), others)]
    parts = np.column_stack([numerator, rest])
    if (own_of(tree, rest) < 0).any():  # what is counted is no part of what it is divided by
        parts = np.column_stack([numerator, denominator])
        needs = [Need((0,), few | others), Need((1,), sensitive)]
    return protect(tree, parts, sensitive & (denominator > 0), needs, k=SMALLEST, order=order)


def _hidden_organisations(tree: Tree, total: Mapping[str, IntArray], order: IntArray) -> BoolArray:
    """By the number of organisations in scope alone, whatever is counted of them.

    So all indicators over one scope hide the same cells, and none of their tables gives away what another hides.
    """
    units = total["units"]
    sensitive = small(units, SMALLEST) | small(total["denominator"], SMALLEST)
    return protect(tree, units[:, None], sensitive & (units > 0), [Need((0,))], k=SMALLEST, order=order)


def hidden_groups(tree: Tree, people: IntArray, amount: IntArray) -> BoolArray:
    """Cells of what people did together: shown where at least SMALLEST did it, and where they are as many whom
    subtracting the areas shown from the one above would leave. bool (nodes,).

    people, amount : int (nodes,), with all below.
    """
    hidden: BoolArray = people < SMALLEST
    for node in range(len(tree)):  # pre-order: what is above is settled
        if hidden[node]:
            hidden[node : node + int(tree.size[node])] = True
            continue
        inside = [int(c) for c in tree.children(node) if not hidden[c]]
        inside.sort(key=lambda c: (people[c], c), reverse=True)
        while inside:
            left = people[node] - people[inside].sum()
            nothing = left == 0 and amount[node] == amount[inside].sum()
            if nothing or left >= SMALLEST:
                break
            hidden[inside.pop()] = True
    return hidden


def shown_sites(definition: Definition, found: SiteCounts, shown: BoolArray) -> BoolArray:
    """bool (sites,): which sites of each area are shown, where the area itself is (`shown`: bool (areas,)).

    The sites of an area and what lies elsewhere in it add up to the area, whose cell is known. Where hiding some does
    not protect them, all are hidden, the empty ones too.
    """
    sites, result = found.sites, np.zeros(len(found.sites), bool)
    if definition.about == "public":
        return np.ones(len(sites), bool)
    for at in np.unique(sites.at).tolist():
        mine = np.flatnonzero(sites.at == at)
        if shown[at]:
            result[mine] = _shown_in_one(definition, found, mine, at)
    return result


def _shown_in_one(definition: Definition, found: SiteCounts, mine: IntArray, at: int) -> BoolArray:
    """The family is the area, its sites, and last what lies elsewhere, which is hidden first."""
    count = len(mine)
    family = Tree(
        np.arange(count + 2), np.r_[-1, np.zeros(count + 1, np.int64)], np.r_[0, np.ones(count + 1, np.int64)]
    )
    total = {}
    for part, numbers in found.total.items():
        below = np.r_[numbers[mine], found.elsewhere[part][at]]
        total[part] = np.r_[below.sum(), below]
    order = np.r_[0, found.sites.ids[mine], -1]
    hidden = hidden_in(definition, family, total, order)
    if hidden[0]:
        return np.zeros(count, bool)
    result: BoolArray = ~hidden[1:-1]
    return result
