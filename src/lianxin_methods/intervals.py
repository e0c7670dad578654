"""Intervals of shares."""

import math

from lianxin_methods.result import Estimate

Z = 1.959963984540054


def wilson(hits: int, n: int) -> Estimate:
    """A share with its 95 % interval. Source: Wilson (1927), without continuity correction. ValueError without n."""
    if not 0 <= hits <= n or not n:
        raise ValueError("a share needs 0 <= hits <= n and n > 0")
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Estimate(share, max(middle - half, 0.0), min(middle + half, 1.0), 0.95, n, "intervals.wilson/1")
