"""Log-ins of the demonstration: invented people, one password made anew for each installation."""

import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from lianxin.access.models import Account, Grant, ScopeNode
from lianxin.places.models import AreaSpan

from .land import Land, short

PEOPLE = (
    ("shenjianshan", "沈见山", "district_officer", "union", "district"),
    ("linxiangwan", "林向晚", "subdistrict_officer", "", "subdistrict"),
    ("yeqinghe", "叶青禾", "community_officer", "", "community"),
    ("guzhiqiu", "顾知秋", "steward", "", "district"),
    ("xuhuaijin", "许怀瑾", "auditor", "", "district"),
    ("luwangshu", "陆望舒", "protection_officer", "", "district"),
)


def logins_file() -> Path:
    """Where the demonstration's log-ins are written, readable by its owner only."""
    return Path(settings.HOME) / "demo-logins.txt"


@dataclass(frozen=True, slots=True)
class Desk:
    """Opens log-ins of the demonstration and writes them down."""

    password: str
    hashed: str
    since: date

    def add(self, username: str, label: str, role: str, line: str, node: ScopeNode) -> Account:
        """One more person with one role."""
        account = Account.objects.create(username=username, label=label, password=self.hashed, home=node)
        Grant.objects.create(account=account, role=role, line=line, node=node, valid_from=self.since)
        with logins_file().open("a") as file:
            file.write(f"{username}\t{self.password}\t{label}\t{role}\t{short(node.label)}\n")
        return account


def open_accounts(land: Land, on: date) -> Desk:
    """Open one account a role and write the log-ins down."""
    password = f"lianxin-{secrets.token_hex(4)}"
    desk = Desk(password, make_password(password), date(on.year - 2, 1, 1))
    sub = _busiest(land)
    nodes = {
        "district": land.district,
        "subdistrict": land.subdistricts[sub],
        "community": land.communities[int(land.parent.tolist().index(sub))],
    }
    labels = dict(AreaSpan.objects.on(on).filter(area__in=nodes.values()).values_list("area", "name"))
    path = logins_file()
    path.touch(mode=0o600)
    path.write_text("")
    for username, label, role, line, level in PEOPLE:
        node, _ = ScopeNode.objects.get_or_create(
            kind="area", area_id=nodes[level], defaults={"label": labels[nodes[level]]}
        )
        desk.add(username, label, role, line, node)
    return desk


def _busiest(land: Land) -> int:
    """Position of the subdistrict with most employers."""
    totals = [float(land.weight[land.parent == s].sum()) for s in range(len(land.subdistricts))]
    return totals.index(max(totals))
