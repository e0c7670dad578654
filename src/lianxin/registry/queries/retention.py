"""What is held longer than its purpose allows."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from ..attributes import months_after
from ..models.consent import Consent, Contact, Declaration, Purpose
from ..models.person import Membership, Person

KEEP_MONTHS = 24
"""After the last membership ended, where no purpose resting on membership says otherwise."""


def expired_declarations(purpose: Purpose, day: date) -> QuerySet[Declaration]:
    """Declarations of the purpose whose time was over more than its `keep_months` ago."""
    return Declaration.objects.filter(purpose=purpose, valid_until__lte=months_after(day, -purpose.keep_months))


def people_past_date(day: date) -> QuerySet[Person]:
    """People for whom no purpose holds any more: no consent, statement, contact, hold or recent membership.

    The machine only lists them; a person erases. People entered without any membership are left to their officers.
    """
    kept = Purpose.objects.filter(basis="membership").order_by("-keep_months").values_list("keep_months", flat=True)
    months = kept.first()
    before = months_after(day, -(KEEP_MONTHS if months is None else months))
    held = Membership.objects.filter(person=OuterRef("pk"))
    reasons = (
        Consent.objects.filter(person=OuterRef("pk"), is_given=True, withdrawn_on=None),
        Declaration.objects.filter(person=OuterRef("pk")),
        Contact.objects.filter(person=OuterRef("pk")),
        held.filter(left_on=None),
        held.filter(left_on__gt=before),
    )
    people = Person.objects.known().filter(Exists(held), hold_reason="")
    for reason in reasons:
        people = people.filter(~Exists(reason))
    return people
