"""Builders with defaults: a test names only what it is about."""

from datetime import date
from itertools import count
from typing import Any

from conftest import TODAY
from lianxin.access.models import Account, Grant, ScopeNode
from lianxin.places.models import Area, AreaSpan, Scheme
from lianxin.registry.models import (
    Body,
    BodySpan,
    Covering,
    Line,
    Membership,
    Organisation,
    OrganisationSpan,
    Person,
    Term,
)

_number = count(1)
LONG_AGO = date(2015, 1, 1)


def scheme(**given: Any) -> Scheme:
    """The primary scheme, made once."""
    found = Scheme.objects.filter(is_primary=True).first()
    levels = [
        {"code": "district", "zh": "区", "en": "District"},
        {"code": "subdistrict", "zh": "街道", "en": "Subdistrict"},
        {"code": "community", "zh": "社区", "en": "Community"},
    ]
    return found or Scheme.objects.create(
        **{"code": "test", "name": "测试区划", "levels": levels, "is_primary": True, **given}
    )


def area(name: str = "", *, parent: Area | None = None, code: str = "", **span: Any) -> Area:
    """An area and its one span; the level follows from the depth."""
    number = next(_number)
    made = Area.objects.create(scheme=span.pop("scheme", None) or scheme(), code=code or f"9{number:08d}")
    above = parent.spans.get(valid_until=None).path if parent else ""
    depth = len(above) // 5
    level = ("district", "subdistrict", "community", "grid", "cell", "room")[depth]
    AreaSpan.objects.create(
        **{
            "area": made,
            "name": name or f"区域{number}",
            "level": level,
            "parent": parent,
            "path": above + made.segment,
            "valid_from": LONG_AGO,
            **span,
        }
    )
    return made


def organisation(name: str = "", *, area: Area, **span: Any) -> Organisation:
    """An organisation with one open span."""
    made = Organisation.objects.create()
    number = next(_number)
    OrganisationSpan.objects.create(
        **{
            "organisation": made,
            "name": name or f"云杉样例{number}有限公司",
            "kind": "enterprise",
            "area": area,
            "placed": "community",
            "opened_on": LONG_AGO,
            "headcount": 40,
            "valid_from": LONG_AGO,
            **span,
        }
    )
    return made


def line(code: str = "union") -> Line:
    names = {"union": ("工会", "Trade union"), "league": ("共青团", "Youth league"), "women": ("妇联", "Women")}
    zh, en = names.get(code, (code, code))
    return Line.objects.get_or_create(code=code, defaults={"name": zh, "name_en": en})[0]


def body(name: str = "", *, area: Area, covers: tuple[Organisation, ...] = (), **given: Any) -> Body:
    """A body with an open span and a running term, covering the organisations named."""
    since = given.pop("valid_from", LONG_AGO)
    until = given.pop("term_until", date(2030, 1, 1))
    made = Body.objects.create(line=line(given.pop("line", "union")))
    BodySpan.objects.create(
        **{
            "body": made,
            "name": name or f"云杉样例工会{next(_number)}",
            "kind": "union_committee",
            "form": "own",
            "area": area,
            "valid_from": since,
            **given,
        }
    )
    Term.objects.create(body=made, valid_from=since, valid_until=until)
    for organisation in covers:
        Covering.objects.create(body=made, organisation=organisation, valid_from=since)
    return made


def person(name: str = "林样例", **given: Any) -> Person:
    return Person.objects.create(**{"name": name, **given})


def membership(**given: Any) -> Membership:
    return Membership.objects.create(**{"applied_on": LONG_AGO, "registered_on": LONG_AGO, **given})


def account(*grants: tuple[str, Area | Body], line: str = "", username: str = "") -> Account:
    """An account with grants of (role, area or body), open since long ago."""
    name = username or f"user{next(_number)}"
    made = Account.objects.create(username=name, label=f"样例{name}")
    for role, where in grants:
        if isinstance(where, Body):
            node, _ = ScopeNode.objects.get_or_create(kind="body", ref=where.pk, defaults={"label": f"b{where.pk}"})
        else:
            node, _ = ScopeNode.objects.get_or_create(kind="area", area=where, defaults={"label": where.code})
        Grant.objects.create(account=made, role=role, line=line, node=node, valid_from=LONG_AGO)
    return made


__all__ = ["TODAY", "account", "area", "body", "line", "membership", "organisation", "person", "scheme"]
