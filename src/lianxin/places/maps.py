"""Maps: the outlines of areas on a day, real where they are known, schematic cells where not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from lianxin_methods.cells import FloatArray

from .geometry import draw_cells, frame_around, join, read_rings, write_geometry
from .models import Area, Shape
from .queries import AreaLine, area_line, area_lines


@dataclass(frozen=True, slots=True)
class Outline:
    """The land of an area, as rings."""

    rings: list[FloatArray]
    is_schematic: bool
    source: str


SCHEMATIC = "schematic"


def shapes(parent: Area | int, day: date, *, level: str = "", is_itself: bool = False) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of the areas right below one on a day, of those of a `level` below it, or of itself.

    WGS 84. Each feature has the area's id and the properties id, code, name, parent_id, is_schematic, source and cp
    (the label point). The member `is_schematic` of the collection says whether any outline is only schematic: then the
    page must say so. At most five queries, whatever the number of areas.
    """
    top = area_line(parent, day)
    if top is None:
        return _collection([])
    frame, lines = _frame_of(top, day)
    outlines = _outlines(frame, lines, day)
    wanted = (
        [line for line in lines if line.id == top.id]
        if is_itself
        else [
            line
            for line in lines
            if line.path.startswith(top.path)
            and line.id != top.id
            and (line.level == level if level else line.parent_id == top.id)
        ]
    )
    return _collection([_feature(line, outlines[line.id]) for line in wanted if line.id in outlines])


def _frame_of(top: AreaLine, day: date) -> tuple[AreaLine, list[AreaLine]]:
    """The nearest area at or above `top` that has an outline, and all areas in it: cells depend on their neighbours."""
    ids = Area.ids_of(top.path)
    framed = set(Shape.objects.on(day).filter(area__in=ids).values_list("area_id", flat=True))
    chosen = next((pk for pk in reversed(ids) if pk in framed), top.id)
    frame = top if chosen == top.id else area_line(chosen, day) or top
    return frame, area_lines(day, below=(frame.path,))


def _outlines(frame: AreaLine, lines: list[AreaLine], day: date) -> dict[int, Outline]:
    """The outline of every area in the frame that has one, own or drawn."""
    rows = Shape.objects.on(day).filter(area__in=[line.id for line in lines]).order_by("valid_from")
    outlines = {s.area_id: Outline(read_rings(s.geometry), s.is_schematic, s.source) for s in rows}
    leaves = [line for line in lines if not line.areas_inside and line.lon is not None and line.lat is not None]
    if any(leaf.id not in outlines for leaf in leaves):
        _draw(leaves, outlines, outlines.get(frame.id))
    inside: dict[int, list[int]] = defaultdict(list)
    for line in reversed(lines):  # tree order, so what lies in an area comes after it
        if line.id not in outlines and inside[line.id]:
            outlines[line.id] = _joined(outlines[pk] for pk in inside[line.id])
        if line.id in outlines and line.parent_id is not None:
            inside[line.parent_id].append(line.id)
    return outlines


def _draw(leaves: list[AreaLine], outlines: dict[int, Outline], frame: Outline | None) -> None:
    points = np.array([[leaf.lon, leaf.lat] for leaf in leaves], dtype=np.float64)
    rings = frame.rings if frame else frame_around(points)
    for leaf, cell in zip(leaves, draw_cells(points, rings), strict=True):
        if leaf.id not in outlines and cell:
            outlines[leaf.id] = Outline(cell, True, SCHEMATIC)


def _joined(parts: Iterable[Outline]) -> Outline:
    found = list(parts)
    rings = join([ring for part in found for ring in part.rings])
    schematic = any(part.is_schematic for part in found)
    return Outline(rings, schematic, SCHEMATIC if schematic else found[0].source)


def _feature(line: AreaLine, outline: Outline) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": line.id,
        "properties": {
            "id": line.id,
            "code": line.code,
            "name": line.name,
            "parent_id": line.parent_id,
            "is_schematic": outline.is_schematic,
            "source": outline.source,
            "cp": [line.lon, line.lat] if line.lon is not None else None,
        },
        "geometry": write_geometry(outline.rings),
    }


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    schematic = any(f["properties"]["is_schematic"] for f in features)
    return {"type": "FeatureCollection", "is_schematic": schematic, "features": features}
