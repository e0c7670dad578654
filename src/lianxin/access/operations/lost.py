"""Giving grants anew after their area was merged or split, or letting them end."""

from datetime import datetime

from django.db import transaction

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.places.models import Area
from lianxin.places.queries import names
from lianxin.trail.operations import record

from ..models import Account, Grant
from .grants import found_node, give_grant


@transaction.atomic
def give_anew(*, grant: Grant, area: Area, actor: Actor, at: datetime) -> Grant:
    """The same role and line on another area from today; the old grant ends, and the account moves along.

    Whoever holds the role there already keeps that. Raises what `give_grant` raises.
    """
    today = day_of(at)
    node = found_node(kind="area", ref=area.pk, label=names([area.pk], today)[area.pk])
    held = Grant.objects.on(today).filter(account=grant.account, role=grant.role, node=node, line__in=("", grant.line))
    given = held.first() or give_grant(
        account=grant.account,
        role=grant.role,
        node=node,
        line=grant.line,
        valid_from=today,
        valid_until=grant.valid_until,
        actor=actor,
        at=at,
    )
    let_end(grant=grant, actor=actor, at=at)
    Account.objects.filter(pk=grant.account_id, home=grant.node_id).update(home=node)
    return given


@transaction.atomic
def let_end(*, grant: Grant, actor: Actor, at: datetime) -> None:
    """A grant that reaches nothing ends today. The caller has checked that its area is no more."""
    today = day_of(at)
    grant.valid_until = max(today, grant.valid_from)
    grant.save(update_fields=["valid_until"])
    record("access.grant.ended", grant, actor=actor, at=at, account=grant.account_id, on=today.isoformat())
