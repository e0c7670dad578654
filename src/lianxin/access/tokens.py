"""Recognising a token in a request to the integration API."""

import hmac
import time
from datetime import date
from hashlib import sha256

from lianxin.kit.rates import take

from .actors import AccountActor
from .models import ApiToken


def token_of(secret: str, day: date) -> ApiToken | None:
    """The token that a secret belongs to, if it and its account hold on the day: one query."""
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != "lx" or "\0" in secret:
        return None
    token = ApiToken.objects.select_related("account").filter(prefix=parts[1]).first()
    digest = sha256(secret.encode()).hexdigest()
    if token is None or not hmac.compare_digest(token.digest, digest):
        return None
    if not token.holds_on(day) or not token.account.is_open_on(day):
        return None
    return token


def seconds_to_wait(token: ApiToken) -> int:
    """Count one use; 0 while the token stays within its rate."""
    return take(f"token-{token.pk}", limit=token.rate_per_minute, at_s=time.time())


def mark_used(token: ApiToken, day: date) -> None:
    """Keep the day of the last use: one write a day."""
    if token.last_used_on != day:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=day)


def actor_of(token: ApiToken) -> AccountActor:
    """The account, limited to what the token may do."""
    return AccountActor(token.account, acts=frozenset(token.acts), token_label=token.label)
