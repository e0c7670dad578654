"""Sealing of single values: AES-256-GCM with the row and column as associated data, and keyed look-up.

A sealed value reads `key id : nonce : cipher text`; it opens only in the row and column it was written for. Keys come
from the settings, newest first; old keys open, only the newest seals. The look-up word is an HMAC under a key of its
own, so that equal values can be found without opening any.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12


class NotOpened(RuntimeError):
    """A sealed value that no key opens here: another row, another column, a lost key, or it was tampered with."""


@lru_cache(maxsize=4)
def _keys(configured: str) -> dict[str, bytes]:
    """Key id -> 32 bytes, newest first. A bare secret is key `k1`."""
    found: dict[str, bytes] = {}
    for part in filter(None, (p.strip() for p in configured.split(","))):
        name, _, secret = part.rpartition(":")
        found[name or "k1"] = hashlib.sha256(b"lianxin field key\0" + secret.encode()).digest()
    if not found:
        raise ImproperlyConfigured("LIANXIN_FIELD_KEYS holds no key.")
    return found


def _ring(name: str) -> dict[str, bytes]:
    return _keys(settings.SEALED_KEYS if name == "sealed" else settings.FIELD_KEYS)


def newest_key(ring: str = "field") -> str:
    """The id of the key that seals now."""
    return next(iter(_ring(ring)))


def key_of(sealed: bytes | memoryview) -> str:
    """The id of the key a value was sealed with."""
    return bytes(sealed).partition(b":")[0].decode()


def seal(value: str, *, where: str, ring: str = "field") -> bytes:
    """Seal a value for one place, such as `registry.contact.value:<row id>`.

    ring : which keys: `field` for personal data, `sealed` for what stays shut to all but named handlers (C4).
    """
    name = newest_key(ring)
    nonce = os.urandom(NONCE)
    shut = AESGCM(_ring(ring)[name]).encrypt(nonce, value.encode(), where.encode())
    return name.encode() + b":" + nonce + shut


def unseal(sealed: bytes | memoryview, *, where: str, ring: str = "field") -> str:
    """The value sealed for this place. Raises NotOpened."""
    name, _, rest = bytes(sealed).partition(b":")
    key = _ring(ring).get(name.decode(errors="replace"))
    if key is None:
        raise NotOpened(where)
    try:
        return AESGCM(key).decrypt(rest[:NONCE], rest[NONCE:], where.encode()).decode()
    except InvalidTag:
        raise NotOpened(where) from None


def lookup_word(kind: str, value: str) -> str:
    """The keyed word under which a value of this kind is found again."""
    return hmac.new(settings.LOOKUP_KEY.encode(), f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()
