"""Proposals as an officer reads them: who, where, why, and what has been decided."""

from dataclasses import dataclass
from datetime import date, datetime

from lianxin.kit.scope import Scope
from lianxin.places.models import Site
from lianxin.registry.models import BodySpan, Line, OrganisationSpan
from lianxin.registry.queries.places import UNKNOWN, AreaName, area_names
from lianxin.rules.lookup import language, params_on
from lianxin.rules.sources import source_words

from ..models import Proposal, ProposalMember
from ..operations.proposals import proposed_name

PAGE = 30


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal. `source` is where the threshold comes from."""

    id: int
    line: str
    line_name: str
    form: str
    place: str
    area: AreaName
    total: int
    least: int
    measure: str
    members: int
    source: str
    state: str
    reason: str
    decided_by: str
    decided_at: datetime | None
    body: int | None
    body_name: str
    suggested: str
    """A name for the body to begin with."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """An organisation of a proposal."""

    id: int
    name: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class ProposalPage:
    lines: tuple[ProposalLine, ...]
    count: int
    page: int
    following: int


def proposal_page(scope: Scope, *, line: str = "", state: str = "open", page: int = 1) -> ProposalPage:
    """Proposals in the scope, the largest first: seven queries."""
    found = Proposal.objects.within(scope).filter(state=state)
    found = found.filter(line=line) if line else found
    order = ("-total", "pk") if state == "open" else ("-decided_at", "-pk")
    count, start = found.count(), (page - 1) * PAGE
    rows = list(found.order_by(*order)[start : start + PAGE])
    return ProposalPage(tuple(_lines(rows, scope.day)), count, page, page + 1 if start + PAGE < count else 0)


def proposal_line(proposal: Proposal, day: date) -> ProposalLine:
    return _lines([proposal], day)[0]


def _lines(rows: list[Proposal], day: date) -> list[ProposalLine]:
    areas = area_names({p.area_id for p in rows}, day)
    sites = dict(Site.objects.filter(pk__in={p.site_id for p in rows if p.site_id}).values_list("pk", "name"))
    bodies = BodySpan.objects.on(day).filter(body__in={p.body_id for p in rows if p.body_id})
    called = dict(bodies.values_list("body", "name"))
    speech = language()
    lines = {x.code: x.name_en if speech == "en" else x.name for x in Line.objects.all()}
    members: dict[int, int] = {}
    for pk in ProposalMember.objects.filter(proposal__in=[p.pk for p in rows]).values_list("proposal", flat=True):
        members[pk] = members.get(pk, 0) + 1
    params = params_on(day)
    found = []
    for p in rows:
        area = areas.get(p.area_id, UNKNOWN)
        place = sites.get(p.site_id or 0, "") or area.name
        param = params.get(p.param)
        found.append(
            ProposalLine(
                id=p.pk,
                line=p.line,
                line_name=lines.get(p.line, p.line),
                form=p.form,
                place=place,
                area=area,
                total=p.total,
                least=p.least,
                measure=p.measure,
                members=members.get(p.pk, 0),
                source=source_words(param.source, param.article) if param else "",
                state=p.state,
                reason=p.reason,
                decided_by=p.decided_by,
                decided_at=p.decided_at,
                body=p.body_id,
                body_name=called.get(p.body_id or 0, ""),
                suggested=proposed_name(p, place),
            )
        )
    return found


def member_lines(proposal: Proposal, day: date) -> list[MemberLine]:
    """The organisations of a proposal, neighbours together: two queries."""
    counts = dict(ProposalMember.objects.filter(proposal=proposal).values_list("organisation", "count"))
    spans = OrganisationSpan.objects.on(day).filter(organisation__in=counts).order_by("address", "organisation")
    return [MemberLine(s.organisation_id, s.name, s.address, counts[s.organisation_id]) for s in spans]
