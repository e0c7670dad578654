"""The file itself, kept from when it is chosen until it is applied or put away."""

import hashlib
from pathlib import Path

from django.conf import settings

from ..models.imports import Import

WAITING = ("uploaded", "staging", "staged", "applying")


def _path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / digest


def keep(content: bytes) -> str:
    """Store a file under its digest; the same file is stored once."""
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_suffix(".part")
    scratch.write_bytes(content)
    scratch.replace(path)
    return digest


def read(batch: Import) -> bytes:
    return _path(batch.file_digest).read_bytes()


def forget(batch: Import) -> None:
    """Delete the file, unless another import still needs it."""
    others = Import.objects.filter(file_digest=batch.file_digest, state__in=WAITING).exclude(pk=batch.pk)
    if not others.exists():
        _path(batch.file_digest).unlink(missing_ok=True)
