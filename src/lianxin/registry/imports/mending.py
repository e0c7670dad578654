"""A row that was set aside, mended where it stands: checked again, and back among the rows that go in."""

from collections.abc import Mapping
from dataclasses import fields as columns_of
from datetime import datetime

import polars as pl
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import today
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models.imports import Import, StagedRow
from . import staging
from .applying import counted
from .faults import group_of
from .fields import Asked, Staged, pending
from .kinds import KINDS
from .placing import Places


class RowMovedOn(Refused):
    text = _("This row is no longer set aside. Look at the list again.")


class NotWhileWriting(Refused):
    text = _("The import is being written right now. Mend its rows when it has finished.")


@transaction.atomic
def mend(*, row: StagedRow, cells: Mapping[str, str], actor: Actor, at: datetime, over: bool = False) -> StagedRow:
    """Set cells of a row right and check it again; in an import already applied it goes in at once.

    cells : field -> the cell as it should have been written. Several fields may be mended at once.
    over : it takes the place of the other row of the file about the same record.
    Raises RowMovedOn, NotWhileWriting.
    """
    batch = _held(row)
    kind = KINDS[batch.kind]
    known = {f.code for f in kind.fields}
    written = {**row.written, **{field: text.strip() for field, text in cells.items() if field in known}}
    checked = _checked(batch, row.row, written)
    _against_rows_of_file(batch, row, checked, over)
    if checked.state == "set_aside":
        checked.written = kind.kept(written, batch, row.row)
    for column in columns_of(Staged):
        setattr(row, column.name, getattr(checked, column.name))
    row.digest = staging.digest_of(checked)
    row.save()
    _let_in(batch, row)
    record("registry.import.row_mended", batch, actor=actor, at=at, row=row.row, state=row.state)
    return row


@transaction.atomic
def leave_out(*, row: StagedRow, actor: Actor, at: datetime) -> None:
    """Decide that a row says nothing: the other row about the same record is kept. Raises as `mend`."""
    batch = _held(row)
    row.state, row.fault_group, row.faults = "unchanged", "", []
    row.save(update_fields=["state", "fault_group", "faults"])
    Import.objects.filter(pk=batch.pk).update(counts=counted(batch))
    record("registry.import.row_mended", batch, actor=actor, at=at, row=row.row, state="left_out")


def _held(row: StagedRow) -> Import:
    batch = Import.objects.select_for_update().get(pk=row.batch_id)
    row.refresh_from_db()
    if batch.state not in ("staged", "applied"):
        raise NotWhileWriting(row)
    if row.state != "set_aside":
        raise RowMovedOn(row)
    return batch


def _checked(batch: Import, number: int, written: Mapping[str, str]) -> Staged:
    """One row through all checks of a file."""
    kind = KINDS[batch.kind]
    mapped = [f for f in batch.columns.values() if f]
    raw = pl.DataFrame(
        {"row": [number], **{field: [written.get(field) or None] for field in mapped}},
        schema={"row": pl.UInt32, **dict.fromkeys(mapped, pl.String)},
    )
    places = Places.on(batch.effective_on, batch)
    return next(kind.check(raw, Asked(batch, places, today(), only=written)).rows)


def _against_rows_of_file(batch: Import, row: StagedRow, checked: Staged, over: bool) -> None:
    """Only one row of a file may speak about a record that is not in the registry yet, or is about to change."""
    going_in = StagedRow.objects.filter(batch=batch, state__in=("new", "changed", "unchanged"), key=checked.key)
    other = going_in.exclude(pk=row.pk).exclude(key="").first()
    if other is None or checked.state == "set_aside" or batch.state == "applied":
        return
    if over:
        other.state, other.values, other.differences = "unchanged", {}, {}
        other.save(update_fields=["state", "values", "differences"])
        return
    differing = KINDS[batch.kind].beside(checked, other)
    if differing is None:
        return
    code = "same_key_in_file" if differing else "same_in_file"
    details = {"row": other.row, **({"fields": differing} if differing else {})}
    checked.faults, checked.fault_group = [{"field": "row", "code": code, "details": details}], group_of(code)
    checked.state = "set_aside"


def _let_in(batch: Import, row: StagedRow) -> None:
    """Write a mended row of an import that was applied already, as part of it: an undo takes it back as well."""
    if batch.state == "applied" and row.state in ("new", "changed"):
        kind, rows = KINDS[batch.kind], pending(StagedRow.objects.filter(pk=row.pk))
        kind.write(batch, rows, kind.prepare(batch, rows))
        row.refresh_from_db()
    Import.objects.filter(pk=batch.pk).update(counts=counted(batch))
