"""Log-ins of the demonstration: invented people, one password made anew for each installation."""

import secrets
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


def open_accounts(land: Land, on: date) -> None:
    """Open one account a role and write the log-ins down."""
    password = f"lianxin-{secrets.token_hex(4)}"
    sub = _busiest(land)
    nodes = {
        "district": land.district,
        "subdistrict": land.subdistricts[sub],
        "community": land.communities[int(land.parent.tolist().index(sub))],
    }
    labels = dict(AreaSpan.objects.on(on).filter(area__in=nodes.values()).values_list("area", "name"))
    hashed = make_password(password)
    lines = []
    for username, label, role, line, level in PEOPLE:
        node, _ = ScopeNode.objects.get_or_create(
            kind="area", area_id=nodes[level], defaults={"label": labels[nodes[level]]}
        )
        account = Account.objects.create(username=username, label=label, password=hashed, home=node)
        Grant.objects.create(account=account, role=role, line=line, node=node, valid_from=date(on.year - 2, 1, 1))
        lines.append(f"{username}\t{password}\t{label}\t{role}\t{short(node.label)}")
    path = logins_file()
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")


def _busiest(land: Land) -> int:
    """Position of the subdistrict with most employers."""
    totals = [float(land.weight[land.parent == s].sum()) for s in range(len(land.subdistricts))]
    return totals.index(max(totals))
