"""Near-copies: the same message sent again, in part or with small changes.

Likeness is the share of runs of four characters that two messages have in common (Jaccard). Candidates share at least
one band of a min-hash signature: 21 bands of 3 find a pair of likeness 0.6 with probability 0.99; each is then counted.
Source: Broder (1997), On the resemblance and containment of documents; Leskovec, Rajaraman and Ullman, ch. 3.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .grams import Keys, alphabet, joined

RUN = 4
BANDS, BAND = 21, 3
LEAST = 0.6
LOOKED_BACK = 8
"""Members of one bucket that a message is compared with."""
SEED = 20261122


def shingles(texts: Sequence[str]) -> list[Keys]:
    """The distinct runs of four characters of each message, hashed to 64 bits; short messages are one run."""
    codes, bounds = joined(texts)
    folded = np.where(codes < 65536, alphabet()[np.minimum(codes, 65535)], codes).astype(np.uint64)
    found = []
    for start, end in zip(bounds[:-1], bounds[1:], strict=True):
        chars = folded[start:end]
        chars = chars[chars != 0]
        keys = np.zeros(max(1, len(chars) - RUN + 1), np.uint64)
        for k in range(min(RUN, len(chars))):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + chars[k : k + len(keys)]
        found.append(np.unique(_mixed(keys)))
    return found


def likeness(one: Keys, other: Keys) -> float:
    """The share of runs in common, of sorted distinct runs."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def near_copies(texts: Sequence[str], least: float = LEAST) -> NDArray[np.int64]:
    """Group of each message, the number of its first member: messages linked by a likeness of at least `least`."""
    runs = shingles(texts)
    leader = np.arange(len(texts))
    for one, other in _candidates(runs):
        a, b = _root(leader, one), _root(leader, other)
        if a != b and likeness(runs[one], runs[other]) >= least:
            leader[max(a, b)] = min(a, b)
    return np.array([_root(leader, i) for i in range(len(texts))], np.int64)


def folds(groups: NDArray[np.int64], count: int, seed: int = SEED) -> NDArray[np.int64]:
    """Fold of each message, 0 to `count` - 1, whole groups in one fold, drawn with the seed."""
    names, place = np.unique(groups, return_inverse=True)
    drawn = np.empty(len(names), np.int64)
    drawn[np.random.default_rng(seed).permutation(len(names))] = np.arange(len(names)) % count
    return drawn[place]


def _candidates(runs: list[Keys]) -> Iterator[tuple[int, int]]:
    luck = np.random.default_rng(SEED)
    factor = luck.integers(1, 2**63, BANDS * BAND, dtype=np.uint64) | np.uint64(1)
    signatures = np.array([(_mixed(keys[:, None] * factor)).min(axis=0) for keys in runs])
    for band in range(0, BANDS * BAND, BAND):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for i in range(len(runs)):
            bucket = buckets[signatures[i, band : band + BAND].tobytes()]
            yield from ((other, i) for other in bucket[-LOOKED_BACK:])
            bucket.append(i)


def _mixed(keys: Keys) -> Keys:
    return (keys ^ (keys >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(7)


def _root(leader: NDArray[np.int64], i: int) -> int:
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = int(leader[i])
    return i
