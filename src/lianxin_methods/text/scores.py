"""How good proposals and groupings are, counted against what is known."""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def accuracy(known: NDArray[Any], said: NDArray[Any]) -> float:
    """The share said right; both (n,)."""
    return float((known == said).mean())


def macro_f1(known: NDArray[Any], said: NDArray[Any], *, only: object = None) -> float:
    """The mean over classes of 2 right / (known + said); of one class where `only` names it. Both (n,)."""
    classes = np.unique(np.concatenate([known, said])) if only is None else [only]
    right = [((known == c) & (said == c)).sum() for c in classes]
    both = [(known == c).sum() + (said == c).sum() for c in classes]
    return float(np.mean([2 * r / max(1, b) for r, b in zip(right, both, strict=True)]))


def top_two(known: NDArray[np.int64], scores: NDArray[Any]) -> float:
    """The share of messages whose class is among the two best; known : (n,), scores : (n, k)."""
    return float((np.argsort(-scores, axis=1)[:, :2] == known[:, None]).any(axis=1).mean())


def pairwise(known: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float, float]:
    """Of pairs of messages: the share of those put together that belong together, of those that do found, their F."""
    together, right, wanted = (
        sum(n * (n - 1) // 2 for n in Counter(each).values()) for each in (found, zip(known, found, strict=True), known)
    )
    precision, recall = right / max(1, together), right / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-12, precision + recall)


def purity(known: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """The share of messages that belong to the issue which is most frequent in their theme."""
    most: Counter[Hashable] = Counter()
    for (_, theme), n in Counter(zip(known, found, strict=True)).items():
        most[theme] = max(most[theme], n)
    return sum(most.values()) / max(1, len(known))
