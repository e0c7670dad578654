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
    position = models.BigIntegerField(null=True, unique=True)
    """Its place in the sealed chain, from 1; null until the next seal."""
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 over the digest before it and its own content."""

    class Meta:
        indexes = [
            models.Index(name="entry_unsealed", fields=["id"], condition=models.Q(position__isnull=True)),
            models.Index(name="entry_by_act", fields=["act", "-id"]),
            models.Index(name="entry_by_subject", fields=["subject_kind", "subject_id", "-id"]),
            models.Index(name="entry_by_actor", fields=["actor_kind", "actor_id", "-id"]),
        ]


class Seal(models.Model):
    """A signature over a stretch of the chain (封存): whoever changes a sealed entry would have to forge it."""

    position_from = models.BigIntegerField(unique=True)
    position_to = models.BigIntegerField(unique=True)
    head = models.CharField(max_length=64)
    """Digest of the last entry of the stretch."""
    sealed_at = models.DateTimeField()
    before = models.CharField(max_length=128, blank=True)
    """Signature of the seal before this one."""
    key = models.CharField(max_length=64)
    """Public key, in hexadecimal."""
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="seal_holds_entries", condition=models.Q(position_to__gte=models.F("position_from"))
            )
        ]


STILL_OPEN = models.Q(done_at__isnull=True, failed_at__isnull=True)


class Job(models.Model):
    """One piece of background work (后台任务): a row that some worker leases, runs and marks done."""

    name = models.CharField(max_length=80)
    kwargs = models.JSONField(default=dict)
    key = models.CharField(max_length=120, blank=True)
    """At most one job of a name and key waits at a time; empty for no such limit."""
    priority = models.SmallIntegerField(default=0)
    enqueued_at = models.DateTimeField()
    enqueued_by = models.CharField(max_length=100, blank=True)
    """Label of who asked for it; empty for the installation itself."""
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    """When it was given up, after its last attempt or by a person."""
    cancelled_by = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=500, blank=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    progress_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="job_waits_once",
                fields=["name", "key"],
                condition=STILL_OPEN & models.Q(attempts=0) & ~models.Q(key=""),
            )
        ]
        indexes = [
            models.Index(name="job_open", fields=["-priority", "run_at", "id"], condition=STILL_OPEN),
            models.Index(name="job_by_name", fields=["name", "-id"]),
        ]


class Schedule(models.Model):
    """When a task runs by the clock (定时): every so many seconds, or each day at a time of day."""

    name = models.CharField(max_length=80, unique=True)
    every_s = models.PositiveIntegerField(default=0)
    daily_at = models.TimeField(null=True)
    next_at = models.DateTimeField()
    """The slot that is due next; it moves on in the transaction that enqueues the slot, so each runs once."""
    is_paused = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="schedule_has_one_rhythm",
                condition=models.Q(every_s__gt=0, daily_at__isnull=True) | models.Q(every_s=0, daily_at__isnull=False),
            )
        ]


class Beat(models.Model):
    """The last sign of life of a worker (心跳)."""

    worker = models.CharField(max_length=60, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
