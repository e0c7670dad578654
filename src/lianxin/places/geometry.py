"""GeoJSON geometries and rings: reading, checking, converting, drawing cells."""

from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused
from lianxin_methods import cells, geodesy
from lianxin_methods.cells import FloatArray

Geometry = dict[str, Any]
DIGITS = 7
"""Decimals of a degree that are kept: a centimetre."""


class ShapeAtFault(Refused):
    text = _("The outline of “%(name)s” cannot be used: %(fault)s.")


def read_rings(geometry: Geometry, *, name: str = "", datum: str = "wgs84") -> list[FloatArray]:
    """The rings of a Polygon or MultiPolygon in WGS 84, land counter-clockwise and holes clockwise.

    Raises ShapeAtFault.
    """
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not coordinates:
        raise ShapeAtFault(name=name, fault=_("it is not a polygon"))
    rings = []
    for polygon in [coordinates] if kind == "Polygon" else coordinates:
        for number, raw in enumerate(polygon):
            ring = _ring(raw, name)
            rings.append(cells.wound(geodesy.to_wgs84(ring, datum), clockwise=number > 0))
    return rings


def _ring(raw: Any, name: str) -> FloatArray:
    try:
        ring = np.array([[float(p[0]), float(p[1])] for p in raw], dtype=np.float64)
    except (TypeError, ValueError, IndexError):
        raise ShapeAtFault(name=name, fault=_("a point is not a pair of numbers")) from None
    if len(ring) and (ring[0] == ring[-1]).all():
        ring = ring[:-1]
    if len(ring) < 3:
        raise ShapeAtFault(name=name, fault=_("a ring has fewer than three corners"))
    if not np.isfinite(ring).all() or (np.abs(ring) > [180.0, 90.0]).any():
        raise ShapeAtFault(name=name, fault=_("a point is not a longitude and a latitude in degrees"))
    if abs(cells.signed_area(ring)) < 1e-12:
        raise ShapeAtFault(name=name, fault=_("it has no surface"))
    return ring


def write_geometry(rings: list[FloatArray]) -> Geometry:
    """Rings as a GeoJSON geometry."""
    polygons = [[_closed(r) for r in polygon] for polygon in cells.polygons(rings)]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _closed(ring: FloatArray) -> list[list[float]]:
    points: list[list[float]] = np.round(ring, DIGITS).tolist()
    return [*points, points[0]]


def frame_around(points: FloatArray) -> list[FloatArray]:
    """A box around label points, where no outline is known."""
    low, high = points.min(axis=0), points.max(axis=0)
    edge = np.maximum((high - low) * 0.1, 0.005)
    (x1, y1), (x2, y2) = low - edge, high + edge
    return [np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]])]


def draw_cells(points: FloatArray, frame: list[FloatArray]) -> list[list[FloatArray]]:
    """Cells of label points inside the land of a frame: a list of rings for each point."""
    land = [r for r in frame if cells.signed_area(r) > 0]
    parts = [_cells(points.tobytes(), ring.tobytes()) for ring in land]
    return [[part[i] for part in parts if len(part[i]) >= 3] for i in range(len(points))]


@lru_cache(maxsize=64)
def _cells(points: bytes, ring: bytes) -> list[FloatArray]:
    return cells.cells(np.frombuffer(points).reshape(-1, 2), np.frombuffer(ring).reshape(-1, 2))


def join(rings: list[FloatArray]) -> list[FloatArray]:
    """The outlines of touching rings taken together."""
    return list(_join(tuple(r.tobytes() for r in rings)))


@lru_cache(maxsize=512)
def _join(rings: tuple[bytes, ...]) -> tuple[FloatArray, ...]:
    return tuple(cells.dissolve([np.frombuffer(r).reshape(-1, 2) for r in rings]))
