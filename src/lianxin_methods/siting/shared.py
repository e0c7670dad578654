"""Who should share one body: neighbours cut into parts that each reach a threshold and stay below a ceiling."""

from collections.abc import Sequence
from math import ceil


def parts(counts: Sequence[int], least: int, most: int | None = None) -> list[list[int]]:
    """Positions of `counts` in parts of neighbours, each with a sum of at least `least`; empty where all are too few.

    counts : one a place, in the order of neighbours (a street, a corridor), each below `least`.
    most : what a part should not exceed; kept wherever parts of at least `least` allow it.
    Parts are as even as one walk along the order makes them: part k ends where the running sum passes k shares of
    the total. O(n).
    """
    total = sum(counts)
    if total < least or not counts:
        return []
    number = max(1, ceil(total / most)) if most else 1
    found = _cut(counts, total, number)
    while number > 1 and min(sum(counts[i] for i in part) for part in found) < least:
        number -= 1
        found = _cut(counts, total, number)
    return found


def _cut(counts: Sequence[int], total: int, number: int) -> list[list[int]]:
    found: list[list[int]] = [[]]
    running = 0
    for i, count in enumerate(counts):
        is_past = running * number >= total * len(found)
        if is_past and found[-1] and len(found) < number:
            found.append([])
        found[-1].append(i)
        running += count
    return found
