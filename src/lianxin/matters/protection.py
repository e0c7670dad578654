"""What keeps machines from flooding the public ways in, without asking anybody outside.

A form carries a signed token with the moment at which the page was made: it makes a repetition the same matter, shows
a form filled in faster than a person can, and stands for what a cookie would do. How often an address sends is
counted under a word that changes every day; neither the address nor who it belongs to can be told from it.
"""

import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from lianxin.kit import vault
from lianxin.kit.clock import today
from lianxin.kit.rates import take

FASTEST_S = 1.5
"""Nobody reads the page, types a request and sends it in less."""
LONGEST_S = 24 * 3600
SENT_A_MINUTE = 12
"""From one address, behind which may be a whole dormitory."""
LOOKS_A_MINUTE = 240
SENT_A_MINUTE_BY_ALL = 3000
MOST_BODY = 34 * 1024 * 1024
"""Three photos and a text."""


@dataclass(frozen=True, slots=True)
class Token:
    """A form's token as it came back. key : empty where the signature is not ours."""

    key: str
    age_s: float

    @property
    def is_good(self) -> bool:
        return bool(self.key) and self.age_s <= LONGEST_S

    @property
    def is_too_fast(self) -> bool:
        return bool(self.key) and self.age_s < FASTEST_S


def new_token() -> str:
    """A token for one form."""
    return _signer().sign(f"{secrets.token_urlsafe(15)}.{time.time():.2f}")


def read_token(text: str) -> Token:
    """The token of a form that came back, and how long it was away."""
    try:
        key, _dot, made = _signer().unsign(text).partition(".")
        return Token(key, max(0.0, time.time() - float(made)))
    except (BadSignature, ValueError):
        return Token("", 0.0)


def _signer() -> Signer:
    return Signer(salt="matters.ways-in")


def seconds_to_wait(request: HttpRequest, what: str, limit: int) -> int:
    """Count one use by the address that asks; 0 while it asks no more often than people do."""
    return take(f"{what}-{address_word(request)}", limit=limit, at_s=time.time())


def all_too_many() -> int:
    """Count one matter of all; more than ever come in one minute are an attack."""
    return take("ways-all", limit=SENT_A_MINUTE_BY_ALL, at_s=time.time())


def address_word(request: HttpRequest) -> str:
    """A word for the address, another one every day."""
    return vault.lookup_word(f"address {today()}", _address(request))[:24]


def _address(request: HttpRequest) -> str:
    """The address of whoever asks: behind our own proxy the last one that it noted."""
    if settings.SECURE_PROXY_SSL_HEADER and (noted := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        return str(noted).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def is_too_heavy(request: HttpRequest) -> bool:
    """Whether more is being sent than three photos and a text, told before any of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not str(length).isdigit() or int(length) > MOST_BODY
