"""Writing the audit trail."""

from datetime import datetime

from django.db import models, transaction

from lianxin.kit.actor import Actor

from .models import Entry


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
