"""What the pages of places show."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from lianxin.kit.dated import below
from lianxin.kit.scope import Scope

from . import queries
from .calendar import WorkingDays
from .models import Area, AreaSpan, CalendarDay, Scheme, Site
from .queries import AreaLine, SpanLine, SuccessionLine

SITES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class TreePage:
    """The areas that somebody sees on a day."""

    day: date
    lines: list[AreaLine]
    counts: dict[str, int]
    """Level as people call it -> number of areas."""
    source: str


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site in a list."""

    id: int
    name: str
    kind: str
    area_id: int
    area_name: str
    address: str
    networks: tuple[str, ...]
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class AreaPage:
    """An area on a day, with its history."""

    id: int
    code: str
    name: str
    day: date
    line: AreaLine | None
    above: list[AreaLine]
    inside: list[AreaLine]
    history: list[SpanLine]
    successors: list[SuccessionLine]
    predecessors: list[SuccessionLine]
    sites: list[SiteLine]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The days of a year that differ from Monday to Friday."""

    year: int
    days: list[tuple[date, bool, str]]
    source: str
    years: list[int]
    is_missing: bool


def tree_page(scope: Scope, day: date, language: str) -> TreePage:
    """The tree within a scope: four queries at most."""
    lines = queries.area_lines(day, below=scope.area_paths) if scope.area_paths else []
    schemes = {
        s.pk: s for s in Scheme.objects.filter(pk__in=Area.objects.below(*scope.area_paths, day=day).values("scheme"))
    }
    words = {w["code"]: w["zh" if language.startswith("zh") else "en"] for s in schemes.values() for w in s.levels}
    counts: dict[str, int] = {}
    for line in lines:
        word = words.get(line.level, line.level)
        counts[word] = counts.get(word, 0) + 1
    return TreePage(day, lines, counts, "；".join(s.source for s in schemes.values() if s.source))


def reached_area(pk: int, scope: Scope) -> Area | None:
    """An area that lies in the scope, now or when it was there last."""
    spans = AreaSpan.objects.filter(area=pk).filter(below(scope.area_paths))
    return Area.objects.filter(pk=pk, spans__in=spans).select_related("scheme").first()


def area_page(area: Area, scope: Scope, day: date) -> AreaPage:
    """All about one area on a day; what lies beside it is not shown beyond the scope."""
    line = queries.area_line(area, day)
    name = line.name if line else queries.names([area.pk], date.max).get(area.pk, area.code)
    above = queries.ancestors(line.path, day)[:-1] if line else []
    return AreaPage(
        area.pk,
        area.code,
        name,
        day,
        line,
        [x for x in above if x.path.startswith(scope.area_paths)],
        queries.children(area, day) if line else [],
        queries.history(area),
        queries.successors(area),
        queries.predecessors(area),
        site_lines(scope, day, area=area)[0],
    )


def site_lines(
    scope: Scope, day: date, *, area: Area | None = None, text: str = "", page: int = 1, size: int = SITES_A_PAGE
) -> tuple[list[SiteLine], bool]:
    """Sites within a scope, of an area and of a name, and whether there are more: three queries."""
    sites = Site.objects.within(scope).on(day)
    if area is not None:
        sites = sites.filter(area__in=[area.pk, *(s.id for s in queries.predecessors(area))])
    if text:
        sites = sites.filter(name__icontains=text)
    start = (page - 1) * size
    found = list(sites.order_by("name", "pk").prefetch_related("networks")[start : start + size + 1])
    called = queries.names([s.area_id for s in found], day)
    lines = [
        SiteLine(
            s.pk,
            s.name,
            s.kind,
            s.area_id,
            called.get(s.area_id, ""),
            s.address,
            tuple(n.name for n in s.networks.all()),
            s.valid_from,
            s.valid_until,
        )
        for s in found[:size]
    ]
    return lines, len(found) > size


def calendar_page(year: int, today: date) -> CalendarPage:
    """A year of the calendar: two queries."""
    rows = list(CalendarDay.objects.filter(day__year=year).order_by("day"))
    years = WorkingDays.read().years
    days = [(r.day, r.is_working, r.name) for r in rows]
    shown = sorted({*years, today.year, today.year + 1, year})
    return CalendarPage(year, days, rows[0].source if rows else "", shown, year not in years)


def address(path: str, **query: object) -> str:
    """A link that keeps the day and the text looked for."""
    kept = {k: v for k, v in query.items() if v not in ("", None)}
    return f"{path}?{urlencode(kept)}" if kept else path
