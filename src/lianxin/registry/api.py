"""Organisations and bodies over the integration API: the queries of the pages, in the same scope."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field

from lianxin.kit.api import NO, Page, PageIn, paged, values_of
from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.kit.scope import Scope

from .queries.bodies import BodyFilter, BodyLine, body_detail, body_rows
from .queries.organisation import organisation_detail
from .queries.organisations import OrganisationFilter, OrganisationLine, organisation_rows
from .scoping import scope_on

router = Router()


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a null character")
    return text


Word = Annotated[str, AfterValidator(_without_nul), Field(max_length=100)]


class OrganisationsIn(PageIn):
    """Which organisations; empty fields do not filter."""

    on: date | None = Field(None, description="the day shown; today unless given")
    q: Word = Field("", description="any part of a name, code or address")
    area: int = Field(0, ge=0, lt=2**62, description="id of an area; everything below it")
    kind: Word = ""
    covered: Word = Field("", description="yes, no, a line such as `union`, or `-union` for not covered by it")
    band: Word = Field("", description="headcount: unknown, 1-24, 25-99, 100-199 or 200+")
    placed: Word = Field("", description="community, subdistrict or none")

    def chosen(self) -> OrganisationFilter:
        said = {name: str(getattr(self, name)) for name in ("q", "area", "kind", "covered", "band", "placed")}
        return OrganisationFilter.read(said, self.on or today())


class BodiesIn(PageIn):
    """Which bodies; empty fields do not filter."""

    on: date | None = Field(None, description="the day shown; today unless given")
    q: Word = Field("", description="any part of a name")
    area: int = Field(0, ge=0, lt=2**62, description="id of an area; everything below it")
    line: Word = ""
    form: Word = Field("", description="own, joint, site or area")
    term: Word = Field("", description="running or ended")

    def chosen(self) -> BodyFilter:
        said = {name: str(getattr(self, name)) for name in ("q", "area", "line", "form", "term")}
        return BodyFilter.read(said, self.on or today())


class OrganisationOut(Schema):
    """An organisation on a day."""

    id: int
    name: str
    credit_code: str
    kind: str
    address: str
    area: int
    area_code: str
    area_name: str
    placed: str
    headcount: int | None
    opened_on: date | None
    is_new_org: bool
    covered_by: list[str]


class CoveredByOut(Schema):
    """A body that covers an organisation."""

    id: int
    name: str
    line: str
    term_until: date | None


class OrganisationDetailOut(OrganisationOut):
    """An organisation with what covers it."""

    women: int | None
    young_people: int | None
    league_members: int | None
    union_members: int | None
    holds_from: date
    bodies: list[CoveredByOut]


class BodyOut(Schema):
    """A body on a day."""

    id: int
    name: str
    line: str
    kind: str
    form: str
    area: int
    area_code: str
    area_name: str
    covers: int
    term_until: date | None


def _scope(request: HttpRequest, act: str, day: date) -> Scope:
    return scope_on(request.actor, act, day)  # type: ignore[attr-defined]


def _organisation(line: OrganisationLine) -> dict[str, Any]:
    plain = ("id", "name", "credit_code", "kind", "address", "placed", "headcount", "opened_on", "is_new_org")
    place = {"area": line.area.id, "area_code": line.area.code, "area_name": line.area.name}
    return {**{name: getattr(line, name) for name in plain}, **place, "covered_by": list(line.lines)}


def _body(line: BodyLine) -> BodyOut:
    plain = {name: getattr(line, name) for name in ("id", "name", "line", "kind", "form", "covers", "term_until")}
    return BodyOut(**plain, area=line.area.id, area_code=line.area.code, area_name=line.area.name)


@router.get("/organisations", response={200: Page[OrganisationOut], **NO}, summary="Organisations by name")
@performs("registry.view_organisations")
def organisations(request: HttpRequest, asked: Query[OrganisationsIn]) -> Page[OrganisationOut]:
    chosen, after = asked.chosen(), values_of(asked.cursor, str, int)
    scope = _scope(request, "registry.view_organisations", chosen.day)
    rows = organisation_rows(chosen, scope, after=after, limit=asked.limit + 1)
    return paged(rows, asked.limit, lambda row: (row.name, row.id), lambda row: OrganisationOut(**_organisation(row)))


@router.get("/organisations/{pk}", response={200: OrganisationDetailOut, **NO}, summary="One organisation on a day")
@performs("registry.view_organisations")
def organisation(request: HttpRequest, pk: int, on: date | None = None) -> OrganisationDetailOut:
    day = on or today()
    detail = organisation_detail(pk, _scope(request, "registry.view_organisations", day)) if pk < 2**62 else None
    if detail is None:
        raise Http404
    counts = ("women", "young_people", "league_members", "union_members")
    return OrganisationDetailOut(
        **_organisation(detail.line),
        **{name: getattr(detail.facts, name) for name in counts},
        holds_from=detail.facts.since,
        bodies=[CoveredByOut(id=b.id, name=b.name, line=b.line, term_until=b.term_until) for b in detail.bodies],
    )


@router.get("/bodies", response={200: Page[BodyOut], **NO}, summary="Bodies by name")
@performs("registry.view_bodies")
def bodies(request: HttpRequest, asked: Query[BodiesIn]) -> Page[BodyOut]:
    chosen, after = asked.chosen(), values_of(asked.cursor, str, int)
    scope = _scope(request, "registry.view_bodies", chosen.day)
    rows = body_rows(chosen, scope, after=after, limit=asked.limit + 1)
    return paged(rows, asked.limit, lambda row: (row.name, row.id), _body)


@router.get("/bodies/{pk}", response={200: BodyOut, **NO}, summary="One body on a day")
@performs("registry.view_bodies")
def body(request: HttpRequest, pk: int, on: date | None = None) -> BodyOut:
    detail = body_detail(pk, _scope(request, "registry.view_bodies", on or today())) if pk < 2**62 else None
    if detail is None:
        raise Http404
    return _body(detail.line)
