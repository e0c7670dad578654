"""The export of a hotline brought in: each ticket once, rows with faults set aside."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
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


class NoSuchHotline(Refused):
    text = _("Choose one of the hotlines: 12345, 12351, 12355 or 12338.")


def bring_in_file(
    *,
    content: bytes,
    file_name: str,
    hotline: str,
    actor: Actor,
    at: datetime,
    body: Body | None = None,
    told: Callable[[int, int], object] | None = None,
) -> HotlineFile:
    """Open a matter for each ticket that is new, as of the moment the person called. A second time nothing changes.

    Commits in steps: what was broken off is brought in again. body : who took the calls.
    Raises NoSuchHotline and what `read_tickets` raises.
    """
    if hotline not in HOTLINES:
        raise NoSuchHotline()
    zone = timezone.get_default_timezone()
    assert isinstance(zone, ZoneInfo)
    columns, tickets = read_tickets(content, zone=zone, at=at)
    counts: Counter[str] = Counter(rows=len(tickets), opened=0, known=0, set_aside=0)
    faults = [[t.row, t.fault] for t in tickets if t.fault]
    good = [t for t in tickets if not t.fault]
    line, gazetteer = Line.objects.filter(code=LINE_OF.get(hotline, "")).first(), Gazetteer.on(day_of(at))
    for start in range(0, len(good), AT_ONCE):
        with transaction.atomic():
            for ticket in good[start : start + AT_ONCE]:
                given = _given(ticket, hotline, body, line, area_of(ticket.place, day_of(at), gazetteer))
                opened = ways.bring_in(given=given, at=ticket.arrived_at or at, actor=actor)
                counts["opened" if opened.is_new else "known"] += 1
        if told:
            told(min(start + AT_ONCE, len(good)), len(good))
    counts["set_aside"] = len(faults)
    return _noted(file_name, hotline, columns, counts, faults, actor, at)


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


@transaction.atomic
def _noted(
    file_name: str,
    hotline: str,
    columns: dict[str, str],
    counts: Counter[str],
    faults: list[list[object]],
    actor: Actor,
    at: datetime,
) -> HotlineFile:
    made = HotlineFile.objects.create(
        file_name=file_name[:200],
        hotline=hotline,
        at=at,
        by_label=actor.label[:100],
        columns=columns,
        counts=dict(counts),
        faults=faults[:MOST_FAULTS],
    )
    record("matters.hotline.imported", made, actor=actor, at=at, hotline=hotline, **counts)
    return made
