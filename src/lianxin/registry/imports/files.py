"""The file itself, kept from when it is chosen until it is applied or put away."""

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings

from lianxin.kit import vault

from ..models.imports import Import
from .personal import seal, unseal

WAITING = ("uploaded", "staging", "staged", "applying")


def _path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / digest


def keep(content: bytes, *, is_sealed: bool = False) -> str:
    """Store a file under its digest; the same file is stored once. One about people is sealed."""
    digest = hashlib.sha256(content).hexdigest() if not is_sealed else secrets.token_hex(32)
    path = _path(digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_suffix(".part")
    scratch.write_bytes(seal(content, where=f"imports:{digest}") if is_sealed else content)
    scratch.replace(path)
    return digest


def read(batch: Import, *, is_sealed: bool = False) -> bytes:
    content = _path(batch.file_digest).read_bytes()
    return unseal(content, where=f"imports:{batch.file_digest}") if is_sealed else content


def is_kept(batch: Import) -> bool:
    return _path(batch.file_digest).exists()


def seal_anew(batch: Import) -> bool:
    """Seal a kept file about people under the newest key; whether that was needed."""
    path, where = _path(batch.file_digest), f"imports:{batch.file_digest}"
    content = path.read_bytes()
    if vault.key_of(content) == vault.newest_key():
        return False
    scratch = path.with_suffix(".part")
    scratch.write_bytes(seal(unseal(content, where=where), where=where))
    scratch.replace(path)
    return True


def purge(older_than: datetime) -> int:
    """Delete files that no unfinished import needs, once nobody can be about to; returns how many."""
    needed = set(Import.objects.filter(state__in=WAITING).values_list("file_digest", flat=True))
    folder, gone = _path("").parent / "imports", 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stem not in needed and path.stat().st_mtime < older_than.timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def forget(batch: Import) -> None:
    """Delete the file, unless another import still needs it."""
    others = Import.objects.filter(file_digest=batch.file_digest, state__in=WAITING).exclude(pk=batch.pk)
    if not others.exists():
        _path(batch.file_digest).unlink(missing_ok=True)
