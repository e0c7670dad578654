"""Writing an archive."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from lianxin.conf.gather import modules

from .plain import Unclassed, models_kept, spell, strange_tables, twin

FORMAT = "lianxin-backup/1"
READER = "backup"
ROWS_AT_ONCE = 5000
MOMENTARY = frozenset({"trail.beat"})
"""Models whose rows say something of this moment only."""


@dataclass
class Manifest:
    """What is in an archive."""

    made_at: str
    keys: dict[str, str]
    migrations: list[str]
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By model: rows, sha256, and the highest id ever given (`last_id`)."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: str = FORMAT


def derived() -> tuple[set[str], list[str]]:
    """Models and further tables that are made anew from others, as the apps' `derived.py` list them."""
    found = [module for _label, module in modules("derived")]
    return {m for module in found for m in module.MODELS}, [t for module in found for t in module.TABLES]


def kept() -> dict[str, type[models.Model]]:
    """The models of a backup."""
    return models_kept(MOMENTARY | derived()[0])


def key_prints() -> dict[str, str]:
    """Which keys the rows were written with, without giving anything of the keys away."""
    names = ("FIELD_KEYS", "SEALED_KEYS", "LOOKUP_KEY", "SEAL_KEY")
    return {n: hashlib.sha256(f"lianxin print {getattr(settings, n)}".encode()).hexdigest()[:16] for n in names}


def applied_migrations(using: str = "default") -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connections[using]).applied_migrations())


def roots() -> dict[str, Path]:
    """Folders that belong to the installation's state."""
    return {"media": Path(settings.MEDIA_ROOT), "snapshots": Path(settings.SNAPSHOTS)}


@contextmanager
def one_moment() -> Iterator[str]:
    """A connection that sees the database as it is now and keeps nobody from writing."""
    entry = {**connections["default"].settings_dict, "CONN_MAX_AGE": 0}
    if connection.vendor == "sqlite":
        entry["OPTIONS"] = {**entry["OPTIONS"], "transaction_mode": "DEFERRED"}
    else:
        from psycopg import IsolationLevel

        entry["OPTIONS"] = {**entry["OPTIONS"], "isolation_level": IsolationLevel.REPEATABLE_READ}
    connections.databases[READER] = entry
    try:
        with transaction.atomic(using=READER):
            yield READER
    finally:
        connections[READER].close()
        del connections[READER]
        del connections.databases[READER]


def last_id(model: type[models.Model], using: str) -> int | None:
    """The highest id that the table has given out, so that none is given twice after a restore."""
    meta = model._meta
    if not isinstance(meta.pk, models.AutoField):
        return None
    with connections[using].cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [meta.db_table])
            row = cursor.fetchone()
            return int(row[0]) if row else 0
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{meta.db_table}"', meta.pk.column])
        cursor.execute(f"SELECT last_value, is_called FROM {cursor.fetchone()[0]}")  # noqa: S608 - a name the database gave
        value, is_called = cursor.fetchone()
        return int(value) if is_called else 0


class Writer:
    """Puts tables and files into the tar, one at a time, by way of a scratch file."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest, scratch: Path) -> None:
        self.tar, self.manifest, self.scratch = tar, manifest, scratch

    def table(self, label: str, model: type[models.Model], using: str) -> None:
        plain, digest, rows = twin(model), hashlib.sha256(), 0
        names = [f.attname for f in plain._meta.concrete_fields]
        found = plain._default_manager.using(using).order_by("pk").values_list(*names)
        with tempfile.TemporaryFile(dir=self.scratch) as spool:
            spool.write(json.dumps(names).encode() + b"\n")
            for row in found.iterator(chunk_size=ROWS_AT_ONCE):
                line = json.dumps(row, ensure_ascii=False, default=spell).encode() + b"\n"
                digest.update(line)
                spool.write(line)
                rows += 1
            self._add(f"tables/{label}.jsonl", spool)
        about = {"rows": rows, "sha256": digest.hexdigest(), "last_id": last_id(model, using)}
        self.manifest.tables[label] = about

    def file(self, name: str, path: Path) -> None:
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            self._add(f"files/{name}", source)
        self.manifest.files[name] = {"size": path.stat().st_size, "sha256": digest}

    def end(self) -> None:
        text = json.dumps(asdict(self.manifest), ensure_ascii=False, indent=1).encode()
        self._add("manifest.json", io.BytesIO(text))

    def _add(self, name: str, source: Any) -> None:
        about = tarfile.TarInfo(name)
        about.size, about.mode = source.seek(0, os.SEEK_END), 0o600
        source.seek(0)
        self.tar.addfile(about, source)


def write_backup(target: Path) -> Manifest:
    """Write everything to `target`, whole or not at all. Raises Unclassed."""
    strange = strange_tables(derived()[1])
    if strange:
        raise Unclassed(", ".join(strange))
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(scratch, "xb", opener=lambda p, flags: os.open(p, flags, 0o600)) as out:
            manifest = _write_archive(out, target.parent)
            out.flush()
            os.fsync(out.fileno())
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)
    return manifest


def _write_archive(out: Any, folder: Path) -> Manifest:
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=3) as tar, one_moment() as using:
        manifest = Manifest(datetime.now(UTC).isoformat("T", "seconds"), key_prints(), applied_migrations(using))
        writer = Writer(tar, manifest, folder)
        for label, model in kept().items():
            writer.table(label, model, using)
        for root, top in roots().items():
            for path in sorted(p for p in top.rglob("*") if p.is_file()):
                writer.file(f"{root}/{path.relative_to(top)}", path)
        writer.end()
    return manifest
