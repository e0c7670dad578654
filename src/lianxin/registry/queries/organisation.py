"""One organisation on a day, with all that hangs on it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from lianxin.kit.scope import Scope
from lianxin.places.models import Site
from lianxin.trail.queries import EntryLine, history

from ..models.body import Term
from ..models.contract import CollectiveContract
from ..models.imports import Import, seen_on
from ..models.organisation import Agreement, Organisation, OrganisationSpan, Visit
from ..models.person import Membership
from ..words import BODY_KINDS, CONTRACT_KINDS, VISIT_OUTCOMES, word
from .organisations import OrganisationLine, _lines, bodies_covering


@dataclass(frozen=True, slots=True)
class CoveringBody:
    """A body that covers the organisation on the day."""

    id: int
    name: str
    line: str
    kind: str
    members: int
    """Members who declared to work here."""
    term_until: date | None
    """When its running term ends; None where no term runs."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is declared of it beyond the line."""

    site: str
    site_id: int | None
    women: int | None
    young_people: int | None
    league_members: int | None
    union_members: int | None
    closed_on: date | None
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class SpanLine:
    """One stretch of its history."""

    since: date
    until: date | None
    name: str
    headcount: int | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A collective contract on a day."""

    id: int
    kind: str
    number: str
    workers: int | None
    since: date
    until: date | None
    holds: bool


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """What the organisation agreed to do as a partner."""

    id: int
    scope: str
    since: date
    until: date | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class OrganisationDetail:
    """The page of one organisation."""

    day: date
    line: OrganisationLine
    facts: Facts
    bodies: tuple[CoveringBody, ...]
    visits: tuple[tuple[date, str], ...]
    agreements: tuple[AgreementLine, ...]
    contracts: tuple[ContractLine, ...]
    spans: tuple[SpanLine, ...]
    history: tuple[EntryLine, ...]
    merged_into: int | None
    """The record its history went on in, after a person merged the two."""

    @property
    def members(self) -> int:
        return sum(body.members for body in self.bodies)


def organisation_detail(pk: int, scope: Scope) -> OrganisationDetail | None:
    """The page of a record inside the scope on its day; a constant number of queries."""
    day, hidden = scope.day, Import.hidden()
    span = OrganisationSpan.objects.filter(seen_on(day, hidden), organisation=pk).within(scope).first()
    if span is None:
        return None
    visits = Visit.objects.filter(organisation=pk, visited_on__lte=day).order_by("-visited_on")[:20]
    agreements = Agreement.objects.filter(organisation=pk).order_by("-valid_from", "-pk")
    spans = OrganisationSpan.objects.filter(organisation=pk).exclude(born_in__in=hidden).order_by("-valid_from", "-pk")
    return OrganisationDetail(
        day=day,
        line=_lines([span], day, hidden)[0],
        facts=_facts(span),
        bodies=_bodies(pk, day, hidden),
        visits=tuple((on, word(VISIT_OUTCOMES, said)) for on, said in visits.values_list("visited_on", "outcome")),
        agreements=tuple(
            AgreementLine(
                a.pk, a.scope, a.valid_from, a.valid_until, a.valid_until is not None and a.valid_until <= day
            )
            for a in agreements[:20]
        ),
        contracts=_contracts(pk, day),
        spans=tuple(
            SpanLine(s.valid_from, s.valid_until, s.name, s.headcount, s.pk == span.pk)
            for s in spans[:50]
            if s.valid_until is None or s.valid_until > s.valid_from
        ),
        history=tuple(history("registry.organisation", pk)),
        merged_into=Organisation.objects.filter(pk=pk).values_list("merged_into", flat=True).first(),
    )


def _contracts(pk: int, day: date) -> tuple[ContractLine, ...]:
    """Collective contracts that hold on the day, then those before."""
    rows = CollectiveContract.objects.filter(organisation=pk, valid_from__lte=day).order_by("-valid_from", "-pk")[:20]
    lines = (
        ContractLine(
            row.pk,
            word(CONTRACT_KINDS, row.kind),
            row.number,
            row.workers,
            row.valid_from,
            row.valid_until,
            row.valid_until is None or row.valid_until > day,
        )
        for row in rows
    )
    return tuple(sorted(lines, key=lambda line: not line.holds))


def unions_of(pk: int, day: date) -> list[tuple[int, str]]:
    """Unions that cover the organisation on the day."""
    found = bodies_covering(pk, day, Import.hidden()).filter(body__line__code="union")
    return list(found.order_by("name").values_list("body", "name"))


def last_day(pk: int, day: date) -> date | None:
    """The day nearest to the one asked for on which the organisation was there; None where it never was."""
    spans = OrganisationSpan.objects.filter(organisation=pk, valid_from__lte=day).order_by("-valid_from", "-pk")
    for until in spans.exclude(born_in__in=Import.hidden()).values_list("valid_until", flat=True):
        return min(day, until - timedelta(days=1)) if until else day
    first = OrganisationSpan.objects.filter(organisation=pk).order_by("valid_from").first()
    return first.valid_from if first else None


def _facts(span: OrganisationSpan) -> Facts:
    site = Site.objects.filter(pk=span.site_id).first() if span.site_id else None
    return Facts(
        site=site.name if site else "",
        site_id=span.site_id,
        women=span.women,
        young_people=span.young_people,
        league_members=span.league_members,
        union_members=span.union_members,
        closed_on=span.closed_on,
        since=span.valid_from,
        until=span.valid_until,
    )


def _bodies(pk: int, day: date, hidden: list[int]) -> tuple[CoveringBody, ...]:
    spans = list(bodies_covering(pk, day, hidden).order_by("name", "body"))
    ids = [s.body_id for s in spans]
    terms = Term.objects.on(day, hidden).filter(body__in=ids)
    until = dict(terms.values_list("body", "valid_until"))
    held = Membership.objects.filter(Q(left_on=None) | Q(left_on__gt=day), body__in=ids, organisation=pk)
    held = held.filter(registered_on__lte=day)
    members = dict(held.values("body").annotate(n=Count("pk")).values_list("body", "n"))
    return tuple(
        CoveringBody(
            id=s.body_id,
            name=s.name,
            line=s.body.line.code,
            kind=word(BODY_KINDS, s.kind),
            members=members.get(s.body_id, 0),
            term_until=until.get(s.body_id),
        )
        for s in spans
    )
