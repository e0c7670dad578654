"""The export of a hotline brought in: each ticket once, rows with faults set aside."""

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lianxin.kit import vault
from lianxin.kit.actor import SYSTEM, Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.places.addresses import Gazetteer
from lianxin.places.models import Area
from lianxin.registry.models import Body, Line
from lianxin.trail.operations import record

from ..contacts import kind_of
from ..hotline import Ticket, read_tickets
from ..models import HotlineFile
from . import ways
from .opening import LONGEST, Given, Person, area_of

HOTLINES = ("12345", "12351", "12355", "12338")
"""Government service, trade unions, youth league, women's federation."""
MOST_FAULTS = 2000
AT_ONCE = 50
LINE_OF = {"12351": "union", "12355": "league", "12338": "women"}
Step = Callable[[int, int], AbstractContextManager[object]]
"""One transaction of many, told how far it comes: (done, total)."""


class NoSuchHotline(Refused):
    text = _("Choose one of the hotlines: 12345, 12351, 12355 or 12338.")


@transaction.atomic
def receive(
    *, content: bytes, file_name: str, hotline: str, actor: Actor, at: datetime, body: Body | None = None
) -> HotlineFile:
    """Look whether a file can be read, and keep it sealed until a job has brought it in. body : who took the calls.

    Raises NoSuchHotline and what `read_tickets` raises.
    """
    made = _begun(content, file_name, hotline, actor, at, body)
    made.sealed = vault.seal(base64.b64encode(content).decode(), where=made.where)
    made.save(update_fields=["sealed"])
    go_on(file=made, actor=actor, at=at)
    return made


def go_on(*, file: HotlineFile, actor: Actor, at: datetime) -> None:
    """Let a job bring a kept file in, from where an earlier one stopped; nothing where all of it is in."""
    from .. import ways_jobs

    if not file.is_done:
        asker: dict[str, str | int] = {"kind": actor.kind, "id": actor.id, "label": actor.label}
        ways_jobs.bring_in_hotline.using(key=job_key(file), by=actor).enqueue(file=file.pk, asker=asker)


def job_key(file: HotlineFile) -> str:
    """The key of the job that brings a file in."""
    return f"hotline-{file.pk}"


def bring_in_file(*, content: bytes, file_name: str, hotline: str, actor: Actor, at: datetime) -> HotlineFile:
    """Bring a file in at once. Raises NoSuchHotline and what `read_tickets` raises."""
    made = _begun(content, file_name, hotline, actor, at, None)
    return bring_in(file=made, content=content, actor=actor, at=at)


def bring_in_kept(*, file: HotlineFile, actor: Actor, at: datetime, step: Step | None = None) -> HotlineFile:
    """Bring in what `receive` kept, from where it was broken off."""
    if file.is_done:
        return file
    content = base64.b64decode(vault.unseal(bytes(file.sealed), where=file.where))
    return bring_in(file=file, content=content, actor=actor, at=at, step=step)


def bring_in(*, file: HotlineFile, content: bytes, actor: Actor, at: datetime, step: Step | None = None) -> HotlineFile:
    """Open a matter for each ticket that is new, as of the moment the person called. A second time nothing changes.

    Commits in steps, each with what it counted.
    """
    _columns, tickets = _read(content, file.at)
    good = [t for t in tickets if not t.fault]
    line, gazetteer = Line.objects.filter(code=LINE_OF.get(file.hotline, "")).first(), Gazetteer.on(day_of(at))
    for start in range(file.done, len(good), AT_ONCE):
        upto = min(start + AT_ONCE, len(good))
        with step(upto, len(good)) if step else transaction.atomic():
            for ticket in good[start:upto]:
                given = _given(ticket, file.hotline, file.body, line, area_of(ticket.place, day_of(at), gazetteer))
                opened = ways.bring_in(given=given, at=ticket.arrived_at or file.at, actor=SYSTEM)
                file.counts["opened" if opened.is_new else "known"] += 1
            file.done = upto
            file.save(update_fields=["counts", "done"])
    return _ended(file, actor, at)


def _read(content: bytes, at: datetime) -> tuple[dict[str, str], list[Ticket]]:
    zone = timezone.get_default_timezone()
    assert isinstance(zone, ZoneInfo)
    return read_tickets(content, zone=zone, at=at)


def _begun(content: bytes, file_name: str, hotline: str, actor: Actor, at: datetime, body: Body | None) -> HotlineFile:
    if hotline not in HOTLINES:
        raise NoSuchHotline()
    columns, tickets = _read(content, at)
    faults = [[t.row, t.fault] for t in tickets if t.fault]
    counts = {"rows": len(tickets), "opened": 0, "known": 0, "set_aside": len(faults)}
    return HotlineFile.objects.create(
        file_name=file_name[:200],
        hotline=hotline,
        at=at,
        by_label=actor.label[:100],
        columns=columns,
        counts=counts,
        faults=faults[:MOST_FAULTS],
        body=body,
    )


@transaction.atomic
def _ended(file: HotlineFile, actor: Actor, at: datetime) -> HotlineFile:
    file.is_done, file.sealed = True, b""
    file.save(update_fields=["is_done", "sealed"])
    record("matters.hotline.imported", file, actor=actor, at=at, hotline=file.hotline, **file.counts)
    return file


def _given(ticket: Ticket, hotline: str, body: Body | None, line: Line | None, area: Area) -> Given:
    return Given(
        words=ticket.words[:LONGEST],
        way="hotline",
        place=ticket.place,
        area=area,
        person=Person(ticket.name, kind_of(ticket.contact), ticket.contact),
        wishes_secrecy=ticket.wishes_secrecy,
        line=line,
        body=body,
        key=f"hotline:{hotline}:{ticket.number}",
    )
