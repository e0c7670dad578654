"""Requests about the own data, as the protection officer sees them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.kit.templatetags.lx import day as day_words
from lianxin.kit.waiting import WaitingLine

from ..models.person import Person
from ..models.rights import RightsRequest
from ..scoping import scope_on
from ..words import RIGHTS_KINDS, word

ACT = "registry.answer_requests"
MOST = 50
ICONS = {"copy": "download", "correct": "pencil", "erase": "eraser"}


@dataclass(frozen=True, slots=True)
class RightsRequestLine:
    """One request with its clock, or its answer."""

    id: int
    kind: str
    kind_word: str
    person: int
    name: str
    """Empty once the person was erased."""
    wish: str
    received_on: date
    due_on: date
    answered_on: date | None
    is_refused: bool
    reason: str


def requests_within(scope: Scope) -> "QuerySet[RightsRequest]":
    """Requests of people inside the scope, those erased since included."""
    return RightsRequest.objects.filter(person__in=Person.objects.within(scope).values("pk")).select_related("person")


def open_requests(scope: Scope, most: int = MOST) -> list[RightsRequestLine]:
    """Those without an answer, the most urgent first."""
    return [_line(row) for row in requests_within(scope).filter(answered_on=None).order_by("due_on", "pk")[:most]]


def answered_requests(scope: Scope) -> list[RightsRequestLine]:
    """The last ones answered."""
    rows = requests_within(scope).exclude(answered_on=None).order_by("-answered_on", "-pk")
    return [_line(row) for row in rows[:MOST]]


def request_line(pk: int, scope: Scope) -> RightsRequestLine | None:
    """One request inside the scope."""
    row = requests_within(scope).filter(pk=pk).first()
    return _line(row) if row else None


def requests_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """For the protection officer: each open request with its last day."""
    if not actor.may(ACT, day):
        return []
    return [
        WaitingLine(
            kind=_("Rights of persons"),
            icon=ICONS[line.kind],
            title=_("%(name)s asks: %(what)s") % {"name": line.name, "what": line.kind_word},
            detail=_("Answered within 30 days, free of charge. Received on %(day)s.")
            % {"day": day_words(line.received_on)},
            verb=_("Answer"),
            url=reverse("registry:request", args=[line.id]),
            due_on=line.due_on,
        )
        for line in open_requests(scope_on(actor, ACT, day), 20)
    ]


def _line(row: RightsRequest) -> RightsRequestLine:
    return RightsRequestLine(
        id=row.pk,
        kind=row.kind,
        kind_word=word(RIGHTS_KINDS, row.kind),
        person=row.person_id,
        name=row.person.name,
        wish=row.wish,
        received_on=row.received_on,
        due_on=row.due_on,
        answered_on=row.answered_on,
        is_refused=row.outcome == "refused",
        reason=row.reason,
    )
