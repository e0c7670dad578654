"""Renewals as the list, one page and Today show them; terms that end soon or have ended."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.kit.templatetags.lx import day as day_words
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.models import BodySpan, Post, Term
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.queries.places import UNKNOWN, AreaName, area_names
from lianxin.registry.scoping import scope_on
from lianxin.registry.words import BODY_KINDS, POST_TITLES, word

from ..clocks import Clocks
from ..models import Renewal
from ..words import RENEWAL_STAGE, RENEWAL_STEPS

VIEW, LEAD = "reach.view_renewals", "reach.lead_renewal"
MOST = 200
WAITING = 10
FEW = 2
"""So many terms that ended are named one by one on Today."""
SOON = 5
"""So many terms that end soon, the first ones: the list has all."""


@dataclass(frozen=True, slots=True)
class TermLine:
    """A body whose term ends soon or has ended, and how far its renewal is."""

    body: int
    name: str
    line: str
    kind: str
    area: AreaName
    until: date | None
    """When its last term ends or ended; None where nobody was ever elected."""
    renewal: int
    """0 while none is under way."""
    step: str
    meets_on: date | None = None

    @property
    def kind_word(self) -> str:
        return word(BODY_KINDS, self.kind)

    @property
    def step_word(self) -> str:
        return word(RENEWAL_STEPS, self.step) if self.step else ""


@dataclass(frozen=True, slots=True)
class TermPage:
    """Terms to look after, the most overdue first."""

    lines: tuple[TermLine, ...]
    overdue: int
    soon: int
    under_way: int


@dataclass(frozen=True, slots=True)
class CandidateLine:
    id: int
    name: str
    title: str
    votes: int | None
    is_elected: bool | None


@dataclass(frozen=True, slots=True)
class RenewalDetail:
    """The page of one renewal."""

    id: int
    line: TermLine
    step: str
    stage: int
    late_until: date | None
    """Until when it may be late, with approval."""
    days: tuple[tuple[str, date], ...]
    candidates: tuple[CandidateLine, ...]
    posts: tuple[tuple[str, str, bool], ...]
    """Title and holder of the posts as they are, and whether the post is vacant."""
    eligible: int | None
    present: int | None
    stopped_because: str
    may_lead: bool


def notice_until(clocks: Clocks, day: date) -> date:
    """Terms that end up to this day call for their notice now; without a parameter, only those that have ended."""
    return clocks.months("renewal.notice_months", day) or day


def _spans(scope: Scope) -> "QuerySet[BodySpan]":
    return BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)


def ending_terms(scope: Scope, until: date) -> "QuerySet[BodySpan]":
    """Bodies of the scope whose last term ends by a day, with that day as `term_end`."""
    last = Term.objects.seen().filter(body=OuterRef("body")).order_by().values("body").annotate(end=Max("valid_until"))
    ending = _spans(scope).annotate(term_end=Subquery(last.values("end"))).filter(term_end__lte=until)
    return ending.select_related("body__line").order_by("term_end", "body")


def term_page(scope: Scope, *, line: str = "", show: str = "") -> TermPage:
    """Terms that have ended, end soon, or are being renewed; a constant number of queries.

    show : overdue, soon or under_way keeps those.
    """
    day, until = scope.day, notice_until(Clocks.on(scope.day), scope.day)
    spans = ending_terms(scope, until)
    spans = spans.filter(body__line__code=line) if line else spans
    rows = list(spans[: MOST * 5])
    running = Renewal.objects.within(scope).exclude(step__in=("done", "stopped"))
    renewals = {r.body_id: r for r in (running.filter(body__line__code=line) if line else running)}
    ahead = set(renewals) - {s.body_id for s in rows}
    rows += list(_spans(scope).filter(body__in=ahead).select_related("body__line"))
    names = area_names({s.area_id for s in rows}, day)
    lines = [_line(s, renewals.get(s.body_id), names) for s in rows]
    sorts = {
        "overdue": [row for row in lines if row.until and row.until <= day],
        "soon": [row for row in lines if row.until and row.until > day],
        "under_way": [row for row in lines if row.renewal],
    }
    shown = sorted(sorts.get(show, lines), key=lambda row: (row.until or date.max, row.body))
    return TermPage(tuple(shown[:MOST]), *(len(sorts[key]) for key in ("overdue", "soon", "under_way")))


def _line(span: BodySpan, renewal: Renewal | None, names: dict[int, AreaName]) -> TermLine:
    return TermLine(
        body=span.body_id,
        name=span.name,
        line=span.body.line.code,
        kind=span.kind,
        area=names.get(span.area_id, UNKNOWN),
        until=renewal.term_until if renewal else getattr(span, "term_end", None),
        renewal=renewal.pk if renewal else 0,
        step=renewal.step if renewal else "",
        meets_on=renewal.meets_on if renewal else None,
    )


def renewal_detail(pk: int, actor: Actor, day: date) -> RenewalDetail | None:
    """One renewal within the scope."""
    scope = scope_on(actor, VIEW, day)
    row = Renewal.objects.within(scope).filter(pk=pk).first()
    if row is None:
        return None
    span = _spans(scope).filter(body=row.body_id).select_related("body__line").get()
    posts = Post.objects.on(day).filter(body=row.body_id).select_related("person").order_by("title", "pk")
    days = (
        ("notice", row.noticed_on),
        ("preparing", row.prepared_on),
        ("candidates", row.nominated_on),
        ("meeting", row.meets_on),
        ("done", row.held_on),
        ("stopped", row.stopped_on),
    )
    return RenewalDetail(
        id=row.pk,
        line=_line(span, row, area_names({span.area_id}, day)),
        step=row.step,
        stage=RENEWAL_STAGE[row.step],
        late_until=Clocks.on(day).months("renewal.late_months", row.term_until) if row.term_until else None,
        days=tuple((word(RENEWAL_STEPS, code), on) for code, on in days if on),
        candidates=tuple(
            CandidateLine(c.pk, c.person.name, word(POST_TITLES, c.title), c.votes, c.is_elected)
            for c in row.candidates.select_related("person").order_by("title", "pk")
        ),
        posts=tuple((word(POST_TITLES, p.title), p.person.name if p.person else "", p.person is None) for p in posts),
        eligible=row.eligible,
        present=row.present,
        stopped_because=row.stopped_because,
        may_lead=Renewal.objects.within(scope_on(actor, LEAD, day)).filter(pk=pk).exists(),
    )


def open_renewal(body: int) -> int:
    """The renewal under way of a body; 0 for none."""
    rows = Renewal.objects.filter(body=body).exclude(step__in=("done", "stopped"))
    return rows.values_list("pk", flat=True).first() or 0


def renewal_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Renewals under way and their next step; terms that ended or end soon without one; vacant chairs."""
    if not actor.may(LEAD, day):
        return []
    scope = scope_on(actor, LEAD, day)
    running = Renewal.objects.within(scope).exclude(step__in=("done", "stopped"))
    rows = list(running.order_by("term_until", "pk")[:WAITING])
    spans = {s.body_id: s for s in _spans(scope).filter(body__in=[r.body_id for r in rows])}
    found = [_next_step(row, spans[row.body_id].name) for row in rows if row.body_id in spans]
    without = ending_terms(scope, notice_until(Clocks.on(day), day)).exclude(body__in=running.values("body"))
    ending = [_to_renew(span, day) for span in without.filter(Q(term_end__gt=day))[:SOON]]
    return found + _ended(without.filter(Q(term_end__lte=day)), day) + ending


def _ended(late: "QuerySet[BodySpan]", day: date) -> list[WaitingLine]:
    """Terms that ended without a renewal: one by one while they are few, else as a number that leads to the list."""
    first = list(late[: FEW + 1])
    if len(first) <= FEW:
        return [_to_renew(span, day) for span in first]
    until: date = first[0].term_end  # type: ignore[attr-defined]
    names = {"name": first[0].name, "day": day_words(until)}
    return [
        WaitingLine(
            kind=_("Renewal"),
            icon="calendar-due",
            title=_("%(n)s bodies have outlived their term") % {"n": late.count()},
            detail=_("The longest: %(name)s, until %(day)s") % names,
            verb=_("See the list"),
            url=f"{reverse('reach:renewals')}?show=overdue",
            due_on=until,
        )
    ]


def _next_step(row: Renewal, name: str) -> WaitingLine:
    verbs = {
        "notice": _("Prepare it"),
        "preparing": _("Name candidates"),
        "candidates": _("Call the meeting"),
        "meeting": _("Enter the result"),
    }
    return WaitingLine(
        kind=_("Renewal"),
        icon="refresh",
        title=name,
        detail=word(RENEWAL_STEPS, row.step),
        verb=verbs[row.step],
        url=reverse("reach:renewal", args=[row.pk]),
        due_on=row.meets_on if row.step == "meeting" else row.term_until,
    )


def _to_renew(span: BodySpan, day: date) -> WaitingLine:
    until: date = span.term_end  # type: ignore[attr-defined]
    ended = _("Its term ended on %(day)s and nobody has been elected since.")
    ending = _("Its term ends on %(day)s. It is time for the notice.")
    return WaitingLine(
        kind=_("Renewal"),
        icon="calendar-due",
        title=span.name,
        detail=(ended if until <= day else ending) % {"day": day_words(until)},
        verb=_("Start the renewal"),
        url=reverse("reach:start_renewal", args=[span.body_id]),
        due_on=until,
    )
