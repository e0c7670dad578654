"""The ballot box for codes (票箱): envelopes that only two key holders together can open.

Every key holder has a phrase on paper; only the public half of what comes of it is kept. A ballot is sealed so that
any two holders open it, and no single one, not even whoever runs the machine. All envelopes of an election are equally
long. They lie in drawers, each a stack in an order drawn anew with every ballot.
Source: X25519 (RFC 7748), HKDF (RFC 5869), AES-256-GCM.
"""

import json
import secrets
from collections.abc import Sequence
from itertools import combinations
from operator import itemgetter
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lianxin_methods.election import Ballot

SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that cannot be taken for one another when typed from paper."""
_T = TypeVar("_T")
ONCE = bytes(12)
"""The nonce of keys that seal one thing only."""
KEY, TAG = 32, 16
WRITTEN_IN = 320
"""Bytes kept for names written in."""

_RNG = secrets.SystemRandom()


class WrongKeys(ValueError):
    """These two phrases do not open this ballot box."""


def drawn_signs(groups: int, each: int) -> str:
    """Random signs in groups, as they are printed."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(each)) for _ in range(groups))


def plain_signs(typed: str) -> str:
    """What was typed, without spaces and strokes, in capitals."""
    return "".join(sign for sign in typed.upper() if sign in SIGNS)


def new_phrase() -> str:
    """A key holder's phrase: 20 signs, 99 bits."""
    return drawn_signs(4, 5)


def public_half(phrase: str) -> bytes:
    """What is kept of a phrase."""
    return _private(phrase).public_key().public_bytes_raw()


def envelope_bytes(candidates: int, holders: int) -> int:
    """The length of every envelope of an election."""
    return KEY + len(_pairs(holders)) * (KEY + TAG) + _room(candidates) + TAG


def enclose(ballot: Ballot, *, candidates: int, holders: Sequence[bytes], where: str) -> bytes:
    """Seal a ballot for any two of the holders."""
    text = json.dumps([sorted(ballot.approved), sorted(ballot.against)], ensure_ascii=False, separators=(",", ":"))
    content = text.encode().ljust(_room(candidates))
    if len(content) > _room(candidates):
        raise ValueError("a ballot is longer than its envelope")
    inner, once = secrets.token_bytes(KEY), X25519PrivateKey.generate()
    shared = [once.exchange(X25519PublicKey.from_public_bytes(holder)) for holder in holders]
    wraps = b"".join(
        AESGCM(_derived(shared[i] + shared[j], where)).encrypt(ONCE, inner, None) for i, j in _pairs(len(holders))
    )
    return once.public_key().public_bytes_raw() + wraps + AESGCM(inner).encrypt(ONCE, content, where.encode())


def disclose(envelope: bytes, *, holders: Sequence[bytes], phrases: tuple[str, str], where: str) -> Ballot:
    """Open an envelope with two phrases. Raises WrongKeys."""
    keys = [_private(phrase) for phrase in phrases]
    halves = [key.public_key().public_bytes_raw() for key in keys]
    if halves[0] == halves[1] or not set(halves) <= set(holders):
        raise WrongKeys
    places = [holders.index(half) for half in halves]
    (i, first), (j, second) = sorted(zip(places, keys, strict=True), key=itemgetter(0))
    once, pairs = X25519PublicKey.from_public_bytes(envelope[:KEY]), _pairs(len(holders))
    at = KEY + pairs.index((i, j)) * (KEY + TAG)
    wrapping = _derived(first.exchange(once) + second.exchange(once), where)
    try:
        inner = AESGCM(wrapping).decrypt(ONCE, envelope[at : at + KEY + TAG], None)
        content = AESGCM(inner).decrypt(ONCE, envelope[KEY + len(pairs) * (KEY + TAG) :], where.encode())
    except InvalidTag:
        raise WrongKeys from None
    approved, against = json.loads(content)
    return Ballot(frozenset(approved), frozenset(against))


def drawn_below(number: int) -> int:
    """A number from 0 up to below `number`, drawn by lot."""
    return _RNG.randrange(number)


def put_in(drawer: bytes, envelope: bytes) -> bytes:
    """The drawer with one envelope more, in an order drawn anew."""
    return b"".join(shuffled([*stack(drawer, len(envelope)), envelope]))


def stack(drawer: bytes, length: int) -> list[bytes]:
    """The envelopes in a drawer."""
    return [drawer[at : at + length] for at in range(0, len(drawer), length)]


def shuffled(items: Sequence[_T]) -> list[_T]:
    """The same items in an order that nobody can foretell or work back."""
    return _RNG.sample(list(items), len(items))


def _private(phrase: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_derived(plain_signs(phrase).encode(), "key holder"))


def _derived(material: bytes, info: str) -> bytes:
    return HKDF(SHA256(), KEY, b"lianxin ballot box", info.encode()).derive(material)


def _pairs(holders: int) -> list[tuple[int, int]]:
    return list(combinations(range(holders), 2))


def _room(candidates: int) -> int:
    """Bytes of a ballot: every candidate once, and names written in, in whole blocks of 64."""
    return -(-(16 + 6 * candidates + WRITTEN_IN) // 64) * 64
