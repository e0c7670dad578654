"""Asking how it went: call-backs, ratings in five levels, second looks drawn at random."""

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models import CallBack, Matter
from .happening import happened, locked
from .steps import NotHandled, roles_of


class RatedTooEarly(Refused):
    text = _("A rating can be given once there was contact. Note the contact first.")


class RatedAlready(Refused):
    text = _("It was rated already; that rating stands.")


class NotInFive(Refused):
    text = _("A rating is a number from 1 to 5.")


@transaction.atomic
def call_back(
    *, matter: Matter, is_reached: bool, actor: Actor, at: datetime, solved: str = "", rating: int | None = None
) -> CallBack:
    """Note that somebody tried to ask the person, and what the person said. Raises NotHandled, NotInFive."""
    held = locked(matter)
    if not roles_of(held, actor, at):
        raise NotHandled(held)
    if rating is not None and rating not in range(1, 6):
        raise NotInFive(held)
    drawn = held.call_backs.filter(is_drawn=True).exists()
    said = {"solved": solved if is_reached else "", "rating": rating if is_reached else None}
    made = CallBack.objects.create(
        matter=held, at=at, by_label=actor.label[:100], is_reached=is_reached, is_drawn=drawn, **said
    )
    if is_reached:
        held.solved, held.rating = solved or held.solved, rating or held.rating
        held.contacted_at = held.contacted_at or at
        held.save(update_fields=["solved", "rating", "contacted_at"])
    facts = {"reached": is_reached, "rating": rating}
    happened(held, "rated", actor=actor, at=at, facts=facts, is_shown=actor.kind == "requester")
    record("matters.call_back.noted", held, actor=actor, at=at, reached=is_reached)
    return made


@transaction.atomic
def rate(*, matter: Matter, rating: int, solved: str, actor: Actor, at: datetime) -> CallBack:
    """The requester rates, once, on the own page, after contact.

    Raises RatedTooEarly, RatedAlready, NotHandled, NotInFive.
    """
    held = locked(matter)
    if held.contacted_at is None and held.answered_at is None:
        raise RatedTooEarly(held)
    if held.rating is not None:
        raise RatedAlready(held)
    return call_back(matter=held, is_reached=True, actor=actor, at=at, solved=solved, rating=rating)


@transaction.atomic
def draw_for_second_look(*, share: float, seed: int, actor: Actor, at: datetime, days: int = 7) -> list[Matter]:
    """Draw closed matters of the last days at random, each with the same probability, to be checked by another.

    share : probability of each, 0 to 1.
    """
    closed = Matter.objects.filter(is_open=False, closed_at__gte=at - timedelta(days=days), closed_at__lte=at)
    fresh = closed.filter(level__in=("C0", "C1", "C2")).exclude(events__act="rechecked").order_by("pk")
    dice = random.Random(seed)  # noqa: S311 - a sample that can be drawn again, no secret
    drawn = [m for m in fresh if dice.random() < share]
    for matter in drawn:
        happened(matter, "rechecked", actor=actor, at=at, facts={"share": share, "seed": seed})
        record("matters.matter.drawn", matter, actor=actor, at=at, seed=seed)
    return drawn
