"""Somebody who may work on matters of one part, such as an inspector, becomes a named handler of those worked on."""

from datetime import datetime

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of

from ..models import Handler, Matter
from .happening import happened
from .sides import acts_for


def take_on(matter: Matter, act: str, *, actor: Actor, at: datetime) -> None:
    """Name the actor a handler where an act of a part allows work on the matter and nothing else does yet.

    Never for a shut matter, nor for whoever acts for the accused side.
    """
    day = day_of(at)
    if actor.kind != "account" or matter.is_shut or acts_for(actor.id, matter.accused_id, day):
        return
    is_handed = matter.code == "finding"
    if not Matter.objects.filter(pk=matter.pk).within(actor.scope(act, day), with_handed=is_handed).exists():
        return
    _made, is_new = Handler.objects.get_or_create(
        matter=matter, account_id=actor.id, until=None, defaults={"since": at, "is_lead": False}
    )
    if is_new:
        happened(matter, "handler", actor=actor, at=at, facts={"account": actor.id})
