"""Groups: read published estimates of their size; say which bodies take their people in."""

import hashlib
from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit import workbook
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area, AreaSpan
from lianxin.registry.imports.fields import plain
from lianxin.registry.models import Body
from lianxin.trail.operations import record

from ..models import Group, GroupBody, GroupEstimate, GroupLoad

COLUMNS = {
    "group": ("群体", "群体名称", "类别", "人群", "group"),
    "area": ("区域", "街道", "社区", "区域名称", "区划代码", "区域代码", "地区", "area", "areacode", "areaname"),
    "year": ("年份", "年度", "统计年份", "year"),
    "people": ("人数", "估计人数", "规模", "数量", "总人数", "people", "number", "estimate"),
    "margin": ("误差", "误差范围", "正负", "区间半宽", "margin", "marginoferror"),
}
NEEDED = ("group", "area", "year", "people")
LARGEST = 50_000_000
MOST_FAULTS = 500


class ColumnMissing(Refused):
    text = _("The column “%(name)s” is missing. Needed are group, area, year and number of people.")


class GroupCodeTaken(Refused):
    text = _("A group with the code “%(code)s” exists already.")


@transaction.atomic
def add_group(*, code: str, name: str, actor: Actor, at: datetime, name_en: str = "") -> Group:
    """People without an employer who are counted together. Raises GroupCodeTaken."""
    if Group.objects.filter(code=code).exists():
        raise GroupCodeTaken(code=code)
    made = Group.objects.create(code=code, name=name, name_en=name_en)
    record("reach.people_group.added", made, actor=actor, at=at)
    return made


def knows(header: str) -> bool:
    """Whether a header is one of ours."""
    return any(plain(header) in names for names in COLUMNS.values())


@transaction.atomic
def load_estimates(
    *, content: bytes, file_name: str, source: str, on: date, within: set[int], actor: Actor, at: datetime
) -> GroupLoad:
    """Read aggregate estimates: a row a group, area and year. What is there already with the same numbers stays.

    within : areas that whoever loads may speak of; rows about others are set aside, as are those that cannot be read.
    Raises what `workbook.read` raises, ColumnMissing.
    """
    table = workbook.read(content, knows=knows)
    at_column: dict[str, str] = {}
    for i, header in enumerate(table.headers):
        for code, names in COLUMNS.items():
            if plain(header) in names:
                at_column.setdefault(code, f"c{i}")
    for code in NEEDED:
        if code not in at_column:
            raise ColumnMissing(name=COLUMNS[code][0])
    load = GroupLoad.objects.create(
        file_name=file_name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        source=source,
        loaded_at=at,
        loaded_by=actor.label,
    )
    reader = _Reader(on, within)
    counts: Counter[str] = Counter(rows=table.frame.height)
    for cells in table.frame.to_dicts():
        written = {code: (cells[column] or "").strip() for code, column in at_column.items()}
        fault = reader.fault(written)
        if fault:
            reader.faults.append({"row": int(cells["row"]), "fault": fault, "written": _said(written, fault)})
        else:
            counts[_keep(reader, load)] += 1
    counts["set_aside"] = len(reader.faults)
    load.counts, load.faults = dict(counts), reader.faults[:MOST_FAULTS]
    load.save(update_fields=["counts", "faults"])
    record("reach.groups.loaded", load, actor=actor, at=at, digest=load.digest, **counts)
    return load


def _said(written: dict[str, str], fault: str) -> str:
    return written.get(fault.split("_")[0], "")[:40]


class _Reader:
    """Reads rows one after the other; `value` is the last good one."""

    def __init__(self, day: date, within: set[int]) -> None:
        self.day = day
        self.within = within
        self.faults: list[dict[str, Any]] = []
        self.seen: set[tuple[int, int, int]] = set()
        self.value: tuple[int, int, int, int, int | None] = (0, 0, 0, 0, None)
        self.groups: dict[str, int] = {}
        for group in Group.objects.all():
            self.groups |= dict.fromkeys((group.code, group.name, group.name_en.lower()), group.pk)
        self.areas: dict[str, set[int]] = {}
        spans = AreaSpan.objects.on(day).filter(area__scheme__is_primary=True)
        for pk, code, name in spans.values_list("area", "area__code", "name"):
            self.areas.setdefault(code, set()).add(pk)
            self.areas.setdefault(name, set()).add(pk)

    def fault(self, written: dict[str, str]) -> str:
        """Empty where the row is good."""
        group = self.groups.get(written["group"]) or self.groups.get(written["group"].lower())
        if not group:
            return "group_unknown"
        area = self._area(written["area"])
        if area is None:
            return "area_unknown"
        if area not in self.within:
            return "area_outside"
        year, people, margin = (_number(written.get(name, "")) for name in ("year", "people", "margin"))
        if year is None or not 1990 <= year <= self.day.year:
            return "year_wrong"
        if people is None or people > LARGEST:
            return "people_wrong"
        if written.get("margin") and (margin is None or margin > max(people, 1)):
            return "margin_wrong"
        if (group, area, year) in self.seen:
            return "area_twice"
        self.seen.add((group, area, year))
        self.value = (group, area, year, people, margin)
        return ""

    def _area(self, text: str) -> int | None:
        found = self.areas.get(text, set())
        return next(iter(found)) if len(found) == 1 else None


def _number(text: str) -> int | None:
    """A whole number as people write it: "1,200人", "约1200", "±80"."""
    import unicodedata

    plain_text = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").lstrip("约±")
    plain_text = plain_text.removesuffix("人").removesuffix("年").removesuffix(".0")
    return int(plain_text) if plain_text.isascii() and plain_text.isdigit() and len(plain_text) < 12 else None


def _keep(reader: _Reader, load: GroupLoad) -> str:
    group, area, year, people, margin = reader.value
    there = GroupEstimate.objects.select_for_update().filter(group=group, area=area, year=year).first()
    if there is None:
        GroupEstimate.objects.create(group_id=group, area_id=area, year=year, people=people, margin=margin, load=load)
        return "new"
    if (there.people, there.margin) == (people, margin):
        return "unchanged"
    there.people, there.margin, there.load = people, margin, load
    there.save(update_fields=["people", "margin", "load"])
    return "changed"


@transaction.atomic
def take_in(*, body: Body, group: Group, day: date, actor: Actor, at: datetime) -> GroupBody:
    """From the day on the body takes in people of the group; it did so for another one until then."""
    for row in GroupBody.objects.select_for_update().filter(body=body, valid_until=None):
        if row.group_id == group.pk:
            return row
        row.valid_until = max(day, row.valid_from)
        row.save(update_fields=["valid_until"])
    made = GroupBody.objects.create(body=body, group=group, valid_from=day)
    record("reach.group.taken_in", body, actor=actor, at=at, day=day.isoformat(), group=group.pk)
    return made


def areas_within(paths: tuple[str, ...], day: date) -> set[int]:
    """Ids of the areas at or below the paths."""
    return set(Area.objects.below(*paths, day=day).values_list("pk", flat=True))
