"""Outlines of areas: import from GeoJSON, and what becomes of them when areas are joined or divided."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record
from lianxin_methods.geodesy import DATUMS

from ..geometry import Geometry, ShapeAtFault, draw_cells, join, read_rings, write_geometry
from ..models import Area, AreaSpan, Scheme, Shape
from ..names import UPPER_ENDINGS, community_base, subdistrict_key, tidy
from .spans import ChangedSince


class NotGeoJson(Refused):
    text = _("This file is not a GeoJSON FeatureCollection. Export the outlines as GeoJSON and try again.")


class DatumUnknown(Refused):
    text = _("Say in which datum the coordinates are: wgs84, gcj02 or bd09. Maps in China are mostly in gcj02.")


class NothingMatched(Refused):
    text = _("None of the %(number)s outlines carries the code or the name of an area that exists on %(day)s.")


@dataclass(frozen=True, slots=True)
class ShapesImported:
    """What an import of outlines did."""

    matched: int
    unmatched: tuple[str, ...]
    """Names or codes of features that fit no area, or more than one."""
    faults: tuple[str, ...]
    """Why an outline that fits an area was left out."""


def read_features(text: str) -> list[dict[str, Any]]:
    """The features of a GeoJSON text. Raises NotGeoJson."""
    try:
        content = json.loads(text)
    except ValueError:
        raise NotGeoJson() from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) and f.get("geometry") for f in features):
        raise NotGeoJson()
    return features


@transaction.atomic
def import_shapes(
    *, scheme: Scheme, features: Sequence[dict[str, Any]], datum: str, on: date, source: str, actor: Actor, at: datetime
) -> ShapesImported:
    """Give areas their outlines from a day on; schematic cells give way to them.

    A feature belongs to the area whose code one of its properties is, or whose name, if only one bears it.
    Raises DatumUnknown, NothingMatched, ChangedSince.
    """
    if datum not in DATUMS:
        raise DatumUnknown()
    find = _finder(scheme, on)
    found: dict[int, Geometry] = {}
    unmatched, faults = [], []
    for feature in features:
        properties = feature.get("properties") or {}
        label = str(properties.get("name") or properties.get("code") or feature.get("id") or "?")
        area = find(feature)
        if area is None or area in found:
            unmatched.append(label)
            continue
        try:
            found[area] = write_geometry(read_rings(feature["geometry"], name=label, datum=datum))
        except ShapeAtFault as fault:
            faults.append(fault.sentence)
    if not found:
        raise NothingMatched(number=len(features), day=on.isoformat())
    set_shapes(found, on=on, source=source, is_schematic=False)
    record("places.shapes.imported", scheme, actor=actor, at=at, on=on.isoformat(), shapes=len(found), datum=datum)
    return ShapesImported(len(found), tuple(unmatched), tuple(faults))


def set_shapes(geometries: dict[int, Geometry], *, on: date, source: str, is_schematic: bool) -> None:
    """Close the outlines that areas have and open new ones. Raises ChangedSince for an outline of a later day."""
    there = Shape.objects.filter(area__in=geometries)
    later = there.filter(valid_from__gt=on).order_by("valid_from").first()
    if later is not None:
        raise ChangedSince(name=later.area.code, day=later.valid_from.isoformat())
    there.filter(valid_from=on).delete()
    there.filter(valid_until=None).update(valid_until=on)
    Shape.objects.bulk_create(
        Shape(area_id=area, geometry=geometry, is_schematic=is_schematic, source=source[:200], valid_from=on)
        for area, geometry in geometries.items()
    )


def _finder(scheme: Scheme, on: date) -> Callable[[dict[str, Any]], int | None]:
    """A function from a feature to the id of its area, or None."""
    codes: dict[str, int] = {}
    bearers: defaultdict[str, set[int]] = defaultdict(set)
    spans = AreaSpan.objects.on(on).filter(area__scheme=scheme)
    for area, code, name in spans.values_list("area_id", "area__code", "name"):
        codes[code] = area
        for spelling in _spellings(name):
            bearers[spelling].add(area)

    def find(feature: dict[str, Any]) -> int | None:
        values = [feature.get("id"), *(feature.get("properties") or {}).values()]
        texts = [tidy(str(v)) for v in values if isinstance(v, str | int)]
        by_code = {codes[t] for t in texts if t in codes}
        if by_code:
            return next(iter(by_code)) if len(by_code) == 1 else None
        by_name = [bearers[s] for t in texts for s in _spellings(t) if s in bearers]
        single = {next(iter(areas)) for areas in by_name if len(areas) == 1}
        return next(iter(single)) if len(single) == 1 else None

    return find


def _spellings(name: str) -> set[str]:
    """Ways to write a name that say the same: 天安社区 for 天安社区居委会."""
    name = tidy(name)
    base = community_base(name)
    is_upper = name.endswith(UPPER_ENDINGS) and base == name
    return {name, subdistrict_key(name) or name} if is_upper or base == name else {name, base + "社区"}


def join_shapes(members: Sequence[Area], into: Area, on: date) -> None:
    """Let a joint area have the outline of its members taken together, if the outlines of all are known and real."""
    ids = {a.pk for a in members}
    rows = list(Shape.objects.filter(area__in=ids, valid_until=None, valid_from__lte=on, is_schematic=False))
    if {s.area_id for s in rows} != ids:
        return
    rings = join([ring for s in rows for ring in read_rings(s.geometry)])
    Shape.objects.filter(pk__in=[s.pk for s in rows if s.area_id != into.pk]).update(valid_until=on)
    set_shapes({into.pk: write_geometry(rings)}, on=on, source=rows[0].source, is_schematic=False)


def divide_shape(old: Area, parts: Sequence[Area], on: date) -> None:
    """Draw schematic cells inside the real outline of an area that was split, until real ones are imported."""
    row = Shape.objects.filter(area=old, valid_until=None, valid_from__lte=on, is_schematic=False).first()
    if row is None:
        return
    spans = {s.area_id: s for s in AreaSpan.objects.on(on).filter(area__in=parts)}
    points = np.array([[spans[p.pk].lon, spans[p.pk].lat] for p in parts], dtype=np.float64)
    if np.isnan(points).any():
        return
    drawn = draw_cells(points, read_rings(row.geometry))
    geometries = {p.pk: write_geometry(rings) for p, rings in zip(parts, drawn, strict=True) if rings}
    Shape.objects.filter(pk=row.pk).update(valid_until=on)
    set_shapes(geometries, on=on, source=row.source, is_schematic=True)
