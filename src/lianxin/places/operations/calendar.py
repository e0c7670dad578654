"""The yearly table of working days: reading and importing it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.kit.workbook import read
from lianxin.trail.operations import record

from ..models import CalendarDay

_HEADERS = {
    "day": {"day", "date", "日期", "日子", "时间"},
    "working": {"working", "is_working", "workday", "是否上班", "上班", "是否工作日", "工作日", "安排", "类型"},
    "name": {"name", "holiday", "名称", "节日", "假日", "节假日", "说明", "备注"},
}
_YES = {"yes", "y", "true", "1", "working", "是", "上班", "班", "工作日", "调休上班", "补班"}
_NO = {"no", "n", "false", "0", "holiday", "off", "否", "放假", "休", "休息", "节假日", "假日", "放假日"}
_DATE = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})")
_EXCEL_EPOCH = date(1899, 12, 30)


class ColumnsMissing(Refused):
    text = _("The table needs a column with the day and one that says whether it is worked (day, working, name).")


class CalendarRowAtFault(Refused):
    text = _("Row %(row)s cannot be read: “%(value)s”. Nothing was imported; mend it and choose the file again.")


class DayTwice(Refused):
    text = _("%(day)s is there twice with different answers. Nothing was imported.")


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A day of the table."""

    day: date
    is_working: bool
    name: str = ""


def read_calendar(content: bytes) -> list[CalendarRow]:
    """The days of a .csv or .xlsx file with the columns day, working, name (日期、是否上班、名称).

    Raises ColumnsMissing, CalendarRowAtFault, and the refusals of the workbook reader.
    """
    table = read(content, knows=lambda header: any(_heads(header, names) for names in _HEADERS.values()))
    columns: dict[str, str] = {}
    for number, header in enumerate(table.headers):
        for what, names in _HEADERS.items():
            if what not in columns and _heads(header, names):
                columns[what] = f"c{number}"
                break
    if not {"day", "working"} <= columns.keys():
        raise ColumnsMissing()
    rows = []
    for row in table.frame.iter_rows(named=True):
        day, working = (str(row[columns[c]] or "").strip() for c in ("day", "working"))
        if not day and not working:
            continue
        name = str(row[columns["name"]] or "").strip() if "name" in columns else ""
        rows.append(CalendarRow(_day(day, row["row"]), _works(working, row["row"]), name[:60]))
    return rows


def _heads(header: str, names: set[str]) -> bool:
    return header.strip().lower() in names


def _day(text: str, row: int) -> date:
    try:
        if text.isdigit() and len(text) == 5:
            return _EXCEL_EPOCH + timedelta(days=int(text))
        if text.isdigit() and len(text) == 8:
            return date.fromisoformat(text)
        found = _DATE.match(text)
        if found:
            return date(*(int(g) for g in found.groups()))
    except ValueError:
        pass
    raise CalendarRowAtFault(row=row, value=text)


def _works(text: str, row: int) -> bool:
    word = text.lower().removesuffix(".0")
    if word in _YES or word in _NO:
        return word in _YES
    raise CalendarRowAtFault(row=row, value=text)


@transaction.atomic
def import_calendar(
    *, rows: Sequence[CalendarRow], source: str, actor: Actor, at: datetime, jurisdiction: str = "CN"
) -> tuple[int, ...]:
    """Take over the tables of whole years; a year that is there already is replaced. Returns the years.

    Raises DayTwice.
    """
    table: dict[date, CalendarRow] = {}
    for row in rows:
        if table.setdefault(row.day, row).is_working != row.is_working:
            raise DayTwice(day=row.day.isoformat())
    years = tuple(sorted({day.year for day in table}))
    for year in years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        CalendarDay.objects.filter(jurisdiction=jurisdiction, day__gte=first, day__lte=last).delete()
    made = CalendarDay.objects.bulk_create(
        CalendarDay(
            jurisdiction=jurisdiction, day=row.day, is_working=row.is_working, name=row.name, source=source[:200]
        )
        for row in table.values()
    )
    if made:
        record("places.calendar.imported", made[0], actor=actor, at=at, years=list(years), days=len(made))
    return years
