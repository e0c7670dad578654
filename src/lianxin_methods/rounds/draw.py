"""Draws a round of inspections: priorities for certain, the rest with known probabilities.

Nobody is beyond the draw: every unit has a probability above 0, known before the draw, and the same seed always draws
the same units. Sources: probabilities proportional to size with those at 1 set apart, Hanif and Brewer (1980);
systematic draw in random order, Goodman and Kish (1950), Hartley and Rao (1962).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

METHOD = "rounds.draw/1"
FEWEST_BY_LOT = 2
"""Drawn by lot at least, so that the spread between them can be seen."""

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


class BadDraw(ValueError):
    """Sizes that give somebody no chance, or more wanted than there are."""


class TooManyPriorities(BadDraw):
    """The priorities leave no room for a draw. `needed`: the fewest that must be wanted."""

    def __init__(self, priorities: int, needed: int) -> None:
        super().__init__(f"{priorities} priorities need a round of at least {needed}")
        self.priorities, self.needed = priorities, needed


@dataclass(frozen=True, slots=True)
class Draw:
    """A round as drawn.

    chosen : int (n,), positions in the frame, ascending. probabilities : float (N,), of every unit of the frame, in
    (0, 1]. seed and method : draw the same again.
    """

    chosen: IntArray
    probabilities: FloatArray
    seed: int
    method: str = METHOD


def inclusion_probabilities(sizes: FloatArray, n: int) -> FloatArray:
    """Probabilities proportional to size that add up to n; units whose share would pass 1 are set to 1.

    sizes : float (N,), above 0, in any unit. Raises BadDraw.
    """
    if sizes.ndim != 1 or not np.all(np.isfinite(sizes)) or np.any(sizes <= 0):
        raise BadDraw("every unit needs a size above 0")
    if not 0 <= n <= len(sizes):
        raise BadDraw(f"{n} of {len(sizes)} cannot be drawn")
    found = np.ones(len(sizes))
    left, places = np.ones(len(sizes), dtype=np.bool_), n
    while places < left.sum():
        share = np.zeros(len(sizes))
        share[left] = places * sizes[left] / sizes[left].sum()
        over = left & (share >= 1)
        if not over.any():
            found[left] = share[left]
            break
        left, places = left & ~over, places - int(over.sum())
    return found


def draw(sizes: FloatArray, must: BoolArray, n: int, *, seed: int) -> Draw:
    """Draw n units: every one of `must` for certain, the rest proportional to size, systematically in random order.

    sizes : float (N,), above 0. must : bool (N,). Exactly n units are drawn, each with exactly its probability.
    Raises BadDraw, and TooManyPriorities where fewer than two places are left for the lot (unless all are taken).
    """
    if sizes.shape != must.shape:
        raise BadDraw("sizes and priorities differ in length")
    priorities, rest = int(must.sum()), np.flatnonzero(~must)
    needed = priorities + min(FEWEST_BY_LOT, len(rest))
    if n < needed:
        raise TooManyPriorities(priorities, needed)
    probabilities = np.ones(len(sizes))
    probabilities[rest] = inclusion_probabilities(sizes[rest], n - priorities)
    taken = must.copy()
    taken[rest] = _systematic(probabilities[rest], np.random.default_rng(seed))
    return Draw(np.flatnonzero(taken).astype(np.int64), probabilities, seed)


def _systematic(probabilities: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Points one apart, from a start at random, along the probabilities laid end to end in random order."""
    taken = np.zeros(len(probabilities), dtype=np.bool_)
    order = rng.permutation(np.flatnonzero(probabilities < 1))
    taken[probabilities >= 1] = True
    if len(order):
        ends = np.cumsum(probabilities[order])
        places = round(float(ends[-1]))
        ends[-1] = places  # rounding must not lose the last point
        points = rng.random() + np.arange(places)
        taken[order[np.searchsorted(ends, points, side="right")]] = True
    return taken
