"""Collective contracts of employers, with the days they hold."""

from django.db import models

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered


class CollectiveContract(Dated):
    """What a union and an employer agreed for the workers (集体合同), from a day until before a day.

    A contract of an area or trade has one row for each employer it holds for, with the same number.
    """

    KINDS = [(k, k) for k in ("general", "wages", "women", "safety")]
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="contracts")
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """The union that signed; null where it is not known."""
    kind = models.CharField(max_length=10, choices=KINDS, default="general")
    number = models.CharField(max_length=40, blank=True)
    """Number under which it was filed."""
    workers = models.PositiveIntegerField(null=True)
    """Workers it holds for; null for all."""
    objects = DatedSet["CollectiveContract"].as_manager()

    class Meta:
        constraints = [span_is_ordered("contract_ordered")]
        indexes = [models.Index(name="contract_by_organisation", fields=["organisation", "valid_from"])]
