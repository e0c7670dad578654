"""How alike two short texts are, by their pairs of characters: likely duplicates, and answers to what was asked before.

A pair counts by how few of the texts at hand have it (inverse document frequency, Sparck Jones 1972). Candidates among
very many texts are found by sketches: bands of two min-hashes (Broder 1997), equal with probability j² at likeness j.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .words import FUNCTION_CHARACTERS

BANDS, BAND = 12, 2
"""12 bands of 2 find a pair of likeness 0.3 with probability 0.68, of 0.5 with 0.97, of 0.05 with 0.03."""
SEED = 20261122
_LUCK = np.random.default_rng(SEED).integers(1, 2**63, BANDS * BAND, dtype=np.uint64) | np.uint64(1)
_STEP = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Like:
    """A text that is like the one asked about: its place in the list, how alike (0 to 1), the pairs that decided."""

    place: int
    likeness: float
    shared: tuple[str, ...]


def pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters and digits, compatibility forms and function characters taken out."""
    folded = [c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum() and c not in FUNCTION_CHARACTERS]
    return frozenset(a + b for a, b in zip(folded, folded[1:], strict=False))


def sketch(text: str) -> list[int]:
    """12 whole numbers of 64 bits; likely duplicates have one in common. Nothing for a text without pairs."""
    own = np.array([(ord(p[0]) << 21) | ord(p[1]) for p in sorted(pairs(text))], np.uint64)
    if not len(own):
        return []
    mixed = own[:, None] * _LUCK
    least = ((mixed ^ (mixed >> np.uint64(29))) * _STEP >> np.uint64(3)).min(axis=0).reshape(BANDS, BAND)
    band = np.arange(1, BANDS + 1, dtype=np.uint64)
    found = (least[:, 0] * _STEP + least[:, 1]) ^ (band * _LUCK[:BANDS])
    return [int(key) for key in found.view(np.int64)]


class Alike:
    """Texts that others are compared with."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.pairs = [pairs(text) for text in texts]
        self._seen = Counter(pair for own in self.pairs for pair in own)
        self._lengths = [self._mass(own) for own in self.pairs]

    def weight(self, pair: str) -> float:
        """What a pair counts: the rarer the more."""
        return math.log((1 + len(self.pairs)) / (1 + self._seen[pair])) + 1

    def _mass(self, own: frozenset[str]) -> float:
        return sum(self.weight(pair) ** 2 for pair in own)

    def best(self, text: str, *, most: int = 5, least: float = 0.0) -> list[Like]:
        """The texts most like one, by weighted cosine, the most like first."""
        asked = pairs(text)
        mass = self._mass(asked)
        found = []
        for place, own in enumerate(self.pairs):
            common = asked & own
            if not common:
                continue
            value = self._mass(common) / math.sqrt(mass * self._lengths[place])
            if value >= least:
                found.append((value, place, common))
        found.sort(key=lambda row: (-row[0], row[1]))
        return [Like(p, round(v, 4), self._heaviest(common)) for v, p, common in found[:most]]

    def covering(self, text: str, *, most: int = 5, least: float = 0.0) -> list[Like]:
        """The texts that hold most of what one says, whatever else they hold: a short question, long answers."""
        asked = pairs(text)
        mass = sum(self.weight(pair) for pair in asked)
        found = []
        for place, own in enumerate(self.pairs):
            common = asked & own
            value = sum(self.weight(pair) for pair in common) / mass if common else 0.0
            if common and value >= least:
                found.append((value, place, common))
        found.sort(key=lambda row: (-row[0], row[1]))
        return [Like(p, round(v, 4), self._heaviest(common)) for v, p, common in found[:most]]

    def _heaviest(self, common: frozenset[str], most: int = 4) -> tuple[str, ...]:
        return tuple(sorted(common, key=lambda pair: (-self.weight(pair), pair))[:most])


PIECE = 0.8
"""A run that one longer run holds in so large a share of its texts is a piece of that."""
NO_BEGINNING = FUNCTION_CHARACTERS | set("个只条次位名件家元天月年日号有在请要为对于向")
"""No name begins with a measure word, whose number stands before it, or with a preposition."""


def shared_runs(texts: Sequence[str], *, least_share: float = 0.5, most: int = 3, longest: int = 10) -> list[str]:
    """The longest runs of characters that at least so large a share of the texts hold: what a theme is called.

    A run that only one or two texts hold is never shown: it may say who wrote. Nor is one that nearly always goes on
    with the same character before or behind it: that is a piece of a word.
    """
    needed = max(3, math.ceil(least_share * len(texts))) if len(texts) > 2 else len(texts)
    counts: Counter[str] = Counter()
    for text in texts:
        folded = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text))
        runs = {folded[i : i + n] for n in range(2, longest + 2) for i in range(len(folded) - n + 1)}
        counts.update(run for run in runs if " " not in run and not run.isdigit())
    found: list[str] = []
    goes_on: Counter[str] = Counter()
    for run, n in counts.items():
        if run[0] not in NO_BEGINNING:
            goes_on[run[1:]] = max(goes_on[run[1:]], n)
        if run[-1] not in FUNCTION_CHARACTERS:
            goes_on[run[:-1]] = max(goes_on[run[:-1]], n)
    known = [
        run
        for run, n in counts.items()
        if n >= needed and len(run) <= longest and run[0] not in NO_BEGINNING and goes_on[run] < PIECE * n
    ]
    for run in sorted(known, key=lambda r: (-len(r) * counts[r] ** 0.5, r)):
        if run[-1] in FUNCTION_CHARACTERS or any(_overlaps(run, other) for other in found):
            continue
        found.append(run)
        if len(found) == most:
            break
    return found


def _overlaps(one: str, other: str) -> bool:
    return bool(pairs(one) & pairs(other)) or one in other or other in one
