"""The same question asked by page, API, export and search: for random users the answer is one and the same set.

Beside the four ways stands a fifth, worked out here record by record from the grants alone, without any query of the
product: it tells a right answer from four that are wrong alike.
"""

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

import make
from lianxin.access.may import MAY
from lianxin.access.models import Account, Grant, ScopeNode
from lianxin.access.roles import ROLES
from lianxin.kit.clock import today
from lianxin.places.models import Area
from lianxin.registry.search import index

LINES = ("union", "league", "women")
WORKING = ("district_officer", "community_officer", "chapter_officer")
BUCKET = 15
"""So many records of a kind share a word, fewer than a search shows at once."""
Ways = dict[str, frozenset[int]]


@dataclass
class Land:
    """Areas with their parents, and the records in them."""

    rng: random.Random
    parents: dict[int, int] = field(default_factory=dict)
    areas: list[Area] = field(default_factory=list)
    organisations: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Id -> name and area."""
    bodies: dict[int, tuple[str, int, str]] = field(default_factory=dict)
    """Id -> name, area and line."""
    covered: dict[int, set[int]] = field(default_factory=dict)
    """Body -> organisations."""
    people: dict[int, str] = field(default_factory=dict)

    def lies_in(self, area: int, above: int) -> bool:
        here = area
        while here and here != above:
            here = self.parents[here]
        return here == above

    @property
    def words(self) -> list[str]:
        most = max(len(self.organisations), len(self.bodies), len(self.people))
        return [_word(number) for number in range(0, most, BUCKET)]


def _word(number: int) -> str:
    return f"批{number // BUCKET:03d}"


def build(rng: random.Random, *, organisations: int = 60, bodies: int = 40, people: int = 40) -> Land:
    """A random land: about twenty areas on three levels."""
    land = Land(rng)
    root = make.area("云杉市")
    land.parents[root.pk] = 0
    land.areas.append(root)
    for _ in range(18):
        above = rng.choice([a for a in land.areas if a.spans.get().level != "community"])
        made = make.area(parent=above)
        land.parents[made.pk] = above.pk
        land.areas.append(made)
    for number in range(organisations):
        _organisation(land, number)
    for number in range(bodies):
        _body(land, number)
    for number in range(people):
        _person(land, number)
    for kind, found in (("organisation", land.organisations), ("body", land.bodies), ("person", land.people)):
        index(kind, found)  # type: ignore[arg-type]
    return land


def _organisation(land: Land, number: int) -> None:
    area, name = land.rng.choice(land.areas), f"云杉{_word(number)}号{number}厂"
    made = make.organisation(name, area=area, placed=land.rng.choice(["community", "subdistrict", "none"]))
    land.organisations[made.pk] = (name, area.pk)


def _body(land: Land, number: int) -> None:
    from lianxin.registry.models import Organisation

    area, line, name = land.rng.choice(land.areas), land.rng.choice(LINES), f"云杉{_word(number)}号{number}会"
    covers = land.rng.sample(sorted(land.organisations), land.rng.randint(0, 4))
    firms = tuple(Organisation.objects.filter(pk__in=covers))
    made = make.body(name, area=area, line=line, covers=firms)
    land.bodies[made.pk] = (name, area.pk, line)
    land.covered[made.pk] = set(covers)


def _person(land: Land, number: int) -> None:
    name = f"林{_word(number)}号{number}"
    made = make.person(name, area=land.rng.choice([*land.areas, None]))
    for body in land.rng.sample(sorted(land.bodies), land.rng.randint(0, 2)):
        make.membership(person=made, body_id=body)
    land.people[made.pk] = name


def user(land: Land, number: int) -> Account:
    """An account with up to three random grants, some of them over or still to come."""
    made = make.account(username=f"random-{number}")
    for _ in range(land.rng.choice([0, 1, 2, 2, 3])):
        role = land.rng.choice([*WORKING, *WORKING, *WORKING, *ROLES])
        since = today() + timedelta(days=land.rng.choice([-900, -900, -900, -900, 5]))
        until = land.rng.choice([None, None, None, today(), today() + timedelta(days=9)])
        until = None if until is not None and until < since else until
        line = land.rng.choice(["", "", *LINES])
        Grant.objects.create(account=made, role=role, line=line, node=_node(land), valid_from=since, valid_until=until)
    return made


def _node(land: Land) -> ScopeNode:
    kind = land.rng.choice(["area", "area", "area", "body", "organisation"])
    if kind == "area":
        area = land.rng.choice(land.areas)
        return ScopeNode.objects.get_or_create(kind="area", area=area, defaults={"label": area.code})[0]
    ref = land.rng.choice(sorted(land.bodies if kind == "body" else land.organisations))
    return ScopeNode.objects.get_or_create(kind=kind, ref=ref, defaults={"label": str(ref)})[0]


def answers(land: Land, account: Account) -> dict[str, Ways]:
    """What the account sees of each kind, by each way of asking."""
    client = Client()
    client.force_login(account)
    return {
        "organisations": {
            "page": _pages(client, "registry:organisations", r"/organisations/(\d+)/"),
            "api": _api(client, "/api/v1/organisations"),
            "export": _export(client, land),
            "search": _search(client, land, r"/organisations/(\d+)/"),
            "grants": _by_grants(land, account, "registry.view_organisations", land.organisations, _sees_organisation),
        },
        "bodies": {
            "page": _pages(client, "registry:bodies", r"/bodies/(\d+)/"),
            "api": _api(client, "/api/v1/bodies"),
            "search": _search(client, land, r"/bodies/(\d+)/"),
            "grants": _by_grants(land, account, "registry.view_bodies", land.bodies, _sees_body),
        },
        "people": {
            "page": _pages(client, "registry:people", r"/people/(\d+)/"),
            "search": _search(client, land, r"/people/(\d+)/"),
        },
    }


def differences(found: dict[str, Ways]) -> list[str]:
    """Where two ways of asking do not agree."""
    faults = []
    for kind, ways in found.items():
        for way, seen in ways.items():
            if seen != ways["page"]:
                only, missing = sorted(seen - ways["page"]), sorted(ways["page"] - seen)
                faults.append(f"{kind} by {way}: more than the page {only}, less {missing}")
    return faults


def _pages(client: Client, name: str, pattern: str) -> frozenset[int]:
    """Every page of a list, read as a person would: the links of its rows."""
    seen: set[int] = set()
    after = ""
    while True:
        response = client.get(reverse(name), {"after": after} if after else {})
        if response.status_code != 200:
            return frozenset(seen)
        seen |= {int(ref) for ref in re.findall(pattern, response.content.decode())}
        after = response.context["found"].after
        if not after:
            return frozenset(seen)


def _api(client: Client, path: str) -> frozenset[int]:
    seen: set[int] = set()
    cursor: str | None = ""
    while cursor is not None:
        response = client.get(path, {"limit": 17, "cursor": cursor})
        if response.status_code != 200:
            break
        seen |= {item["id"] for item in response.json()["items"]}
        cursor = response.json()["next"]
    return frozenset(seen)


def _export(client: Client, land: Land) -> frozenset[int]:
    response = client.get(reverse("registry:export", kwargs={"kind": "csv"}))
    if response.status_code != 200:
        return frozenset()
    content: Any = b"".join(response.streaming_content) if response.streaming else response.content
    names = {row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))}
    return frozenset(pk for pk, (name, _area) in land.organisations.items() if name in names)


def _search(client: Client, land: Land, pattern: str) -> frozenset[int]:
    texts = (client.get(reverse("desk:search"), {"q": word}).content.decode() for word in land.words)
    return frozenset(int(ref) for text in texts for ref in re.findall(pattern, text))


def _by_grants(
    land: Land, account: Account, act: str, records: dict[int, Any], sees: Callable[[Land, Grant, int], bool]
) -> frozenset[int]:
    day = today()
    held = [g for g in account.grants.select_related("node") if g.role in MAY[act] and _holds(g, day)]
    return frozenset(pk for pk in records if any(sees(land, grant, pk) for grant in held))


def _holds(grant: Grant, day: date) -> bool:
    return grant.valid_from <= day and (grant.valid_until is None or day < grant.valid_until)


def _sees_organisation(land: Land, grant: Grant, pk: int) -> bool:
    node = grant.node
    if node.kind == "area":
        return land.lies_in(land.organisations[pk][1], node.area_id)  # type: ignore[arg-type]
    return pk in land.covered[node.ref] if node.kind == "body" else node.ref == pk


def _sees_body(land: Land, grant: Grant, pk: int) -> bool:
    _name, area, line = land.bodies[pk]
    if grant.node.kind == "area":
        return grant.line in ("", line) and land.lies_in(area, grant.node.area_id)  # type: ignore[arg-type]
    return grant.node.kind == "body" and grant.node.ref == pk
