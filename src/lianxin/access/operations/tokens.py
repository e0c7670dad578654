"""Making and revoking API tokens."""

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.rates import forget
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models import Account, ApiToken

LONGEST_DAYS = 366
FASTEST_PER_MINUTE = 1200


class ActsBeyondYours(Refused):
    text = _("A token can do only what you may do yourself. Leave out: %(acts)s.")


class TokenTooLong(Refused):
    text = _("A token must expire, after a year at the latest. Choose an earlier day.")


class TokenTooFast(Refused):
    text = _("A token may be used between 1 and %(most)s times a minute.")


class TokenWithoutActs(Refused):
    text = _("Choose at least one thing that the token may do.")


@transaction.atomic
def make_token(
    *,
    account: Account,
    label: str,
    acts: Collection[str],
    expires_on: date,
    actor: Actor,
    at: datetime,
    rate_per_minute: int = 120,
) -> tuple[ApiToken, str]:
    """Make a token for the own account and return it with its secret, which is not kept and shown this once.

    Raises ActsBeyondYours, TokenWithoutActs, TokenTooLong, TokenTooFast.
    """
    today = day_of(at)
    beyond = sorted(act for act in acts if not actor.may(act, today))
    if beyond:
        raise ActsBeyondYours(account, acts=", ".join(beyond))
    if not acts:
        raise TokenWithoutActs(account)
    if not today < expires_on <= today + timedelta(days=LONGEST_DAYS):
        raise TokenTooLong(account)
    if not 1 <= rate_per_minute <= FASTEST_PER_MINUTE:
        raise TokenTooFast(account, most=FASTEST_PER_MINUTE)
    prefix = secrets.token_hex(6)
    secret = f"lx_{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        account=account,
        label=label,
        prefix=prefix,
        digest=sha256(secret.encode()).hexdigest(),
        acts=sorted(acts),
        expires_on=expires_on,
        rate_per_minute=rate_per_minute,
        made_at=at,
    )
    record("access.token.made", token, actor=actor, at=at, account=account.pk, acts=len(acts))
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: Actor, at: datetime) -> None:
    """End a token at once. A second time changes nothing."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        return
    forget(f"token-{token.pk}")
    record("access.token.revoked", token, actor=actor, at=at, account=token.account_id)
