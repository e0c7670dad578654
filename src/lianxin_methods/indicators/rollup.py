"""Sums up a tree: bottom-up by level, never one query per node."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Tree:
    """The areas of one scheme on one day, in pre-order (by path), so that a subtree is an interval.

    ids : int (n,), parent : int (n,), position of the parent or -1, depth : int (n,), 0 for a root.
    size : int (n,), nodes in the subtree, itself included: node i and its subtree are positions i to i + size[i].
    """

    ids: IntArray
    parent: IntArray
    depth: IntArray
    codes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def size(self) -> IntArray:
        return roll_up(self, np.ones((len(self), 1), np.int64))[:, 0]

    def positions(self, areas: IntArray) -> IntArray:
        """Position of each area id, -1 for those that are not in the tree."""
        if not len(self):
            return np.full(len(areas), -1, np.int64)
        ids, order = self._by_id
        at = np.minimum(np.searchsorted(ids, areas), len(self) - 1)
        return np.where(ids[at] == areas, order[at], -1)

    @cached_property
    def _by_id(self) -> tuple[IntArray, IntArray]:
        order = np.argsort(self.ids, kind="stable")
        return self.ids[order], order

    def position(self, area: int) -> int:
        """Position of an area, -1 if it is not in the tree."""
        found = np.flatnonzero(self.ids == area)
        return int(found[0]) if len(found) else -1

    def children(self, position: int) -> IntArray:
        return np.flatnonzero(self.parent == position)

    def above(self, position: int) -> list[int]:
        """Positions of the ancestors, the nearest first."""
        found = []
        while (position := int(self.parent[position])) >= 0:
            found.append(position)
        return found


def tree_of(ids: IntArray, paths: list[str], segment: int, **labels: list[str]) -> Tree:
    """A tree from paths of fixed-width segments; nodes whose parent is missing become roots."""
    order = sorted(range(len(paths)), key=paths.__getitem__)
    at = {paths[i]: position for position, i in enumerate(order)}
    parent = np.array([at.get(paths[i][:-segment], -1) for i in order], np.int64)
    depth = np.zeros(len(order), np.int64)
    for position, above in enumerate(parent.tolist()):
        if above >= 0:
            depth[position] = depth[above] + 1
    sorted_labels = {name: [values[i] for i in order] for name, values in labels.items()}
    return Tree(np.asarray(ids, np.int64)[order], parent, depth, **sorted_labels)


def roll_up(tree: Tree, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """What each node holds with all below it.

    own : int (n, ...), what hangs on the node itself, in any number of further dimensions; it is left unchanged.
    Siblings of one level stand in a row in pre-order, so each level is one segmented sum.
    """
    total = own.copy()
    if not len(tree):
        return total
    for depth in range(int(tree.depth.max()), 0, -1):
        at = np.flatnonzero(tree.depth == depth)
        parents = tree.parent[at]
        starts = np.flatnonzero(np.r_[True, parents[1:] != parents[:-1]])
        total[parents[starts]] += np.add.reduceat(total[at], starts, axis=0)
    return total


def own_of(tree: Tree, total: IntArray) -> IntArray:
    """What hangs on each node itself, from what it holds with all below it; int (n,), the reverse of `roll_up`."""
    below = tree.parent >= 0
    children = np.bincount(tree.parent[below], total[below], len(tree))
    return total - children.astype(np.int64)


def count_up(tree: Tree, at: IntArray, group: IntArray, groups: int, weight: IntArray | None = None) -> IntArray:
    """Sums of single facts for every node and group, with all below it: int (n, groups).

    at : position of the node each fact hangs on.  weight : what a fact counts for; 1 where None.
    Only nodes that have others below them are summed up; a leaf is counted once and for all.
    """
    inner = np.unique(tree.parent[tree.parent >= 0])
    rank = np.zeros(len(tree), np.int64)
    rank[inner] = np.arange(len(inner))
    total = _tally(at * groups + group, weight, len(tree) * groups)
    above = np.zeros(len(inner) * groups, np.int64)
    up = tree.parent[at]
    while len(up):
        if (up < 0).any():
            keep = up >= 0
            up, group, weight = up[keep], group[keep], None if weight is None else weight[keep]
        above += _tally(rank[up] * groups + group, weight, len(above))
        up = tree.parent[up]
    shaped = total.reshape(len(tree), groups)
    shaped[inner] += above.reshape(len(inner), groups)
    return shaped


def _tally(key: IntArray, weight: IntArray | None, length: int) -> IntArray:
    if weight is None:
        return np.bincount(key, minlength=length)
    return np.bincount(key, weight, length).astype(np.int64)  # exact up to 2**53
