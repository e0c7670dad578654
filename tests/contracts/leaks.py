"""What a shut matter says must reach nobody but its named handlers: a generated walk, and a look into every store.

A matter of C3 and one of C4 are filled with marks in every place that takes words: what was said, where, name, contact,
how to reach the person, notes of steps, what the person added, the reason of a level, the purpose of a referral. Then
every address of the product is asked by everybody who is not a handler, with the ids of these matters and with the
marks as search words; answers, headers, cookies, log lines and mails are looked through. Last, every row of every
table, every snapshot and a whole backup.
"""

import io
import json
import logging
import random
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

import make
from contracts.matrix import Target, rows
from contracts.world import World
from lianxin.access.actors import AccountActor
from lianxin.access.models import Account, Grant, ScopeNode
from lianxin.access.roles import ROLES
from lianxin.kit.clock import now, today
from lianxin.matters.models import Matter
from lianxin.matters.operations import referrals
from lianxin.matters.operations.calling import call_back
from lianxin.matters.operations.handling import set_level
from lianxin.matters.operations.happening import Requesting
from lianxin.matters.operations.opening import Given, Opened, Person, Picture, open_matter
from lianxin.matters.operations.steps import With, note, take_step
from lianxin.registry.models import Agreement

RELATIONS = ("exact", "inside", "whole", "sibling")
PIXEL = (
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    "////////2wBDAf//////////////////////////////////////////////////////////////////////////////////////wAARCAABAAEDAS"
    "IAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIQAxAAAAGf/8QAFBABAAAAAAAAAAAAAA"
    "AAAAAAAP/aAAgBAQABBQJ//9k="
)


@dataclass
class Shut:
    """Two shut matters, their marks, and all the ids by which one might ask for them."""

    world: World
    opened: list[Opened] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    uuids: list[str] = field(default_factory=list)

    def mark(self, where: str) -> str:
        """A word that stands nowhere else."""
        made = f"岩画{where}{len(self.marks):02d}琥珀"
        self.marks.append(made)
        return made


def build(world: World) -> Shut:
    """Both matters, each through a part of its course, by their handler."""
    shut = Shut(world)
    handler = AccountActor(make.account(("counsellor", world.community), username="the-handler"))
    partner = make.organisation("样例援助站", area=world.community)
    Agreement.objects.create(organisation=partner, scope="援助", valid_from=make.LONG_AGO)
    for level, code, steps in (
        ("C3", "counselling", ()),
        ("C3", "request", ("accept", "assign", "start")),
        ("C4", "protection_case", ("contact", "assess", "offer")),
        ("C4", "request", ("accept", "assign", "start")),
    ):
        person = Person(shut.mark("名"), "mobile", shut.mark("电"), shut.mark("安"))
        given = Given(
            words=shut.mark("话"),
            place=shut.mark("地"),
            code=code,
            level=level,
            area=world.community,
            person=person,
            pictures=[Picture(PIXEL, 1, 1)],
        )
        made = open_matter(given=given, actor=handler, at=now())
        _work(shut, made, handler, partner, steps, level)
        shut.opened.append(made)
    plain = open_matter(given=Given(words=shut.mark("升"), area=world.community), actor=handler, at=now())
    call_officer = AccountActor(make.account(("community_officer", world.community), username="who-shut-it"))
    set_level(matter=plain.matter, level="C4", reason=shut.mark("由"), actor=call_officer, at=now())
    shut.opened.append(plain)
    matters = [o.matter for o in shut.opened]
    shut.ids = list(Matter.objects.values_list("pk", flat=True))
    shut.texts = [m.number for m in matters] + ["not-the-secret-of-anything"]
    shut.uuids = [str(p.pk) for m in matters for p in m.photos.all()] + [str(e.pk) for e in matters[0].events.all()]
    return shut


def _work(shut: Shut, made: Opened, handler: AccountActor, partner: Any, steps: Iterable[str], level: str) -> None:
    matter, at = made.matter, now()
    body = make.body(area=shut.world.community, form="area")
    for step in steps:
        given = With(note=shut.mark("步"), owner=body, has_consent=True)
        take_step(matter=matter, code=step, actor=handler, at=at, given=given)
    note(matter=matter, text=shut.mark("记"), actor=handler, at=at)
    note(matter=matter, text=shut.mark("补"), actor=Requesting(matter.pk), at=at)
    call_back(matter=matter, is_reached=True, solved="no", actor=handler, at=at)
    offered = referrals.offer(
        matter=matter,
        to=referrals.To(partner=partner),
        purpose=shut.mark("转"),
        fields=["words", "contact", "name"],
        expires_on=today() + timedelta(days=9),
        actor=handler,
        at=at,
    )
    referrals.consent(referral=offered, is_given=True, actor=Requesting(matter.pk), at=at)


@dataclass
class Found:
    """What a walk came upon."""

    asked: int = 0
    served: int = 0
    leaks: list[str] = field(default_factory=list)


class Walk:
    """Asks every address as everybody who is no handler.

    Whom the guard turns away by the act alone, or by the verb, is turned away whatever the id: the first time settles
    it for this person, address and verb.
    """

    def __init__(self, shut: Shut) -> None:
        self.shut, self.found = shut, Found()
        self.log = io.StringIO()
        self.built: dict[str, list[dict[str, Any]]] = {}

    def run(self, *, share: float = 1.0, seed: int = 1) -> Found:
        """share : of all questions, drawn by the seed."""
        dice = random.Random(seed)
        handler = logging.StreamHandler(self.log)
        handler.setLevel(logging.DEBUG)
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        try:
            questions = list(self.questions())
            for who, client in self.clients():
                settled: set[tuple[str, str]] = set()
                for name, verb, path, given in questions:
                    if (
                        (name, verb) not in settled
                        and dice.random() < share
                        and self._ask(who, client, verb, path, given)
                    ):
                        settled.add((name, verb))
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
        self._look("log", self.log.getvalue())
        for sent in mail.outbox:
            self._look("mail", f"{sent.subject} {sent.body} {sent.recipients()}")
        return self.found

    def clients(self) -> Iterator[tuple[str, Client]]:
        """A stranger, and every role in several relations; named handlers are none of them."""
        yield "stranger", Client(raise_request_exception=False)
        for role in ROLES:
            for relation in RELATIONS:
                client = Client(raise_request_exception=False)
                client.force_login(self.shut.world.account(role, relation))
                yield f"{role}, {relation}", client
        beside = make.organisation("另一家", area=self.shut.world.community)
        Agreement.objects.create(organisation=beside, scope="别的", valid_from=make.LONG_AGO)
        client = Client(raise_request_exception=False)
        client.force_login(_granted("partner", ScopeNode.objects.create(kind="organisation", ref=beside.pk, label="x")))
        yield "another partner", client

    def questions(self) -> Iterator[tuple[str, str, str, dict[str, str]]]:
        """(name, verb, address, what is sent): every address with every id, searched for every kind of mark."""
        words = [self.shut.marks[0], self.shut.marks[3], self.shut.texts[0], self.shut.opened[2].matter.code_name]
        for name, parts in _patterns():
            for path in self._paths(name, parts):
                yield name, "GET", path, {}
                if parts:
                    yield name, "POST", path, {"reason": "看看", "note": "看看", "text": "看看", "level": "C0"}
                for word in words if not parts else words[:1]:
                    yield name, "GET", path, {"q": word}

    def _paths(self, name: str, parts: dict[str, str]) -> list[str]:
        if not parts:
            values: list[dict[str, Any]] = [{}]
        else:
            values = [self._values(parts, pk) for pk in self.shut.ids]
            values += [
                {**values[0], **{k: u for k, c in parts.items() if c == "UUIDConverter"}} for u in self.shut.uuids
            ]
            values += [
                {**values[0], **{k: t for k, c in parts.items() if c == "StringConverter"}} for t in self.shut.texts
            ]
            values += self._of_matrix(name)
        paths = []
        for each in values:
            try:
                paths.append(reverse(name, kwargs=each))
            except NoReverseMatch:
                continue
        return list(dict.fromkeys(paths))

    def _values(self, parts: dict[str, str], pk: int) -> dict[str, Any]:
        known = {"IntConverter": pk, "UUIDConverter": self.shut.uuids[0], "SlugConverter": "request"}
        return {key: known.get(converter, str(pk)) for key, converter in parts.items()}

    def _of_matrix(self, name: str) -> list[dict[str, Any]]:
        """The record that the permission matrix asks this address for."""
        row = rows().get(name)
        if row is None or row.build is None:
            return []
        build = row.build
        target: Target = self.shut.world.once(
            (build, "leaks"), lambda: build(self.shut.world, self.shut.world.community)
        )
        return [target.kwargs]

    def _ask(self, who: str, client: Client, verb: str, path: str, given: dict[str, str]) -> bool:
        """Ask and look; whether the guard turned away whoever asks, whatever the id."""
        self.found.asked += 1
        cookies = client.cookies.copy()
        with transaction.atomic():
            response = getattr(client, verb.lower())(path, given)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        client.cookies = cookies
        self.found.served += response.status_code == 200
        said = content.decode("utf-8", "replace").replace(given.get("q", "\0"), "")  # the question itself comes back
        if "json" in response.headers.get("Content-Type", ""):
            said = json.dumps(json.loads(said), ensure_ascii=False)  # marks are looked for as they are read
        self._look(f"{verb} {path} {given} as {who}", f"{said}\n{dict(response.headers)}")
        return _is_turned_away(response)

    def _look(self, where: str, text: str) -> None:
        for mark in self.shut.marks:
            if mark in text:
                self.found.leaks.append(f"{where}: {mark}")


def _is_turned_away(response: Any) -> bool:
    if response.status_code == 302:
        return response.headers["Location"].startswith(reverse("account_login")) or "Allow" in response
    act = getattr(response.resolver_match.func, "act", "") if response.resolver_match else ""
    by_act = response.status_code == 403 and act and not response.wsgi_request.actor.may(act, today())
    return bool(by_act) or response.status_code == 405


def _granted(role: str, node: ScopeNode) -> Account:
    account = make.account()
    Grant.objects.create(account=account, role=role, node=node, valid_from=make.LONG_AGO)
    return account


def _patterns(patterns: Any = None, namespace: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every named address of the product and the converters of its parts, the API's among them."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _patterns(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            converters = getattr(pattern.pattern, "converters", {})
            yield f"{namespace}{pattern.name}", {k: type(c).__name__ for k, c in converters.items()}


def in_tables(marks: Iterable[str]) -> list[str]:
    """Marks that stand readable in some row of some table, as text or as bytes."""
    wanted, found = [(m, m.encode()) for m in marks], []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name out of the database itself
            for row in cursor.fetchall():
                for cell in row:
                    raw = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    found += [f"{table}: {mark}" for mark, code in wanted if code in _unescaped(raw)]
    return found


def in_files(folder: Path, marks: Iterable[str]) -> list[str]:
    """Marks that stand readable in files below a folder; Parquet is read as a table."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            text = str(pl.read_parquet(path).rows()).encode() if path.suffix == ".parquet" else path.read_bytes()
            found += [f"{path.name}: {mark}" for mark in marks if mark.encode() in text]
    return found


def in_backup(folder: Path, marks: Iterable[str]) -> tuple[int, list[str]]:
    """Bytes of a whole backup, and the marks that stand readable in it."""
    target = folder / "backup.tar.gz"
    call_command("backup", str(target), stdout=io.StringIO())
    size, found = 0, []
    with tarfile.open(target) as archive:
        for member in archive:
            held = archive.extractfile(member)
            if held is None:
                continue
            raw = held.read()
            size += len(raw)
            found += [f"{member.name}: {mark}" for mark in marks if mark.encode() in _unescaped(raw)]
    return size, found


def _unescaped(raw: bytes) -> bytes:
    """The bytes, and the same with escapes like \\u5ca9 written out."""
    plain = re.sub(rb"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)).encode("utf-8", "surrogatepass"), raw)
    return raw + plain
