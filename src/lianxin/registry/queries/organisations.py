"""Organisations as lists, one page and exports show them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianxin.kit.scope import Scope
from lianxin.places.models import Area, AreaSpan

from ..models.body import BodySpan, Covering, Line
from ..models.imports import Import, seen_on
from ..models.organisation import Organisation, OrganisationSpan
from ..search import Named, holding
from ..words import BANDS, ORGANISATION_KINDS, PLACED, word
from .places import UNKNOWN, AreaName, area_names

PAGE = 30
COUNT_UP_TO = 1000
NARROW = 5000
"""Up to so many rows of a scope are collected to look for a common text; beyond, rows are walked in their order."""


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Which organisations: what stands in the address of a list. Empty fields do not filter."""

    day: date
    q: str = ""
    area: int = 0
    kind: str = ""
    covered: str = ""
    """`yes` or `no`, or with a line: `union`, `-union`."""
    band: str = ""
    placed: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str], day: date) -> "OrganisationFilter":
        """From the address; what makes no sense is left out."""
        area = asked.get("area", "")
        return cls(
            day=day,
            q=asked.get("q", "").strip()[:100],
            area=int(area) if area.isdigit() and len(area) < 18 else 0,
            kind=_one_of(asked.get("kind", ""), ORGANISATION_KINDS),
            covered=asked.get("covered", "")[:21],
            band=_one_of(asked.get("band", ""), BANDS),
            placed=_one_of(asked.get("placed", ""), PLACED),
        )

    def address(self, *, today: date, **changes: Any) -> str:
        """The query part of the address of this list with some fields changed; empty ones and today are left out."""
        changed = replace(self, **changes)
        said = {f.name: getattr(changed, f.name) for f in fields(changed) if getattr(changed, f.name)}
        if changed.day == today:
            said.pop("day", None)
        return urlencode(said)


def _one_of(value: str, table: Mapping[str, object]) -> str:
    return value if value in table else ""


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One row of a list."""

    id: int
    name: str
    credit_code: str
    kind: str
    area: AreaName
    placed: str
    address: str
    headcount: int | None
    opened_on: date | None
    is_new_org: bool
    lines: tuple[str, ...]
    """Codes of the lines that cover it on the day."""

    @property
    def kind_word(self) -> str:
        return word(ORGANISATION_KINDS, self.kind)

    @property
    def placed_word(self) -> str:
        return word(PLACED, self.placed)


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """One page of a list. `after` starts the next page; empty on the last."""

    lines: tuple[OrganisationLine, ...]
    after: str
    count: int | None
    """How many there are, counted up to a thousand and one; None where counting would take longer than the list."""

    @property
    def is_more(self) -> bool:
        return self.count is None or self.count > COUNT_UP_TO


def organisations(
    chosen: OrganisationFilter, scope: Scope, hidden: list[int], named: Named | None, *, is_wide: bool = False
) -> QuerySet[OrganisationSpan]:
    """Spans that hold on the day, lie within the scope and answer the filter; `named` from `search.holding`."""
    spans = OrganisationSpan.objects.filter(seen_on(chosen.day, hidden)).within(scope, is_wide=is_wide)
    if named is not None:
        spans = spans.filter(named.condition)
    if chosen.area:
        spans = spans.filter(**{"place__in" if is_wide else "area__in": _below(chosen.area, chosen.day).values("pk")})
    if chosen.kind:
        spans = spans.filter(kind=chosen.kind)
    if chosen.placed:
        spans = spans.filter(placed=chosen.placed)
    if chosen.band:
        spans = spans.filter(_band(chosen.band))
    if chosen.covered:
        spans = spans.filter(_covered(chosen.covered, chosen.day, hidden))
    return spans


def _below(area: int, day: date) -> "QuerySet[Area]":
    paths = AreaSpan.objects.on(day).filter(area=area).values_list("path", flat=True)
    return Area.objects.below(*paths, day=day)


def _band(band: str) -> Q:
    _name, low, high = BANDS[band]
    if band == "unknown":
        return Q(headcount__isnull=True)
    return Q(headcount__gte=low) & (Q(headcount__lte=high) if high is not None else Q())


def _covered(asked: str, day: date, hidden: list[int]) -> Q:
    held = Covering.objects.filter(seen_on(day, hidden))
    line = asked.removeprefix("-")
    if line not in ("yes", "no"):
        held = held.filter(body__line__code=line)
    if asked == "no" or asked.startswith("-"):
        return ~Q(Exists(held.filter(organisation=OuterRef("organisation"))))
    return Q(organisation__in=held.values("organisation"))


def after_key(spans: QuerySet[OrganisationSpan], name: str, organisation: int) -> QuerySet[OrganisationSpan]:
    """Rows behind (name, organisation) in the order of lists."""
    return spans.filter(name__gte=name).filter(Q(name__gt=name) | Q(organisation__gt=organisation))


def organisation_rows(
    chosen: OrganisationFilter, scope: Scope, *, after: tuple[str, int] | None = None, limit: int = PAGE
) -> list[OrganisationLine]:
    """Rows by name, at most `limit`: a constant number of queries, whatever their number."""
    rows, _none, hidden = _found(chosen, scope, after, limit, is_counted=False)
    return _lines(rows, chosen.day, hidden)


def organisation_page(
    chosen: OrganisationFilter, scope: Scope, *, after: tuple[str, int] | None = None, limit: int = PAGE
) -> OrganisationPage:
    """One page and a count that stops at a thousand: a constant number of queries."""
    rows, count, hidden = _found(chosen, scope, after, limit + 1)
    kept = rows[:limit]
    ahead = f"{kept[-1].organisation_id}:{kept[-1].name}" if len(rows) > limit else ""
    return OrganisationPage(tuple(_lines(kept, chosen.day, hidden)), ahead, count)


def _found(
    chosen: OrganisationFilter, scope: Scope, after: tuple[str, int] | None, limit: int, *, is_counted: bool = True
) -> tuple[list[OrganisationSpan], int | None, list[int]]:
    """Rows by name, how many there are, and the imports not seen yet.

    In a wide scope the names are walked in order and each row is checked; in a small one, or for a rare text, the few
    rows are collected and sorted.
    """
    hidden, named = Import.hidden(), holding("organisation", chosen.q, "organisation_id")
    is_rare = named is not None and named.is_rare
    everything = OrganisationFilter(chosen.day, area=chosen.area)
    narrow = COUNT_UP_TO if named is None else NARROW
    size = narrow + 1 if is_rare else _count(organisations(everything, scope, hidden, None), narrow)
    is_wide = size > narrow
    spans = organisations(chosen, scope, hidden, named, is_wide=is_wide)
    following = after_key(spans, *after) if after else spans
    rows = list(following.order_by("name", "organisation")[:limit])
    if chosen == everything:
        return rows, size, hidden
    if is_counted and (is_rare or not is_wide):
        return rows, _count(spans), hidden
    return rows, len(rows) if len(rows) < limit and not after else None, hidden


def _count(spans: QuerySet[OrganisationSpan], up_to: int = COUNT_UP_TO) -> int:
    return spans.order_by()[: up_to + 1].count()


def read_after(text: str) -> tuple[str, int] | None:
    """The (name, id) that `OrganisationPage.after` wrote; None for anything else."""
    number, _sign, name = text.partition(":")
    return (name, int(number)) if number.isdigit() and len(number) < 18 and "\0" not in name else None


def _lines(spans: Iterable[OrganisationSpan], day: date, hidden: list[int]) -> list[OrganisationLine]:
    rows = list(spans)
    names = area_names({s.area_id for s in rows}, day)
    covered = _lines_covering([s.organisation_id for s in rows], day, hidden)
    return [
        OrganisationLine(
            id=s.organisation_id,
            name=s.name,
            credit_code=s.credit_code,
            kind=s.kind,
            area=names.get(s.area_id, UNKNOWN),
            placed=s.placed,
            address=s.address,
            headcount=s.headcount,
            opened_on=s.opened_on,
            is_new_org=s.is_new_org,
            lines=tuple(sorted(covered.get(s.organisation_id, ()))),
        )
        for s in rows
    ]


def _lines_covering(organisations: list[int], day: date, hidden: list[int]) -> dict[int, set[str]]:
    rows = Covering.objects.filter(seen_on(day, hidden), organisation__in=organisations)
    found: dict[int, set[str]] = defaultdict(set)
    for organisation, line in rows.values_list("organisation", "body__line__code"):
        found[organisation].add(line)
    return found


def every_organisation(chosen: OrganisationFilter, scope: Scope, *, batch: int = 2000) -> Iterator[OrganisationLine]:
    """All rows that answer, by name, for an export: read in batches, so that memory stays flat."""
    after: tuple[str, int] | None = None
    while True:
        rows = organisation_rows(chosen, scope, after=after, limit=batch)
        yield from rows
        if len(rows) < batch:
            return
        after = (rows[-1].name, rows[-1].id)


def line_names() -> dict[str, tuple[str, str]]:
    """Line code -> its name in Chinese and English."""
    return {code: (zh, en) for code, zh, en in Line.objects.order_by("pk").values_list("code", "name", "name_en")}


def organisation_within(pk: int, scope: Scope) -> Organisation | None:
    """The record, if it exists on the scope's day inside the scope."""
    spans = OrganisationSpan.objects.filter(seen_on(scope.day)).within(scope)
    found = spans.filter(organisation=pk).select_related("organisation").first()
    return found.organisation if found else None


def bodies_covering(organisation: int, day: date, hidden: list[int]) -> "QuerySet[BodySpan]":
    """Spans on the day of the bodies that cover the organisation then."""
    held = Covering.objects.filter(seen_on(day, hidden), organisation=organisation)
    return BodySpan.objects.filter(seen_on(day, hidden), body__in=held.values("body")).select_related("body__line")
