"""How far a full count has come, by area, and who is not done yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, Q, QuerySet, Value, When

from lianxin.access.may import MAY
from lianxin.access.models import Account, Grant
from lianxin.kit.scope import Scope
from lianxin.places import queries as places
from lianxin.places.models import SEGMENT, Area, AreaSpan, Site
from lianxin.registry.models import OrganisationSpan
from lianxin.registry.queries.places import UNKNOWN, AreaName, area_names
from lianxin.rules.catalogue import target_of
from lianxin.rules.lookup import language, params_on, read_rule
from lianxin.rules.where import RuleWhere
from lianxin_methods.rules.text import sentence

from ..models import CountSet

PAGE = 50
TASK = "reach.record_visits"


@dataclass(frozen=True, slots=True)
class CountLine:
    """A full count in the list of counts."""

    id: int
    code: str
    name: str
    due_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class AimLine:
    """One of the things to be done, in words and as a rule."""

    position: int
    name: str
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Done:
    """How many of an area's organisations one thing is done for. Three-valued: unknown is not done, and said apart."""

    done: int
    unknown: int
    of: int

    @property
    def rest(self) -> int:
        return self.of - self.done

    @property
    def share(self) -> float | None:
        return self.done / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class AreaProgress:
    """A row of the progress table. depth : 0 for the area looked at."""

    id: int
    name: str
    of: int
    done: tuple[Done, ...]
    may_open: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """A full count on a day: the areas looked at together, and those right below."""

    day: date
    aims: tuple[AimLine, ...]
    whole: AreaProgress
    areas: tuple[AreaProgress, ...]
    crumbs: tuple[tuple[str, int], ...]

    @property
    def done(self) -> tuple[tuple[AimLine, Done], ...]:
        """Each aim with how many it is done for in all."""
        return tuple(zip(self.aims, self.whole.done, strict=True))


@dataclass(frozen=True, slots=True)
class PendingFilter:
    """Which organisations: what stands in the address. aim : position of what is not done yet, 0 for all."""

    aim: int = 0
    area: int = 0

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "PendingFilter":
        aim, area = asked.get("aim", ""), asked.get("area", "")
        return cls(
            int(aim) if aim.isdigit() and len(aim) < 3 else 0, int(area) if area.isdigit() and len(area) < 18 else 0
        )

    def address(self, **changes: Any) -> str:
        changed = replace(self, **changes)
        return urlencode({k: v for k, v in (("aim", changed.aim), ("area", changed.area)) if v})


@dataclass(frozen=True, slots=True)
class PendingLine:
    """An organisation of the count with what is done and what is not; None is unknown."""

    id: int
    name: str
    credit_code: str
    address: str
    area: AreaName
    site: str
    headcount: int | None
    league_members: int | None
    done: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page of the list. `page` counts from 1; `following` is 0 on the last."""

    lines: tuple[PendingLine, ...]
    count: int
    page: int
    following: int


def count_lines() -> list[CountLine]:
    """Open counts first, then the closed ones."""
    rows = CountSet.objects.order_by("closed_on", "pk")
    found = [CountLine(c.pk, c.code, _called(c), c.due_on, c.closed_on) for c in rows]
    return sorted(found, key=lambda c: c.closed_on is not None)


def first_open() -> CountSet | None:
    """The count that the tabs lead to."""
    return CountSet.objects.filter(closed_on=None).order_by("pk").first()


def _called(row: Any) -> str:
    return str(row.name_en or row.name) if language() == "en" else str(row.name)


class Reading:
    """The rules of a count, read for a day: at most five queries whatever their number."""

    def __init__(self, count_set: CountSet, day: date) -> None:
        target = target_of("counted")
        vocabulary, params = target.vocabulary(), params_on(day)
        columns = target.columns(day)

        def where(text: str) -> RuleWhere:
            return RuleWhere(read_rule(text, vocabulary, params), vocabulary, day, columns)

        self.universe = where(count_set.universe)
        stored = list(count_set.aims.order_by("position"))
        self.rules = tuple(where(aim.rule) for aim in stored)
        speech = language()
        self.aims = tuple(
            AimLine(
                aim.position,
                _called(aim),
                aim.rule,
                sentence(read_rule(aim.rule, vocabulary, params), vocabulary, speech),
            )
            for aim in stored
        )
        self.universe_sentence = sentence(read_rule(count_set.universe, vocabulary, params), vocabulary, speech)

    def spans(self, scope: Scope, area: int = 0) -> QuerySet[OrganisationSpan]:
        """Those that the count is about, within the scope, in an area or everywhere."""
        spans: QuerySet[OrganisationSpan] = OrganisationSpan.objects.within(scope).on(scope.day).filter(self.universe)
        if area:
            path = AreaSpan.objects.on(scope.day).filter(area=area).values_list("path", flat=True)
            spans = spans.filter(area__in=Area.objects.below(*path, day=scope.day).values("pk"))
        return spans


def progress(reading: Reading, scope: Scope, area: int = 0) -> Progress:
    """Numerator, denominator and unknown of every aim: one query over the organisations, three over areas."""
    spans = reading.spans(scope, area).order_by()
    truths = spans.annotate(**{f"t{n}": rule for n, rule in enumerate(reading.rules)})
    counted = truths.values("area").annotate(
        of=Count("pk"),
        **{f"done{n}": Count("pk", filter=Q(**{f"t{n}": True})) for n in range(len(reading.rules))},
        **{f"unknown{n}": Count("pk", filter=Q(**{f"t{n}": None})) for n in range(len(reading.rules))},
    )
    rows: dict[int, dict[str, int]] = {row["area"]: {**row} for row in counted}  # type: ignore[dict-item]
    return _rolled_up(reading, scope, area, rows)


def _rolled_up(reading: Reading, scope: Scope, area: int, rows: dict[int, dict[str, int]]) -> Progress:
    day, aims = scope.day, len(reading.rules)
    paths = dict(AreaSpan.objects.on(day).filter(area__in=rows).values_list("area", "path"))
    top = places.area_line(area, day) if area else None
    tops = [top.path] if top else list(scope.area_paths)
    depth = min((len(path) for path in tops), default=0) + SEGMENT
    below: dict[str, list[dict[str, int]]] = {}
    for pk, row in rows.items():
        below.setdefault(paths.get(pk, "")[:depth], []).append(row)
    shown = {path: int(path[-SEGMENT:], 36) for path in below if len(path) == depth}
    names = places.names(shown.values(), day)
    inside = set(AreaSpan.objects.on(day).filter(parent__in=shown.values()).values_list("parent", flat=True))
    areas = [_summed(pk, names.get(pk, ""), below[path], aims, pk in inside) for path, pk in shown.items()]
    worst = sorted(areas, key=lambda a: (sum(d.share or 0.0 for d in a.done), a.id))
    whole = _summed(area, top.name if top else "", list(rows.values()), aims, False)
    steps = [a for a in places.ancestors(top.path, day) if _reached(a.path, scope)] if top else []
    return Progress(day, reading.aims, whole, tuple(worst), tuple((a.name, a.id) for a in steps))


def _reached(path: str, scope: Scope) -> bool:
    return any(path.startswith(top) for top in scope.area_paths)


def _summed(pk: int, name: str, rows: list[dict[str, int]], aims: int, may_open: bool) -> AreaProgress:
    of = sum(row["of"] for row in rows)
    done = (Done(sum(r[f"done{n}"] for r in rows), sum(r[f"unknown{n}"] for r in rows), of) for n in range(aims))
    return AreaProgress(pk, name, of, tuple(done), may_open)


def pending(reading: Reading, scope: Scope, chosen: PendingFilter) -> QuerySet[OrganisationSpan]:
    """Organisations of the count that lack what is asked about, neighbours together."""
    spans = reading.spans(scope, chosen.area)
    rules = reading.rules
    if 0 < chosen.aim <= len(rules):
        done = Case(When(rules[chosen.aim - 1], then=Value(1)), default=Value(0))
        spans = spans.annotate(is_done=done).filter(is_done=0)
    return spans.order_by("area", "site", "address", "organisation")


def pending_page(reading: Reading, scope: Scope, chosen: PendingFilter, page: int = 1) -> PendingPage:
    """One page of those not done: five queries."""
    found = pending(reading, scope, chosen)
    count, start = found.count(), (page - 1) * PAGE
    lines = _lines(reading, found, start, start + PAGE, scope.day)
    return PendingPage(tuple(lines), count, page, page + 1 if start + PAGE < count else 0)


def every_pending(reading: Reading, scope: Scope, chosen: PendingFilter, batch: int = 2000) -> Iterator[PendingLine]:
    """All of them, for an export, in batches."""
    found, start = pending(reading, scope, chosen), 0
    while lines := _lines(reading, found, start, start + batch, scope.day):
        yield from lines
        start += batch


def _lines(reading: Reading, found: QuerySet[OrganisationSpan], start: int, end: int, day: date) -> list[PendingLine]:
    judged = found.annotate(**{f"t{n}": rule for n, rule in enumerate(reading.rules)})
    spans: list[Any] = list(judged[start:end])
    areas = area_names({s.area_id for s in spans}, day)
    sites = dict(Site.objects.filter(pk__in={s.site_id for s in spans if s.site_id}).values_list("pk", "name"))
    return [
        PendingLine(
            id=s.organisation_id,
            name=s.name,
            credit_code=s.credit_code,
            address=s.address,
            area=areas.get(s.area_id, UNKNOWN),
            site=sites.get(s.site_id or 0, ""),
            headcount=s.headcount,
            league_members=s.league_members,
            done=tuple(_truth(getattr(s, f"t{n}")) for n in range(len(reading.rules))),
        )
        for s in spans
    ]


def _truth(value: Any) -> bool | None:
    return None if value is None else bool(value)


def officers(scope: Scope) -> list[tuple[int, str]]:
    """Who may be sent on visits: accounts with such a grant inside the scope, by name."""
    roles = MAY.get(TASK, frozenset({"subdistrict_officer", "community_officer"}))
    held = Grant.objects.on(scope.day).filter(role__in=roles)
    mine = held.filter(pk__in=Grant.objects.within(scope).values("pk")).values("account")
    return list(Account.objects.filter(pk__in=mine, left_on=None).order_by("label").values_list("pk", "label"))
