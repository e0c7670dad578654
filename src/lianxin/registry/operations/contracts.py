"""Collective contracts: note one that was signed, note its end."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models.body import Body, Covering
from ..models.contract import CollectiveContract
from ..models.organisation import Organisation, OrganisationSpan
from .agreements import PartnerNotThere
from .spans import DayBeforeSpan


class ContractWithoutLength(Refused):
    text = _("A collective contract ends after the day from which it holds. Please check both days.")


class MoreWorkersThanEmployed(Refused):
    text = _("The contract holds for more workers than the employer has (%(headcount)s). Please check one of the two.")


class UnionDoesNotCover(Refused):
    text = _("This union does not cover the employer on %(day)s.")


class AlreadyOver(Refused):
    text = _("This contract has ended already.")


@transaction.atomic
def sign_contract(
    *,
    organisation: Organisation,
    day: date,
    until: date,
    actor: Actor,
    at: datetime,
    kind: str = "general",
    number: str = "",
    workers: int | None = None,
    body: Body | None = None,
) -> CollectiveContract:
    """A collective contract holds for the employer from the day until before `until`.

    workers : None for all. Raises ContractWithoutLength, PartnerNotThere, MoreWorkersThanEmployed, UnionDoesNotCover.
    """
    if until <= day:
        raise ContractWithoutLength(organisation)
    span = OrganisationSpan.objects.on(day).filter(organisation=organisation).first()
    if span is None:
        raise PartnerNotThere(organisation, day=day)
    if workers is not None and span.headcount is not None and workers > span.headcount:
        raise MoreWorkersThanEmployed(organisation, headcount=span.headcount)
    if body is not None and not Covering.objects.on(day).filter(body=body, organisation=organisation).exists():
        raise UnionDoesNotCover(organisation, day=day)
    made = CollectiveContract.objects.create(
        organisation=organisation,
        body=body,
        kind=kind,
        number=number.strip(),
        workers=workers,
        valid_from=day,
        valid_until=until,
    )
    ids = {"contract": made.pk, "body": body.pk if body else 0}
    record("registry.contract.signed", organisation, actor=actor, at=at, day=day.isoformat(), **ids)
    return made


@transaction.atomic
def end_contract(*, contract: CollectiveContract, day: date, actor: Actor, at: datetime) -> None:
    """The contract ends on the day, before it would have. Raises DayBeforeSpan, AlreadyOver."""
    if day < contract.valid_from:
        raise DayBeforeSpan(since=contract.valid_from)
    if contract.valid_until is not None and contract.valid_until <= day:
        raise AlreadyOver(contract)
    contract.valid_until = day
    contract.save(update_fields=["valid_until"])
    ids = {"contract": contract.pk}
    record("registry.contract.ended", contract.organisation, actor=actor, at=at, day=day.isoformat(), **ids)
