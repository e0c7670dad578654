"""What a person or a command does with an import. The long part of each is a job."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit import workbook
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area
from lianxin.trail.operations import record

from ..models.body import Body, Line
from ..models.consent import Purpose
from ..models.imports import Import, StagedRow
from ..operations.purposes import PurposeEnded
from . import files, jobs, mapping, personal
from .fields import RosterKind
from .kinds import KINDS

UNFINISHED = timedelta(days=30)
"""How long a file that was chosen waits for somebody to go on with it."""


class KeyMissing(Refused):
    text = _("No column tells which record a row is about. Choose the column of the name or of the credit code.")


class BodyAndPurposeMissing(Refused):
    text = _("A roster of members is about one body, and says what its members are entered for.")


class FieldTwice(Refused):
    text = _("Two columns cannot both be “%(field)s”. Leave one of them out.")


class NotNow(Refused):
    text = _("This import has gone on meanwhile. Look at it again.")


class ChangedSince(Refused):
    text = _("%(count)d of its rows were changed since, so the import stays. They are listed on its page.")


def _asker(actor: Actor) -> jobs.Asker:
    return {"kind": actor.kind, "id": actor.id, "label": actor.label}


def upload(
    *,
    kind: str,
    file_name: str,
    content: bytes,
    effective_on: date,
    area: Area | None,
    actor: Actor,
    at: datetime,
    sheet: str = "",
    line: Line | None = None,
    wants: Sequence[str] = (),
    body: Body | None = None,
    purpose: Purpose | None = None,
) -> Import:
    """Take a file in: read it once, guess what its columns are. Nothing is checked yet.

    Reading takes seconds, so it comes before the transaction: on SQLite that would hold up every other writer.

    line : for bodies, of those whose row names none; wants : fields about people that are left out otherwise.
    body, purpose : for members, whose they are and what they are entered for.
    Raises what `workbook.read` refuses, BodyAndPurposeMissing, IdNumbers, TooManyRows, PurposeEnded.
    """
    roster = KINDS[kind].offered(wants)
    if roster.is_personal and (body is None or purpose is None):
        raise BodyAndPurposeMissing()
    if purpose is not None and purpose.ended_on is not None and purpose.ended_on <= effective_on:
        raise PurposeEnded(purpose, purpose=purpose.name)
    table = workbook.read(content, sheet=sheet, knows=KINDS[kind].knows)
    notes: dict[str, Any] = {}
    if roster.is_personal:
        table, notes["dropped"] = _least(roster, table)
        content = personal.as_file(table)
    columns = mapping.guess(roster, table)
    chosen = {str(c.index): c.field for c in columns if c.field}
    digest = files.keep(content, is_sealed=roster.is_personal)
    with transaction.atomic():
        batch = Import.objects.create(
            kind=kind,
            file_name=file_name[-200:],
            file_digest=digest,
            effective_on=effective_on,
            account_id_by=actor.id,
            started_at=at,
            sheet=table.sheet,
            sheets=list(table.sheets),
            header_row=table.header_row,
            headers=_headers(roster, columns),
            columns=chosen,
            key=mapping.best_key(roster, set(chosen.values()), table, columns),
            area=area,
            line=line,
            wants=list(wants),
            body=body,
            purpose=purpose,
            notes=notes,
        )
        record("registry.import.uploaded", batch, actor=actor, at=at, file=batch.file_digest)
        return batch


@transaction.atomic
def map_columns(*, batch: Import, columns: Mapping[int, str], key: str, actor: Actor, at: datetime) -> None:
    """Say which column is which field and how records are recognised; then the rows are checked by a job.

    Raises KeyMissing, FieldTwice, NotNow.
    """
    _lock(batch, "uploaded", "staged")
    kind = KINDS[batch.kind].offered(batch.wants)
    chosen = {i: field for i, field in columns.items() if field}
    for field in kind.fields:
        if list(chosen.values()).count(field.code) > 1:
            raise FieldTwice(field=field.label)
    batch.columns = {str(i): field for i, field in chosen.items()}
    refuse_without_key(batch, key)
    headers = tuple(header for header, _samples in batch.headers)
    mapping.remember(kind, headers, {i: f for i, f in chosen.items() if i < len(headers)}, key)
    batch.key, batch.state = key, "staging"
    batch.save(update_fields=["columns", "key", "state"])
    jobs.stage.using(key=f"import-{batch.pk}", by=actor).enqueue(batch=batch.pk)
    record("registry.import.mapped", batch, actor=actor, at=at, key=key)


def read_again(*, batch: Import, sheet: str, header_row: int, actor: Actor, at: datetime) -> None:
    """Read another sheet, or take another row for the headers; the columns are guessed anew.

    Raises NotNow, and what `workbook.read` refuses.
    """
    kind = KINDS[batch.kind].offered(batch.wants)
    table = workbook.read(
        files.read(batch, is_sealed=kind.is_personal), sheet=sheet, header_row=header_row, knows=kind.knows
    )
    columns = mapping.guess(kind, table)
    with transaction.atomic():
        _lock(batch, "uploaded", "staged")
        batch.columns = {str(c.index): c.field for c in columns if c.field}
        batch.headers = _headers(kind, columns)
        batch.key = mapping.best_key(kind, set(batch.columns.values()), table, columns)
        batch.sheet, batch.header_row, batch.state = table.sheet, table.header_row, "uploaded"
        batch.save(update_fields=["columns", "headers", "key", "sheet", "header_row", "state"])
        record("registry.import.mapped", batch, actor=actor, at=at, header_row=table.header_row)


@transaction.atomic
def check_again(*, batch: Import, actor: Actor, at: datetime) -> None:
    """A trial run: check all rows against the registry as it is now. Rows mended by hand start over. Raises NotNow."""
    _lock(batch, "staged")
    Import.objects.filter(pk=batch.pk).update(state="staging")
    jobs.stage.using(key=f"import-{batch.pk}", by=actor).enqueue(batch=batch.pk)
    record("registry.import.mapped", batch, actor=actor, at=at, key=batch.key)


@transaction.atomic
def go_on(*, batch: Import, actor: Actor, at: datetime) -> None:
    """Start the job of an import again that gave up; it goes on where it stopped. Raises NotNow."""
    _lock(batch, "staging", "applying", "undoing")
    key = f"import-{batch.pk}"
    if batch.state == "staging":
        jobs.stage.using(key=key, by=actor).enqueue(batch=batch.pk)
    else:
        task = jobs.apply if batch.state == "applying" else jobs.undo
        task.using(key=key, by=actor).enqueue(batch=batch.pk, asker=_asker(actor))


@transaction.atomic
def apply(*, batch: Import, actor: Actor, at: datetime) -> None:
    """Let the rows in. The job that writes them records it when they become visible. Raises NotNow."""
    _lock(batch, "staged")
    Import.objects.filter(pk=batch.pk).update(state="applying", upto=0)
    jobs.apply.using(key=f"import-{batch.pk}", by=actor).enqueue(batch=batch.pk, asker=_asker(actor))


@transaction.atomic
def undo(*, batch: Import, actor: Actor, at: datetime) -> None:
    """Take the whole import back; from this moment nobody sees what it wrote. Raises NotNow, ChangedSince."""
    _lock(batch, "applied")
    changed = KINDS[batch.kind].changed_since(batch).count()
    if changed:
        raise ChangedSince(batch, count=changed)
    Import.objects.filter(pk=batch.pk).update(state="undoing", upto=0)
    jobs.undo.using(key=f"import-{batch.pk}", by=actor).enqueue(batch=batch.pk, asker=_asker(actor))


@transaction.atomic
def discard(*, batch: Import, actor: Actor, at: datetime) -> None:
    """Put a file away that was not applied: nothing of it was in the registry. Raises NotNow."""
    _lock(batch, "uploaded", "staged")
    Import.objects.filter(pk=batch.pk).update(state="discarded")
    StagedRow.objects.filter(batch=batch)._raw_delete("default")
    record("registry.import.discarded", batch, actor=actor, at=at)
    transaction.on_commit(lambda: files.forget(batch))


def purge(*, actor: Actor, at: datetime) -> int:
    """Put away imports that nobody went on with, and delete files that none needs; returns how many were put away."""
    old = Import.objects.filter(state__in=("uploaded", "staged"), started_at__lt=at - UNFINISHED)
    gone = 0
    for batch in old.order_by("pk"):
        try:
            discard(batch=batch, actor=actor, at=at)
            gone += 1
        except NotNow:  # somebody went on with it this very moment
            continue
    _forget_people(at)
    files.purge(at - timedelta(days=1))
    return gone


def _forget_people(at: datetime) -> None:
    """Rows about people that nobody mended in time: the reason stays, who it was goes."""
    kinds = [code for code, kind in KINDS.items() if kind.is_personal]
    old = Import.objects.filter(kind__in=kinds, started_at__lt=at - UNFINISHED)
    rows = StagedRow.objects.filter(batch__in=old, state="set_aside").exclude(title="", written={})
    rows.update(title="", key="", written={}, values={})


def _least(kind: RosterKind, table: workbook.Table) -> tuple[workbook.Table, list[str]]:
    """A table about people with what is needed of it. Raises IdNumbers, TooManyRows, KeyMissing."""
    personal.refuse_id_numbers(table)
    if kind.most and table.frame.height > kind.most:
        raise personal.TooManyRows(rows=table.frame.height, most=kind.most)
    narrow, dropped = personal.only_known(kind, table)
    if not narrow.headers:
        raise KeyMissing()
    return narrow, dropped


def _headers(kind: RosterKind, columns: list[mapping.Column]) -> list[list[Any]]:
    """Each column's header and first values; of people only as much as shows what a column holds."""
    hide = personal.masked if kind.is_personal else personal.without_numbers
    return [[c.header, [hide(sample) for sample in c.samples]] for c in columns]


def refuse_without_key(batch: Import, key: str) -> None:
    """Whether its columns have what the key needs. Raises KeyMissing."""
    keys = KINDS[batch.kind].keys
    if key not in keys or not set(keys[key]) <= set(batch.columns.values()):
        raise KeyMissing()


def _lock(batch: Import, *states: str) -> None:
    """Hold the import until the transaction ends. Raises NotNow where it is in none of the states."""
    held = Import.objects.select_for_update().get(pk=batch.pk)
    if held.state not in states:
        raise NotNow(batch)
