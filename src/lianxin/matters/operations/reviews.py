"""Periodic reviews: a meeting record whose decisions become matters with an owner and a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area
from lianxin.registry.models import Body, BodySpan, Line
from lianxin.trail.operations import record

from ..models import Decision, Review, Round
from .opening import Given, open_matter
from .problems import Listing, NeutralWords, list_problem


class NotYetHeld(Refused):
    text = _("The meeting is still to come. Record it when it was held.")


class NextBeforeMeeting(Refused):
    text = _("The next meeting comes after the day of this one.")


class DueBeforeMeeting(Refused):
    text = _("The day by which it is done lies before the meeting.")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A review as it was held. bodies : who was there. figures : as they stood then, frozen."""

    title: str
    area: Area
    held_on: date
    findings: str
    body: Body | None = None
    line: Line | None = None
    bodies: Sequence[Body] = ()
    round: Round | None = None
    next_on: date | None = None
    figures: Mapping[str, object] | None = None


@transaction.atomic
def hold_review(*, meeting: Meeting, actor: Actor, at: datetime) -> Review:
    """Keep the record of a meeting. Raises NotYetHeld, NextBeforeMeeting."""
    if meeting.held_on > day_of(at):
        raise NotYetHeld()
    if meeting.next_on is not None and meeting.next_on <= meeting.held_on:
        raise NextBeforeMeeting()
    made = Review.objects.create(
        title=meeting.title,
        line=meeting.line,
        area=meeting.area,
        body=meeting.body,
        held_on=meeting.held_on,
        round=meeting.round,
        findings=meeting.findings.strip(),
        figures=dict(meeting.figures or {}),
        next_on=meeting.next_on,
        made_at=at,
    )
    made.bodies.set(meeting.bodies)
    record("matters.review.held", made, actor=actor, at=at, bodies=len(meeting.bodies))
    return made


@transaction.atomic
def decide(
    *, review: Review, text: str, body: Body, due_on: date, actor: Actor, at: datetime, is_own_problem: bool = False
) -> Decision:
    """What the meeting decided becomes a matter of the body that owns it: a task, or a problem on the body's own list.

    It lies where that body lies, so that its people see it, of whatever line they are.
    Raises DueBeforeMeeting, NeutralWords and what `open_matter` raises.
    """
    if due_on < review.held_on:
        raise DueBeforeMeeting(review)
    span = BodySpan.objects.on(day_of(at)).filter(body=body).select_related("area").first()
    area = span.area if span else review.area
    if is_own_problem:
        listing = Listing(words=text, body=body, area=area, line=body.line, source="review", due_on=due_on)
        matter = list_problem(listing=listing, actor=actor, at=at).matter
    else:
        facts = {"area": area, "line": body.line, "body": body, "level": "C1"}
        given = Given(words=text, way="review", code="review_task", due_on=due_on, **facts)  # type: ignore[arg-type]
        matter = open_matter(given=given, actor=actor, at=at).matter
    if matter.is_shut:
        raise NeutralWords()
    made = Decision.objects.create(review=review, matter=matter, text=text.strip()[:300], body=body, due_on=due_on)
    record("matters.review.decided", made, actor=actor, at=at, review=review.pk, matter=matter.pk)
    return made
