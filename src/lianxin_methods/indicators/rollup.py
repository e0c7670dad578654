"""Sums up a tree: bottom-up by level, never one query per node."""

from dataclasses import dataclass, field

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

    @property
    def size(self) -> IntArray:
        return roll_up(self, np.ones((len(self), 1), np.int64))[:, 0]

    def positions(self, areas: IntArray) -> IntArray:
        """Position of each area id, -1 for those that are not in the tree."""
        if not len(self):
            return np.full(len(areas), -1, np.int64)
        order = np.argsort(self.ids, kind="stable")
        at = np.minimum(np.searchsorted(self.ids[order], areas), len(self) - 1)
        found = order[at]
        return np.where(self.ids[found] == areas, found, -1)

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
