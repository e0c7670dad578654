"""What the pages and the API show of accounts, grants and tokens."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from lianxin.kit.actor import Actor
from lianxin.kit.dated import holds_on
from lianxin.kit.scope import Scope
from lianxin.places.models import AreaSpan, Scheme

from .actors import AccountActor
from .lost import waiting_lines as waiting_lines
from .may import MAY
from .models import Account, ApiToken, Grant, ScopeNode
from .roles import ROLES
from .texts import APPS, act_text

State = Literal["past", "now", "to_come"]


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One grant as a person reads it."""

    pk: int
    role: str
    role_name: str
    line: str
    kind: str
    where: str
    valid_from: date
    valid_until: date | None
    state: State


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A row of the list of accounts."""

    pk: int
    username: str
    label: str
    home: str
    roles: tuple[str, ...]
    """Names of the roles held today."""
    left_on: date | None
    is_open: bool
    has_second_factor: bool
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class TokenLine:
    """An API token, without its secret."""

    pk: int
    label: str
    prefix: str
    acts: tuple[str, ...]
    """What it may do, in words."""
    rate_per_minute: int
    expires_on: date
    last_used_on: date | None
    is_good: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account with everything an administrator looks after."""

    account: AccountLine
    email: str
    grants: tuple[GrantLine, ...]
    tokens: tuple[TokenLine, ...]


@dataclass(frozen=True, slots=True)
class RightLine:
    """A row of "who may what"."""

    act: str
    text: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class RightGroup:
    """The acts of one part of the system."""

    name: str
    lines: tuple[RightLine, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody may or may not do a thing, and whom to ask."""

    text: str
    may: bool
    roles: tuple[str, ...]
    """Names of the roles that may do it."""
    own: tuple[GrantLine, ...]
    """Own grants, past or to come, that allow or allowed it."""
    where: tuple[str, ...]
    """Where the act is allowed today."""
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a grant would reach."""

    role_name: str
    where: str
    areas: tuple[tuple[str, int], ...]
    """How many areas of each level."""
    acts: tuple[str, ...]


def grant_lines(account: Account, day: date) -> list[GrantLine]:
    """Grants of an account: those of today, those to come, those past, the latest first in each."""
    grants = Grant.objects.filter(account=account).select_related("node").order_by("-valid_from", "-pk")
    lines = [_grant_line(grant, day) for grant in grants]
    order = {"now": 0, "to_come": 1, "past": 2}
    return sorted(lines, key=lambda line: order[line.state])


def _grant_line(grant: Grant, day: date) -> GrantLine:
    ended = grant.valid_until is not None and grant.valid_until <= max(day, grant.valid_from)
    state: State = "past" if ended else "to_come" if grant.valid_from > day else "now"
    return GrantLine(
        pk=grant.pk,
        role=grant.role,
        role_name=str(ROLES.get(grant.role, grant.role)),
        line=grant.line,
        kind=grant.node.kind,
        where=grant.node.label,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        state=state,
    )


def account_lines(
    scope: Scope, *, text: str = "", after: tuple[str, int] | None = None, limit: int = 50
) -> list[AccountLine]:
    """Accounts inside the scope whose name or log-in holds the text, by log-in name; two queries."""
    rows = Account.objects.within(scope).select_related("home").order_by("username", "pk")
    if text:
        rows = rows.filter(Q(label__icontains=text) | Q(username__icontains=text))
    if after:
        rows = rows.filter(Q(username__gt=after[0]) | Q(username=after[0], pk__gt=after[1]))
    rows = rows.annotate(has_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
    found = list(rows[:limit])
    roles: dict[int, set[str]] = {}
    held = Grant.objects.on(scope.day).filter(account__in=[a.pk for a in found])
    for account, role in held.values_list("account", "role"):
        roles.setdefault(account, set()).add(role)
    return [_account_line(account, roles.get(account.pk, set()), scope.day) for account in found]


def _account_line(account: Account, roles: set[str], day: date) -> AccountLine:
    return AccountLine(
        pk=account.pk,
        username=account.username,
        label=account.label,
        home=account.home.label if account.home else "",
        roles=tuple(str(name) for code, name in ROLES.items() if code in roles),
        left_on=account.left_on,
        is_open=account.is_open_on(day),
        has_second_factor=account.has_factor,  # type: ignore[attr-defined]
        last_login=account.last_login,
    )


def account_page(account: Account, day: date) -> AccountPage:
    """One account with its grants and tokens."""
    account.has_factor = Authenticator.objects.filter(user=account).exists()  # type: ignore[attr-defined]
    grants = tuple(grant_lines(account, day))
    roles = {g.role for g in grants if g.state == "now"}
    line = _account_line(account, roles, day)
    return AccountPage(line, account.email, grants, tuple(token_lines(account, day)))


def token_lines(account: Account, day: date) -> list[TokenLine]:
    """Tokens of an account, the latest first."""
    return [
        TokenLine(
            pk=token.pk,
            label=token.label,
            prefix=token.prefix,
            acts=tuple(act_text(act) for act in token.acts),
            rate_per_minute=token.rate_per_minute,
            expires_on=token.expires_on,
            last_used_on=token.last_used_on,
            is_good=token.holds_on(day),
        )
        for token in ApiToken.objects.filter(account=account).order_by("-pk")
    ]


def own_acts(actor: Actor, day: date) -> list[str]:
    """Every act that the actor may do somewhere on the day."""
    return sorted(act for act in MAY if actor.may(act, day))


def right_groups() -> list[RightGroup]:
    """The MAY table in words, part by part."""
    groups: dict[str, list[RightLine]] = {}
    for act, roles in MAY.items():
        groups.setdefault(act.partition(".")[0], []).append(RightLine(act, act_text(act), roles))
    return [RightGroup(str(APPS.get(app, app)), tuple(lines)) for app, lines in groups.items()]


def why(actor: AccountActor, act: str, day: date) -> Why:
    """Why the actor may or may not do the act on the day, in words, and who could change it."""
    roles = MAY.get(act, frozenset())
    own = tuple(g for g in grant_lines(actor.account, day) if g.role in roles)
    return Why(
        text=act_text(act),
        may=actor.may(act, day),
        roles=tuple(str(name) for code, name in ROLES.items() if code in roles),
        own=own,
        where=tuple(g.where for g in own if g.state == "now"),
        ask=tuple(stewards_for(actor.account, day)),
    )


def stewards_for(account: Account, day: date) -> list[str]:
    """Names of the administrators who look after the account."""
    reached = [account.home_id] if account.home_id else []
    reached += list(account.grants.values_list("node", flat=True))
    areas = ScopeNode.objects.filter(pk__in=reached, kind="area").values("area")
    own_paths = AreaSpan.objects.filter(holds_on(day), area__in=areas).values_list("path", flat=True)
    grants = list(Grant.objects.on(day).filter(role="steward").select_related("account", "node"))
    held = {g.node.area_id: g.account for g in grants if g.account_id != account.pk and g.account.is_open_on(day)}
    spans = AreaSpan.objects.filter(holds_on(day), area__in=[area for area in held if area])
    paths = dict(spans.values_list("area", "path"))
    near = {held[a].label for a, path in paths.items() if any(own.startswith(path) for own in own_paths)}
    return sorted(near or {steward.label for steward in held.values()})


def nodes_in_use(kind: str) -> "QuerySet[ScopeNode, Any]":
    """Refs of the bodies, organisations or tasks on which somebody holds, or held, a grant, or has a home."""
    granted = Q(pk__in=Grant.objects.values("node")) | Q(pk__in=Account.objects.exclude(home=None).values("home"))
    return ScopeNode.objects.filter(granted, kind=kind).values("ref")


def preview(role: str, node: ScopeNode, day: date) -> Preview:
    """What a grant of the role on the node would reach and allow."""
    areas: dict[str, int] = {}
    if node.area_id:
        path = AreaSpan.objects.filter(holds_on(day), area=node.area_id).values_list("path", flat=True).first()
        rows = AreaSpan.objects.filter(holds_on(day), path__gte=path, path__lt=f"{path}~") if path else ()
        for span in rows:
            areas[span.level] = areas.get(span.level, 0) + 1
    acts = tuple(act_text(act) for act, roles in MAY.items() if role in roles)
    names = level_names()
    counts = tuple((names.get(level, level), count) for level, count in areas.items())
    return Preview(str(ROLES.get(role, role)), node.label, counts, acts)


def level_names() -> dict[str, str]:
    """Names of the levels of the primary scheme in the reader's language."""
    scheme = Scheme.objects.filter(is_primary=True).first()
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return {level["code"]: level.get(language) or level["code"] for level in (scheme.levels if scheme else [])}
