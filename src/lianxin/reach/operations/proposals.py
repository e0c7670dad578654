"""Proposals of shared bodies: look for them; a person founds the body, or dismisses the proposal with a reason.

A machine proposes; a person decides. Nothing here founds a body by itself, and nothing ranks people: organisations are
put together by where they stand and by the counts they declared.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.places.models import AreaSpan
from lianxin.registry.models import Body, BodySpan, Covering, Line, Organisation, OrganisationSpan
from lianxin.registry.operations import bodies
from lianxin.rules.lookup import params_on
from lianxin.trail.operations import record
from lianxin_methods.siting.shared import parts

from ..models import Founding, Proposal, ProposalMember
from .foundings import start_founding

REST = timedelta(days=180)
"""How long a place is left alone after somebody said no."""


class AlreadyDecided(Refused):
    text = _("Somebody decided on this proposal already. Open it again to see what became of it.")


class ReasonMissing(Refused):
    text = _("Please say why the proposal does not fit, so that it is not made again tomorrow.")


class NobodyChosen(Refused):
    text = _("Choose at least two organisations for a shared body.")


@dataclass(frozen=True, slots=True)
class Sharing:
    """How one line shares bodies: what is added up, to which threshold, and what such bodies are called."""

    line: str
    measure: str
    least: str
    most: str
    site_kind: str
    joint_kind: str
    title: str
    term_years: int


SHARING = (
    Sharing("union", "headcount", "union.committee_members", "", "building_union", "joint_union", "联合工会", 3),
    Sharing(
        "league",
        "league_members",
        "league.branch_members",
        "league.branch_most",
        "league_branch",
        "league_branch",
        "联合团支部",
        3,
    ),
)
BRANCH_MOST = 50
"""Where no parameter says how large a branch may grow (branch rules, article 4)."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A proposal about to be kept."""

    form: str
    area: int
    site: int | None
    part: int
    body: int | None
    total: int
    members: tuple[tuple[int, int], ...]

    @property
    def key(self) -> tuple[int, int | None, int]:
        return (self.area, self.site, self.part)


@transaction.atomic
def look_for_proposals(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Make the proposals of today: new ones open, changed ones follow, those without ground lapse.

    A place that was dismissed is left alone for half a year. Returns how many are new, kept and lapsed.
    """
    day, counts = day_of(at), {"new": 0, "kept": 0, "lapsed": 0}
    params = params_on(day)
    for sharing in SHARING:
        line = Line.objects.filter(code=sharing.line).first()
        if line is None or sharing.least not in params:
            continue
        least = int(params[sharing.least].value)  # type: ignore[arg-type]
        most = None
        if sharing.most:
            most = int(params[sharing.most].value) if sharing.most in params else BRANCH_MOST  # type: ignore[arg-type]
        found = list(_found(sharing, line, least, most, day))
        for name, number in _keep(sharing, least, found, day).items():
            counts[name] += number
    if subject := Line.objects.order_by("pk").first():
        record("reach.proposals.looked_for", subject, actor=actor, at=at, **counts)
    return counts


def _found(sharing: Sharing, line: Line, least: int, most: int | None, day: date) -> Iterable[_Found]:
    """Small organisations that no body of the line covers, by site, the others by community."""
    covered = Covering.objects.on(day).filter(organisation=OuterRef("organisation"), body__line=line)
    spans = OrganisationSpan.objects.on(day).filter(closed_on=None, placed="community").exclude(kind="union")
    small = spans.filter(**{f"{sharing.measure}__gt": 0, f"{sharing.measure}__lt": least}).filter(~Exists(covered))
    begun = Proposal.objects.filter(state="started", line=sharing.line).exclude(
        founding__step__in=("registered", "stopped")
    )
    small = small.exclude(organisation__in=ProposalMember.objects.filter(proposal__in=begun).values("organisation"))
    rows = small.order_by("area", "site", "address", "organisation")
    at_site: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    beside: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pk, count, area, site in rows.values_list("organisation", sharing.measure, "area", "site"):
        if site:
            at_site[area, site].append((pk, count))
        else:
            beside[area].append((pk, count))
    standing = _standing(line, day)
    for (area, site), members in sorted(at_site.items()):
        body = standing.get((area, site))
        if body:
            yield _Found("join", area, site, 1, body, sum(c for _pk, c in members), tuple(members))
        elif cut := parts([c for _pk, c in members], least, most):
            yield from _parts("site", area, site, members, cut)
        else:
            beside[area] += members
    for area, members in sorted(beside.items()):
        cut = parts([c for _pk, c in members], least, most)
        yield from _parts("joint", area, None, members, cut)


def _parts(
    form: str, area: int, site: int | None, members: Sequence[tuple[int, int]], cut: list[list[int]]
) -> Iterable[_Found]:
    for number, positions in enumerate(cut, 1):
        chosen = tuple(members[i] for i in positions)
        if len(chosen) > 1:
            yield _Found(form, area, site, number, None, sum(c for _pk, c in chosen), chosen)


def _standing(line: Line, day: date) -> dict[tuple[int, int], int]:
    """(area, site) -> the body of the line that stands there."""
    spans = BodySpan.objects.on(day).filter(body__line=line, form="site", site__isnull=False).order_by("-body")
    return {(area, site): body for area, site, body in spans.values_list("area", "site", "body") if site}


def _keep(sharing: Sharing, least: int, found: list[_Found], day: date) -> dict[str, int]:
    there = {(p.area_id, p.site_id, p.part): p for p in Proposal.objects.open().filter(line=sharing.line)}
    since = day - REST
    said_no = Proposal.objects.filter(line=sharing.line, state="dismissed", decided_at__date__gt=since)
    quiet = set(said_no.values_list("area", "site"))
    wanted = {f.key: f for f in found if (f.area, f.site) not in quiet}
    gone = [p.pk for key, p in there.items() if key not in wanted]
    Proposal.objects.filter(pk__in=gone).update(state="lapsed")
    made = [
        Proposal(
            line=sharing.line,
            measure=sharing.measure,
            param=sharing.least,
            least=least,
            found_on=day,
            **_facts(f),
        )
        for key, f in wanted.items()
        if key not in there
    ]
    made = Proposal.objects.bulk_create(made, batch_size=500)
    new = {(p.area_id, p.site_id, p.part): p.pk for p in made}
    kept = [p for key, p in there.items() if key in wanted]
    for proposal in kept:
        facts = _facts(wanted[proposal.area_id, proposal.site_id, proposal.part]) | {"least": least}
        if any(getattr(proposal, name) != value for name, value in facts.items()):
            Proposal.objects.filter(pk=proposal.pk).update(**facts)
    ProposalMember.objects.filter(proposal__in=[p.pk for p in kept]).delete()
    ids = new | {(p.area_id, p.site_id, p.part): p.pk for p in kept}
    ProposalMember.objects.bulk_create(
        (
            ProposalMember(proposal_id=ids[key], organisation_id=pk, count=count)
            for key, f in wanted.items()
            for pk, count in f.members
        ),
        batch_size=2000,
    )
    return {"new": len(made), "kept": len(kept), "lapsed": len(gone)}


def _facts(found: _Found) -> dict[str, object]:
    return {
        "form": found.form,
        "area_id": found.area,
        "site_id": found.site,
        "part": found.part,
        "body_id": found.body,
        "total": found.total,
    }


@transaction.atomic
def found_proposed(
    *,
    proposal: Proposal,
    organisations: Sequence[Organisation],
    name: str,
    day: date,
    actor: Actor,
    at: datetime,
    term_until: date | None = None,
) -> Body:
    """An officer decides: the body is founded, or the existing one covers the organisations chosen.

    term_until : given where it was elected already; without a term the body stands, and is not yet valid.
    Raises AlreadyDecided, NobodyChosen, and what `bodies.add_body` and `bodies.cover` raise.
    """
    found = _lock(proposal)
    if found.form == "join" and found.body is not None:
        if not organisations:
            raise NobodyChosen()
        body = found.body
        for organisation in organisations:
            bodies.cover(body=body, organisation=organisation, day=day, actor=actor, at=at)
    else:
        if len(organisations) < 2:
            raise NobodyChosen()
        body = _found_body(found, organisations, name, day, term_until, actor, at)
    _decide(found, "founded", actor, at, body=body)
    record("reach.proposal.founded", found, actor=actor, at=at, body=body.pk, organisations=len(organisations))
    return body


def _found_body(
    proposal: Proposal,
    organisations: Sequence[Organisation],
    name: str,
    day: date,
    term_until: date | None,
    actor: Actor,
    at: datetime,
) -> Body:
    sharing = next(s for s in SHARING if s.line == proposal.line)
    line = Line.objects.get(code=proposal.line)
    return bodies.add_body(
        line=line,
        day=day,
        actor=actor,
        at=at,
        covers=organisations,
        term_until=term_until,
        name=name,
        kind=sharing.site_kind if proposal.site_id else sharing.joint_kind,
        form="site" if proposal.site_id else "joint",
        parent=body_above(line, proposal.area_id, day),
        area=proposal.area,
        site=proposal.site,
    )


@transaction.atomic
def start_proposed(
    *,
    proposal: Proposal,
    organisations: Sequence[Organisation],
    name: str,
    day: date,
    actor: Actor,
    at: datetime,
    is_guarded: bool = True,
) -> Founding:
    """An officer decides to talk to them: a founding is started with the organisations chosen.

    Raises AlreadyDecided, NobodyChosen, and what `start_founding` raises.
    """
    found = _lock(proposal)
    if len(organisations) < 2:
        raise NobodyChosen()
    sharing = next(s for s in SHARING if s.line == found.line)
    line = Line.objects.get(code=found.line)
    made = start_founding(
        line=line,
        form="site" if found.site_id else "joint",
        kind=sharing.site_kind if found.site_id else sharing.joint_kind,
        name=name,
        area=found.area,
        day=day,
        actor=actor,
        at=at,
        site=found.site,
        upper=body_above(line, found.area_id, day),
        organisations=organisations,
        is_guarded=is_guarded,
    )
    found.founding = made
    _decide(found, "started", actor, at)
    record("reach.proposal.started", found, actor=actor, at=at, founding=made.pk, organisations=len(organisations))
    return made


def body_above(line: Line, area: int, day: date) -> Body | None:
    """The federation of the area, or of the nearest area above that has one."""
    span = AreaSpan.objects.on(day).filter(area=area).first()
    if span is None:
        return None
    way = [int(span.path[i : i + 5], 36) for i in range(0, len(span.path), 5)]
    spans = BodySpan.objects.on(day).filter(body__line=line, form="area", area__in=way).select_related("body")
    nearest = max(spans, key=lambda s: way.index(s.area_id), default=None)
    return nearest.body if nearest else None


def proposed_name(proposal: Proposal, place: str) -> str:
    """A name to begin with: the place and what the body is."""
    sharing = next(s for s in SHARING if s.line == proposal.line)
    number = f"第{'一二三四五六七八九十'[proposal.part - 1]}" if 1 < proposal.part <= 10 else ""
    return f"{place}{number}{sharing.title}"


@transaction.atomic
def dismiss_proposal(*, proposal: Proposal, reason: str, actor: Actor, at: datetime) -> None:
    """An officer decides that it does not fit. Raises AlreadyDecided, ReasonMissing."""
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonMissing()
    found = _lock(proposal)
    found.reason = reason[:200]
    _decide(found, "dismissed", actor, at)
    record("reach.proposal.dismissed", found, actor=actor, at=at)


def _lock(proposal: Proposal) -> Proposal:
    found = Proposal.objects.select_for_update().filter(pk=proposal.pk, state="open").first()
    if found is None:
        raise AlreadyDecided(proposal)
    return found


def _decide(proposal: Proposal, state: str, actor: Actor, at: datetime, body: Body | None = None) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor.label, at
    proposal.body = body or proposal.body
    proposal.save(update_fields=["state", "decided_by", "decided_at", "body", "founding", "reason"])
