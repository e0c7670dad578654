"""Codes and applications as their pages and Today show them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.queries.people import state_on
from lianxin.registry.scoping import scope_on
from lianxin.registry.words import word

from ..clocks import Clocks
from ..models import Application, JoinCode
from ..operations.joining import opened
from ..words import APPLICATION_STATES

VIEW, ANSWER = "reach.view_applications", "reach.answer_applications"
MOST = 200


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """One application. The name is gone once it was refused or taken back, the contact once it was answered."""

    id: str
    number: str
    body: int
    body_name: str
    state: str
    name: str
    contact: str
    workplace: str
    applied_on: date
    due_on: date | None
    working_days: int | None
    membership: int
    person: int

    @property
    def state_word(self) -> str:
        return word(APPLICATION_STATES, self.state)


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code of a body, with what came of it."""

    id: int
    code: str
    body: int
    body_name: str
    where: str
    made_on: date
    until: date
    is_working: bool
    applications: int

    @property
    def spaced(self) -> str:
        """As it is read out and typed."""
        return f"{self.code[:4]} {self.code[4:]}"


@dataclass(frozen=True, slots=True)
class Progress:
    """What an applicant sees of the own application."""

    number: str
    to: str
    state: str
    applied_on: date
    answered_on: date | None
    due_on: date | None
    reason: str
    steps: int
    """How many of applied, entered, verified, active are reached."""
    may_withdraw: bool


def state_of(application: Application, day: date) -> str:
    """Where it stands: what became of the membership once there is one."""
    if application.membership is None:
        return application.state
    reached = state_on(application.membership, day)
    return "withdrawn" if reached == "left" else reached or application.state


def _names(bodies: set[int], day: date) -> dict[int, str]:
    return dict(BodySpan.objects.filter(seen_on(day, Import.hidden()), body__in=bodies).values_list("body", "name"))


def application_lines(scope: Scope, *, state: str = "applied", body: int = 0) -> list[ApplicationLine]:
    """Applications to bodies of the scope in a state, the oldest first; two queries and the opening of the names."""
    found = _in_state(Application.objects.within(scope), state)
    rows = list((found.filter(body=body) if body else found)[:MOST])
    names, clocks = _names({row.body_id for row in rows if row.body_id}, scope.day), Clocks.on(scope.day)
    return [_line(row, names, clocks, scope.day) for row in rows]


def _in_state(found: "QuerySet[Application]", state: str) -> "QuerySet[Application]":
    related = found.select_related("membership__person").order_by("applied_on", "number")
    if state == "registered":  # entered, and still on the way
        return related.filter(state="registered", membership__active_on=None, membership__left_on=None)
    if state == "active":
        return related.filter(state="registered", membership__left_on=None).exclude(membership__active_on=None)
    return related.filter(state=state)


def _line(row: Application, names: dict[int, str], clocks: Clocks, day: date) -> ApplicationLine:
    due = clocks.working_days("joining.answer_working_days", row.applied_on) if row.sealed else None
    sent = opened(row) if row.sealed else None
    member = row.membership
    name = sent.known.name if sent else member.person.name if member else ""
    return ApplicationLine(
        id=str(row.pk),
        number=row.number,
        body=row.body_id or 0,
        body_name=names.get(row.body_id or 0, ""),
        state=state_of(row, day),
        name=name,
        contact=sent.known.contact if sent else "",
        workplace=sent.workplace if sent else "",
        applied_on=row.applied_on,
        due_on=due,
        working_days=clocks.left(due, day),
        membership=row.membership_id or 0,
        person=member.person_id if member else 0,
    )


def state_counts(scope: Scope) -> dict[str, int]:
    """How many applications stand where: waiting, on the way, active, refused, withdrawn."""
    states = ("applied", "registered", "active", "refused", "withdrawn")
    return {state: _in_state(Application.objects.within(scope), state).count() for state in states}


def code_lines(scope: Scope, *, body: int = 0) -> list[CodeLine]:
    """Codes of bodies of the scope, working ones first."""
    bodies = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
    rows = JoinCode.objects.filter(body__in=bodies.values("body"))
    rows = (rows.filter(body=body) if body else rows).annotate(sent=Count("applications"))
    found: list[Any] = list(rows.order_by("-until", "pk")[:MOST])
    names = _names({row.body_id for row in found}, scope.day)
    return [
        CodeLine(
            id=row.pk,
            code=row.code,
            body=row.body_id,
            body_name=names.get(row.body_id, ""),
            where=row.where,
            made_on=row.made_on,
            until=row.until,
            is_working=row.revoked_on is None and row.until > scope.day,
            applications=row.sent,
        )
        for row in found
    ]


def code_within(pk: int, actor: Actor, scope: Scope) -> JoinCode | None:
    """A code of a body of the scope, or of a founding that the actor handles."""
    bodies = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
    reached = Q(body__in=bodies.values("body"))
    if actor.kind == "account":
        reached |= Q(founding__handlers__account=actor.id, founding__handlers__until=None)
    return JoinCode.objects.filter(reached, pk=pk).select_related("body", "founding").first()


def what_for(code: JoinCode, day: date) -> str:
    """What a person joins with a code; of a founding only the working name is said."""
    if code.founding is not None:
        return code.founding.name
    return _names({code.body_id or 0}, day).get(code.body_id or 0, "")


def progress(application: Application, day: date) -> Progress:
    """An application as its sender sees it."""
    state = state_of(application, day)
    reached = {"applied": 1, "registered": 2, "verified": 3, "active": 4}
    due = Clocks.on(day).working_days("joining.answer_working_days", application.applied_on)
    return Progress(
        number=application.number,
        to=what_for(application.code, day),
        state=state,
        applied_on=application.applied_on,
        answered_on=application.answered_on,
        due_on=due if state == "applied" else None,
        reason=application.reason,
        steps=reached.get(state, 0),
        may_withdraw=state in reached,
    )


def joining_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Applications to answer, body by body."""
    if not actor.may(ANSWER, day):
        return []
    rows = Application.objects.within(scope_on(actor, ANSWER, day)).filter(state="applied")
    by_body = list(rows.values_list("body", "applied_on").order_by("applied_on"))
    first: dict[int, tuple[date, int]] = {}
    for body, since in by_body:
        oldest, count = first.get(body, (since, 0))
        first[body] = (oldest, count + 1)
    names, clocks = _names(set(first), day), Clocks.on(day)
    found = []
    for body, (since, count) in list(first.items())[:10]:
        title = ngettext("%(n)d person wants to join %(body)s", "%(n)d people want to join %(body)s", count)
        found.append(
            WaitingLine(
                kind=_("Application"),
                icon="user-plus",
                title=title % {"n": count, "body": names.get(body, "")},
                detail=_("Look at what they sent, then enter or refuse them with a reason."),
                verb=_("Answer"),
                url=f"{reverse('reach:applications')}?body={body}",
                due_on=clocks.working_days("joining.answer_working_days", since),
                in_working_days=True,
                someone_waits=True,
            )
        )
    return found
