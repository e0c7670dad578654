"""Whose side an account or a body is on: nobody who acts for the accused side handles a matter."""

from datetime import date

from django.db.models import Q

from lianxin.access.models import Grant
from lianxin.registry.models import BodySpan, Covering


def acts_for(account: int, organisation: int | None, day: date) -> bool:
    """Whether an account holds a grant on an organisation, or on a body of that organisation alone."""
    if organisation is None:
        return False
    own = own_bodies(organisation, day)
    node = Q(node__kind="organisation", node__ref=organisation) | Q(node__kind="body", node__ref__in=own)
    return Grant.objects.on(day).filter(node, account=account).exists()


def own_bodies(organisation: int, day: date) -> list[int]:
    """Bodies that one organisation has for itself."""
    covering = Covering.objects.on(day).filter(organisation=organisation).values("body")
    return list(BodySpan.objects.on(day).filter(form="own", body__in=covering).values_list("body", flat=True))


def is_of(body: int, organisation: int | None, day: date) -> bool:
    """Whether a body is an organisation's own."""
    return organisation is not None and body in own_bodies(organisation, day)
