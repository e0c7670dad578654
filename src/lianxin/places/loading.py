"""Loading a whole scheme at once: a district or a country."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from .models import Area, AreaSpan, Scheme

BATCH = 5000


class AreasAtFault(Refused):
    text = _("The areas were not loaded: %(fault)s (%(code)s). Mend the list and load it again.")


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area to be: `parent` is the code of the area above, empty at the top."""

    code: str
    name: str
    parent: str
    level: str
    lon: float | None = None
    lat: float | None = None


def read_rows(path: Path) -> Iterator[AreaRow]:
    """Rows of a .csv file with the columns code, name, parent, level and, where known, lon and lat (WGS 84).

    Lines that start with # are remarks. Raises AreasAtFault.
    """
    with path.open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(line for line in source if not line.startswith("#")):
            if not row.get("code") or not row.get("name") or not row.get("level"):
                raise AreasAtFault(fault=_("code, name or level is missing"), code=row.get("code") or "?")
            lon, lat = (float(row[c]) if row.get(c) else None for c in ("lon", "lat"))
            yield AreaRow(row["code"], row["name"], row.get("parent") or "", row["level"], lon, lat)


LEVEL_NAMES = {
    "province": ("省", "Province"),
    "city": ("市", "City"),
    "district": ("区", "District"),
    "subdistrict": ("街道", "Subdistrict"),
    "community": ("社区", "Community"),
    "village": ("村", "Village"),
    "grid": ("网格", "Grid"),
}


def open_scheme(*, code: str, name: str, levels: list[str], lies_in: str = "", source: str = "") -> Scheme:
    """The scheme with a code; made if it is not there, and primary if it is the first.

    levels : level codes from the top down; words for those not in LEVEL_NAMES are the codes themselves.
    """
    words = [{"code": c, "zh": LEVEL_NAMES.get(c, (c, c))[0], "en": LEVEL_NAMES.get(c, (c, c))[1]} for c in levels]
    is_first = not Scheme.objects.filter(is_primary=True).exists()
    given = {"name": name, "levels": words, "lies_in": lies_in, "source": source, "is_primary": is_first}
    return Scheme.objects.get_or_create(code=code, defaults=given)[0]


@transaction.atomic
def load_areas(*, scheme: Scheme, rows: Iterable[AreaRow], on: date, actor: Actor, at: datetime) -> int:
    """Add the areas of a scheme, valid from `on`, in any order; returns how many.

    Parents may be among the rows or in the scheme already. Raises AreasAtFault for a code that is there twice, a
    parent that nobody knows, a circle, or a level that the scheme has not.
    """
    ordered = _parents_first(list(rows), scheme)
    known = _known(scheme, on)
    areas = Area.objects.bulk_create([Area(scheme=scheme, code=r.code) for r in ordered], batch_size=BATCH)
    spans = []
    for row, area in zip(ordered, areas, strict=True):
        parent_id, above = known[row.parent] if row.parent else (None, "")
        known[row.code] = (area.pk, above + area.segment)
        spans.append(
            AreaSpan(
                area_id=area.pk,
                name=row.name,
                level=row.level,
                parent_id=parent_id,
                path=known[row.code][1],
                lon=row.lon,
                lat=row.lat,
                valid_from=on,
            )
        )
    AreaSpan.objects.bulk_create(spans, batch_size=BATCH)
    record("places.scheme.loaded", scheme, actor=actor, at=at, areas=len(spans), on=on.isoformat())
    return len(spans)


def _known(scheme: Scheme, on: date) -> dict[str, tuple[int, str]]:
    """Code -> (id, path) of the areas that the scheme has on the day."""
    spans = AreaSpan.objects.on(on).filter(area__scheme=scheme).values_list("area__code", "area_id", "path")
    return {code: (pk, path) for code, pk, path in spans}


def _parents_first(rows: list[AreaRow], scheme: Scheme) -> list[AreaRow]:
    """The rows with every parent before its children, checked."""
    by_code = {r.code: r for r in rows}
    there = set(Area.objects.filter(scheme=scheme).values_list("code", flat=True))
    levels = {level["code"] for level in scheme.levels}
    if len(by_code) < len(rows) or there & by_code.keys():
        twice = there & by_code.keys() or {r.code for r in rows if by_code[r.code] is not r}
        raise AreasAtFault(fault=_("a code is there twice"), code=min(twice))
    depth: dict[str, int] = {}
    for row in rows:
        if levels and row.level not in levels:
            raise AreasAtFault(fault=_("the scheme has no level “%(level)s”") % {"level": row.level}, code=row.code)
        _measure(row, by_code, there, depth)
    return sorted(rows, key=lambda r: depth[r.code])


def _measure(row: AreaRow, by_code: dict[str, AreaRow], there: set[str], depth: dict[str, int]) -> None:
    """Put the depth of a row and of all rows above it into `depth`."""
    chain: list[str] = []
    here: AreaRow | None = row
    while here is not None and here.code not in depth:
        if here.code in chain:
            raise AreasAtFault(fault=_("it lies under itself"), code=row.code)
        chain.append(here.code)
        if here.parent and here.parent not in by_code and here.parent not in there:
            raise AreasAtFault(fault=_("nobody knows the area above"), code=here.code)
        here = by_code.get(here.parent)
    start = depth[here.code] + 1 if here else 0
    for number, code in enumerate(reversed(chain)):
        depth[code] = start + number
