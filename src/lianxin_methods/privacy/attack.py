"""The attacker: what can be worked out of the cells hidden, from all that is shown, by linear programming (HiGHS).

He knows each cell shown in every part, that parts are not negative, that a hidden cell is not empty, that what hangs
on an area adds up to the area above, and, under every node shown, how much could not be placed further down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from lianxin_methods.indicators.rollup import Tree

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Known:
    """What the attacker is left with for one cell: its sum over the parts asked about lies between these."""

    cell: int
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


def attack(
    tree: Tree, parts: NDArray[np.int64], hidden: NDArray[np.bool_], asked: Sequence[int] | None = None
) -> list[Known]:
    """The exact interval of every hidden cell, summed over the parts `asked` about (all where None)."""
    model = _Model(tree, parts, hidden)
    wanted = range(parts.shape[1]) if asked is None else asked
    return [model.known(int(cell), wanted) for cell in np.flatnonzero(hidden)]


class _Model:
    def __init__(self, tree: Tree, parts: NDArray[np.int64], hidden: NDArray[np.bool_]) -> None:
        self.tree, self.parts, self.hidden = tree, parts, hidden
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.cells = {int(cell): i for i, cell in enumerate(np.flatnonzero(hidden))}
        for _ in range(len(self.cells) * parts.shape[1]):
            self.solver.addVar(0.0, highspy.kHighsInf)
        for cell in self.cells:
            self._row(1.0, highspy.kHighsInf, {self._variable(cell, p): 1.0 for p in range(parts.shape[1])})
        for node in range(len(tree)):
            for part in range(parts.shape[1]):
                self._sum(node, part)

    def _variable(self, cell: int, part: int) -> int:
        return self.cells[cell] * int(self.parts.shape[1]) + part

    def _row(self, low: float, high: float, terms: dict[int, float]) -> None:
        index = np.array(list(terms), np.int32)
        self.solver.addRow(low, high, len(terms), index, np.array(list(terms.values())))

    def _sum(self, node: int, part: int) -> None:
        """What the cells below a node tell of it, and it of them."""
        below = self.tree.children(node)
        unknown = {self._variable(int(c), part): 1.0 for c in below if self.hidden[c]}
        if self.hidden[node]:  # it holds what is below it, and an unknown rest
            shown = float(self.parts[below[~self.hidden[below]], part].sum()) if len(below) else 0.0
            self._row(shown, highspy.kHighsInf, {self._variable(node, part): 1.0, **dict.fromkeys(unknown, -1.0)})
        elif unknown:
            left = float(self.parts[below[self.hidden[below]], part].sum())
            self._row(left, left, unknown)

    def known(self, cell: int, wanted: Sequence[int]) -> Known:
        variables = [self._variable(cell, part) for part in wanted]
        for variable in variables:
            self.solver.changeColCost(variable, 1.0)
        low = self._best(highspy.ObjSense.kMinimize)
        high = self._best(highspy.ObjSense.kMaximize)
        for variable in variables:
            self.solver.changeColCost(variable, 0.0)
        return Known(cell, low, high)

    def _best(self, sense: "highspy.ObjSense") -> float:
        self.solver.changeObjectiveSense(sense)
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return float(self.solver.getInfo().objective_function_value)
        return np.inf if sense == highspy.ObjSense.kMaximize else 0.0
