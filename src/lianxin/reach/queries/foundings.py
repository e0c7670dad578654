"""Foundings as the board, one page and Today show them: who may know of which is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.actor import Actor
from lianxin.kit.templatetags.lx import short_day
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.models import BodySpan, OrganisationSpan
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.queries.places import UNKNOWN, AreaName, area_names
from lianxin.registry.scoping import scope_on
from lianxin.registry.words import BODY_FORMS, BODY_KINDS, word

from ..clocks import Clocks, founding_due, in_working_days
from ..models import Founding, Handler
from ..words import FOUNDING_STEPS, STAGE

VIEW, DECIDE = "reach.view_foundings", "reach.decide_founding"
MOST = 300


@dataclass(frozen=True, slots=True)
class FoundingLine:
    """One founding in a list."""

    id: int
    name: str
    line: str
    form: str
    kind: str
    area: AreaName
    step: str
    since: date
    due_on: date | None
    working_days: int | None
    """How many are left where the clock counts them; null where it counts calendar days."""
    is_guarded: bool
    parties: int
    is_mine: bool
    """Whether the reader is one of its handlers."""

    @property
    def step_word(self) -> str:
        return word(FOUNDING_STEPS, self.step)

    @property
    def form_word(self) -> str:
        return word(BODY_FORMS, self.form)

    @property
    def kind_word(self) -> str:
        return word(BODY_KINDS, self.kind)

    @property
    def stage(self) -> int:
        return STAGE[self.step]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    asked_on: date
    answered_on: date
    is_approved: bool
    reason: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class FoundingDetail:
    """The page of one founding. Founders are counted for handlers only, and never named here."""

    line: FoundingLine
    upper: tuple[int, str] | None
    site: str
    why: str
    parties: tuple[tuple[int, int, str], ...]
    """Party, organisation, name."""
    handlers: tuple[tuple[int, str], ...]
    decisions: tuple[DecisionLine, ...]
    days: tuple[tuple[str, date], ...]
    """What was reached on which day, as codes of the steps."""
    founders: int | None
    group: int | None
    """How many founders, and how many of them in the group; None for those who may not know."""
    eligible: int | None
    present: int | None
    body: int | None
    stopped_because: str
    may_decide: bool


def seen_by(actor: Actor, day: date) -> QuerySet[Founding]:
    """The foundings an actor may know of.

    Handlers know theirs. Others who work for the area or the body above know those that are not guarded. A guarded
    one they know only from the request on, and only where they are the ones to answer it: in a firm of forty people
    to know that somebody founds a body is to know who, and what many officers read an employer hears. It is not even
    counted for others, because a count of one in a community says as much. The employer's side knows of none that
    concerns the employer, whatever else it may do.
    """
    mine = Founding.objects.handled_by(actor.id if actor.kind == "account" else 0)
    scope = scope_on(actor, VIEW, day)
    found = Q(pk__in=mine.values("pk")) | Q(pk__in=Founding.objects.within(scope).filter(is_guarded=False).values("pk"))
    if actor.may(DECIDE, day):
        found |= Q(pk__in=to_decide(actor, day).values("pk"))
    employers = scope.refs("organisation")
    seen = Founding.objects.filter(found)
    return seen.exclude(parties__organisation__in=employers) if employers else seen


def to_decide(actor: Actor, day: date) -> QuerySet[Founding]:
    """Requests that a body above within the actor's scope has to answer."""
    return Founding.objects.decided_within(scope_on(actor, DECIDE, day))


def founding_lines(actor: Actor, day: date, *, step: str = "", line: str = "") -> list[FoundingLine]:
    """Foundings the actor may know of, open ones first by urgency; a constant number of queries."""
    found = seen_by(actor, day)
    found = found.filter(step=step) if step else found.exclude(step__in=("registered", "stopped"))
    found = found.filter(line__code=line) if line else found
    rows = list(
        found.select_related("line").annotate(held=Count("parties", distinct=True)).order_by("begun_on", "pk")[:MOST]
    )
    lines = _lines(rows, actor, day)
    return sorted(lines, key=lambda row: (row.due_on or date.max, row.since))


def step_counts(actor: Actor, day: date) -> dict[str, int]:
    """How many foundings the actor may know of at each step."""
    rows = seen_by(actor, day).order_by().values("step").annotate(n=Count("pk", distinct=True))
    return {row["step"]: row["n"] for row in rows}


def _lines(rows: Sequence[Founding], actor: Actor, day: date) -> list[FoundingLine]:
    names = area_names({f.area_id for f in rows}, day)
    clocks = Clocks.on(day)
    mine = set(
        Handler.objects.filter(account=actor.id, until=None, founding__in=[f.pk for f in rows]).values_list(
            "founding", flat=True
        )
    )
    due = {f.pk: founding_due(clocks, f.step, f.since) for f in rows}
    return [
        FoundingLine(
            id=f.pk,
            name=f.name,
            line=f.line.code,
            form=f.form,
            kind=f.kind,
            area=names.get(f.area_id, UNKNOWN),
            step=f.step,
            since=f.since,
            due_on=due[f.pk],
            working_days=clocks.left(due[f.pk], day) if in_working_days(f.step) else None,
            is_guarded=f.is_guarded,
            parties=getattr(f, "held", 0),
            is_mine=f.pk in mine,
        )
        for f in rows
    ]


def founding_detail(pk: int, actor: Actor, day: date) -> FoundingDetail | None:
    """One founding the actor may know of."""
    row = (
        seen_by(actor, day)
        .filter(pk=pk)
        .select_related("line", "site")
        .annotate(held=Count("parties", distinct=True))
        .first()
    )
    if row is None:
        return None
    line = _lines([row], actor, day)[0]
    hidden = Import.hidden()
    upper = BodySpan.objects.filter(seen_on(day, hidden), body=row.upper_id).values_list("body", "name").first()
    firms = list(row.parties.order_by("pk").values_list("pk", "organisation"))
    spans = OrganisationSpan.objects.filter(seen_on(day, hidden), organisation__in=[o for _p, o in firms])
    names = dict(spans.values_list("organisation", "name"))
    handlers = row.handlers.filter(until=None).select_related("account").order_by("pk")
    counted = (
        row.founders.aggregate(all=Count("pk"), group=Count("pk", filter=~Q(part="member"))) if line.is_mine else {}
    )
    days = (
        ("talks", row.begun_on),
        ("preparing", row.prepared_on),
        ("submitted", row.submitted_on),
        ("approved", row.approved_on),
        ("elected", row.elected_on),
        ("registered", row.registered_on),
        ("stopped", row.stopped_on),
    )
    return FoundingDetail(
        line=line,
        upper=upper,
        site=row.site.name if row.site else "",
        why=row.why,
        parties=tuple((party, firm, names.get(firm, "")) for party, firm in firms),
        handlers=tuple((h.pk, h.account.label or h.account.username) for h in handlers),
        decisions=tuple(
            DecisionLine(d.asked_on, d.answered_on, d.is_approved, d.reason, d.answered_by)
            for d in row.decisions.order_by("answered_on", "pk")
        ),
        days=tuple((word(FOUNDING_STEPS, code), on) for code, on in days if on),
        founders=counted.get("all"),
        group=counted.get("group"),
        eligible=row.eligible,
        present=row.present,
        body=row.body_id,
        stopped_because=row.stopped_because,
        may_decide=actor.may(DECIDE, day) and not line.is_mine and to_decide(actor, day).filter(pk=pk).exists(),
    )


def under_way_at(organisation: int, actor: Actor, day: date) -> list[FoundingLine]:
    """Foundings of an organisation that the actor may know of."""
    found = seen_by(actor, day).filter(parties__organisation=organisation).exclude(step__in=("registered", "stopped"))
    return _lines(list(found.select_related("line").distinct()), actor, day)


WAITING_AT = ("talks", "preparing", "approved", "elected")


def founding_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Requests to answer, and the own foundings whose next step is due."""
    if actor.kind != "account" or not actor.may(VIEW, day):
        return []
    answer = to_decide(actor, day).exclude(pk__in=Founding.objects.handled_by(actor.id).values("pk"))
    asked = list(answer.select_related("line").order_by("submitted_on", "pk")[:10]) if actor.may(DECIDE, day) else []
    mine = Founding.objects.handled_by(actor.id).filter(step__in=WAITING_AT).select_related("line")
    found = [_request(f) for f in _lines(asked, actor, day)]
    own = sorted(_lines(list(mine[:MOST]), actor, day), key=lambda f: f.due_on or date.max)
    return found + [_next_step(f) for f in own[:10]]


def _request(row: FoundingLine) -> WaitingLine:
    return WaitingLine(
        kind=_("Founding"),
        icon="seeding",
        title=row.name,
        detail=_("%(area)s has been waiting for approval since %(day)s.")
        % {"area": row.area.full, "day": short_day(row.since)},
        verb=_("Answer the request"),
        url=reverse("reach:founding", args=[row.id]),
        due_on=row.due_on,
        in_working_days=row.working_days is not None,
        someone_waits=True,
        is_confidential=row.is_guarded,
    )


def _next_step(row: FoundingLine) -> WaitingLine:
    verbs = {
        "talks": _("Form the group"),
        "preparing": _("Ask for approval"),
        "approved": _("Record the election"),
        "elected": _("Register the body"),
    }
    return WaitingLine(
        kind=_("Founding"),
        icon="seeding",
        title=_("A founding under protection") if row.is_guarded else row.name,
        detail=f"{row.area.full} · {row.step_word}",
        verb=verbs[row.step],
        url=reverse("reach:founding", args=[row.id]),
        due_on=row.due_on,
        in_working_days=row.working_days is not None,
        is_confidential=row.is_guarded,
    )
