"""Giving and ending grants; founding the nodes they stand on."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models import Account, Grant, ScopeNode
from ..roles import ROLES


class NoSuchRole(Refused):
    text = _("There is no role “%(role)s”.")


class GrantToYourself(Refused):
    text = _("Nobody can give a grant to themselves. Ask another administrator.")


class OutsideYourScope(Refused):
    text = _("You can give and end grants only inside what you look after yourself.")


class GrantWithoutDays(Refused):
    text = _("A grant must end after it begins.")


class GrantInThePast(Refused):
    text = _("A grant begins and ends today or later: what somebody could see on past days stays as it was.")


class AlreadyGranted(Refused):
    text = _("This account holds that role there in those days already. End the other grant first.")


class AccountClosed(Refused):
    text = _("The account is closed in those days.")


class DutiesApart(Refused):
    text = _("An administrator cannot be auditor or data protection officer at the same time.")


class LastSteward(Refused):
    text = _("This is the last administrator. Name another one first, else nobody can give grants any more.")


WATCHERS = frozenset({"auditor", "protection_officer"})


def found_node(*, kind: str, ref: int, label: str) -> ScopeNode:
    """The node of an area, body, organisation or task, made on first use.

    Part of the operation that founds the body or names the handler: it writes no entry of its own.
    """
    where = {"area_id": ref} if kind == "area" else {"ref": ref}
    return ScopeNode.objects.get_or_create(kind=kind, **where, defaults={"label": label[:100]})[0]


def found_nodes(*, kind: str, labels: Mapping[int, str]) -> None:
    """The same for many at once: ref -> label; those that are there stay."""
    rows = [ScopeNode(kind=kind, ref=ref, label=label[:100]) for ref, label in labels.items()]
    ScopeNode.objects.bulk_create(rows, ignore_conflicts=True)


def drop_nodes(*, kind: str, refs: Iterable[int]) -> None:
    """Take back the nodes of what was founded by mistake; nobody may have been granted anything there."""
    ScopeNode.objects.filter(kind=kind, ref__in=list(refs)).delete()


def rename_node(*, kind: str, ref: int, label: str) -> None:
    """Say the new name of what a node stands for, as part of the operation that renames it."""
    ScopeNode.objects.filter(kind=kind, ref=ref).update(label=label[:100])


@transaction.atomic
def give_grant(
    *,
    account: Account,
    role: str,
    node: ScopeNode,
    valid_from: date,
    valid_until: date | None,
    actor: Actor,
    at: datetime,
    line: str = "",
) -> Grant:
    """Give a role on a node, for one line or (empty) all, from a day until before a day.

    A person gives grants only inside the own scope, on the own line, never to themselves and never for past days;
    the installation itself (first set-up) is free of that.
    Raises NoSuchRole, GrantToYourself, OutsideYourScope, GrantInThePast, GrantWithoutDays, AccountClosed,
    AlreadyGranted, DutiesApart.
    """
    if role not in ROLES:
        raise NoSuchRole(role=role)
    if actor.kind != "system":
        _refuse_overreach(account, node, line, valid_from, actor, at)
    _refuse_days(account, valid_from, valid_until)
    _refuse_clash(account, role, node, line, valid_from, valid_until)
    grant = Grant.objects.create(
        account=account, role=role, line=line, node=node, valid_from=valid_from, valid_until=valid_until
    )
    record("access.grant.given", grant, actor=actor, at=at, account=account.pk, node=node.pk, role=role)
    return grant


@transaction.atomic
def end_grant(*, grant: Grant, on: date, actor: Actor, at: datetime) -> None:
    """End a grant on a day; one that has not begun by then never holds.

    Raises OutsideYourScope, GrantInThePast, LastSteward.
    """
    today = day_of(at)
    if actor.kind != "system" and not _reaches(actor, "access.end_grant", grant.node, grant.line, today):
        raise OutsideYourScope(grant)
    if on < today:
        raise GrantInThePast(grant)
    if grant.valid_until is not None and grant.valid_until <= on:
        return
    if grant.role == "steward":
        refuse_last_steward(Grant.objects.filter(pk=grant.pk), on)
    grant.valid_until = max(on, grant.valid_from)
    grant.save(update_fields=["valid_until"])
    record("access.grant.ended", grant, actor=actor, at=at, account=grant.account_id, on=on.isoformat())


def refuse_last_steward(ending: "QuerySet[Grant]", on: date) -> None:
    """Raise LastSteward where no administrator is left once the grants `ending` have ended on the day."""
    stewards = Grant.objects.filter(role="steward", account__is_active=True, account__left_on=None)
    held = stewards.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), valid_from__lte=on)
    if held.filter(pk__in=ending.values("pk")).exists() and not held.exclude(pk__in=ending.values("pk")).exists():
        raise LastSteward


def _reaches(actor: Actor, act: str, node: ScopeNode, line: str, day: date) -> bool:
    scope = actor.scope(act, day).on_line(line)
    return ScopeNode.objects.within(scope).filter(pk=node.pk).exists()


def _refuse_overreach(
    account: Account, node: ScopeNode, line: str, valid_from: date, actor: Actor, at: datetime
) -> None:
    today = day_of(at)
    if actor.id == account.pk:
        raise GrantToYourself(account)
    if not _reaches(actor, "access.give_grant", node, line, today):
        raise OutsideYourScope(node)
    if valid_from < today:
        raise GrantInThePast(account)


def _refuse_days(account: Account, valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until <= valid_from:
        raise GrantWithoutDays(account)
    last = valid_from if valid_until is None else valid_until - timedelta(days=1)
    if not account.is_open_on(last) or (valid_until is None and account.left_on is not None):
        raise AccountClosed(account)


def _refuse_clash(
    account: Account, role: str, node: ScopeNode, line: str, valid_from: date, valid_until: date | None
) -> None:
    overlap = Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from)
    if valid_until is not None:
        overlap &= Q(valid_from__lt=valid_until)
    held = account.grants.filter(overlap)
    if held.filter(role=role, node=node, line__in=("", line)).exclude(valid_until=valid_from).exists():
        raise AlreadyGranted(account)
    roles = set(held.values_list("role", flat=True)) | {role}
    if "steward" in roles and roles & WATCHERS:
        raise DutiesApart(account)
