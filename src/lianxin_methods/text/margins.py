"""A linear support vector machine, one class against the rest, all classes in one pass over the messages.

Least 0.5 |w|^2 + C x sum of max(0, 1 - y (w x + b))^2, by coordinate descent on the dual, in random order.
Source: Hsieh, Chang, Lin, Keerthi and Sundararajan (2008), A dual coordinate descent method for large-scale linear SVM.
"""

from dataclasses import dataclass

import numpy as np

from .compiled import compiled
from .grams import PIECE, Floats, Ints, Longs, Rows, spread

COST = 1.5
TOLERANCE = 0.1
"""Stops where no message's slope is further than this from what its multiplier allows."""
MOST_ROUNDS = 60


@compiled
def _side(ids: Ints, values: Floats, weights: Floats, score: Floats) -> None:
    """Adds what each run says to the score of each class; rows of weights are multiples of 8 long."""
    for j in range(len(ids)):
        row, value = ids[j], values[j]
        for b in range(0, len(score), 8):
            for c in range(8):
                score[b + c] += value * weights[row, b + c]


@compiled
def _move(ids: Ints, values: Floats, weights: Floats, step: Floats) -> None:
    """Moves the weights of a message's runs by a step for each class."""
    for j in range(len(ids)):
        row, value = ids[j], values[j]
        for b in range(0, len(step), 8):
            for c in range(8):
                weights[row, b + c] += value * step[b + c]


@compiled
def _steps(side: Floats, score: Floats, alpha: Floats, square: float, slack: float, step: Floats) -> float:
    """The best step of one message's multipliers, all classes; returns the steepest slope, -1 where none may move.

    side, alpha : (k,), of this message; alpha is changed.
    """
    worst = -1.0
    for c in range(len(side)):
        slope = side[c] * score[c] - 1 + slack * alpha[c]
        step[c] = 0.0
        if alpha[c] == 0 and slope > 0:
            continue
        new = max(alpha[c] - slope / (square + slack), 0.0)
        step[c] = (new - alpha[c]) * side[c]
        alpha[c] = new
        worst = max(worst, abs(slope))
    return worst


@compiled
def _descend(
    ends: Longs,
    ids: Ints,
    values: Floats,
    which: Longs,
    side: Floats,
    features: int,
    cost: float,
    tolerance: float,
    rounds: int,
    seed: int,
) -> tuple[Floats, Floats, int]:
    n, classes = side.shape
    wide = (classes + 7) // 8 * 8
    weights, bias = np.zeros((features, wide), np.float32), np.zeros(wide, np.float32)
    alpha, square = np.zeros((n, classes), np.float32), np.zeros(n, np.float32)
    for i in range(n):
        own = values[ends[which[i]] : ends[which[i] + 1]]
        square[i] = 1.0 + (own * own).sum()
    order, asleep = np.arange(n, dtype=np.int64), np.zeros(n, np.int32)
    score, step = np.zeros(wide, np.float32), np.zeros(wide, np.float32)
    np.random.seed(seed)
    done = 0
    while done < rounds:
        done += 1
        np.random.shuffle(order)
        worst = 0.0
        for i in range(n):
            p = order[i]
            if asleep[p] > 0 and done % 8 != 0:
                asleep[p] -= 1
                continue
            begin, end = ends[which[p]], ends[which[p] + 1]
            score[:] = bias
            _side(ids[begin:end], values[begin:end], weights, score)
            steepest = _steps(side[p], score, alpha[p], square[p], 0.5 / cost, step)
            worst = max(worst, steepest)
            asleep[p] = 4 if steepest < 0 else 0
            if steepest > 0:
                bias += step
                _move(ids[begin:end], values[begin:end], weights, step)
        if worst < tolerance:
            break
    return weights[:, :classes].copy(), bias[:classes].copy(), done


@compiled
def _scores(ends: Longs, ids: Ints, values: Floats, weights: Floats, bias: Floats, out: Floats) -> None:
    for d in range(len(ends) - 1):
        out[d, :] = bias
        for j in range(ends[d], ends[d + 1]):
            for c in range(len(bias)):
                out[d, c] += values[j] * weights[ids[j], c]


@dataclass(frozen=True)
class Machine:
    """weights : float32 (f, k); bias : float32 (k,); rounds : passes over the messages it took."""

    weights: Floats
    bias: Floats
    rounds: int

    def scores(self, rows: Rows) -> Floats:
        """How far each message lies on the side of each class; float32 (n, k)."""
        out = np.zeros((len(rows.ends) - 1, len(self.bias)), np.float32)

        def piece(start: int) -> None:
            ends = rows.ends[start : start + PIECE + 1]
            _scores(ends, rows.ids, rows.values, self.weights, self.bias, out[start : start + PIECE])

        spread(piece, range(0, len(out), PIECE))
        return out


def fit(rows: Rows, which: Longs, kind: Longs, kinds: int, features: int, tolerance: float = TOLERANCE) -> Machine:
    """Learns from the messages `which`; kind : int (len(which),), the class of each, from 0."""
    side = np.where(np.arange(kinds) == kind[:, None], np.float32(1), np.float32(-1))
    return Machine(
        *_descend(rows.ends, rows.ids, rows.values, which, side, features, COST, tolerance, MOST_ROUNDS, 20261122)
    )
