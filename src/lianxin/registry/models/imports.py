"""Imports, and the flip that makes what they wrote visible all at once."""

from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet
from lianxin.kit.scope import Scope
from lianxin.places.models import SEGMENT, Area, AreaSpan

_M = TypeVar("_M", bound=models.Model)


class ImportSet(models.QuerySet["Import"]):
    def within(self, scope: Scope) -> "ImportSet":
        """Imports of an area reached; those of the whole federation for whom all its top areas are reached.

        A grant for one line reaches rosters of organisations, and those of bodies and members of its line.
        """
        reached = Q(pk__in=[])
        for line in {reach.line for reach in scope.reaches if reach.kind == "area"}:
            part = Scope(scope.day, tuple(r for r in scope.reaches if r.line == line))
            own = Q(kind="organisations") | Q(line__code=line) | Q(body__line__code=line)
            reached |= _in_areas(part) & own if line else _in_areas(part)
        return self.filter(reached)


def _in_areas(scope: Scope) -> Q:
    reached = Q(area__in=Area.objects.within(scope))
    tops = {path for path in scope.area_paths if len(path) == SEGMENT}
    everywhere = AreaSpan.objects.on(scope.day).filter(area__scheme__is_primary=True, parent=None)
    if tops and not everywhere.exclude(path__in=tops).exists():
        reached |= Q(area=None)
    return reached


class Import(models.Model):
    """One file on its way into the registry (导入)."""

    STEPS = ("uploaded", "staging", "staged", "applying", "applied", "undoing", "undone", "discarded")
    STATES = [(s, s) for s in STEPS]
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
    """Rows of the file by what becomes of them, and by where their addresses were placed."""
    sheet = models.CharField(max_length=200, blank=True)
    sheets = models.JSONField(default=list)
    headers = models.JSONField(default=list)
    """Each column's header and its first values, so that the page need not read the file again."""
    header_row = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict)
    """Number of the column in the file -> code of the field."""
    key = models.CharField(max_length=20, blank=True)
    """How records are recognised: one of the keys of the kind."""
    line = models.ForeignKey("registry.Line", null=True, on_delete=models.PROTECT, related_name="+")
    """For bodies: the line of those whose row names none; rows of another line are set aside. Null: each row says."""
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """For members: the body that they belong to."""
    purpose = models.ForeignKey("registry.Purpose", null=True, on_delete=models.PROTECT, related_name="+")
    """For people: what they are entered for, and so on what basis."""
    wants = models.JSONField(default=list)
    """Fields about people that are left out unless somebody asked for them: `contact`, `chair`."""
    notes = models.JSONField(default=dict)
    """What a person should know: `sites` with no such site on record and their rows, `dropped` headers."""
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    """Rows outside it are set aside; what is to be placed waits here. Null for the whole of the federation."""
    upto = models.BigIntegerField(default=0)
    """The last staged row that the running job has done: committed with every batch, so that it can go on."""
    rows_digest = models.CharField(max_length=64, blank=True)
    """Digest over the digests of all rows, named in the audit entry."""

    objects = ImportSet.as_manager()

    class Meta:
        indexes = [models.Index(name="import_by_state", fields=["state", "-id"])]

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


class StagedRow(models.Model):
    """A row of a file, checked, on its way in (待导入的行). Nothing of it is in the registry until it is applied."""

    STATES = [(s, s) for s in ("new", "changed", "unchanged", "set_aside")]
    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    """Number of the row in the file."""
    state = models.CharField(max_length=10, choices=STATES)
    title = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=520, blank=True)
    """By what it is recognised in this file and on record."""
    ref = models.BigIntegerField(default=0)
    """Id of the record that it is about: matched when staged, else written when applied; 0 while there is none."""
    span = models.BigIntegerField(default=0)
    """Id of the open span it was compared with; another one by then means that somebody changed the record."""
    placed = models.CharField(max_length=12, blank=True)
    values = models.JSONField(default=dict)
    """What goes into the registry, by field."""
    written = models.JSONField(default=dict)
    """The cells as written, by field; kept where the row is set aside."""
    differences = models.JSONField(default=dict)
    """Field -> value on record and value in the file."""
    faults = models.JSONField(default=list)
    """Why it is set aside: `{"field", "code", "details", "filled"}`."""
    fault_group = models.CharField(max_length=10, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 over what was staged, kept with the import's one audit entry."""

    class Meta:
        constraints = [models.UniqueConstraint(name="stagedrow_once", fields=["batch", "row"])]
        indexes = [
            models.Index(name="stagedrow_by_state", fields=["batch", "state", "id"]),
            models.Index(name="stagedrow_by_key", fields=["batch", "key"]),
        ]


class ImportMapping(models.Model):
    """Which column is which field, as a person chose it for these headers (列对应)."""

    kind = models.CharField(max_length=30)
    headers_digest = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    """Header -> code of the field."""
    key = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="importmapping_once", fields=["kind", "headers_digest"])]
