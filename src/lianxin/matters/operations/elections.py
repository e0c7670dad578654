"""Elections up to the opening of the vote: calling, the roll, who stands; stopping; voting again."""

import secrets
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Body, BodySpan, Membership, Person, Post
from lianxin.registry.operations.people import BodyNotThere
from lianxin.rules.sources import source_words
from lianxin.trail.operations import record

from ..models import Election, Elector, Mandate, Nominee
from ..offices import least_candidates, offices, share_of, shares_on
from .composition import check_mix, check_term

LEVELS = ("非常满意", "满意", "一般", "不满意", "非常不满意")
"""The ballot of a rating: five levels, of which each voter chooses one."""


class ElectionMovedOn(Refused):
    text = _("This election has moved on since. Open it again and look at where it stands.")


class OtherElectionOpen(Refused):
    text = _("An election for this is under way in this unit already.")


class MustSayUnrelated(Refused):
    text = _(
        "Close relatives of the head of the firm cannot stand for its union (Trade Union Law, article 10): the "
        "candidate has to say that this is not so."
    )


class RollEmpty(Refused):
    text = _("Nobody is on the roll yet.")


class StandsInIt(Refused):
    text = _("This person stands already.")


class TooFewCandidates(Refused):
    text = _("%(seats)s seats need at least %(needed)s candidates, %(stand)s stand. Source: %(source)s")


class UnusualSeats(Refused):
    text = _("For %(members)s on the roll the usual number of seats is %(usual)s. Enter the reason for another number.")


class TooFewCallers(Refused):
    text = _("A recall needs the call of at least %(needed)s members.")


class MoreCallersThanVoters(Refused):
    text = _("%(callers)s members cannot call for it where only %(eligible)s may vote. Please check both numbers.")


class NothingToVoteOnAgain(Refused):
    text = _("Every seat is filled: there is nothing to vote on again.")


class VotedAgain(Refused):
    text = _("The open seats were put to the vote again already: go on in that vote.")


class MoreThanVacant(Refused):
    text = _(
        "The registry knows %(vacant)s vacant seats here; a by-election fills no more than are vacant. "
        "Enter the other vacancies in the registry first, or fewer seats here."
    )


class RatedAlready(Refused):
    text = _("The representatives have rated this body for %(year)s already: it is done once a year.")


@transaction.atomic
def call_election(
    *,
    body: Body,
    office: str,
    seats: int,
    day: date,
    actor: Actor,
    at: datetime,
    kind: str = "regular",
    unit: str = "",
    mandate_until: date | None = None,
) -> Election:
    """An election of a body begins with its roll.

    Raises BodyNotThere, OtherElectionOpen, UnusualTerm, MoreThanVacant.
    """
    chosen = offices()[office]
    check_term(body, chosen, mandate_until, day)
    if kind == "by_election" and chosen.post:
        _check_vacant(body, chosen.post, chosen.seats or seats, day)
    return _begin(
        body=body,
        office=office,
        kind=kind,
        seats=chosen.seats or seats,
        title=chosen.zh,
        unit=unit.strip()[:100],
        mandate_until=mandate_until,
        terms=shares_on(day, chosen, kind),
        begun_on=day,
        by=(actor, at),
    )


@transaction.atomic
def call_recall(*, post: Post, callers: int, eligible: int, day: date, actor: Actor, at: datetime) -> Election:
    """Members call for the recall of somebody; there is one question on the ballot.

    eligible : how many may vote, as known on the day.
    Raises BodyNotThere, OtherElectionOpen, TooFewCallers, MoreCallersThanVoters.
    """
    terms = shares_on(day, None, "recall")
    needed = -int(-(share_of(terms, "callers") * eligible) // 1)
    if callers > eligible:
        raise MoreCallersThanVoters(callers=callers, eligible=eligible)
    if callers < needed:
        raise TooFewCallers(needed=needed)
    made = _begin(
        body=post.body,
        office=_office_of(post.title),
        kind="recall",
        seats=1,
        title="罢免",
        unit=Mandate.objects.filter(post=post).values_list("unit", flat=True).first() or "",
        mandate_until=None,
        terms=terms,
        begun_on=day,
        by=(actor, at),
        recalls=post,
        callers=callers,
    )
    label = post.person.name if post.person else ""
    Nominee.objects.create(election=made, label=label, agreed_on=day)
    return made


@transaction.atomic
def call_rating(*, body: Body, year: int, day: date, actor: Actor, at: datetime) -> Election:
    """The representatives of a body rate it, once a year, on one ballot of five levels.

    Its roll is whoever is a representative on the day. Raises BodyNotThere, OtherElectionOpen, RatedAlready.
    """
    title = f"{year} 年民主评议"
    if Election.objects.filter(body=body, kind="rating", title=title, step__in=("counted", "declared")).exists():
        raise RatedAlready(body, year=year)
    made = _begin(
        body=body,
        office="",
        kind="rating",
        seats=1,
        title=title,
        unit="",
        mandate_until=None,
        terms={},
        begun_on=day,
        by=(actor, at),
    )
    Nominee.objects.bulk_create([Nominee(election=made, label=level, agreed_on=day) for level in LEVELS])
    held = Post.objects.on(day).filter(body=body, title="representative").exclude(person=None)
    _enrol(made, list(held.order_by("person__name", "pk").values_list("person", flat=True)))
    return made


@transaction.atomic
def fill_roll(*, election: Election, day: date, actor: Actor, at: datetime) -> int:
    """Everybody who belongs to the body on the day comes on the roll. Returns how many came new.

    Raises ElectionMovedOn.
    """
    held = at_step(election, "roll")
    on = Membership.objects.filter(body=held.body_id, registered_on__lte=day, person__erased_at=None, left_on=None)
    people = list(on.order_by("person__name", "pk").values_list("person", flat=True).distinct())
    held.entered_eligible = None
    held.save(update_fields=["entered_eligible"])
    made = _enrol(held, people)
    record("matters.roll.filled", held, actor=actor, at=at, added=made)
    return made


@transaction.atomic
def add_names(*, election: Election, names: list[str], actor: Actor, at: datetime) -> int:
    """Names that the body's own list has, beside those of the registry. Raises ElectionMovedOn."""
    held = at_step(election, "roll")
    wanted = [" ".join(name.split())[:60] for name in names if name.strip()]
    first = _last_number(held) + 1
    rows = [Elector(election=held, number=first + i, name=name) for i, name in enumerate(wanted)]
    Elector.objects.bulk_create(rows)
    held.entered_eligible = None
    held.save(update_fields=["entered_eligible"])
    record("matters.roll.filled", held, actor=actor, at=at, added=len(rows))
    return len(rows)


@transaction.atomic
def enter_roll_count(*, election: Election, count: int, actor: Actor, at: datetime) -> Election:
    """The roll is kept on paper: only how many may vote is entered, and no names. Raises ElectionMovedOn, RollEmpty."""
    held = at_step(election, "roll")
    if count < 1:
        raise RollEmpty(held)
    held.electors.all().delete()
    held.entered_eligible = count
    held.save(update_fields=["entered_eligible"])
    record("matters.roll.counted", held, actor=actor, at=at, count=count)
    return held


@transaction.atomic
def strike_elector(*, elector: Elector, actor: Actor, at: datetime) -> None:
    """Somebody may not vote here after all. Raises ElectionMovedOn."""
    held = at_step(elector.election, "roll")
    gone = elector.number
    elector.delete()
    record("matters.elector.struck", held, actor=actor, at=at, number=gone)


@transaction.atomic
def settle_roll(*, election: Election, day: date, deviation: str = "", actor: Actor, at: datetime) -> Election:
    """The roll was made known and holds. A recall and a rating need no candidates and go on at once.

    Raises ElectionMovedOn, RollEmpty, UnusualSeats.
    """
    held = at_step(election, "roll")
    held.eligible = held.electors.count() if held.has_names else held.entered_eligible
    if not held.eligible:
        raise RollEmpty(held)
    _check_seats(held, deviation.strip())
    held.deviation = deviation.strip()[:300]
    held.save(update_fields=["eligible", "deviation"])
    asks_nobody = held.kind in ("recall", "rating", "run_off") and held.nominees.exists()
    moved = move(held, "nomination", "matters.roll.settled", actor, at, roll_on=day)
    return settle_candidates(election=moved, day=day, actor=actor, at=at) if asks_nobody else moved


@transaction.atomic
def nominate(
    *,
    election: Election,
    person: Person,
    nominated_by: str,
    station: str,
    day: date,
    actor: Actor,
    at: datetime,
    says_unrelated: bool = False,
) -> Nominee:
    """Somebody who agreed stands. Raises ElectionMovedOn, StandsInIt, MustSayUnrelated."""
    held = at_step(election, "roll", "nomination")
    if not says_unrelated and offices()[held.office].bars(held.body.line.code):
        raise MustSayUnrelated(held)
    facts = {"nominated_by": nominated_by.strip()[:100], "station": station, "agreed_on": day}
    made, is_new = Nominee.objects.get_or_create(election=held, person=person, defaults=facts)
    if not is_new:
        raise StandsInIt(made)
    record("matters.nominee.named", held, actor=actor, at=at, nominee=made.pk, person=person.pk)
    return made


@transaction.atomic
def withdraw_nominee(*, nominee: Nominee, actor: Actor, at: datetime) -> None:
    """Does not stand after all; no reason is asked. Raises ElectionMovedOn."""
    held = at_step(nominee.election, "roll", "nomination")
    gone = nominee.pk
    nominee.delete()
    record("matters.nominee.withdrawn", held, actor=actor, at=at, nominee=gone)


@transaction.atomic
def settle_candidates(*, election: Election, day: date, actor: Actor, at: datetime, deviation: str = "") -> Election:
    """The list of candidates is made known, in an order drawn by lot.

    deviation : why more managers stand than is usual, or fewer front-line workers. It stays with the election.
    Raises ElectionMovedOn, TooFewCandidates, StationMissing, TooManyManagers, FrontLineTooFew.
    """
    held = at_step(election, "nomination")
    rows = list(held.nominees.order_by("pk"))
    needed = least_candidates(held.terms, held.seats)
    if len(rows) < needed:
        source = source_words(held.terms.get("excess", {}).get("source", "")) or "—"
        raise TooFewCandidates(held, seats=held.seats, needed=needed, stand=len(rows), source=source)
    check_mix(held, deviation.strip())
    if deviation.strip():
        held.deviation = "；".join(filter(None, (held.deviation, deviation.strip())))[:300]
        held.save(update_fields=["deviation"])
    order = rows if held.kind == "rating" else secrets.SystemRandom().sample(rows, len(rows))
    for number, row in enumerate(order, start=1):
        row.key = str(number)
    Nominee.objects.bulk_update(order, ["key"])
    return move(held, "published", "matters.candidates.settled", actor, at, published_on=day)


@transaction.atomic
def vote_again(*, election: Election, day: date, actor: Actor, at: datetime) -> Election:
    """Another vote on the seats that stayed open: between those who were level, or anew where too few were elected.

    The roll is the same, ballots and codes are new; a recall or a rating that was void is held as what it was.
    Raises ElectionMovedOn, NothingToVoteOnAgain, VotedAgain, OtherElectionOpen.
    """
    held = at_step(election, "counted", "declared", "void")
    result = (held.protocol or {}).get("result", {})
    open_seats, tied = result.get("open_seats", 0), result.get("tied", [])
    if not open_seats or (held.kind == "recall" and held.step != "void"):
        raise NothingToVoteOnAgain(held)
    if held.followed_by.exclude(step="stopped").exists():
        raise VotedAgain(held)
    whole = {"kind": held.kind, "recalls": held.recalls, "callers": held.callers}
    terms = {**held.terms, "excess": {"share": "0", "source": ""}}
    if tied:
        terms["votes"] = {"share": "0", "source": held.terms.get("votes", {}).get("source", "")}
    made = _begin(
        body=held.body,
        office=held.office,
        **(whole if held.kind in ("recall", "rating") else {"kind": "run_off"}),
        seats=open_seats,
        title=held.title,
        unit=held.unit,
        mandate_until=held.mandate_until,
        terms=terms,
        begun_on=day,
        by=(actor, at),
        follows=held,
        entered_eligible=held.entered_eligible,
    )
    rows = list(held.electors.order_by("number"))
    Elector.objects.bulk_create(
        [Elector(election=made, number=r.number, person_id=r.person_id, name=r.name) for r in rows]
    )
    again = held.nominees.exclude(key__in=result.get("elected", [])).order_by("pk")
    for row in again.filter(key__in=tied) if tied else again:
        Nominee.objects.create(
            election=made,
            person_id=row.person_id,
            label=row.label,
            nominated_by=row.nominated_by,
            station=row.station,
            agreed_on=row.agreed_on,
        )
    return made


@transaction.atomic
def stop_election(*, election: Election, reason: str, day: date, actor: Actor, at: datetime) -> Election:
    """It does not come about. What lies in the ballot box for codes is destroyed unread. Raises ElectionMovedOn."""
    held = at_step(election, "roll", "nomination", "published", "voting", "closed")
    held.drawers.all().delete()
    held.key_holders.all().delete()
    held.stopped_because = reason.strip()[:200]
    held.save(update_fields=["stopped_because"])
    return move(held, "stopped", "matters.election.stopped", actor, at, stopped_on=day)


def at_step(election: Election, *steps: str) -> Election:
    """The election, locked, at one of these steps. Raises ElectionMovedOn."""
    held = Election.objects.select_for_update(of=("self",)).select_related("body__line").get(pk=election.pk)
    if held.step not in steps:
        raise ElectionMovedOn(held)
    return held


def move(held: Election, step: str, act: str, actor: Actor, at: datetime, **days: date) -> Election:
    """The election at its next step, recorded."""
    held.step = step
    for field, day in days.items():
        setattr(held, field, day)
    held.save(update_fields=["step", *days])
    record(act, held, actor=actor, at=at, body=held.body_id, **{f: day.isoformat() for f, day in days.items()})
    return held


def _begin(
    *, by: tuple[Actor, datetime], body: Body, office: str, kind: str, unit: str, begun_on: date, **facts: Any
) -> Election:
    if not BodySpan.objects.on(begun_on).filter(body=body).exists():
        raise BodyNotThere(body, day=begun_on)
    same = Election.objects.filter(body=body, office=office, unit=unit, kind=kind)
    if same.exclude(step__in=("counted", "declared", "void", "stopped")).exists():
        raise OtherElectionOpen(body)
    made = Election.objects.create(body=body, office=office, kind=kind, unit=unit, begun_on=begun_on, **facts)
    actor, at = by
    record("matters.election.called", made, actor=actor, at=at, body=made.body_id, seats=made.seats)
    return made


def _enrol(election: Election, people: list[int]) -> int:
    known = set(election.electors.exclude(person=None).values_list("person", flat=True))
    first = _last_number(election) + 1
    new = [pk for pk in dict.fromkeys(people) if pk not in known]
    Elector.objects.bulk_create(
        [Elector(election=election, number=first + i, person_id=pk) for i, pk in enumerate(new)], batch_size=500
    )
    return len(new)


def _last_number(election: Election) -> int:
    return election.electors.aggregate(last=Max("number"))["last"] or 0


def _check_seats(held: Election, deviation: str) -> None:
    """A number of seats outside every table of the line needs its reason. Raises UnusualSeats."""
    if held.kind != "regular" or deviation:
        return
    usual = offices()[held.office].usual(held.body.line.code, held.eligible or 0)
    if usual and not any(size.least <= held.seats <= size.most for size in usual):
        words = "; ".join(f"{size} ({size.source})" for size in usual)
        raise UnusualSeats(held, members=held.eligible, usual=words)


def _check_vacant(body: Body, title: str, seats: int, day: date) -> None:
    """A by-election fills no more seats than stand vacant, where the registry knows of any. Raises MoreThanVacant."""
    vacant = Post.objects.on(day).filter(body=body, title=title, person=None).count()
    if 0 < vacant < seats:
        raise MoreThanVacant(body, vacant=vacant)


def _office_of(title: str) -> str:
    return next((office.code for office in offices().values() if office.post == title), "")
