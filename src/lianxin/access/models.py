"""Accounts, scope nodes, grants, tokens."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered


class Account(AbstractUser):
    """A person who works with the system (账号). Rights come from grants alone, never from flags here."""

    label = models.CharField(max_length=60)
    """The name shown beside what this person does."""
    left_on = models.DateField(null=True, blank=True)
    """The day from which the account is closed; work still open was handed over before."""


class ScopeNode(models.Model):
    """What a grant reaches (范围): an area with all below it, one body, one organisation, or one task."""

    KINDS = [("area", "area"), ("body", "body"), ("organisation", "organisation"), ("task", "task")]
    kind = models.CharField(max_length=20, choices=KINDS)
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    ref = models.BigIntegerField(default=0)
    """Id of the body, organisation or task; 0 for areas."""
    label = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="scopenode_area_once", fields=["area"], condition=Q(kind="area")),
            models.UniqueConstraint(name="scopenode_ref_once", fields=["kind", "ref"], condition=~Q(kind="area")),
            models.CheckConstraint(
                name="scopenode_points_somewhere",
                condition=Q(kind="area", area__isnull=False, ref=0)
                | (~Q(kind="area") & Q(area__isnull=True, ref__gt=0)),
            ),
        ]


class Grant(Dated):
    """A role on a scope node, for one line or all, from a day until before a day (授权)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30)
    """A code of `access.roles.ROLES`."""
    line = models.CharField(max_length=20, blank=True)
    """Code of the line; empty for every line."""
    node = models.ForeignKey(ScopeNode, on_delete=models.PROTECT, related_name="+")
    objects = DatedSet["Grant"].as_manager()

    class Meta:
        constraints = [span_is_ordered("grant_ordered")]
        indexes = [models.Index(name="grant_by_account", fields=["account", "valid_from"])]
