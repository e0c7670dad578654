"""People, with the least that a membership or service needs."""

from django.db import models
from django.db.models import Q


class Person(models.Model):
    """A person known to the federation for a stated purpose (个人). Attributes live in declarations."""

    name = models.CharField(max_length=60, blank=True)
    """Empty once erased: the row stays as an anonymous tombstone, so that old figures replay."""
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="person_erased_is_nameless", condition=Q(erased_at__isnull=True) | Q(name="")),
        ]
        indexes = [models.Index(name="person_by_name", fields=["name", "id"])]


class Membership(models.Model):
    """A person's way into a body and out of it (会籍). Each state is the day it was reached; null = not yet.

    State on a day: left, active, verified, registered or applied, whichever was reached last.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    body = models.ForeignKey("registry.Body", on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, on_delete=models.PROTECT, related_name="memberships"
    )
    """Where the member works, as declared on joining; null for people without an employer."""
    applied_on = models.DateField()
    registered_on = models.DateField(null=True)
    verified_on = models.DateField(null=True)
    active_on = models.DateField(null=True)
    left_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_days_in_order",
                condition=(Q(registered_on__isnull=True) | Q(registered_on__gte=models.F("applied_on")))
                & (Q(left_on__isnull=True) | Q(left_on__gte=models.F("applied_on"))),
            ),
        ]
        indexes = [
            models.Index(name="membership_by_body", fields=["body", "registered_on"]),
            models.Index(name="membership_by_organisation", fields=["organisation", "registered_on"]),
        ]
