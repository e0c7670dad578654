"""A small land with one record of each kind at two places, and accounts in every relation to them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import make
from lianxin.access.models import Account, Grant, ScopeNode
from lianxin.kit.clock import today
from lianxin.places.models import Area

SEES = ("exact", "inside", "whole")
"""Relations from which a record is seen, if the role may."""
HOLDS = (*SEES, "sibling", "above", "wrong_line", "other_body", "other_organisation")
"""Relations in which a grant holds somewhere today."""
RELATIONS = (*HOLDS, "none", "ended", "to_come", "closed")
"""exact: granted on the record's own area. inside: on an area above it. whole: on the root. sibling: beside it.
above: the record hangs above the area granted. wrong_line: the right area for another line. other_body,
other_organisation: granted on one record that is not this. none, ended, to_come: no grant today. closed: the account
was closed today.
"""
LINE = "union"
"""The line of records that belong to one."""


@dataclass
class World:
    """Areas: root > district > street > community, and the same beside it."""

    root: Area
    district: Area
    street: Area
    community: Area
    beside: Area
    elsewhere: Area
    kept: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, build: Callable[[], Any]) -> Any:
        """A record built at the first time of asking."""
        if key not in self.kept:
            self.kept[key] = build()
        return self.kept[key]

    def place(self, relation: str) -> Area:
        """Where the record stands in a relation."""
        return self.street if relation == "above" else self.community

    def granted_on(self, relation: str) -> Area | None:
        """The area of the account's grant."""
        return {
            "exact": self.community,
            "whole": self.root,
            "sibling": self.beside,
            "above": self.community,
            "none": None,
        }.get(relation, self.street)

    def account(self, role: str, relation: str) -> Account:
        """The account that holds a role in a relation to the records."""
        return self.once(("account", role, relation), lambda: self._account(role, relation))  # type: ignore[no-any-return]

    def _account(self, role: str, relation: str) -> Account:
        made = make.account(username=f"{role}-{relation}")
        node = self._node(relation)
        if node is not None:
            day = today()
            days = {"ended": (make.LONG_AGO, day), "to_come": (day + timedelta(days=30), None)}
            since, until = days.get(relation, (make.LONG_AGO, None))
            line = "league" if relation == "wrong_line" else ""
            Grant.objects.create(account=made, role=role, line=line, node=node, valid_from=since, valid_until=until)
        if relation == "closed":
            made.left_on = today()
            made.save()
        return made

    def _node(self, relation: str) -> ScopeNode | None:
        if relation == "other_body":
            ref = make.body(area=self.elsewhere).pk
            return ScopeNode.objects.create(kind="body", ref=ref, label="elsewhere")
        if relation == "other_organisation":
            ref = make.organisation(area=self.elsewhere).pk
            return ScopeNode.objects.create(kind="organisation", ref=ref, label="elsewhere")
        area = self.granted_on(relation)
        return None if area is None else ScopeNode.objects.get_or_create(kind="area", area=area, label=area.code)[0]


def build() -> World:
    """The land, empty."""
    root = make.area("云杉市")
    district = make.area("云杉区", parent=root)
    street = make.area("云杉街道", parent=district)
    community = make.area("云杉社区", parent=street)
    beside = make.area("落叶松街道", parent=district)
    elsewhere = make.area("红桦社区", parent=beside)
    for code in (LINE, "league"):
        make.line(code)
    return World(root, district, street, community, beside, elsewhere)
