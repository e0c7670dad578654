"""Renewals, step by step: notice, preparation, candidates, meeting, result."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Body, BodySpan, Person, Post, Term
from lianxin.registry.operations.bodies import end_post, give_post, open_term
from lianxin.registry.operations.people import BodyNotThere
from lianxin.trail.operations import record

from ..models import Candidate, Renewal
from .foundings import NobodyElected, check_election


class RenewalUnderWay(Refused):
    text = _("A renewal of this body is under way already.")


class RenewalMovedOn(Refused):
    text = _("This renewal has moved on since. Open it again and look at where it stands.")


class NobodyStands(Refused):
    text = _("Nobody stands for a post yet. Enter the candidates first.")


class StandsAlready(Refused):
    text = _("This person stands for that post already.")


class MeetingBeforeNow(Refused):
    text = _("The meeting cannot be called for a day before the candidates stood.")


@transaction.atomic
def send_notice(*, body: Body, day: date, actor: Actor, at: datetime) -> Renewal:
    """The renewal is announced. Raises BodyNotThere, RenewalUnderWay."""
    if not BodySpan.objects.on(day).filter(body=body).exists():
        raise BodyNotThere(body, day=day)
    if Renewal.objects.filter(body=body).exclude(step__in=("done", "stopped")).exists():
        raise RenewalUnderWay(body)
    last = Term.objects.seen().filter(body=body).order_by("-valid_from").values_list("valid_until", flat=True).first()
    made = Renewal.objects.create(body=body, term_until=last, noticed_on=day)
    record("reach.renewal.noticed", body, actor=actor, at=at, renewal=made.pk, day=day.isoformat())
    return made


@transaction.atomic
def prepare(*, renewal: Renewal, day: date, actor: Actor, at: datetime) -> Renewal:
    """A group prepares it, with the consent of the body above. Raises RenewalMovedOn."""
    return _move(_at(renewal, "notice"), "preparing", "reach.renewal.prepared", actor, at, prepared_on=day)


@transaction.atomic
def nominate(*, renewal: Renewal, person: Person, title: str, actor: Actor, at: datetime) -> Candidate:
    """A person who agreed stands for a post. Raises RenewalMovedOn, StandsAlready."""
    held = _at(renewal, "preparing", "candidates", "meeting")
    made, is_new = Candidate.objects.get_or_create(renewal=held, person=person, title=title)
    if not is_new:
        raise StandsAlready(made)
    record("reach.candidate.named", held.body, actor=actor, at=at, candidate=made.pk, person=person.pk)
    return made


@transaction.atomic
def withdraw_candidate(*, candidate: Candidate, actor: Actor, at: datetime) -> None:
    """The person does not stand after all; no reason is asked. Raises RenewalMovedOn."""
    held = _at(candidate.renewal, "preparing", "candidates", "meeting")
    gone = candidate.pk
    candidate.delete()
    record("reach.candidate.withdrawn", held.body, actor=actor, at=at, candidate=gone)


@transaction.atomic
def settle_candidates(*, renewal: Renewal, day: date, actor: Actor, at: datetime) -> Renewal:
    """The list of candidates is made known. Raises RenewalMovedOn, NobodyStands."""
    held = _at(renewal, "preparing")
    if not held.candidates.exists():
        raise NobodyStands(held)
    return _move(held, "candidates", "reach.renewal.nominated", actor, at, nominated_on=day)


@transaction.atomic
def call_meeting(*, renewal: Renewal, day: date, actor: Actor, at: datetime) -> Renewal:
    """The meeting is called for a day; calling it anew moves it. Raises RenewalMovedOn, MeetingBeforeNow."""
    held = _at(renewal, "candidates", "meeting")
    if held.nominated_on and day < held.nominated_on:
        raise MeetingBeforeNow(held)
    return _move(held, "meeting", "reach.renewal.called", actor, at, meets_on=day)


@transaction.atomic
def enter_result(
    *,
    renewal: Renewal,
    day: date,
    eligible: int,
    present: int,
    elected: Mapping[int, int | None],
    term_until: date,
    actor: Actor,
    at: datetime,
) -> Renewal:
    """The meeting was held: the new term begins, the old posts end and those elected take theirs.

    elected : id of the candidate -> votes, None where they were not counted one by one.
    Raises RenewalMovedOn, NobodyElected, MorePresentThanEligible, TooFewPresent, TooFewVotes, TermWithoutLength.
    """
    held = _at(renewal, "meeting")
    chosen = list(held.candidates.filter(pk__in=elected).select_related("person").order_by("pk"))
    if not chosen:
        raise NobodyElected(held)
    check_election(day, eligible, present, [votes for votes in elected.values() if votes is not None])
    open_term(body=held.body, day=day, until=term_until, actor=actor, at=at)
    for post in Post.objects.filter(body=held.body, valid_until=None, valid_from__lte=day).order_by("pk"):
        end_post(post=post, day=day, actor=actor, at=at)
    held.candidates.update(is_elected=False)
    for row in chosen:
        row.is_elected, row.votes = True, elected[row.pk]
        row.save(update_fields=["is_elected", "votes"])
        taken = {"title": row.title, "person": row.person, "mandate_until": term_until}
        give_post(body=held.body, day=day, actor=actor, at=at, **taken)  # type: ignore[arg-type]
    held.eligible, held.present = eligible, present
    held.save(update_fields=["eligible", "present"])
    return _move(held, "done", "reach.renewal.done", actor, at, held_on=day)


@transaction.atomic
def stop_renewal(*, renewal: Renewal, reason: str, day: date, actor: Actor, at: datetime) -> Renewal:
    """It does not come about; the term stays as it is. Raises RenewalMovedOn."""
    held = _at(renewal, "notice", "preparing", "candidates", "meeting")
    held.stopped_because = reason.strip()[:200]
    held.save(update_fields=["stopped_because"])
    return _move(held, "stopped", "reach.renewal.stopped", actor, at, stopped_on=day)


def _at(renewal: Renewal, *steps: str) -> Renewal:
    held = Renewal.objects.select_for_update().select_related("body").get(pk=renewal.pk)
    if held.step not in steps:
        raise RenewalMovedOn(held)
    return held


def _move(held: Renewal, step: str, act: str, actor: Actor, at: datetime, **days: date) -> Renewal:
    held.step = step
    for field, day in days.items():
        setattr(held, field, day)
    held.save(update_fields=["step", *days])
    facts = {field: day.isoformat() for field, day in days.items()}
    record(act, held.body, actor=actor, at=at, renewal=held.pk, **facts)
    return held
