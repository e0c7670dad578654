"""Records that may be one, and merges that can be taken back."""

from django.db import models
from django.db.models import Q


class DuplicatePair(models.Model):
    """Two records the machine thinks may be one (疑似重复). A person decides; a no is remembered."""

    KINDS = [("organisation", "organisation"), ("person", "person")]
    STATES = [("proposed", "proposed"), ("merged", "merged"), ("distinct", "distinct")]
    kind = models.CharField(max_length=12, choices=KINDS)
    first = models.BigIntegerField()
    second = models.BigIntegerField()
    reasons = models.JSONField(default=list)
    """Codes of what is alike, such as same_code, same_name, similar_name, same_address, same_contact."""
    state = models.CharField(max_length=10, choices=STATES, default="proposed")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="duplicatepair_once", fields=["kind", "first", "second"]),
            models.CheckConstraint(name="duplicatepair_ordered", condition=Q(first__lt=models.F("second"))),
        ]
        indexes = [models.Index(name="duplicatepair_by_state", fields=["kind", "state", "first"])]


class Merge(models.Model):
    """One record went over into another (合并). What moved is listed, so that a split puts everything back."""

    kind = models.CharField(max_length=12, choices=DuplicatePair.KINDS)
    kept = models.BigIntegerField()
    gone = models.BigIntegerField()
    on_day = models.DateField()
    moved = models.JSONField(default=dict)
    """Model label -> ids of rows that now point to the record kept."""
    ended = models.JSONField(default=dict)
    """Model label -> {id: the end it had before, or null} of rows that the merge ended."""
    made = models.JSONField(default=dict)
    """Model label -> ids of rows that the merge made."""
    merged_at = models.DateTimeField()
    split_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="merge_by_kept", fields=["kind", "kept"])]
