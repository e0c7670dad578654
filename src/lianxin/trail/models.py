"""Audit entries and background jobs."""

from django.db import models


class Entry(models.Model):
    """One thing that somebody did (审计记录). Holds ids, never values, so that erasing a person leaves it true."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField()
    actor_label = models.CharField(max_length=100)
    act = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(name="entry_by_subject", fields=["subject_kind", "subject_id", "-id"]),
            models.Index(name="entry_by_actor", fields=["actor_kind", "actor_id", "-id"]),
        ]
