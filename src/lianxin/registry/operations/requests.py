"""What people ask about their own data: received, answered within 30 days, or refused with the reason."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models.person import Person
from ..models.rights import RightsRequest
from .people import known

ANSWER_DAYS = 30
"""Calendar days until the answer, GB/T 35273 8.7."""
KEPT_MONTHS = 36
"""How long an answered request is kept to show that it was answered."""


class AlreadyAsked(Refused):
    text = _("The same request was received on %(day)s and waits for its answer.")


class WishMissing(Refused):
    text = _("Please write what is to be set right.")


class AlreadyAnswered(Refused):
    text = _("This request has been answered.")


class ReasonMissing(Refused):
    text = _("A refusal says why, so that the person can contest it.")


@transaction.atomic
def receive_request(
    *, person: Person, kind: str, day: date, actor: Actor, at: datetime, wish: str = ""
) -> RightsRequest:
    """Note what a person asks; the clock runs from the day. Raises PersonGone, AlreadyAsked, WishMissing."""
    known(person)
    held = RightsRequest.objects.filter(person=person, kind=kind, answered_on=None).first()
    if held is not None:
        raise AlreadyAsked(held, day=held.received_on)
    if kind == "correct" and not wish.strip():
        raise WishMissing(person)
    due_on = day + timedelta(days=ANSWER_DAYS)
    made = RightsRequest.objects.create(person=person, kind=kind, wish=wish.strip(), received_on=day, due_on=due_on)
    record("registry.request.received", person, actor=actor, at=at, request=made.pk, due=due_on.isoformat())
    return made


@transaction.atomic
def answer_request(*, request: RightsRequest, day: date, actor: Actor, at: datetime, reason: str = "") -> None:
    """Done; or, with a reason, refused. The words of the wish go. Raises AlreadyAnswered."""
    held = RightsRequest.objects.select_for_update().select_related("person").get(pk=request.pk)
    if held.answered_on is not None:
        raise AlreadyAnswered(held)
    held.answered_on, held.outcome = max(day, held.received_on), "refused" if reason else "done"
    held.reason, held.wish = reason, ""
    held.save(update_fields=["answered_on", "outcome", "reason", "wish"])
    act = "registry.request.refused" if reason else "registry.request.done"
    record(act, held.person, actor=actor, at=at, request=held.pk)


@transaction.atomic
def refuse_request(*, request: RightsRequest, reason: str, day: date, actor: Actor, at: datetime) -> None:
    """Say no, and why. Raises ReasonMissing, AlreadyAnswered."""
    if not reason.strip():
        raise ReasonMissing(request)
    answer_request(request=request, day=day, actor=actor, at=at, reason=reason.strip())


def done_with(people: list[int], kinds: tuple[str, ...], *, day: date, actor: Actor, at: datetime) -> None:
    """Answer the open requests that an act has just fulfilled, inside its transaction.

    people : the record and those merged into it.
    """
    for held in RightsRequest.objects.filter(person__in=people, kind__in=kinds, answered_on=None):
        answer_request(request=held, day=day, actor=actor, at=at)
