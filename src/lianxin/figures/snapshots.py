"""Taking, finding and dropping snapshots of the facts."""

import hashlib
import os
import shutil
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from lianxin.kit.actor import Actor, System
from lianxin.kit.frames import FRAMES
from lianxin.trail.operations import record
from lianxin.trail.queries import last_entry

from .frames import consistent_read, write_frame
from .models import Snapshot

WORK = "matter. step. clock.extended handler.named call_back. round. inspection. theme. representatives. proposal."
MATTERS = tuple(f"matters.{act}" for act in WORK.split())
WRITERS = ("registry.", "places.", "conf.demonstration", "reach.duties.", "reach.liaison.", *MATTERS)
"""Beginnings of the acts that change facts."""
KEEP_LAST = 3
KEEP_MONTHS = 13
FORGET_WRITING = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Held:
    """A snapshot that can be read: where it lies and what moment it shows."""

    id: int
    number: int
    taken_at: datetime
    folder: Path
    last_entry: int
    rows: int
    frames: frozenset[str]


def folder_of(number: int) -> Path:
    return Path(settings.SNAPSHOTS) / str(number)


def write(at: datetime, *, actor: Actor | None = None) -> Held:
    """Write all frames as they stand and make them visible in one step."""
    began = time.monotonic()
    snapshot = _next(at)
    folder = folder_of(snapshot.number)
    scratch = folder.with_name(f".{snapshot.number}-{os.getpid()}")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    with consistent_read():
        seen = last_entry(WRITERS)
        frames = {name: write_frame(frame, scratch / f"{name}.parquet") for name, frame in sorted(FRAMES.items())}
    for file in (*scratch.iterdir(), scratch):
        _flush(file)
    shutil.rmtree(folder, ignore_errors=True)
    scratch.rename(folder)
    _flush(folder.parent)
    with transaction.atomic():
        snapshot.frames, snapshot.state, snapshot.last_entry = frames, "ready", seen
        snapshot.rows = sum(frame["rows"] for frame in frames.values())
        together = "".join(f"{name} {frame['digest']}\n" for name, frame in frames.items())
        snapshot.digest = hashlib.sha256(together.encode()).hexdigest()
        snapshot.seconds = round(time.monotonic() - began, 2)
        snapshot.save()
        by = actor or System(label="figures")
        record("figures.snapshot.taken", snapshot, actor=by, at=at, number=snapshot.number, rows=snapshot.rows)
    return _held(snapshot)


def _next(at: datetime) -> Snapshot:
    """A row with the next free number; two that start at once get two numbers."""
    while True:
        last = Snapshot.objects.aggregate(last=Max("number"))["last"] or 0
        try:
            with transaction.atomic():
                return Snapshot.objects.create(number=last + 1, taken_at=at)
        except IntegrityError:
            continue


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _held(row: Snapshot) -> Held:
    return Held(
        row.pk, row.number, row.taken_at, folder_of(row.number), row.last_entry, row.rows, frozenset(row.frames)
    )


def latest() -> Held | None:
    """The newest snapshot whose files are there."""
    for row in Snapshot.objects.filter(state="ready").order_by("-number")[:5]:
        if folder_of(row.number).is_dir():
            return _held(row)
    return None


def is_stale(held: Held | None) -> bool:
    """Whether facts were written since, or other frames are taken by now; True where there is none."""
    return held is None or held.frames != frozenset(FRAMES) or last_entry(WRITERS) != held.last_entry


def fresh(at: datetime) -> Held:
    """The newest snapshot, taken now if there is none or facts were written since."""
    held = latest()
    return write(at) if held is None or is_stale(held) else held


def cost() -> float:
    """Seconds that the last snapshot took."""
    return Snapshot.objects.filter(state="ready").order_by("-number").values_list("seconds", flat=True).first() or 0.0


def drop_old(at: datetime, today: date) -> int:
    """Remove files of snapshots that are neither among the last nor the last of one of the last months."""
    ready = list(Snapshot.objects.filter(state="ready").order_by("-number"))
    keep = {row.pk for row in ready[:KEEP_LAST]}
    months: dict[tuple[int, int], int] = {}
    for row in ready:
        age = (today.year - row.taken_at.year) * 12 + today.month - row.taken_at.month
        if age <= KEEP_MONTHS:
            months.setdefault((row.taken_at.year, row.taken_at.month), row.pk)
    keep |= set(months.values())
    dropped = [row for row in ready if row.pk not in keep]
    dead = Snapshot.objects.filter(state="writing", taken_at__lt=at - FORGET_WRITING)
    for row in (*dropped, *dead):
        with transaction.atomic():
            row.tables.all().delete()
            Snapshot.objects.filter(pk=row.pk).update(state="dropped")
        shutil.rmtree(folder_of(row.number), ignore_errors=True)
        for scratch in Path(settings.SNAPSHOTS).glob(f".{row.number}-*"):
            shutil.rmtree(scratch, ignore_errors=True)
    return len(dropped)
