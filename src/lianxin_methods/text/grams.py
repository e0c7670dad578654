"""A message as counts of short runs of characters: no cutting into words, no list that has to be kept up.

Views of one message: single characters, pairs, triples, and singles and pairs of its beginning once more, since people
say at the beginning what they want. A run is its code points packed into 64 bits, so that no two runs are taken
for one. Weights are (1 + ln count) x (ln((1 + n) / (1 + documents with it)) + 1), each view of length 1, then scaled.
Source: Salton and Buckley (1988), term weighting; Cavnar and Trenkle (1994), n-grams of characters.
"""

import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .words import FUNCTION_CHARACTERS

Codes = NDArray[np.uint32]
Keys = NDArray[np.uint64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]

Made = TypeVar("Made")
HEAD = 24
"""Characters of the beginning that count once more."""
SCALES = np.sqrt(np.array([0.15, 0.5, 0.5, 0.3])).astype(np.float32)
"""Lengths of the four views: singles, pairs, triples, beginning."""
BEGINNING = np.uint64(1) << np.uint64(63)
PIECE = 400
"""Messages that one thread takes at a time."""
THREADS = 2


@cache
def alphabet() -> Codes:
    """What each character below 65,536 is read as: letters and digits in one form, everything else 0.

    Compatibility forms are folded (Ａ to a), and the characters of function words dropped: text cut into words by
    others arrives without them, so both are read alike.
    """
    table = np.zeros(65536, np.uint32)
    for code in range(65536):
        folded = unicodedata.normalize("NFKC", chr(code)).lower() if not 0xD800 <= code < 0xE000 else ""
        if len(folded) == 1 and folded.isalnum() and folded not in FUNCTION_CHARACTERS:
            table[code] = ord(folded)
    return table


def joined(texts: Sequence[str]) -> tuple[Codes, Longs]:
    """All characters of the messages in one row, and where each message begins (one more than there are messages)."""
    bounds = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=bounds[1:])
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32), bounds


@compiled
def read(codes: Codes, table: Codes, out: Codes, at: Longs) -> int:
    """Writes the characters that count to `out` and where they stood to `at`; returns how many there are."""
    n = 0
    for i in range(len(codes)):
        code = codes[i]
        folded = table[code] if code < 65536 else code
        if folded != 0:
            out[n] = folded
            at[n] = i
            n += 1
    return n


@compiled
def runs(chars: Codes, n: int, head: int, out: Keys) -> int:
    """Writes the key of every run: singles, pairs and triples of all, singles and pairs of the beginning.

    The run that ends at character i is found from its place by `span`.
    """
    m = 0
    for i in range(n):
        one = np.uint64(chars[i])
        out[m] = one
        m += 1
        if i >= 1:
            two = (np.uint64(chars[i - 1]) << np.uint64(21)) | one
            out[m] = two
            m += 1
            if i >= 2:
                out[m] = (np.uint64(chars[i - 2]) << np.uint64(42)) | two
                m += 1
            if i < head:
                out[m] = two | BEGINNING
                m += 1
        if i < head:
            out[m] = one | BEGINNING
            m += 1
    return m


@compiled
def view(key: np.uint64) -> int:
    """Which view a run belongs to."""
    if key >> np.uint64(63):
        return 3
    if key >> np.uint64(42):
        return 2
    return 1 if key >> np.uint64(21) else 0


@compiled
def slot(key: np.uint64, size: int) -> np.int64:
    """Where to look for a key first in a table of `size`, a power of two."""
    mixed = key * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(size - 1))


@compiled
def place(keys: Keys, key: np.uint64) -> np.int64:
    """The slot that holds a key, or the free one where it belongs (0 is no key)."""
    size = len(keys)
    s = slot(key, size)
    while keys[s] != 0 and keys[s] != key:
        s = np.int64((s + 1) & (size - 1))
    return s


@compiled
def _seen(codes: Codes, bounds: Longs, table: Codes, head: int) -> tuple[Keys, Ints]:
    """Every run of the messages and in how many of them it stands."""
    size = 1 << 20
    keys, count, last = np.zeros(size, np.uint64), np.zeros(size, np.int32), np.full(size, -1, np.int32)
    longest = 1
    for d in range(len(bounds) - 1):
        longest = max(longest, int(bounds[d + 1] - bounds[d]))
    chars, at, own = np.zeros(longest, np.uint32), np.zeros(longest, np.int64), np.zeros(3 * longest + 80, np.uint64)
    held = 0
    for d in range(len(bounds) - 1):
        m = runs(chars, read(codes[bounds[d] : bounds[d + 1]], table, chars, at), head, own)
        if 2 * (held + m) > size:
            while 2 * (held + m) > size:
                size *= 2
            wider, counts, lasts = np.zeros(size, np.uint64), np.zeros(size, np.int32), np.full(size, -1, np.int32)
            for s in range(len(keys)):
                if keys[s] != 0:
                    t = place(wider, keys[s])
                    wider[t], counts[t], lasts[t] = keys[s], count[s], last[s]
            keys, count, last = wider, counts, lasts
        for i in range(m):
            u = place(keys, own[i])
            if keys[u] == 0:
                keys[u] = own[i]
                held += 1
            if last[u] != d:
                last[u] = d
                count[u] += 1
    full = np.flatnonzero(keys)
    return keys[full], count[full]


@compiled
def index(keys: Keys) -> tuple[Keys, Ints]:
    """A table to look keys up in: slots with keys, and the number of the key in each slot."""
    size = 16
    while size < 3 * len(keys):
        size *= 2
    slots, numbers = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    for i in range(len(keys)):
        s = place(slots, keys[i])
        slots[s] = keys[i]
        numbers[s] = i
    return slots, numbers


@compiled
def weigh(
    own: Keys, m: int, slots: Keys, numbers: Ints, idf: Floats, scales: Floats, count: Ints, ids: Ints, values: Floats
) -> int:
    """Writes the known runs of one message and their weights; `count` is zero before and after. Returns how many."""
    k = 0
    for i in range(m):
        s = place(slots, own[i])
        if slots[s] != 0:
            number = numbers[s]
            if count[number] == 0:
                ids[k] = number
                values[k] = view(own[i])
                k += 1
            count[number] += 1
    squares = np.zeros(4, np.float64)
    for j in range(k):
        v = int(values[j])
        squares[v] += ((1.0 + np.log(count[ids[j]])) * idf[ids[j]]) ** 2
    for j in range(k):
        v = int(values[j])
        values[j] = scales[v] * (1.0 + np.log(count[ids[j]])) * idf[ids[j]] / np.sqrt(squares[v])
        count[ids[j]] = 0
    return k


@compiled
def _rows(
    codes: Codes, bounds: Longs, table: Codes, head: int, slots: Keys, numbers: Ints, idf: Floats, scales: Floats
) -> tuple[Longs, Ints, Floats]:
    first, last = bounds[0], bounds[len(bounds) - 1]
    room = 3 * (last - first) + 80 * len(bounds)
    ids, values = np.zeros(room, np.int32), np.zeros(room, np.float32)
    ends = np.zeros(len(bounds), np.int64)
    longest = 1
    for d in range(len(bounds) - 1):
        longest = max(longest, int(bounds[d + 1] - bounds[d]))
    chars, at, own = np.zeros(longest, np.uint32), np.zeros(longest, np.int64), np.zeros(3 * longest + 80, np.uint64)
    count = np.zeros(len(idf), np.int32)
    n = 0
    for d in range(len(bounds) - 1):
        m = runs(chars, read(codes[bounds[d] : bounds[d + 1]], table, chars, at), head, own)
        n += weigh(own, m, slots, numbers, idf, scales, count, ids[n:], values[n:])
        ends[d + 1] = n
    return ends, ids[:n].copy(), values[:n].copy()


def spread(work: Callable[[int], Made], starts: range) -> list[Made]:
    """The pieces of work in two threads, a single one in this."""
    if len(starts) < 2:
        return [work(start) for start in starts]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, starts))


@dataclass(frozen=True)
class Rows:
    """Messages as sparse rows: row d has ids[ends[d]:ends[d+1]] with their values. ends : (n + 1,)."""

    ends: Longs
    ids: Ints
    values: Floats

    def of(self, which: Longs) -> "Rows":
        """The rows of some messages."""
        sizes = self.ends[which + 1] - self.ends[which]
        ends = np.concatenate([[0], np.cumsum(sizes)])
        taken = np.arange(ends[-1]) + np.repeat(self.ends[which] - ends[:-1], sizes)
        return Rows(ends, self.ids[taken], self.values[taken])


@dataclass(frozen=True)
class Lexicon:
    """The runs that count and their weights; keys : uint64 (f,), idf : float32 (f,)."""

    keys: Keys
    idf: Floats
    slots: Keys
    numbers: Ints

    @classmethod
    def of(cls, keys: Keys, idf: Floats) -> "Lexicon":
        return cls(keys, idf, *index(keys))

    def rows(self, texts: Sequence[str], scales: Floats = SCALES) -> Rows:
        """The weights of each message, two threads beside each other; scales : float32 (4,), lengths of the views."""
        codes, bounds = joined(texts)
        cuts = range(0, max(1, len(texts)), PIECE)

        def piece(start: int) -> tuple[Longs, Ints, Floats]:
            part = bounds[start : start + PIECE + 1]
            return _rows(codes, part, alphabet(), HEAD, self.slots, self.numbers, self.idf, scales)

        found = spread(piece, cuts)
        ends = [np.zeros(1, np.int64)]
        for part, _, _ in found:
            ends.append(part[1:] + ends[-1][-1])
        return Rows(np.concatenate(ends), np.concatenate([f[1] for f in found]), np.concatenate([f[2] for f in found]))


def learn_lexicon(texts: Sequence[str], most: int) -> Lexicon:
    """The runs that stand in at least two messages, the most frequent first, `most` of them at most.

    Frequent first, so that the weights used most lie together in memory.
    """
    codes, bounds = joined(texts)
    keys, count = _seen(codes, bounds, alphabet(), HEAD)
    kept = np.flatnonzero(count >= 2)
    kept = kept[np.lexsort((keys[kept], -count[kept]))][:most]
    idf = (np.log((1 + len(texts)) / (1 + count[kept])) + 1).astype(np.float32)
    return Lexicon.of(keys[kept], idf)
