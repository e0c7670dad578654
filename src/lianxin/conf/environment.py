"""Reads the settings from the environment, and nothing else."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

POSTGRES_OPTIONS = "-c jit=off -c max_parallel_workers_per_gather=0 -c work_mem=16MB"
"""Many small questions: compiling one or starting helpers for it takes longer than its answer (a search over 1,000,000
texts took 127 ms with both, 28 ms without)."""
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=268435456;"
    "PRAGMA cache_size=-8192;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864"
)


def home() -> Path:
    """The folder that holds all state of this installation (`LIANXIN_HOME`, default `./var`)."""
    return Path(os.environ.get("LIANXIN_HOME", "var")).resolve()


def is_production() -> bool:
    mode = os.environ.get("LIANXIN_MODE", "development")
    if mode not in {"development", "production"}:
        raise ImproperlyConfigured(f"LIANXIN_MODE is {mode!r}; set it to development or production.")
    return mode == "production"


def database(state: Path) -> dict[str, Any]:
    """Django's database entry from `LIANXIN_DATABASE_URL`; without it, SQLite in the state folder."""
    url = os.environ.get("LIANXIN_DATABASE_URL", "")
    parts = urlparse(url)
    if not url or parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path or str(state / "lianxin.sqlite3"),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        }
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("LIANXIN_DATABASE_URL must start with sqlite:// or postgresql://.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,  # by thread: handing connections out of a pool cost a fifth of the time of a busy page
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": POSTGRES_OPTIONS},
    }


def mail() -> dict[str, Any]:
    """Where e-mail goes, from `LIANXIN_EMAIL_URL` (smtp://user:password@host:587 or smtps://...:465); {} without."""
    url = os.environ.get("LIANXIN_EMAIL_URL", "")
    if not url:
        return {}
    parts = urlparse(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("LIANXIN_EMAIL_URL must look like smtp://user:password@host:587.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in {"localhost", "127.0.0.1"},
    }


def secret(name: str, state: Path) -> str:
    """A secret from the environment; in development one is made once and kept in the state folder."""
    value = os.environ.get(name, "")
    if value:
        return value
    if is_production():
        raise ImproperlyConfigured(f"{name} is not set. In production every secret comes from the environment.")
    path = state / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_text(secrets.token_urlsafe(48))
        scratch.chmod(0o600)
        try:
            os.link(scratch, path)  # the first process wins, the others read its secret
        except FileExistsError:
            pass
        finally:
            scratch.unlink()
    return path.read_text()
