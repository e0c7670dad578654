"""Reads of areas: trees, names, what became of an area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext

from lianxin.kit.actor import Actor
from lianxin.kit.search import Hit
from lianxin.kit.waiting import WaitingLine

from .former import Former, read_former
from .models import SEGMENT, Area, AreaSpan, AreaSuccession, CalendarDay, Scheme, Site


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area as it is on a day."""

    id: int
    code: str
    name: str
    level: str
    parent_id: int | None
    path: str
    lon: float | None
    lat: float | None
    areas_inside: int = 0

    @property
    def depth(self) -> int:
        """Steps from the top of its scheme, 0 for the top."""
        return len(self.path) // SEGMENT - 1


@dataclass(frozen=True, slots=True)
class SpanLine:
    """What an area was called and where it hung over some days."""

    name: str
    level: str
    parent_id: int | None
    parent_name: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class SuccessionLine:
    """A step in which one area went over into another."""

    on: date
    kind: str
    id: int
    code: str
    name: str


def primary_scheme() -> Scheme | None:
    """The scheme that scopes, imports and figures use."""
    return Scheme.objects.filter(is_primary=True).first()


def area_lines(day: date, *, below: tuple[str, ...] = (), scheme: Scheme | None = None) -> list[AreaLine]:
    """All areas of a scheme on a day, or those at or below the paths, in the order of a tree by code: one query."""
    spans = AreaSpan.objects.on(day)
    if scheme is not None:
        spans = spans.filter(area__scheme=scheme)
    if below:
        spans = spans.filter(area__in=Area.objects.below(*below, day=day))
    rows = spans.values_list("area_id", "area__code", "name", "level", "parent_id", "path", "lon", "lat")
    return _in_tree_order([AreaLine(*row) for row in rows])


def _in_tree_order(lines: list[AreaLine]) -> list[AreaLine]:
    ids = {line.id for line in lines}
    inside: dict[int | None, list[AreaLine]] = {}
    for line in sorted(lines, key=lambda x: x.code, reverse=True):
        inside.setdefault(line.parent_id if line.parent_id in ids else None, []).append(line)
    ordered, waiting = [], list(inside.get(None, ()))
    while waiting:
        line = waiting.pop()
        children = inside.get(line.id, [])
        ordered.append(_counted(line, len(children)))
        waiting += children
    return ordered


def _counted(line: AreaLine, inside: int) -> AreaLine:
    here = (line.id, line.code, line.name, line.level, line.parent_id, line.path, line.lon, line.lat)
    return AreaLine(*here, areas_inside=inside)


def area_line(area: Area | int, day: date) -> AreaLine | None:
    """One area on a day; None if it does not exist then."""
    pk = area if isinstance(area, int) else area.pk
    rows = AreaSpan.objects.on(day).filter(area=pk)
    row = rows.values_list("area_id", "area__code", "name", "level", "parent_id", "path", "lon", "lat").first()
    return AreaLine(*row) if row else None


def children(area: Area | int | None, day: date) -> list[AreaLine]:
    """The areas right below one on a day (the tops of all schemes for None), by code."""
    pk = area.pk if isinstance(area, Area) else area
    rows = AreaSpan.objects.on(day).filter(parent=pk).order_by("area__code")
    return [
        AreaLine(*row)
        for row in rows.values_list("area_id", "area__code", "name", "level", "parent_id", "path", "lon", "lat")
    ]


def ancestors(path: str, day: date) -> list[AreaLine]:
    """The areas along a path on a day, the top first, the area itself last."""
    rows = AreaSpan.objects.on(day).filter(area__in=Area.ids_of(path))
    lines = rows.values_list("area_id", "area__code", "name", "level", "parent_id", "path", "lon", "lat")
    return sorted((AreaLine(*row) for row in lines), key=lambda x: len(x.path))


def names(ids: Iterable[int], day: date) -> dict[int, str]:
    """Area -> its name on the day; a former area has its last name before it."""
    spans = AreaSpan.objects.filter(area__in=set(ids), valid_from__lte=day).order_by("valid_from", "pk")
    return dict(spans.values_list("area_id", "name"))


def site_points(area: int, day: date) -> dict[int, tuple[float, float]]:
    """Site of an area on a day -> where it is, WGS 84; those without coordinates are left out."""
    sites = Site.objects.on(day).filter(area=area, lon__isnull=False, lat__isnull=False).order_by("pk")
    return {
        pk: (lon, lat) for pk, lon, lat in sites.values_list("pk", "lon", "lat") if lon is not None and lat is not None
    }


def area_by_code(code: str, scheme: Scheme | None = None) -> Area | None:
    """The area with a code in a scheme, the primary one unless told otherwise."""
    scheme = scheme or primary_scheme()
    return Area.objects.filter(scheme=scheme, code=code).first() if scheme else None


def history(area: Area) -> list[SpanLine]:
    """All rows of an area, the latest first."""
    spans = list(AreaSpan.objects.filter(area=area).exclude(valid_from=F("valid_until")).order_by("-valid_from", "-pk"))
    parents = {s.parent_id for s in spans if s.parent_id}
    called = (
        AreaSpan.objects.filter(area__in=parents).order_by("valid_from").values_list("area_id", "valid_from", "name")
    )
    lines = []
    for span in spans:
        then = [name for pk, since, name in called if pk == span.parent_id and since <= span.valid_from]
        until = span.valid_until
        lines.append(SpanLine(span.name, span.level, span.parent_id, (then or [""])[-1], span.valid_from, until))
    return lines


def successors(area: Area) -> list[SuccessionLine]:
    """Into which areas one went over."""
    return _steps(AreaSuccession.objects.filter(old=area).values_list("on_day", "kind", "new_id", "new__code"))


def predecessors(area: Area) -> list[SuccessionLine]:
    """Which areas went over into one."""
    return _steps(AreaSuccession.objects.filter(new=area).values_list("on_day", "kind", "old_id", "old__code"))


def _steps(rows: Iterable[tuple[date, str, int, str]]) -> list[SuccessionLine]:
    found = list(rows)
    called = names([pk for _, _, pk, _ in found], date.max)
    return sorted(
        (SuccessionLine(on, kind, pk, code, called.get(pk, code)) for on, kind, pk, code in found),
        key=lambda x: (x.on, x.code),
        reverse=True,
    )


def successor_on(area: Area, day: date) -> Area | None:
    """The one area that is there for another on a day: itself, or the one it went over into; None if unclear."""
    found = read_former(area.scheme, day).successor(area.pk)
    return Area.objects.filter(pk=found).first() if found is not None else None


def home_on(area: Area, day: date) -> Area | None:
    """Where facts that hang on an area belong on a day: see `homes_on`."""
    home = homes_on([area], day)[area.pk]
    return Area.objects.filter(pk=home).first() if home is not None else None


def homes_on(areas: Iterable[Area], day: date) -> dict[int, int | None]:
    """Area -> where facts that hang on it belong on a day, so that every sum above it stays what it was.

    Itself while it is there; the one area it went over into; after a split, or if it ended without a successor, the
    lowest area above that holds all of it: there they wait to be placed. None only if nothing of that is left.
    """
    homes: dict[int, int | None] = {}
    formers: dict[int, Former] = {}
    for area in areas:
        former = formers.setdefault(area.scheme_id, read_former(area.scheme, day))
        homes[area.pk] = _home(area.pk, former, day)
    return homes


def _home(area: int, former: Former, day: date) -> int | None:
    found = former.successors(area)
    if len(found) == 1:
        return next(iter(found))
    if found:
        shared = frozenset.intersection(*(former.above_now[pk] for pk in found))
        return max(shared, key=lambda pk: len(former.above_now.get(pk, ())), default=None)
    last = AreaSpan.objects.filter(area=area, valid_from__lte=day).order_by("-valid_from", "-pk").first()
    return _home(last.parent_id, former, day) if last and last.parent_id else None


def search(actor: Actor, text: str, day: date, limit: int) -> list[Hit]:
    """Areas and sites by name, within what the actor may see: four queries at most."""
    scope = actor.scope("places.view_areas", day)
    here = Area.objects.within(scope)
    spans = AreaSpan.objects.on(day).filter(area__in=here, name__icontains=text).select_related("area", "parent")
    found = list(spans.order_by("path")[:limit])
    above = names([s.parent_id for s in found if s.parent_id], day)
    hits = [
        Hit(
            gettext("Area"),
            "map-pin",
            s.name,
            above.get(s.parent_id or 0, ""),
            reverse("places:area", args=[s.area_id]),
        )
        for s in found
    ]
    sites = Site.objects.within(actor.scope("places.view_sites", day)).on(day).filter(name__icontains=text)
    return hits + [
        Hit(gettext("Site"), "building", s.name, s.address, reverse("places:site", args=[s.pk]))
        for s in sites.order_by("name", "pk")[: limit - len(hits)]
    ]


def waiting_lines(actor: Actor, day: date) -> list[WaitingLine]:
    """The calendar of this year, and from December on that of the next, where its table is missing: one query."""
    if not actor.may("places.import_calendar", day):
        return []
    years = (day.year, day.year + 1) if day.month == 12 else (day.year,)
    there = set(CalendarDay.objects.filter(day__year__in=years).values_list("day__year", flat=True))
    return [
        WaitingLine(
            kind=gettext("Calendar"),
            icon="calendar",
            title=gettext("The working days of %(year)s are missing") % {"year": year},
            detail=gettext("Without the State Council's table, holidays count as worked and deadlines fall too early."),
            verb=gettext("Import the table"),
            url=reverse("places:import_calendar"),
        )
        for year in years
        if year not in there
    ]
