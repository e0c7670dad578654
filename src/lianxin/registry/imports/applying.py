"""The long jobs of an import. Each commits in short steps and goes on where it was killed."""

import hashlib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, Protocol

import polars as pl
from django.db import connection, transaction
from django.db.models import Count, QuerySet

from lianxin.kit import statistics, workbook
from lianxin.kit.actor import Actor
from lianxin.kit.clock import now, today
from lianxin.trail.operations import record

from ..models.imports import Import, StagedRow
from . import files, staging
from .fields import Asked, Checked, Pending, pending
from .kinds import KINDS
from .placing import Places

STEP_S = 0.3
"""How long one step may hold the write lock; its size follows what the last one took."""
GAP_S = 0.11
SMALLEST, LARGEST = 50, 4000


Write = Callable[[Import, list[Pending], Any], None]


class Steps(Protocol):
    """What a job gives: a short transaction that commits only while the lease is ours."""

    def step(self, done: int = 0, total: int = 0, note: str = "") -> AbstractContextManager[None]: ...


class Pace:
    """Rows a step: as many as fit into STEP_S."""

    def __init__(self) -> None:
        self.size = 500

    def took(self, seconds: float) -> None:
        fitting = self.size * STEP_S / max(seconds, 0.001)
        self.size = int(min(LARGEST, max(SMALLEST, fitting, self.size / 4), self.size * 2))


def stage(batch: Import, run: Steps) -> None:
    """Read and check the file, write its rows where a person can look at them. Starts over if it was broken off."""
    checked = examined(batch)
    while StagedRow.objects.filter(batch=batch).exists():
        with run.step(0, checked.height):
            first = StagedRow.objects.filter(batch=batch).order_by("pk").values("pk")[:LARGEST]
            StagedRow.objects.filter(pk__in=list(first.values_list("pk", flat=True)))._raw_delete("default")
    pace, done, begun = Pace(), 0, time.monotonic()
    while part := staging.cells(batch, islice(checked.rows, pace.size)):
        _let_others_in(since=begun)
        with run.step(done + len(part), checked.height):
            begun = time.monotonic()
            staging.write(part)
        done += len(part)
        pace.took(time.monotonic() - begun)
        begun = time.monotonic()
    digest = rows_digest(batch)
    with run.step(done, checked.height):
        mine = Import.objects.filter(pk=batch.pk, state="staging")
        notes = {**batch.notes, **checked.notes}
        mine.update(state="staged", counts=checked.counts, notes=notes, rows_digest=digest, upto=0)


def examined(batch: Import) -> Checked:
    """The file of an import, read by its mapping and checked against the record."""
    kind = KINDS[batch.kind]
    table = workbook.read(
        files.read(batch, is_sealed=kind.is_personal), sheet=batch.sheet, header_row=batch.header_row, knows=kind.knows
    )
    chosen = [pl.col(f"c{index}").alias(field) for index, field in sorted(batch.columns.items()) if field]
    asked = Asked(batch, Places.on(batch.effective_on, batch), today())
    return kind.check(table.frame.select("row", *chosen), asked)


def counted(batch: Import) -> dict[str, int]:
    """The same counts from the staged rows as they are now."""
    rows = StagedRow.objects.filter(batch=batch).order_by()
    states = dict(rows.values_list("state").annotate(n=Count("pk")))
    if not KINDS[batch.kind].is_placed:
        return staging.counts(states, None)
    placed = dict(rows.exclude(state="set_aside").values_list("placed").annotate(n=Count("pk")))
    return staging.counts(states, placed)


def rows_digest(batch: Import) -> str:
    """One digest over the digests of all rows, in the order of the file."""
    total = hashlib.sha256()
    for digest in StagedRow.objects.filter(batch=batch).order_by("pk").values_list("digest", flat=True).iterator(5000):
        total.update(digest.encode())
    return total.hexdigest()


def apply(batch: Import, run: Steps, *, actor: Actor) -> None:
    """Write the staged rows, hidden until the last step makes them visible all at once."""
    kind, total = KINDS[batch.kind], batch.counts.get("rows", 0)
    if not kind.most:
        _through(batch, run, "applying", kind.write)
    rows = pending(_rows(batch).order_by("pk")) if kind.most else []
    prepared = kind.prepare(batch, rows) if rows else None
    digest, counts = rows_digest(batch), {} if kind.most else counted(batch)
    with run.step(total, total):
        if rows and _is_ours(batch, "applying", 0):
            kind.write(batch, rows, prepared)
        counts = counts or counted(batch)
        mine = Import.objects.filter(pk=batch.pk, state="applying")
        if mine.update(state="applied", applied_at=now(), counts=counts, rows_digest=digest):
            for_what = {"purpose": batch.purpose.code, "body": batch.body_id} if batch.purpose else {}
            record("registry.import.applied", batch, actor=actor, at=now(), rows_digest=digest, **for_what, **counts)
    statistics.refresh()
    files.forget(batch)


def undo(batch: Import, run: Steps, *, actor: Actor) -> None:
    """Take back what the import wrote. Nobody has seen it since the undo was asked for."""
    kind = KINDS[batch.kind]
    if not kind.most:
        _through(batch, run, "undoing", kind.unwrite)
    with run.step(1, 1):
        if kind.most and _is_ours(batch, "undoing", 0):
            kind.unwrite(batch, pending(_rows(batch).order_by("pk")), None)
        if Import.objects.filter(pk=batch.pk, state="undoing").update(state="undone"):
            record("registry.import.undone", batch, actor=actor, at=now(), rows_digest=batch.rows_digest)


def _through(batch: Import, run: Steps, state: str, write: Write) -> None:
    """All rows in the order of the file, in steps; `upto` is committed with what it stands for.

    What needs no lock is done before each step, and that is when others write.
    """
    kind = KINDS[batch.kind]
    total, pace = batch.counts.get("rows", 0), Pace()
    batch.refresh_from_db()
    upto, done = batch.upto, _rows(batch).filter(pk__lte=batch.upto).count()
    while True:
        begun = time.monotonic()
        rows = pending(_rows(batch).filter(pk__gt=upto).order_by("pk")[: pace.size])
        prepared = kind.prepare(batch, rows) if state == "applying" and rows else None
        if not rows:
            return
        _let_others_in(since=begun)
        with run.step(done + len(rows), total):
            begun = time.monotonic()
            if not _is_ours(batch, state, upto):
                return
            write(batch, rows, prepared)
            Import.objects.filter(pk=batch.pk).update(upto=rows[-1].id)
        upto, done = rows[-1].id, done + len(rows)
        pace.took(time.monotonic() - begun)


def _is_ours(batch: Import, state: str, upto: int) -> bool:
    """Whether nobody has gone on with the import meanwhile; holds its row until the step ends."""
    return Import.objects.select_for_update().filter(pk=batch.pk, state=state, upto=upto).exists()


def _let_others_in(since: float) -> None:
    """SQLite does not queue its writers: one that waits asks again every 100 ms, so the lock must be free as long."""
    if connection.vendor == "sqlite":
        time.sleep(max(0.0, GAP_S - (time.monotonic() - since)))


def _rows(batch: Import) -> "QuerySet[StagedRow]":
    return StagedRow.objects.filter(batch=batch)


class Inline:
    """Steps without a job, for commands and tests."""

    def step(self, done: int = 0, total: int = 0, note: str = "") -> AbstractContextManager[None]:
        return transaction.atomic()
