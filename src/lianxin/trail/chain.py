"""The seal of the audit trail: a hash chain over the entries, signed in stretches.

Each sealed entry has a position and a digest over the digest before it and its own content; each seal signs the
last digest of its stretch. The key is in the settings, not in the database: who can write to the database can edit
rows and recompute digests, but cannot sign. What was cut off at the end is seen from a digest kept elsewhere: the
newest one lies in the state folder, and `lianxin audit digest` writes one to hand to somebody outside.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db.models import Max, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused

from .models import Entry, Seal

START = "0" * 64
FORMAT = "lianxin-audit-digest/1"
CONTENT = ("id", "at", "actor_kind", "actor_id", "actor_label", "act", "subject_kind", "subject_id", "facts")


class NotADigest(Refused):
    """The file is no digest of an audit trail."""

    text = _("This file is not a digest written by “lianxin audit digest”.")


def canonical(value: Any) -> bytes:
    """One spelling of a value, the same on every database."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_spell).encode()


def _spell(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(type(value).__name__)


def link(before: str, position: int, content: tuple[Any, ...]) -> str:
    """The digest of an entry in its place; `content` in the order of CONTENT."""
    return hashlib.sha256(before.encode() + canonical([position, *content])).hexdigest()


def _private_keys() -> list[Ed25519PrivateKey]:
    """From `LIANXIN_SEAL_KEY`: one secret, or several with a comma between, the newest first."""
    secrets = [part.strip() for part in settings.SEAL_KEY.split(",") if part.strip()]
    return [
        Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"lianxin audit seal 1\0" + secret.encode()).digest())
        for secret in secrets
    ]


def trusted_keys() -> frozenset[str]:
    """Public keys, in hexadecimal, whose signatures count."""
    return frozenset(key.public_key().public_bytes_raw().hex() for key in _private_keys())


def sign(message: Any) -> tuple[str, str]:
    """Signature by the newest key, and its public key."""
    key = _private_keys()[0]
    return key.sign(canonical(message)).hex(), key.public_key().public_bytes_raw().hex()


def is_signed(message: Any, signature: str, key: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), canonical(message))
    except (InvalidSignature, ValueError):
        return False
    return True


def seal_message(seal: Seal) -> list[Any]:
    """What a seal signs."""
    return ["seal", seal.position_from, seal.position_to, seal.head, seal.sealed_at, seal.before]


def seal_next(at: datetime, limit: int) -> int:
    """Seal up to `limit` entries, inside the caller's transaction; how many.

    Two at once would give the same position twice, which the database refuses.
    """
    fields = ("pk", *CONTENT)
    rows = list(Entry.objects.filter(position=None).order_by("id").values_list(*fields)[:limit])
    if not rows:
        return 0
    last = Seal.objects.order_by("-position_to").first()
    first = (last.position_to if last else 0) + 1
    head, sealed = (last.head if last else START), []
    for position, (pk, *content) in enumerate(rows, first):
        head = link(head, position, tuple(content))
        sealed.append(Entry(pk=pk, position=position, digest=head))
    Entry.objects.bulk_update(sealed, ["position", "digest"], batch_size=400)
    seal = Seal(position_from=first, position_to=first + len(rows) - 1, head=head, sealed_at=at)
    seal.before = last.signature if last else ""
    seal.signature, seal.key = sign(seal_message(seal))
    seal.save()
    return len(rows)


@dataclass(frozen=True, slots=True)
class Digest:
    """The head of the chain at a moment, signed: enough to see later that nothing before it was changed or cut."""

    entries: int
    head: str
    made_at: str
    public_key: str
    signature: str
    format: str = FORMAT

    @property
    def message(self) -> list[Any]:
        return [self.format, self.entries, self.head, self.made_at]

    @property
    def is_valid(self) -> bool:
        """Signed by a key of this installation."""
        return self.public_key in trusted_keys() and is_signed(self.message, self.signature, self.public_key)

    def text(self) -> str:
        return json.dumps(asdict(self))


def digest(at: datetime) -> Digest:
    """The signed head of what is sealed by now."""
    last = Seal.objects.order_by("-position_to").first()
    entries, head = (last.position_to, last.head) if last else (0, START)
    made_at = at.astimezone(UTC).isoformat(timespec="seconds")
    signature, key = sign([FORMAT, entries, head, made_at])
    return Digest(entries, head, made_at, key, signature)


def read_digest(path: Path) -> Digest:
    """A digest from its file. Raises NotADigest."""
    try:
        found = Digest(**json.loads(path.read_text()))
        if found.format == FORMAT and isinstance(found.entries, int):
            return found
    except (OSError, ValueError, TypeError) as error:
        raise NotADigest(path) from error
    raise NotADigest(path)


def head_file() -> Path:
    """Where the newest digest lies, outside the database."""
    return Path(settings.HOME) / "audit-head.json"


def keep_head(at: datetime) -> None:
    """Write the newest digest beside the database, at once or not at all."""
    path = head_file()
    scratch = path.with_suffix(f".{os.getpid()}")
    scratch.write_text(digest(at).text())
    scratch.replace(path)


FAULTS = {
    "entry_changed": _("the entry or its place was changed"),
    "entry_missing": _("a sealed entry is missing"),
    "seal_missing": _("a seal is missing"),
    "seal_forged": _("the seal was not signed by this installation"),
    "seal_differs": _("the seal was made of other entries"),
    "digest_forged": _("the digest was not signed by this installation"),
    "digest_differs": _("the entry differs from the digest"),
    "cut_off": _("entries at the end are missing"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: a code of FAULTS, the position, the entry's id where there is one."""

    what: str
    position: int
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    sealed: int
    unsealed: int
    seals: int
    head: str
    fault: Fault | None

    @property
    def is_sound(self) -> bool:
        return self.fault is None


def verify(digests: Iterable[Digest] = ()) -> Verdict:
    """Walk the whole chain and all seals, in constant memory, up to the first fault.

    Sealing may go on meanwhile: what is sealed after the start is left for the next time.
    """
    walk = _Walk(list(digests), trusted_keys())
    fault = walk.fault_of_digests() or walk.fault_of_chain() or walk.fault_of_end()
    unsealed = Entry.objects.filter(position=None).count()
    return Verdict(walk.position, unsealed, walk.seals, walk.head, fault)


class _Walk:
    """The state of a verification: how far it is and what it has seen last."""

    def __init__(self, digests: list[Digest], keys: frozenset[str]) -> None:
        self.keys, self.digests = keys, digests
        self.expected: dict[int, set[str]] = {}
        for digest in digests:
            self.expected.setdefault(digest.entries, set()).add(digest.head)
        self.position, self.head = 0, START
        self.seals, self.sealed_to, self.signature = 0, 0, ""

    def fault_of_digests(self) -> Fault | None:
        forged = [d for d in self.digests if not d.is_valid]
        return Fault("digest_forged", forged[0].entries) if forged else None

    def fault_of_chain(self) -> Fault | None:
        """Entries in the order of their positions, each seal as soon as its stretch is over."""
        end = Seal.objects.aggregate(end=Max("position_to"))["end"] or 0
        seals = iter(Seal.objects.filter(position_to__lte=end).order_by("position_to").iterator())
        seal = next(seals, None)
        for position, found, content in _sealed_entries(end):
            fault = self._fault_of_entry(position, found, content)
            if fault:
                return fault
            if seal and seal.position_to == position:
                if fault := self._fault_of_seal(seal):
                    return fault
                seal = next(seals, None)
        return Fault("entry_missing", self.position + 1) if seal else None

    def _fault_of_entry(self, position: int, found: str, content: tuple[Any, ...]) -> Fault | None:
        if position != self.position + 1:
            return Fault("entry_missing", self.position + 1)
        if found != link(self.head, position, content):
            return Fault("entry_changed", position, content[0])
        self.position, self.head = position, found
        if self.expected.get(position, {found}) != {found}:
            return Fault("digest_differs", position, content[0])
        return None

    def _fault_of_seal(self, seal: Seal) -> Fault | None:
        if seal.position_from != self.sealed_to + 1 or seal.before != self.signature:
            return Fault("seal_missing", self.sealed_to + 1)
        if seal.key not in self.keys or not is_signed(seal_message(seal), seal.signature, seal.key):
            return Fault("seal_forged", seal.position_to)
        if seal.head != self.head:
            return Fault("seal_differs", seal.position_to)
        self.seals, self.sealed_to, self.signature = self.seals + 1, seal.position_to, seal.signature
        return None

    def fault_of_end(self) -> Fault | None:
        last_seal = Seal.objects.order_by("-position_to").values("position_to")[:1]
        stray = Entry.objects.filter(position__gt=Coalesce(Subquery(last_seal), 0))
        if self.sealed_to != self.position or stray.exists():
            return Fault("seal_missing", self.sealed_to + 1)
        longest = max(self.expected, default=0)
        return Fault("cut_off", self.position + 1) if longest > self.position else None


def _sealed_entries(end: int) -> Iterator[tuple[int, str, tuple[Any, ...]]]:
    rows = Entry.objects.filter(position__lte=end).order_by("position").values_list("position", "digest", *CONTENT)
    for position, found, *content in rows.iterator(chunk_size=5000):
        yield position, found, tuple(content)
