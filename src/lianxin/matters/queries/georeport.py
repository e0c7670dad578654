"""What Open311 shows: the services, and requests that are public with their requester's consent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language

from lianxin.kit.clock import day_of
from lianxin.places.queries import names
from lianxin.registry.models import BodySpan

from ..georeport import Request, Service
from ..kinds import LEVELS
from ..models import Matter
from ..needs import need_choices
from .progress import last_day

CLOSED_DOOR = ("A5", "E4", "C4", "E5", "F1", "F2", "G4")
"""Needs that are talked about with a named person only: they are sent in on the public page, never through others."""
MOST = 1000
SPAN = timedelta(days=90)
PUBLIC = LEVELS[0]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: numbers first; else by service, span of arrival and status."""

    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    statuses: tuple[str, ...] = ()


def services() -> list[Service]:
    """Every need that others may send in."""
    return [
        Service(code, name, name, group)
        for group, choices in need_choices()
        for code, name in choices
        if code not in CLOSED_DOOR
    ]


def public_requests(wanted: Wanted, at: datetime) -> list[Request]:
    """Public matters, the newest first: at most a thousand, of ninety days unless numbers are given."""
    rows = Matter.objects.filter(level=PUBLIC)
    if wanted.numbers:
        rows = rows.filter(number__in=wanted.numbers)
    else:
        until = wanted.until or (wanted.since + SPAN if wanted.since else at)
        since = max(wanted.since or until - SPAN, until - SPAN)
        rows = rows.filter(arrived_at__gte=since, arrived_at__lte=until)
        rows = rows.filter(need__in=wanted.codes) if wanted.codes else rows
        if len({*wanted.statuses} & {"open", "closed"}) == 1:
            rows = rows.filter(is_open="open" in wanted.statuses)
    return _as_requests(rows.select_related("kind").order_by("-arrived_at", "-pk")[:MOST], at)


def _as_requests(matters: Iterable[Matter], at: datetime) -> list[Request]:
    found, day = list(matters), day_of(at)
    bodies = {m.first_body_id for m in found if m.first_body_id}
    leads = dict(BodySpan.objects.on(day).filter(body__in=bodies).values_list("body", "name"))
    places, known = names({m.area_id for m in found}, day), {s.service_code: s.service_name for s in services()}
    return [_request(m, leads.get(m.first_body_id or 0, ""), places.get(m.area_id, ""), known) for m in found]


def _request(matter: Matter, leads: str, place: str, known: dict[str, str]) -> Request:
    """One public matter: its title and the area, never its words."""
    state = matter.kind.kind.state(matter.state)
    due = last_day(matter.due_at)
    return Request(
        service_request_id=matter.number,
        status="open" if matter.is_open else "closed",
        status_notes=state.zh if (get_language() or "").startswith("zh") else state.en,
        service_name=known.get(matter.need, ""),
        service_code=matter.need,
        description=matter.title,
        agency_responsible=leads,
        service_notice="",
        requested_datetime=matter.arrived_at,
        updated_datetime=matter.closed_at or matter.state_since,
        expected_datetime=matter.due_at if due else None,
        address=place,
    )
