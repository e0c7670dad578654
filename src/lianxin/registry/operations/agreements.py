"""Partners: organisations with an agreement."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models.organisation import Agreement, Organisation, OrganisationSpan


class ScopeMissing(Refused):
    text = _("Please say in one sentence what the partner agreed to do.")


class EndsBeforeItBegins(Refused):
    text = _("An agreement that begins on %(day)s cannot end before. Correct one of the two days.")


class PartnerNotThere(Refused):
    text = _("This organisation does not exist on %(day)s.")


@transaction.atomic
def sign_agreement(
    *, organisation: Organisation, scope: str, day: date, actor: Actor, at: datetime, until: date | None = None
) -> Agreement:
    """The organisation becomes a partner for what `scope` says. Raises ScopeMissing, PartnerNotThere,
    EndsBeforeItBegins.
    """
    if not scope.strip():
        raise ScopeMissing(organisation)
    if until is not None and until < day:
        raise EndsBeforeItBegins(organisation, day=day)
    if not OrganisationSpan.objects.on(day).filter(organisation=organisation).exists():
        raise PartnerNotThere(organisation, day=day)
    made = Agreement.objects.create(organisation=organisation, scope=scope.strip(), valid_from=day, valid_until=until)
    record("registry.agreement.signed", organisation, actor=actor, at=at, agreement=made.pk, day=day.isoformat())
    return made


@transaction.atomic
def end_agreement(*, agreement: Agreement, day: date, actor: Actor, at: datetime) -> None:
    """The agreement ends on the day; one that ends earlier stays as it is. Raises EndsBeforeItBegins."""
    if day < agreement.valid_from:
        raise EndsBeforeItBegins(agreement.organisation, day=agreement.valid_from)
    if agreement.valid_until is not None and agreement.valid_until <= day:
        return
    agreement.valid_until = day
    agreement.save(update_fields=["valid_until"])
    record("registry.agreement.ended", agreement.organisation, actor=actor, at=at, agreement=agreement.pk)
