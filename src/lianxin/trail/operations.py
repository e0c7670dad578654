"""Writing the audit trail; what people do to background work."""

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused

from .models import STILL_OPEN, Entry, Job


class OutsideTransaction(RuntimeError):
    """`record` was called outside a transaction: the entry could outlive a write that was rolled back."""


def kind_of(subject: models.Model) -> str:
    """The stable name of a record's kind, such as `registry.organisation`."""
    return subject._meta.label_lower


def record(act: str, subject: models.Model, *, actor: Actor, at: datetime, **facts: object) -> Entry:
    """Write one audit entry inside the caller's transaction.

    act : dotted name `app.noun.verb`, which has its text in that app's `acts.py`.
    facts : ids, days and counts, never personal values.
    Raises OutsideTransaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(act)
    return Entry.objects.create(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        act=act,
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        facts=facts,
    )


class JobIsOver(Refused):
    """The job ended before it could be cancelled."""

    text = _("This job has ended already, there is nothing to cancel.")


class JobIsOpen(Refused):
    """The job was not given up, so it cannot be tried again."""

    text = _("Only a job that was given up can be started again.")


class AlreadyWaits(Refused):
    """Another job of the same kind and key waits."""

    text = _("The same work already waits to start. There is nothing to do.")


@transaction.atomic
def cancel_job(*, job: int, actor: Actor, at: datetime) -> None:
    """Give a job up. One that runs loses its lease: what it has not committed is undone.

    Raises JobIsOver.
    """
    still_open = Job.objects.filter(STILL_OPEN, pk=job)
    if not still_open.update(failed_at=at, cancelled_by=actor.label, lease_until=None):
        raise JobIsOver(job)
    record("trail.job.cancelled", Job(pk=job), actor=actor, at=at)


@transaction.atomic
def retry_job(*, job: int, actor: Actor, at: datetime) -> None:
    """Start a job that was given up again, with all its attempts.

    Raises JobIsOpen, AlreadyWaits.
    """
    given_up = Job.objects.filter(pk=job, failed_at__isnull=False)
    try:
        with transaction.atomic():
            found = given_up.update(failed_at=None, cancelled_by="", error="", attempts=0, run_at=at, lease_until=None)
    except IntegrityError as twin:
        raise AlreadyWaits(job) from twin
    if not found:
        raise JobIsOpen(job)
    record("trail.job.retried", Job(pk=job), actor=actor, at=at)
