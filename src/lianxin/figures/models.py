"""Snapshots of the facts, versions of definitions, and the cells worked out from both."""

from datetime import date

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered


class Snapshot(models.Model):
    """All facts as they stood at one moment, as Parquet files in a folder of their own (快照).

    The row becomes `ready` after the folder has its final name, so nobody ever reads half of one.
    """

    STATES = [(s, s) for s in ("writing", "ready", "dropped")]
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=STATES, default="writing")
    taken_at = models.DateTimeField()
    """The cut-off: what was committed by then is in it."""
    last_entry = models.BigIntegerField(default=0)
    """Id of the last audit entry it has seen: whether it is stale is asked against this."""
    frames = models.JSONField(default=dict)
    """Name of each frame -> rows, bytes, digest."""
    rows = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 over the digests of the frames: equal facts, equal digest."""
    seconds = models.FloatField(default=0)

    class Meta:
        indexes = [models.Index(name="snapshot_by_state", fields=["state", "-number"])]


class IndicatorVersion(Dated):
    """One version of an indicator's definition (指标定义), as data; see `lianxin_methods.indicators.definition`."""

    code = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    objects = DatedSet["IndicatorVersion"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("indicatorversion_ordered"),
            models.UniqueConstraint(name="indicatorversion_once", fields=["code", "number"]),
            models.UniqueConstraint(
                name="indicatorversion_one_open", fields=["code"], condition=Q(valid_until__isnull=True)
            ),
        ]


class Table(models.Model):
    """The cells of one indicator for all areas on one day (指标表): worked out once for a snapshot, then read."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="tables")
    version = models.ForeignKey(IndicatorVersion, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    params = models.CharField(max_length=200)
    """Scope parameters in a fixed order and the stored rule, such as `headcount=25&months=6@union.in_scope:1:…`."""

    class Meta:
        constraints = [
            models.UniqueConstraint(name="table_once", fields=["snapshot", "version", "day", "params"]),
        ]


class Cell(models.Model):
    """An indicator's value for one area (指标格). A cell that is not shown holds no number at all, not even here."""

    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="cells")
    area = models.ForeignKey("places.Area", on_delete=models.CASCADE, related_name="+")
    shown = models.BooleanField()
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    missing = models.BigIntegerField(null=True)
    unplaced = models.BigIntegerField(null=True)
    """In scope, but placed no further down than this area."""
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    """Of a curve, which does not follow from the counts: the median with its interval."""

    class Meta:
        constraints = [
            models.UniqueConstraint(name="cell_once", fields=["table", "area"]),
            models.CheckConstraint(
                name="cell_hidden_is_empty",
                condition=Q(shown=True, numerator__isnull=False, denominator__isnull=False, missing__isnull=False)
                | Q(
                    shown=False,
                    numerator=None,
                    denominator=None,
                    missing=None,
                    unplaced=None,
                    value=None,
                    low=None,
                    high=None,
                ),
            ),
        ]


EARLIEST = date(1950, 1, 1)
"""The first day of a definition's first version."""
