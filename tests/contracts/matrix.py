"""The permission matrix: role x relation to a record x verb, for every route, walked with the test client.

Each app lists its routes in `rows/<app>.py`, one line a route:

    ROWS = {
        "registry:organisation": one(organisation),          # a page about one record
        "registry:organisations": listing(organisation),     # a list in which the record may appear
        "registry:add_organisation": act_only(),             # allowed by the act alone, shows no record
        "access:me": own(),                                  # about oneself: any open account
        "kit:health": public(),                              # anyone
    }

and a builder (world, area) -> Target for each kind of record. `by_line=True` where the record belongs to one line.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client
from django.urls import reverse

from contracts.routes import OUTSIDE, Route
from contracts.world import HOLDS, RELATIONS, SEES, World
from lianxin.access.may import MAY, WHOLE
from lianxin.access.roles import ROLES
from lianxin.places.models import Area

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Target:
    """One record: how to reach it, and words that may appear only where it is seen."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    body: dict[str, Any] | None = None
    """What is sent with POST, PUT and PATCH; JSON for the API."""


Build = Callable[[World, Area], Target]


@dataclass(frozen=True)
class Row:
    """What a route is about. See the constructors below."""

    kind: str
    build: Build | None = None
    by_line: bool = False
    shows: bool = True
    """Whether the words of a record that is seen must appear in a list, so that the row proves something."""
    shown_by: str = ""
    """A second act that decides whether the record is shown, as in a search over all apps."""
    may_miss: bool = False
    """The record asked for does not exist: 404 proves nothing but is right."""
    seen_from: tuple[str, ...] = SEES
    """Relations from which the record is seen, where that is more than usual, with the reason in the rows."""


def one(build: Build, *, by_line: bool = False, seen_from: tuple[str, ...] = SEES) -> Row:
    """A route about one record: whoever does not see the record gets 404."""
    return Row("one", build, by_line, seen_from=seen_from)


def listing(build: Build, *, by_line: bool = False, shows: bool = True, shown_by: str = "") -> Row:
    """A list, export or search: open to whoever may, and the record appears only where it is seen."""
    return Row("list", build, by_line, shows, shown_by)


def act_only(build: Build | None = None, *, may_miss: bool = False) -> Row:
    """A route that the act alone decides: a form for something new, a table of settings."""
    return Row("act", build, may_miss=may_miss)


def own(build: Build | None = None) -> Row:
    """A route about oneself, open to every open account; with `build`, a record of somebody else: 404."""
    return Row("own", build)


def public(build: Build | None = None) -> Row:
    """A route for anyone."""
    return Row("public", build)


@dataclass(frozen=True)
class Cell:
    """One question to the system, and what the tables say the answer must be."""

    route: Route
    row: Row
    role: str
    relation: str
    verb: str

    @property
    def allowed(self) -> bool:
        """Whether the request may be served at all."""
        if self.row.kind == "public":
            return True
        if self.relation == "closed" or self.relation == "stranger":
            return False
        if self.row.kind == "own":
            return self.row.build is None
        if self.role not in MAY.get(self.route.act, frozenset()) or self.relation not in HOLDS:
            return False
        if self.route.act in WHOLE:
            return self.relation == "whole"
        return self.sees if self.row.kind == "one" else True

    @property
    def sees(self) -> bool:
        """Whether the record is inside the scope."""
        if self.row.shown_by and self.role not in MAY[self.row.shown_by]:
            return False
        return self.relation in self.row.seen_from or (self.relation == "wrong_line" and not self.row.by_line)

    def __str__(self) -> str:
        return f"{self.verb} {self.route.name} as {self.role}, {self.relation}"


def rows() -> dict[str, Row]:
    """All rows of all apps."""
    found: dict[str, Row] = {}
    for path in sorted((Path(__file__).parent / "rows").glob("[a-z]*.py")):
        found |= import_module(f"contracts.rows.{path.stem}").ROWS
    return found


def cells(routes: Iterable[Route], table: dict[str, Row]) -> Iterator[Cell]:
    """The whole matrix, strangers included."""
    for route in routes:
        row = table[route.name]
        for verb in VERBS:
            yield Cell(route, row, "stranger", "stranger", verb)
            for role in ROLES:
                for relation in RELATIONS:
                    yield Cell(route, row, role, relation, verb)


def sample(found: list[Cell], count: int, seed: int) -> list[Cell]:
    """Some cells of every route: all its GETs from inside and beside, the rest drawn by a seed."""
    rng = random.Random(seed)
    first = [c for c in found if c.verb == "GET" and c.role in _telling(c) and c.relation in ("inside", "sibling")]
    chosen = {id(cell) for cell in first}
    rest = [cell for cell in found if id(cell) not in chosen]
    return first + rng.sample(rest, max(0, min(count - len(first), len(rest))))


def _telling(cell: Cell) -> set[str]:
    """One role that may and one that may not."""
    may = sorted(MAY.get(cell.route.act, frozenset()))
    may_not = sorted(set(ROLES) - set(may))
    return {*may[:1], *may_not[:1]}


class Walker:
    """Asks every cell and keeps what differs from the tables."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients: dict[tuple[str, str], Client] = {}
        self.asked = 0
        self.served = 0
        self.wrong_allow: list[str] = []
        self.wrong_refusal: list[str] = []

    def walk(self, found: Iterable[Cell]) -> None:
        for cell in found:
            self.asked += 1
            self._ask(cell)

    def _ask(self, cell: Cell) -> None:
        area = self.world.place(cell.relation)
        build = cell.row.build
        target = self.world.once((build, area), lambda: build(self.world, area)) if build else Target()
        client = self._client(cell)
        signed_in = SimpleCookie(client.cookies)
        with transaction.atomic():
            status, text, is_served = self._send(client, cell, target)
            transaction.set_rollback(True)
        client.cookies = signed_in  # a log-out, too, is taken back
        self.served += is_served
        self._judge(cell, target, status, text, is_served)

    def _judge(self, cell: Cell, target: Target, status: int, text: str, is_served: bool) -> None:
        is_get = cell.allowed and cell.verb == "GET"
        is_shown = any(mark in text for mark in target.marks)
        if is_served and not cell.allowed:
            self.wrong_allow.append(f"{cell}: {status}")
        elif cell.row.kind != "public" and not cell.sees and is_shown:
            self.wrong_allow.append(f"{cell}: shows a record outside the scope")
        elif is_get and not cell.row.may_miss and cell.route.act != OUTSIDE and status in (401, 403, 404, 500):
            self.wrong_refusal.append(f"{cell}: {status}")
        elif is_get and cell.row.kind == "list" and cell.row.shows and status == 200 and cell.sees and not is_shown:
            self.wrong_refusal.append(f"{cell}: does not show a record inside the scope")

    def _send(self, client: Client, cell: Cell, target: Target) -> tuple[int, str, bool]:
        path = reverse(cell.route.name, kwargs=target.kwargs)
        if target.query:
            path += "?" + urlencode(target.query)
        given: dict[str, Any] = {}
        if cell.verb not in SAFE and cell.route.name.startswith("api:"):
            given = {"data": target.body or {}, "content_type": "application/json"}
        elif cell.verb == "POST":
            given = {"data": target.body or {}}
        response = getattr(client, cell.verb.lower())(path, **given)
        is_away = response.status_code in (301, 302) and "/accounts/login" in response["Location"]
        is_up = response.status_code == 302 and "Allow" in response  # only takes what is sent; leads to the page above
        is_served = response.status_code not in (401, 403, 404, 405) and not is_away and not is_up
        content = b"".join(response.streaming_content) if response.streaming else response.content
        text = content.decode("utf-8", "replace")
        if text and "json" in response.headers.get("Content-Type", ""):
            text = json.dumps(json.loads(text), ensure_ascii=False)  # marks are looked for as they are read
        return response.status_code, text, is_served

    def _client(self, cell: Cell) -> Client:
        key = (cell.role, cell.relation)
        if key not in self.clients:
            self.clients[key] = Client(raise_request_exception=False)
            if cell.relation != "stranger":
                self.clients[key].force_login(self.world.account(cell.role, cell.relation))
        return self.clients[key]
