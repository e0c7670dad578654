"""Opening, closing and helping accounts."""

from datetime import date, datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..handover import HANDOVERS, open_work_of
from ..models import Account, ApiToken, ScopeNode
from .grants import refuse_last_steward


class NameTaken(Refused):
    text = _("The log-in name “%(username)s” is taken. Choose another, for instance with a number.")


class NotYourself(Refused):
    text = _("You cannot do this to your own account. Ask another administrator.")


class AlreadyClosed(Refused):
    text = _("This account is closed already.")


class WorkLeft(Refused):
    text = _("%(count)s things still lie with this person. Name a colleague who takes them over.")


class NobodyToTakeOver(Refused):
    text = _("The colleague named must have an open account on that day, and be somebody else.")


class ClosesInThePast(Refused):
    text = _("An account closes today or later, never in the past.")


@transaction.atomic
def open_account(
    *, username: str, label: str, home: ScopeNode | None, actor: Actor, at: datetime, email: str = ""
) -> Account:
    """Open an account without a password and without grants; `linked` makes the link to set the first password.

    Raises NameTaken.
    """
    if Account.objects.filter(username__iexact=username).exists():
        raise NameTaken(username=username)
    account = Account(username=username, label=label, email=email, home=home)
    account.set_unusable_password()
    account.save()
    record("access.account.opened", account, actor=actor, at=at, home=home.pk if home else 0)
    return account


@transaction.atomic
def close_account(*, account: Account, on: date, to: Account | None, actor: Actor, at: datetime) -> int:
    """Close an account from a day on, and hand its open work to a colleague at once.

    Grants end on the day, those to come never begin; tokens are revoked now, and sessions end: now where the day is
    today, else with the day. Returns how many things went over.
    Raises NotYourself, AlreadyClosed, ClosesInThePast, WorkLeft, NobodyToTakeOver, LastSteward.
    """
    _refuse_self(account, actor)
    if account.left_on is not None:
        raise AlreadyClosed(account)
    if on < day_of(at):
        raise ClosesInThePast(account)
    if to is not None and (to.pk == account.pk or not to.is_open_on(on)):
        raise NobodyToTakeOver(to)
    refuse_last_steward(account.grants.filter(role="steward"), on)
    left = len(open_work_of(account.pk))
    if left and to is None:
        raise WorkLeft(account, count=left)
    moved = sum(d.hand_over(account.pk, to.pk, actor=actor, at=at) for d in HANDOVERS.values()) if to else 0
    _end_grants(account, on)
    ApiToken.objects.filter(account=account, revoked_at=None).update(revoked_at=at)
    account.left_on = on
    account.save(update_fields=["left_on"])
    _end_sessions(account)
    facts = {"on": on.isoformat(), "to": to.pk if to else 0, "moved": moved}
    record("access.account.closed", account, actor=actor, at=at, **facts)
    return moved


def _end_grants(account: Account, on: date) -> None:
    running = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    account.grants.filter(running, valid_from__lt=on).update(valid_until=on)
    account.grants.filter(valid_from__gte=on).update(valid_until=F("valid_from"))


@transaction.atomic
def reopen_account(*, account: Account, actor: Actor, at: datetime) -> None:
    """Open an account again for somebody who came back. Grants and tokens are given anew.

    Raises NotYourself.
    """
    _refuse_self(account, actor)
    Account.objects.filter(pk=account.pk).update(left_on=None, is_active=True)
    record("access.account.reopened", account, actor=actor, at=at)


@transaction.atomic
def change_account(*, account: Account, label: str, email: str, actor: Actor, at: datetime) -> None:
    """Change the name shown and the e-mail address."""
    account.label, account.email = label, email
    account.save(update_fields=["label", "email"])
    record("access.account.changed", account, actor=actor, at=at)


@transaction.atomic
def password_link(*, account: Account, actor: Actor, at: datetime) -> str:
    """The path of a page where a password can be set, once and within a day.

    It goes to the person by hand, where no e-mail is configured. The old password holds until then.
    Raises NotYourself, AlreadyClosed.
    """
    _refuse_self(account, actor)
    if not account.is_open_on(day_of(at)):
        raise AlreadyClosed(account)
    record("access.account.linked", account, actor=actor, at=at)
    key = f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"
    return reverse(
        "account_reset_password_from_key", kwargs=dict(zip(("uidb36", "key"), key.split("-", 1), strict=True))
    )


@transaction.atomic
def reset_second_factor(*, account: Account, actor: Actor, at: datetime) -> int:
    """Remove all second factors of somebody who lost the phone, and end the sessions. Returns how many there were.

    Raises NotYourself: whoever holds a stolen session must not be able to shake off the second factor.
    """
    _refuse_self(account, actor)
    removed: int = Authenticator.objects.filter(user=account).delete()[0]
    _end_sessions(account)
    record("access.account.factor_reset", account, actor=actor, at=at, removed=removed)
    return removed


@transaction.atomic
def end_sessions(*, account: Account, actor: Actor, at: datetime) -> None:
    """Sign an account out everywhere, from the next request on."""
    _end_sessions(account)
    record("access.account.signed_out_everywhere", account, actor=actor, at=at)


def _end_sessions(account: Account) -> None:
    account.sessions_round += 1
    account.save(update_fields=["sessions_round"])


def _refuse_self(account: Account, actor: Actor) -> None:
    if actor.kind == "account" and actor.id == account.pk:
        raise NotYourself(account)
