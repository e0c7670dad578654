"""Memberships on their way from one body to another."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from lianxin.kit.scope import Scope

from ..models.body import BodySpan
from ..models.imports import Import, seen_on
from ..models.person import Transfer


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One offer that waits for its answer."""

    id: int
    person: str
    from_body: str
    to_body: str
    offered_on: date


def _open(scope: Scope) -> "QuerySet[Transfer]":
    bodies = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
    return Transfer.objects.filter(to_body__in=bodies.values("body"), accepted_on=None, declined_on=None)


def transfer_lines(scope: Scope, limit: int = 100) -> list[TransferLine]:
    """Offers to bodies within the scope, the oldest first."""
    rows = list(_open(scope).select_related("membership__person").order_by("offered_on", "pk")[:limit])
    ids = {i for row in rows for i in (row.to_body_id, row.membership.body_id)}
    names = dict(BodySpan.objects.filter(seen_on(scope.day), body__in=ids).values_list("body", "name"))
    return [
        TransferLine(
            row.pk,
            row.membership.person.name,
            names.get(row.membership.body_id, ""),
            names.get(row.to_body_id, ""),
            row.offered_on,
        )
        for row in rows
    ]


def transfer_within(pk: int, scope: Scope) -> Transfer | None:
    """One open offer to a body within the scope."""
    return _open(scope).filter(pk=pk).first()
