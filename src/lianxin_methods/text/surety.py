"""How likely a proposal is right, and from where on the machine says "sure".

The chance is a logistic curve of how far the best class leads, how far it lies on its side, and which two classes are
best, learned from messages that the scoring machine had not seen (Platt 1999). "Sure" begins where the accuracy of the
surest, less one standard error, is at least what was asked for (Chow 1970, On optimum recognition error and reject
tradeoff).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grams import Floats

Doubles = NDArray[np.float64]
ASKED = 0.98
FEWEST = 100
"""Messages on the sure side, at least; with fewer nothing is sure."""
PULL = 2.0
"""Pulls what one class adds towards nothing, in messages' worth of evidence."""


@dataclass(frozen=True)
class Surety:
    """effects : float (2 + 2 k,) plus a constant; threshold : the chance from which on a proposal is sure."""

    effects: Doubles
    threshold: float

    def chances(self, scores: Floats) -> Doubles:
        """The chance of each message that its best class is right; scores : (n, k)."""
        return _logistic(_traits(scores) @ self.effects)


def learn_surety(scores: Floats, kind: NDArray[np.int64], asked: float = ASKED) -> Surety:
    """From scores (n, k) of messages that the machine had not seen, and their classes (n,)."""
    right = (scores.argmax(axis=1) == kind).astype(np.float64)
    traits = _traits(scores)
    pull = np.full(traits.shape[1], PULL)
    pull[:3] = 1e-3
    effects = np.zeros(traits.shape[1])
    for _ in range(30):
        chance = _logistic(traits @ effects)
        slope = traits.T @ (right - chance) - pull * effects
        bend = (traits * (chance * (1 - chance))[:, None]).T @ traits + np.diag(pull)
        move = np.linalg.solve(bend, slope)
        effects = effects + move
        if np.abs(move).max() < 1e-6:
            break
    surety = Surety(effects, 2.0)
    return Surety(effects, sure_from(surety.chances(scores), right, asked))


def sure_from(chance: Doubles, right: Doubles, asked: float) -> float:
    """The lowest chance from which on the share right, less one standard error, is at least `asked`; 2 if none is."""
    order = np.argsort(-chance, kind="stable")
    n = np.arange(1, len(order) + 1)
    share = np.cumsum(right[order]) / n
    good = np.flatnonzero((share - np.sqrt(asked * (1 - asked) / n) >= asked) & (n >= FEWEST))
    return float(chance[order[good[-1]]]) if len(good) else 2.0


def share_at(chance: Doubles, right: Doubles, asked: float) -> float:
    """The largest share of surest messages of which at least `asked` are right."""
    order = np.argsort(-chance, kind="stable")
    n = np.arange(1, len(order) + 1)
    good = np.flatnonzero(np.cumsum(right[order]) / n >= asked)
    return float((good[-1] + 1) / len(order)) if len(good) else 0.0


def _traits(scores: Floats) -> Doubles:
    """A constant, the lead, the best score, then one column a class for the best and one for the second best."""
    order = np.argsort(-scores, axis=1)
    n, k = scores.shape
    rows = np.arange(n)
    best, second = scores[rows, order[:, 0]], scores[rows, order[:, 1]]
    return np.column_stack(
        [np.ones(n), best - second, best, order[:, :1] == np.arange(k), order[:, 1:2] == np.arange(k)]
    ).astype(np.float64)


def _logistic(x: Doubles) -> Doubles:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
