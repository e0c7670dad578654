"""What production must not be started with. Every fault is one sentence that says what to set."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 32
ADVICE = "Make one with: openssl rand -base64 48"
PLACEHOLDERS = ("change", "secret", "password", "example", "insecure", "default", "12345", "your-", "xxxx")
SECRETS = ("LIANXIN_SECRET_KEY", "LIANXIN_FIELD_KEYS", "LIANXIN_SEALED_KEYS", "LIANXIN_LOOKUP_KEY", "LIANXIN_SEAL_KEY")
Environment = Mapping[str, str]


def refuse_unsafe(environment: Environment, settings: Any) -> None:
    """Raises ImproperlyConfigured with every fault, one a line."""
    if found := faults(environment, settings):
        raise ImproperlyConfigured("\n".join(found))


def faults(environment: Environment, settings: Any) -> list[str]:
    """Everything that is unsafe in these settings."""
    return [fault for check in CHECKS for fault in check(environment, settings)]


def secrets_of(value: str) -> list[str]:
    """The single secrets of a setting that may hold several, each perhaps with an id before a colon."""
    return [part.strip().rpartition(":")[2] for part in value.split(",")]


def weak_secrets(environment: Environment, settings: Any) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in SECRETS:
        for secret in secrets_of(environment.get(name, "")):
            if len(secret) < SHORTEST or len(set(secret)) < 10:
                yield f"{name} is shorter than {SHORTEST} characters or repeats itself. {ADVICE}"
            elif any(word in secret.lower() for word in PLACEHOLDERS):
                yield f"{name} looks like an example. {ADVICE}"
            elif secret in seen:
                yield f"{name} is the same as {seen[secret]}. Give each its own secret."
            seen[secret] = name


def secrets_beside_data(environment: Environment, settings: Any) -> Iterator[str]:
    folder = Path(settings.HOME) / "secrets"
    if folder.is_dir() and any(folder.iterdir()):
        yield f"{folder} holds secrets made for development. Move what you need into the environment and delete it."


def debugging(environment: Environment, settings: Any) -> Iterator[str]:
    if settings.DEBUG or environment.get("LIANXIN_DEBUG") == "1":
        yield "LIANXIN_DEBUG is set. It shows code and data to anyone: unset it."


def open_hosts(environment: Environment, settings: Any) -> Iterator[str]:
    if not environment.get("LIANXIN_HOSTS"):
        yield "LIANXIN_HOSTS is not set. Name the hosts that people type, with a comma between."
    if any(host.strip() in {"*", "", "."} for host in settings.ALLOWED_HOSTS):
        yield "LIANXIN_HOSTS allows any host. Name the hosts that people type, with a comma between."
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if not origin.startswith("https://") or "*" in origin:
            yield f"LIANXIN_ORIGINS trusts {origin}. Only single https:// origins are safe."


def no_encryption(environment: Environment, settings: Any) -> Iterator[str]:
    certificate, key = environment.get("LIANXIN_TLS_CERTIFICATE", ""), environment.get("LIANXIN_TLS_KEY", "")
    if environment.get("LIANXIN_TLS_PROXY") == "1":
        return
    if not certificate or not key:
        yield "No TLS. Set LIANXIN_TLS_PROXY=1 behind a proxy, or LIANXIN_TLS_CERTIFICATE and LIANXIN_TLS_KEY."
    for path in (certificate, key):
        if path and not Path(path).is_file():
            yield f"There is no file {path}, which the TLS settings name."


def unplaced_state(environment: Environment, settings: Any) -> Iterator[str]:
    if not environment.get("LIANXIN_HOME"):
        yield "LIANXIN_HOME is not set. Name the folder of all state, which you also back up."
    elif Path(settings.HOME).stat().st_mode & 0o007:
        yield f"{settings.HOME} is open to every user of this machine. Close it with: chmod o= {settings.HOME}"
    if not environment.get("LIANXIN_DATABASE_URL"):
        yield "LIANXIN_DATABASE_URL is not set. Set postgresql://... or sqlite:///path/to/file."


CHECKS: tuple[Callable[[Environment, Any], Iterator[str]], ...] = (
    weak_secrets,
    secrets_beside_data,
    debugging,
    open_hosts,
    no_encryption,
    unplaced_state,
)
