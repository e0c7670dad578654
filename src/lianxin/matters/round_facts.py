"""Inspections, what they found, and representatives as frames: ids, days and codes.

No employer, no inspector, no representative: a place on a list, a finding and a seat are numbers.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from lianxin.kit.frames import Frame
from lianxin.registry.models import Post

from .models import Event, Finding, Listed, Matter, Proposal, RepresentativeMeeting
from .promises import CLOSED, outcome_of

CHECKED = ("finding", "rectification")
"""Kinds of what is struck off a list after a check."""


def seat_rows() -> "QuerySet[Any, Any]":
    """Seats of representatives while somebody held them; not who."""
    rows = Post.objects.filter(title="representative").exclude(person=None).order_by("pk")
    return rows.values_list("pk", "body", "valid_from", "valid_until")


def meeting_rows() -> "QuerySet[Any, Any]":
    rows = RepresentativeMeeting.objects.exclude(mandate=None).order_by("pk")
    return rows.values_list("pk", "mandate__post", "held_on")


def proposal_rows() -> "QuerySet[Any, Any]":
    return Proposal.objects.order_by("pk").values_list("pk", "author__post", "matter__arrived_at")


def place_rows() -> "QuerySet[Any, Any]":
    """Places on the lists of rounds that were started, with the day of the inspection."""
    rows = Listed.objects.exclude(matter=None).order_by("pk")
    carried = ("carried_out__carried_on", "carried_out__recorded_at")
    return rows.values_list("pk", "round__body", "round__area", "matter__arrived_at", "round__closed_at", *carried)


def finding_rows() -> "QuerySet[Any, Any]":
    return Finding.objects.order_by("pk").values_list("pk", "carried_out__listed", "grade")


def day_rows() -> Iterator[tuple[int, datetime, date]]:
    """The days by which a finding was to be mended, each with when it was set."""
    rows = Event.objects.filter(act="step", matter__finding__isnull=False).order_by("matter", "seq")
    for matter, at, facts in rows.values_list("matter", "at", "facts"):
        if "due_on" in facts:
            yield matter, at, date.fromisoformat(str(facts["due_on"]))


def closure_rows() -> Iterator[tuple[int, datetime, int, bool]]:
    """What was struck off a list: how many checks it took, and whether the last was by somebody who had not worked on
    it. Work done after a check asks for another one.
    """
    struck = Event.objects.filter(act="step", state="closed", matter__code__in=CHECKED).values("matter")
    matters = Matter.objects.filter(pk__in=struck).select_related("kind").order_by("pk")
    stories: dict[int, list[Event]] = {}
    for event in Event.objects.filter(act="step", matter__in=struck).order_by("matter", "seq"):
        stories.setdefault(event.matter_id, []).append(event)
    for matter in matters:
        yield from _closures(matter, stories.get(matter.pk, []))


def _closures(matter: Matter, story: list[Event]) -> Iterator[tuple[int, datetime, int, bool]]:
    kind = matter.kind.kind
    workers: set[tuple[str, int]] = set()
    checks, is_checked, is_handed_in = 0, False, True
    for event in story:
        step, who = kind.step(event.step), (event.actor_kind, event.actor_id)
        if "verifier" in step.by:
            checks, is_checked, is_handed_in = checks + is_handed_in, who not in workers, False
        elif "handler" in step.by:
            workers.add(who)
            is_checked, is_handed_in = False, True
        if event.state == "closed" and outcome_of(kind, "closed") == CLOSED:
            yield matter.pk, event.at, checks, is_checked


ROUNDS = (
    Frame(
        "representative_seats",
        (("post", "int"), ("body", "int"), ("valid_from", "day"), ("valid_until", "day")),
        seat_rows,
    ),
    Frame("representative_meetings", (("meeting", "int"), ("post", "int"), ("held_on", "day")), meeting_rows),
    Frame("representative_proposals", (("matter", "int"), ("post", "int"), ("put_at", "moment")), proposal_rows),
    Frame(
        "inspection_places",
        (
            ("listed", "int"),
            ("body", "int"),
            ("area", "int"),
            ("opened_at", "moment"),
            ("closed_at", "moment"),
            ("carried_on", "day"),
            ("recorded_at", "moment"),
        ),
        place_rows,
    ),
    Frame("findings", (("finding", "int"), ("listed", "int"), ("grade", "text")), finding_rows),
    Frame("finding_days", (("finding", "int"), ("noted_at", "moment"), ("due_on", "day")), day_rows),
    Frame(
        "closures",
        (("matter", "int"), ("closed_at", "moment"), ("checks", "int"), ("is_rechecked", "bool")),
        closure_rows,
    ),
)
