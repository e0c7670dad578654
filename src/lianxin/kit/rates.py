"""How often something may happen a minute, counted across all processes of one machine.

A counter is a small file locked while it is read and written: a request that only reads never takes the database's
one write lock because somebody counts it.
"""

import fcntl
import os
import struct
from pathlib import Path

from django.conf import settings

_SHAPE = struct.Struct("<QQ")
MINUTE_S = 60


def take(key: str, *, limit: int, at_s: float) -> int:
    """Count one use of `key` at the moment `at_s` (seconds since the epoch).

    Returns 0 where the use is within the limit of this minute, else the seconds until the next minute.
    """
    minute = int(at_s // MINUTE_S)
    handle = os.open(_path(key), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        kept = os.pread(handle, _SHAPE.size, 0)
        since, used = _SHAPE.unpack(kept) if len(kept) == _SHAPE.size else (minute, 0)
        used = used if since == minute else 0
        if used >= limit:
            return MINUTE_S - int(at_s % MINUTE_S)
        os.pwrite(handle, _SHAPE.pack(minute, used + 1), 0)
        return 0
    finally:
        os.close(handle)


def forget(key: str) -> None:
    """Drop a counter, when what it counted is gone."""
    _path(key).unlink(missing_ok=True)


def sweep(prefix: str, *, before_s: float) -> int:
    """Drop the counters of a kind that were last used before a moment; returns how many."""
    gone = 0
    for path in _path("").glob(f"{prefix}*"):
        if path.stat().st_mtime < before_s:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _path(key: str) -> Path:
    folder = Path(settings.HOME) / "rates"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / key
