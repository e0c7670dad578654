"""The words that decided: what each character of a message adds to the lead, gathered into short runs."""

import numpy as np
from numpy.typing import NDArray

from .grams import HEAD, SCALES, Lexicon, alphabet, joined, place, read, runs, view, weigh

LONGEST = 4
"""Characters that one reason has at most."""


def heat(text: str, lexicon: Lexicon, lead: NDArray[np.float32]) -> NDArray[np.float64]:
    """What each character of the text adds to the lead; float (len(text),). A run's share is split over its characters.

    lead : float32 (f,), weights of the best kind less those of the next.
    """
    codes, _ = joined([text])
    size = max(1, len(codes))
    chars, at, own = np.zeros(size, np.uint32), np.zeros(size, np.int64), np.zeros(3 * size + 80, np.uint64)
    n = read(codes, alphabet(), chars, at)
    m = runs(chars, n, HEAD, own)
    count, ids, values = np.zeros(len(lexicon.idf), np.int32), np.zeros(m, np.int32), np.zeros(m, np.float32)
    k = weigh(own, m, lexicon.slots, lexicon.numbers, lexicon.idf, SCALES, count, ids, values)
    adds = dict(zip(ids[:k].tolist(), (values[:k] * lead[ids[:k]]).tolist(), strict=True))
    seen: dict[int, list[tuple[int, int]]] = {}
    for key, (end, length) in zip(own[:m], _spans(n, own[:m]), strict=True):
        s = place(lexicon.slots, key)
        if lexicon.slots[s]:
            seen.setdefault(int(lexicon.numbers[s]), []).append((end, length))
    found = np.zeros(len(text))
    for number, places in seen.items():
        for end, length in places:
            found[at[end - length + 1 : end + 1]] += adds[number] / (len(places) * length)
    return found


def reasons(text: str, lexicon: Lexicon, lead: NDArray[np.float32], most: int) -> list[tuple[int, int, float]]:
    """The runs of two to four characters that add most, as (start, end, what they add), the heaviest first."""
    warm = heat(text, lexicon, lead)
    total = np.concatenate([[0.0], np.cumsum(warm)])
    spans = sorted(
        (
            (float(total[b] - total[a]) / (b - a) ** 0.5, a, b)
            for a in range(len(text))
            for b in range(a + 2, min(a + LONGEST, len(text)) + 1)
            if text[a:b].isalnum() and warm[a] > 0 and warm[b - 1] > 0
        ),
        reverse=True,
    )
    taken: list[tuple[int, int, float]] = []
    for _, a, b in spans:
        if len(taken) == most:
            break
        if not any(_same(text, (a, b), (c, d)) for c, d, _ in taken):
            taken.append((a, b, float(total[b] - total[a])))
    return taken


def _same(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two runs overlap or one says what the other says."""
    if one[0] < other[1] and other[0] < one[1]:
        return True
    mine, theirs = text[one[0] : one[1]], text[other[0] : other[1]]
    return mine in theirs or theirs in mine


def _spans(n: int, own: NDArray[np.uint64]) -> list[tuple[int, int]]:
    """The last character and the length of each run, in the order of `grams.runs`."""
    lengths = [(1, 2, 3, 2 if int(key) & (2**63 - 1) >= 2**21 else 1)[view(key)] for key in own]
    found, end = [], -1
    for key, length in zip(own, lengths, strict=True):
        end += 1 if view(key) == 0 else 0
        found.append((end, length))
    return found
