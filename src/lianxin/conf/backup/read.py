"""Checking an archive and putting it back."""

import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from lianxin.conf.gather import modules
from lianxin.kit import statistics
from lianxin.kit.refusals import Refused

from .plain import twin
from .write import FORMAT, MOMENTARY, ROWS_AT_ONCE, Manifest, applied_migrations, derived, kept, key_prints, roots


class NotABackup(Refused):
    """The file is not an archive of ours, or not whole."""

    text = _("%(file)s is not a whole backup: %(fault)s. Nothing was changed.")


class OtherVersion(Refused):
    """The archive has other migrations than this installation."""

    text = _(
        "The backup was made by another version (%(difference)s). Install that version, restore there, then upgrade. "
        "Nothing was changed."
    )


class OtherKeys(Refused):
    """The archive was written with other secrets."""

    text = _(
        "The backup was made with other secrets (%(names)s): contact details could not be read, nor seals be checked. "
        "Set the same secrets, or pass --other-keys. Nothing was changed."
    )


def read_manifest(path: Path) -> Manifest:
    """Read the archive through and check every part against its manifest. Raises NotABackup."""
    seen: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(path, "r|gz") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is None:
                    raise NotABackup(path, file=path.name, fault=member.name)
                if member.name == "manifest.json":
                    manifest = Manifest(**json.load(stream))
                else:
                    seen[member.name] = _measure(stream, is_table=member.name.startswith("tables/"))
    except (tarfile.TarError, OSError, EOFError, ValueError, TypeError) as error:
        raise NotABackup(path, file=path.name, fault=type(error).__name__) from error
    if manifest is None or manifest.format != FORMAT:
        raise NotABackup(path, file=path.name, fault="manifest")
    promised = {f"tables/{label}.jsonl": (t["rows"], t["sha256"]) for label, t in manifest.tables.items()}
    promised |= {f"files/{name}": (f["size"], f["sha256"]) for name, f in manifest.files.items()}
    if wrong := sorted(n for n in promised.keys() | seen.keys() if promised.get(n) != seen.get(n)):
        raise NotABackup(path, file=path.name, fault=", ".join(wrong[:3]))
    return manifest


def _measure(stream: IO[bytes], *, is_table: bool) -> tuple[int, str]:
    """Rows (or bytes) and digest."""
    digest, count = hashlib.sha256(), 0
    if is_table:
        stream.readline()
        for line in stream:
            digest.update(line)
            count += 1
        return count, digest.hexdigest()
    while part := stream.read(1 << 20):
        digest.update(part)
        count += len(part)
    return count, digest.hexdigest()


def check_fits(manifest: Manifest, *, other_keys: bool = False) -> None:
    """Raises OtherVersion, OtherKeys."""
    if difference := sorted(set(manifest.migrations) ^ set(applied_migrations())):
        raise OtherVersion(difference=", ".join(difference[:3]))
    if missing := sorted(manifest.tables.keys() ^ kept().keys()):
        raise OtherVersion(difference=", ".join(missing[:3]))
    prints = key_prints()
    names = [f"LIANXIN_{name}" for name, value in manifest.keys.items() if prints.get(name) != value]
    if names and not other_keys:
        raise OtherKeys(names=", ".join(names))


def read_backup(path: Path, *, other_keys: bool = False, after: Callable[[], object] = lambda: None) -> Manifest:
    """Replace all state by the archive's: tables in one transaction, then files. `after` runs before the commit.

    Raises NotABackup, OtherVersion, OtherKeys; then nothing was changed.
    """
    manifest = read_manifest(path)
    check_fits(manifest, other_keys=other_keys)
    with _fresh_folder() as folder, tarfile.open(path, "r|gz") as tar:
        with transaction.atomic():
            wipe()
            for member in tar:
                stream = tar.extractfile(member)
                assert stream is not None
                if member.name.startswith("tables/"):
                    label = member.name.removeprefix("tables/").removesuffix(".jsonl")
                    load(kept()[label], stream, manifest.tables[label]["last_id"])
                elif member.name.startswith("files/"):
                    _put(folder, member.name.removeprefix("files/"), stream)
            for _label, module in modules("derived"):
                module.rebuild()
            after()
        statistics.refresh()
        for root, top in roots().items():
            _swap(folder / root, top)
    return manifest


@transaction.atomic
def wipe() -> None:
    """Empty every table, derived ones too."""
    labels, tables = derived()
    every = {model._meta.db_table for model in kept().values()}
    every |= {apps.get_model(label)._meta.db_table for label in labels | MOMENTARY}
    present = set(connection.introspection.table_names())
    statements = connection.ops.sql_flush(no_style(), sorted(every & present), reset_sequences=True, allow_cascade=True)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        for table in present & set(tables):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name from our code


def load(model: type[models.Model], stream: IO[bytes], last_id: int | None) -> None:
    """Write the rows of a table as they were."""
    plain = twin(model)
    fields = [plain._meta.get_field(name) for name in json.loads(stream.readline())]
    rows = (plain(**_values(fields, json.loads(line))) for line in stream)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        plain._default_manager.bulk_create(batch, batch_size=ROWS_AT_ONCE)
    if last_id:
        _set_last_id(model, last_id)


def _values(fields: list[Any], row: list[Any]) -> dict[str, Any]:
    return {f.attname: None if value is None else f.to_python(value) for f, value in zip(fields, row, strict=True)}


def _set_last_id(model: type[models.Model], value: int) -> None:
    meta = model._meta
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [meta.db_table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [meta.db_table, value])
        else:
            names = [f'"{meta.db_table}"', meta.pk.column, value]
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", names)


@contextmanager
def _fresh_folder() -> Iterator[Path]:
    """Beside the state, so that moving it there is one rename."""
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restore-") as name:
        yield Path(name)


def _put(folder: Path, name: str, stream: IO[bytes]) -> None:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise NotABackup(name, file=name, fault="path")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        shutil.copyfileobj(stream, out, 1 << 20)


def _swap(new: Path, place: Path) -> None:
    """Put a folder in the place of another."""
    new.mkdir(exist_ok=True)
    old = new.with_name(f"{new.name}.old")
    if place.exists():
        place.rename(old)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.rename(place)
