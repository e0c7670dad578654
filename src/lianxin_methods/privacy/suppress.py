"""Which cells of a tree of sums are not shown, so that none of them can be worked out.

What is published for an area is several counts that add up to its size (here: covered and not covered). A cell that
is too small is hidden, and as many others as it takes that an attacker, who knows every cell shown, how the parts add
up, that counts are never negative, and **how much hangs on an inner node itself** (rows that could not be placed
further down), is left with an interval of at least `k` for every hidden cell. Two things follow: under a node shown,
never a single one is hidden; and a node hidden for another's sake hides something below it as well.

On a tree the attacker's best interval of one part has a closed form (one pass up, one pass down); `attack.py` asks a
linear programme the same about all parts at once.
Source: Hundepool et al., Statistical Disclosure Control (2012), ch. 4 (secondary suppression, feasibility interval).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianxin_methods.indicators.rollup import Tree

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Need:
    """Cells whose sum over some parts must stay uncertain by at least `k`; `cells` None stands for all hidden ones."""

    parts: tuple[int, ...]
    cells: BoolArray | None = None


def small(counts: IntArray, k: int) -> BoolArray:
    """Counts from 1 to k - 1. Nothing is known of nobody, so 0 is not small."""
    few: BoolArray = np.asarray((counts > 0) & (counts < k), dtype=bool)
    return few


def protect(
    tree: Tree, parts: IntArray, sensitive: BoolArray, needs: Sequence[Need], *, k: int, order: IntArray
) -> BoolArray:
    """The cells to hide: bool (n,).

    parts : int (n, p), counts with all below, none negative, which add up the tree and to the size of a cell.
    sensitive : bool (n,), the cells that must be hidden.
    order : int (n,), whom to take first as a companion. It must not depend on the day or on thresholds, so that the
        same companions are taken each time and two tables cannot be played off against each other.
    """
    size = parts.sum(axis=1)
    hidden: BoolArray = sensitive & (size > 0)
    while True:
        weak = _weak(tree, parts, hidden, needs, k)
        if not weak.any():
            return hidden
        for cell in _one_a_family(tree, weak):
            hidden[_companions(tree, size, hidden, cell, k, order)] = True


def _weak(tree: Tree, parts: IntArray, hidden: BoolArray, needs: Sequence[Need], k: int) -> BoolArray:
    found = np.zeros(len(hidden), bool)
    if not hidden.any():
        return found
    widths = [np.subtract(*intervals(tree, parts[:, p], hidden)[::-1]) for p in range(parts.shape[1])]
    whole = np.subtract(*intervals(tree, parts.sum(axis=1), hidden, least=1)[::-1])
    for need in needs:
        width = np.sum([widths[p] for p in need.parts], axis=0)
        if len(need.parts) == parts.shape[1]:
            width = np.minimum(width, whole)
        asked = hidden if need.cells is None else hidden & need.cells
        found |= asked & (width < k)
    return found


def _one_a_family(tree: Tree, weak: BoolArray) -> list[int]:
    """The uppermost weak cells, one for each parent: families of one level do not depend on each other."""
    at = np.flatnonzero(weak)
    at = at[tree.depth[at] == tree.depth[at].min()]
    _, first = np.unique(tree.parent[at], return_index=True)
    return [int(cell) for cell in at[first]]


def intervals(tree: Tree, counts: IntArray, hidden: BoolArray, *, least: int = 0) -> tuple[FloatArray, FloatArray]:
    """What an attacker can know of each cell: lowest and highest value, equal where it is shown.

    counts : int (n,), one part. least : what a hidden cell is known to hold at least.
    """
    known = counts.astype(float)
    low = np.where(hidden, float(least), known)
    high = np.where(hidden, np.inf, known)
    levels = range(int(tree.depth.max()), 0, -1) if len(tree) else range(0)
    for depth in levels:  # up: a hidden node holds at least what lies below it
        at = np.flatnonzero(tree.depth == depth)
        below = np.bincount(tree.parent[at], low[at], len(tree))
        low = np.where(hidden, np.maximum(low, below), low)
    for depth in reversed(levels):  # down: what the others leave of the node above
        low, high = _down(tree, known, hidden, low, high, np.flatnonzero(tree.depth == depth))
    return low, high


def _down(
    tree: Tree, known: FloatArray, hidden: BoolArray, low: FloatArray, high: FloatArray, at: IntArray
) -> tuple[FloatArray, FloatArray]:
    parent, n = tree.parent[at], len(tree)
    placed = np.bincount(parent, known[at], n)  # what hangs on the node above itself is known if that is shown
    above = np.where(hidden, high, placed)[parent]
    finite = np.isfinite(high[at])
    lows = np.bincount(parent, low[at], n)[parent] - low[at]
    open_ends = np.bincount(parent, ~finite, n)[parent] - ~finite
    highs = np.bincount(parent, np.where(finite, high[at], 0.0), n)[parent] - np.where(finite, high[at], 0.0)
    at_most = np.minimum(high[at], above - lows)
    at_least = np.where(hidden[parent] | (open_ends > 0), low[at], np.maximum(low[at], placed[parent] - highs))
    low, high = low.copy(), high.copy()
    mine = hidden[at]
    low[at[mine]], high[at[mine]] = at_least[mine], at_most[mine]
    return low, high


def _companions(tree: Tree, size: IntArray, hidden: BoolArray, cell: int, k: int, order: IntArray) -> list[int]:
    """What to hide so that less can be known of a cell: a branch beside it, or else the node above."""
    while tree.parent[cell] >= 0:
        above = int(tree.parent[cell])
        beside = [int(c) for c in tree.children(above) if c != cell and size[c] > 0]
        branches = [b for b in (_branch(tree, size, hidden, c, order) for c in beside) if b]
        if branches:
            branches.sort(key=lambda b: (order[b[0]], b[0]))
            return next((b for b in branches if size[b[-1]] >= k), max(branches, key=lambda b: size[b[-1]]))
        if not hidden[above]:
            return [above]
        cell = above
    raise AssertionError("with everything above hidden, nothing bounds a cell")


def _branch(tree: Tree, size: IntArray, hidden: BoolArray, top: int, order: IntArray) -> list[int]:
    """Cells still shown on the way from a node down to the end of a branch; empty if all on it are hidden."""
    found = [] if hidden[top] else [top]
    while True:
        below = [int(c) for c in tree.children(top) if size[c] > 0]
        shown = [c for c in below if not hidden[c]]
        if not shown:
            return found
        top = min(shown, key=lambda c: (order[c], c))
        found.append(top)
