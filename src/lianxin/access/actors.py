"""An account as an actor: its grants, read once a request."""

from collections import defaultdict
from datetime import date
from typing import cast

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest

from lianxin.kit.clock import today
from lianxin.kit.dated import holds_on
from lianxin.kit.scope import Reach, Scope
from lianxin.places.models import SEGMENT, AreaSpan

from .may import MAY, WHOLE
from .models import Account, Grant

NOBODY: frozenset[str] = frozenset()


class AccountActor:
    """A person at work, or a system that acts for one with a token.

    Grants are read once and kept for the request, so an act costs no further query.
    acts : what a token may do at most; None for the person, who may all that the grants allow.
    """

    kind = "account"

    def __init__(self, account: Account, *, acts: frozenset[str] | None = None, token_label: str = "") -> None:
        self.account = account
        self.acts = acts
        self.token_label = token_label
        self._reaches: dict[date, dict[str, tuple[Reach, ...]]] = {}

    @property
    def id(self) -> int:
        return self.account.pk

    @property
    def label(self) -> str:
        name = self.account.label or self.account.username
        return f"{name} ({self.token_label})" if self.token_label else name

    @property
    def home(self) -> str:
        """Where this person works, as the pages say it; empty where nothing is set."""
        return self.account.home.label if self.account.home else ""

    def may(self, act: str, day: date) -> bool:
        """Whether any grant that holds on the day allows the act, wherever."""
        return bool(self._held(act, day))

    def scope(self, act: str, day: date) -> Scope:
        """Where the act is allowed on the day."""
        return Scope(day, self._held(act, day))

    def _held(self, act: str, day: date) -> tuple[Reach, ...]:
        by_role = self.reaches_by_role(day)
        roles = sorted(self._roles(act) & by_role.keys())
        held = dict.fromkeys(reach for role in roles for reach in by_role[role])
        return tuple(reach for reach in held if act not in WHOLE or _is_top(reach))

    def _roles(self, act: str) -> frozenset[str]:
        if self.acts is not None and act not in self.acts:
            return NOBODY
        return MAY.get(act, NOBODY)

    def reaches_by_role(self, day: date) -> dict[str, tuple[Reach, ...]]:
        """Reaches of each role held on the day: one query, then none."""
        if day not in self._reaches:
            self._reaches[day] = self._load(day) if self.account.is_open_on(day) else {}
        return self._reaches[day]

    def _load(self, day: date) -> dict[str, tuple[Reach, ...]]:
        path = AreaSpan.objects.filter(holds_on(day), area=OuterRef("node__area")).values("path")[:1]
        grants = Grant.objects.on(day).filter(account=self.account).select_related("node")
        reaches: dict[str, list[Reach]] = defaultdict(list)
        for grant in grants.annotate(area_path=Subquery(path)):
            node = grant.node
            if node.kind != "area":
                reaches[grant.role].append(Reach(node.kind, ref=node.ref, line=grant.line))  # type: ignore[arg-type]
            elif grant.area_path is not None:  # an area that has ended reaches nothing
                reaches[grant.role].append(Reach("area", path=grant.area_path, line=grant.line))
        return {role: tuple(found) for role, found in reaches.items()}

    @property
    def roles_today(self) -> frozenset[str]:
        return frozenset(self.reaches_by_role(today()))


def _is_top(reach: Reach) -> bool:
    """Whether a reach is a top area, for every line."""
    return reach.kind == "area" and not reach.line and len(reach.path) == SEGMENT


def signed_in(request: HttpRequest) -> AccountActor:
    """Who asks, in a view that only signed-in people reach."""
    return cast(AccountActor, request.actor)  # type: ignore[attr-defined]


class Stranger:
    """Somebody who has not signed in. May nothing, sees nothing."""

    id = 0
    kind = "stranger"
    label = ""
    home = ""

    def may(self, act: str, day: date) -> bool:
        return False

    def scope(self, act: str, day: date) -> Scope:
        return Scope(day)
