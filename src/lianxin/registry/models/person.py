"""People, with the least that a membership or service needs."""

from dataclasses import replace
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from lianxin.kit.scope import Scope
from lianxin.places.models import Area


class PersonSet(models.QuerySet["Person"]):
    def known(self) -> "PersonSet":
        """People who were neither erased nor merged into another record."""
        return self.filter(erased_at=None, merged_into=None)

    def within(self, scope: Scope) -> "PersonSet":
        """Members of bodies the scope reaches, and people of its areas who belong to no line, or to any where the
        scope holds for every line. A partner's organisation reaches nobody. Each row is checked by itself."""
        held = Membership.objects.filter(person=OuterRef("pk"), left_on=None).alias(joined=F("body_id") + 0)
        reached = Q(Exists(held.filter(joined__in=_bodies(scope))))
        every_line = Scope(scope.day, tuple(r for r in scope.reaches if r.line == ""))
        if every_line.area_paths:
            reached |= Q(place__in=Area.objects.within(every_line).values("pk"))
        if set(scope.area_paths) - set(every_line.area_paths):
            reached |= Q(place__in=Area.objects.within(scope).values("pk")) & ~Q(Exists(held))
        return self.alias(place=F("area_id") + 0).filter(reached)

    def near(self, scope: Scope) -> "PersonSet":
        """Everybody `within` might reach, collected by index: the quick way into a small scope, and only there."""
        members, settled = _near(scope)
        return self.filter(pk__in=members.union(settled, all=True))


def few_within(scope: Scope, most: int) -> bool:
    """Whether at most about `most` people lie within a scope: two queries that stop counting at once."""
    return all(rows.order_by()[: most + 1].count() <= most for rows in _near(scope))


def _near(scope: Scope) -> tuple[models.QuerySet[Any, Any], models.QuerySet[Any, Any]]:
    members = Membership.objects.filter(left_on=None, body__in=_bodies(scope)).values("person")
    return members, Person.objects.filter(area__in=Area.objects.within(scope).values("pk")).values("pk")


def _bodies(scope: Scope) -> models.QuerySet[Any, Any]:
    """Ids of the bodies that a scope reaches, as a subquery."""
    from .body import BodySpan

    reaches = tuple(r for r in scope.reaches if r.kind in ("area", "body"))
    return BodySpan.objects.filter(valid_until=None).within(replace(scope, reaches=reaches)).values("body")


class Person(models.Model):
    """A person known to the federation for a stated purpose (个人). Attributes live in declarations."""

    name = models.CharField(max_length=60, blank=True)
    """Empty once erased: the row stays as an anonymous tombstone, so that old figures replay."""
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", null=True, db_index=False, on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(null=True)
    hold_reason = models.CharField(max_length=200, blank=True)
    """Why the law forbids erasing this person for now (依法留存); empty as a rule."""
    objects = PersonSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="person_erased_is_nameless", condition=Q(erased_at__isnull=True) | Q(name="")),
        ]
        indexes = [
            models.Index(name="person_by_name", fields=["name", "id"]),
            # only the few that were merged: a full index would be the planner's first, and worst, choice for the rest
            models.Index(name="person_merged", fields=["merged_into"], condition=Q(merged_into__isnull=False)),
        ]


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


class Transfer(models.Model):
    """A membership on its way from one body to another (会籍转接): one side offers, the other accepts or declines."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="transfers")
    to_body = models.ForeignKey("registry.Body", on_delete=models.PROTECT, related_name="+")
    offered_on = models.DateField()
    accepted_on = models.DateField(null=True)
    declined_on = models.DateField(null=True)
    new_membership = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transfer_one_open",
                fields=["membership"],
                condition=Q(accepted_on__isnull=True, declined_on__isnull=True),
            ),
            models.CheckConstraint(
                name="transfer_one_answer", condition=Q(accepted_on__isnull=True) | Q(declined_on__isnull=True)
            ),
        ]
        indexes = [models.Index(name="transfer_by_receiver", fields=["to_body", "accepted_on"])]
