"""The map and the time line as SVG drawn by the server: they work without script, print, and carry real links."""

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianxin.places import maps
from lianxin.places.queries import site_points

CLASSES = 5
WIDTH = 560.0
_drawn: "OrderedDict[tuple[object, ...], Drawing]" = OrderedDict()
KEEP = 64


@dataclass(frozen=True, slots=True)
class Outline:
    """One area on the map: its path in SVG units and the place of its name."""

    area: int
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A site on the map, in SVG units."""

    site: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map without its colours: the lowest areas, the edges of those between, and the size of the picture.

    Of a lowest area: its own edge, and its sites as marks.
    """

    width: float
    height: float
    cells: tuple[Outline, ...]
    edges: tuple[Outline, ...]
    is_schematic: bool
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One day on the time line, in SVG units; y is None where there is no value."""

    x: float
    y: float | None


def drawing(area: int, day: date, levels: Sequence[str], edition: object) -> Drawing:
    """The map below an area, kept for as long as `edition` (the snapshot's number) is the same.

    levels : level codes of what lies right below, then further down; the last that exists is coloured. Without any,
        the area itself is drawn with its sites.
    """
    key = (area, day, tuple(levels), edition)
    if key not in _drawn:
        _drawn[key] = _draw(area, day, levels) if levels else _draw_sites(area, day)
        while len(_drawn) > KEEP:
            _drawn.popitem(last=False)
    _drawn.move_to_end(key)
    return _drawn[key]


def forget() -> None:
    """Drop what this process keeps; for tests, which use the same numbers again."""
    _drawn.clear()


def _draw(area: int, day: date, levels: Sequence[str]) -> Drawing:
    collections = [maps.shapes(area, day, level=level) for level in levels]
    filled = [c for c in collections if c["features"]]
    if not filled:
        return Drawing(WIDTH, 0, (), (), False)
    rings = [ring for f in filled[-1]["features"] for ring in _rings(f["geometry"])]
    project, height = _projection(rings)
    edges = filled[0]["features"] if len(filled) > 1 else []
    return Drawing(
        WIDTH,
        height,
        tuple(_outline(f, project) for f in filled[-1]["features"]),
        tuple(_outline(f, project) for f in edges),
        any(bool(c["is_schematic"]) for c in filled),
    )


def _draw_sites(area: int, day: date) -> Drawing:
    found = maps.shapes(area, day, is_itself=True)
    points = site_points(area, day)
    rings = [ring for f in found["features"] for ring in _rings(f["geometry"])]
    frame = rings + [[[lon, lat] for lon, lat in points.values()]] if points else rings
    if not rings or not any(frame):
        return Drawing(WIDTH, 0, (), (), False)
    project, height = _projection(frame)
    marks = (Mark(site, *project(point)) for site, point in points.items())
    edges = tuple(_outline(f, project) for f in found["features"])
    return Drawing(WIDTH, height, (), edges, bool(found["is_schematic"]), tuple(marks))


def _rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def _projection(rings: list[list[list[float]]]) -> tuple[Any, float]:
    """Equirectangular at the middle latitude, scaled to WIDTH, with a margin; and the height that results."""
    lons = [p[0] for ring in rings for p in ring]
    lats = [p[1] for ring in rings for p in ring]
    west, east, south, north = min(lons), max(lons), min(lats), max(lats)
    squeeze = math.cos(math.radians((south + north) / 2))
    margin = 6.0
    scale = (WIDTH - 2 * margin) / max((east - west) * squeeze, 1e-9)

    def project(point: Sequence[float]) -> tuple[float, float]:
        x = margin + (point[0] - west) * squeeze * scale
        return round(x, 1), round(margin + (north - point[1]) * scale, 1)

    return project, round((north - south) * scale + 2 * margin, 1)


def _outline(feature: dict[str, Any], project: Any) -> Outline:
    rings = _rings(feature["geometry"])
    parts = ["M" + "L".join(f"{x},{y}" for x, y in map(project, ring[:-1])) + "Z" for ring in rings if len(ring) > 3]
    longest = max(rings, key=len)
    place = feature["properties"].get("cp") or [sum(p[i] for p in longest) / len(longest) for i in (0, 1)]
    x, y = project(place)
    return Outline(int(feature["id"]), feature["properties"]["name"], "".join(parts), x, y)


def class_limits(values: Iterable[float], unit: str) -> list[float]:
    """Up to four limits between five classes: quantiles, rounded so that they can be printed, none twice."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return []
    step = {"percent": 0.005, "ratio": 0.05}.get(unit) or max(
        1.0, 10 ** math.floor(math.log10(max(ordered[-1], 1)) - 1)
    )
    picked = [ordered[int(len(ordered) * i / CLASSES)] for i in range(1, CLASSES)]
    return sorted({round(round(value / step) * step, 4) for value in picked} - {0.0})


def class_of(value: float, limits: Sequence[float]) -> int:
    """1 to 5: the class a value falls into; a value on a limit is in the class above it."""
    return 1 + sum(value >= limit for limit in limits)


def line(values: Sequence[float | None], width: float, height: float) -> tuple[list[Point], float, float]:
    """Points of a time line, and the lowest and highest value of its axis (a cut axis: the page says so)."""
    known = [v for v in values if v is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    spread = max(high - low, abs(high) * 0.01, 0.01 if high <= 1 else 1.0)
    low, high = max(0.0, low - spread * 0.25), high + spread * 0.25
    slot = width / max(len(values), 1)
    points = [
        Point(round(slot * (i + 0.5), 1), None if v is None else round(height - (v - low) / (high - low) * height, 1))
        for i, v in enumerate(values)
    ]
    return points, low, high
