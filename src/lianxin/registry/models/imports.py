"""Imports, and the flip that makes what they wrote visible all at once."""

from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet

_M = TypeVar("_M", bound=models.Model)


class Import(models.Model):
    """One file on its way into the registry (导入)."""

    STATES = [(s, s) for s in ("uploaded", "staged", "applying", "applied", "undoing", "undone", "failed", "discarded")]
    HIDDEN = ("applying", "undoing")
    kind = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=STATES, default="uploaded")
    effective_on = models.DateField()
    """The day from which what the file says holds."""
    account_id_by = models.BigIntegerField(default=0)
    """Account that started it; 0 for a command."""
    started_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    @classmethod
    def hidden(cls) -> list[int]:
        """Imports whose writes nobody sees yet: at most a handful, usually none."""
        return list(cls.objects.filter(state__in=cls.HIDDEN).values_list("pk", flat=True))


class Recorded(Dated):
    """A dated row that an import may write or end.

    Long imports are applied in short batches. Until the import's state flips, its new rows are not seen and the rows
    it ended still are; an undo deletes the ones and reopens the others. That is all the flip there is.
    """

    born_in = models.ForeignKey(Import, null=True, on_delete=models.PROTECT, related_name="+")
    ended_in = models.ForeignKey(Import, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


def seen_on(day: date, hidden: list[int] | None = None, prefix: str = "") -> Q:
    """The condition that a recorded row holds on the day, as everybody sees it now.

    hidden : ids from `Import.hidden()`, asked for once a request; None asks here.
    """
    pending = Import.hidden() if hidden is None else hidden
    is_open = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gt": day})
    started = Q(**{f"{prefix}valid_from__lte": day})
    if not pending:
        return started & is_open
    not_hidden = Q(**{f"{prefix}born_in__isnull": True}) | ~Q(**{f"{prefix}born_in__in": pending})
    return started & not_hidden & (is_open | Q(**{f"{prefix}ended_in__in": pending}))


class RecordedSet(DatedSet[_M]):
    """Queryset of a recorded model: `on(day)` also leaves out what an unfinished import wrote."""

    def on(self, day: date) -> "RecordedSet[_M]":
        return self.filter(seen_on(day))
