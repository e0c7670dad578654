"""Longitude and latitude between WGS 84 and the two Chinese map datums.

GCJ-02 shifts WGS 84 by a smooth field of up to about 600 m inside China; BD-09 shifts GCJ-02 once more.
The shift has no closed inverse: it is inverted by fixed-point iteration to 1e-9 degrees (0.1 mm).
Source: the formula as published in open map software (for instance eviltransform, MIT); constants of the Krasovsky
1940 ellipsoid. Verified against published pairs in tests/methods/test_geodesy.py.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
TOLERANCE_DEG = 1e-9
_AXIS_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
_Shift = Callable[[FloatArray], FloatArray]


class UnknownDatum(ValueError):
    """A datum that is not one of DATUMS."""


def to_wgs84(points: FloatArray, datum: str) -> FloatArray:
    """Convert points of a datum to WGS 84.

    points : float (n, 2), degrees, longitude first. Points outside China (a rough box) are returned as they are,
    since GCJ-02 does not shift them.
    Raises UnknownDatum.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if datum == "wgs84":
        return points.copy()
    if datum == "gcj02":
        return _inverse(gcj02_from_wgs84, points)
    if datum == "bd09":
        return _inverse(gcj02_from_wgs84, _inverse(bd09_from_gcj02, points))
    raise UnknownDatum(datum)


def from_wgs84(points: FloatArray, datum: str) -> FloatArray:
    """Convert WGS 84 points to a datum. Raises UnknownDatum."""
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if datum == "wgs84":
        return points.copy()
    if datum == "gcj02":
        return gcj02_from_wgs84(points)
    if datum == "bd09":
        return bd09_from_gcj02(gcj02_from_wgs84(points))
    raise UnknownDatum(datum)


def gcj02_from_wgs84(points: FloatArray) -> FloatArray:
    """GCJ-02 of WGS 84 points, float (n, 2)."""
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY_2) / magic**1.5
    parallel_m = _AXIS_M / np.sqrt(magic) * np.cos(phi)
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    shift = np.stack([east / parallel_m, north / meridian_m], axis=1) * (180.0 / np.pi)
    moved: FloatArray = points + np.where(inside[:, None], shift, 0.0)
    return moved


def bd09_from_gcj02(points: FloatArray) -> FloatArray:
    """BD-09 of GCJ-02 points, float (n, 2)."""
    lon, lat = points[:, 0], points[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return np.stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006], axis=1)


def _inverse(shift: _Shift, points: FloatArray) -> FloatArray:
    """The points that `shift` moves onto `points`."""
    guess = points.copy()
    for _ in range(30):
        miss = shift(guess) - points
        guess = guess - miss
        if not miss.size or np.abs(miss).max() < TOLERANCE_DEG:
            break
    return guess


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Length of a degree of longitude and of latitude at a latitude, for short distances."""
    phi = np.radians(lat)
    return float(111412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi)), float(111132.92 - 559.82 * np.cos(2 * phi))
