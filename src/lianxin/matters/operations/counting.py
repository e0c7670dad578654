"""The count: two tellers for each box, the box for codes opened by two keys, the result, and what follows from it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Person, Post
from lianxin.registry.operations.bodies import end_post, give_post, hand_over_post, open_term
from lianxin.trail.operations import record
from lianxin_methods.election import OTHER, Box, CountFaulty, Result, count, distribution, is_valid
from lianxin_methods.election import Ballot as Cast

from .. import urn
from ..models import Ballot, BallotBox, BallotCode, BoxCount, Drawer, Election, Elector, Mandate
from ..offices import offices, terms_of
from .composition import replaced, usual_end
from .elections import at_step, move
from .voting import place

LEAST = 10
"""Boxes and codes with fewer ballots are published together with others: what one or two chose stays theirs."""

REPRESENTATIVE = "representative"
"""Title of the post that comes with a mandate."""


FAULTS = {
    "roll": _("more took part than are on the roll"),
    "negative": _("a number is below zero"),
    "one": _("more votes on %(name)s than valid ballots"),
    "all": _("more approvals than valid ballots can hold"),
}


class CountsContradict(Refused):
    text = _("These numbers contradict each other: please count again. (%(fault)s)")


class BoxesNotCounted(Refused):
    text = _("Two tellers have not yet come to the same count of: %(boxes)s")


class WrongPhrases(Refused):
    text = _("These two phrases do not open the ballot box. It takes the phrases of two different key holders.")


class FirstVoteFirst(Refused):
    text = _("Declare the result of the vote before this one first: this one fills what it left open.")


class WhoIsIt(Refused):
    text = _("Say who is meant by the name written in: %(name)s")


@transaction.atomic
def count_box(*, box: BallotBox, issued: int, counted: Box, account: Account, actor: Actor, at: datetime) -> bool:
    """What one teller counted in a box. Returns whether another teller came to the same.

    A teller who counts again replaces the own count. Another number of ballots handed out voids the counts that were
    made with the one of before: the two have to agree on it as well. Raises ElectionMovedOn, CountsContradict.
    """
    held = at_step(box.election, "voting", "closed")
    if min(issued, counted.found, counted.invalid) < 0 or counted.invalid > counted.found:
        raise CountsContradict(box, fault=_("more invalid ballots than were found"))
    facts: dict[str, Any] = {"found": counted.found, "invalid": counted.invalid}
    facts |= {"approved": dict(counted.approved), "against": dict(counted.against)}
    try:
        count(terms_of(held.terms, seats=held.seats, eligible=max(held.eligible or 0, issued)), [], [], [counted])
    except CountFaulty as fault:
        raise CountsContradict(box, fault=_fault(held, fault)) from fault
    if BallotBox.objects.select_for_update().get(pk=box.pk).issued not in (None, issued):
        box.counts.exclude(account=account).delete()
    BoxCount.objects.update_or_create(box=box, account=account, defaults=facts)
    BallotBox.objects.filter(pk=box.pk).update(issued=issued)
    record("matters.box.counted", held, actor=actor, at=at, box=box.pk)
    box.refresh_from_db()
    return agreed(box) is not None


def agreed(box: BallotBox) -> Box | None:
    """The count on which two tellers agree; None while there is none."""
    seen: dict[str, int] = Counter()
    for row in box.counts.order_by("account"):
        found = Box(box.issued or 0, row.found, row.invalid, _votes(row.approved), _votes(row.against))
        seen[repr(found)] += 1
        if seen[repr(found)] == 2:
            return found
    return None


@transaction.atomic
def count_votes(
    *, election: Election, day: date, phrases: tuple[str, str] = ("", ""), actor: Actor, at: datetime
) -> Election:
    """Open the box for codes, count everything, write the protocol. The envelopes and keys are gone afterwards.

    Ballots cast with codes are written all at once, shuffled, under random keys: neither their order nor their
    transaction says anything. Fewer than `LEAST` are counted together with the smallest box instead.
    Raises ElectionMovedOn, BoxesNotCounted, WrongPhrases, CountsContradict.
    """
    held = at_step(election, "closed")
    boxes = _counted(held)
    cast = urn.shuffled(_opened(held, phrases))
    keys = list(held.nominees.order_by("pk").values_list("key", flat=True))
    keys.sort(key=int)
    handed = _handed(held)
    terms = terms_of(held.terms, seats=held.seats, eligible=held.eligible or 0)
    try:
        result = count(terms, keys, cast, [box for _name, box in boxes], codes=handed)
    except CountFaulty as fault:
        raise CountsContradict(held, fault=_fault(held, fault)) from fault
    is_void = result.verdict in ("too_many_found", "too_few")
    shown, listed = ([], []) if is_void or held.kind == "rating" else publishable(boxes, cast, held.seats)
    if is_void:
        result = replace(result, lines=())
    Ballot.objects.bulk_create(
        [Ballot(election=held, approved=sorted(b.approved), against=sorted(b.against)) for b in listed], batch_size=500
    )
    protocol = _protocol(held, shown, result, handed)
    if held.kind == "rating":
        protocol |= _rated(keys, cast, boxes, result)
    held.protocol = json.loads(json.dumps(protocol))
    held.save(update_fields=["protocol"])
    held.drawers.all().delete()
    held.key_holders.all().delete()
    step = "void" if is_void else "counted"
    facts = {"verdict": result.verdict, "present": result.present, "valid": result.valid}
    record("matters.votes.counted", held, actor=actor, at=at, **facts)
    return move(held, step, "matters.result.written", actor, at, counted_on=day)


def publishable(
    boxes: Sequence[tuple[str, Box]], cast: Sequence[Cast], seats: int
) -> tuple[list[tuple[str, Box]], list[Cast]]:
    """What may be shown of each box, and the ballots that may be listed: nothing with fewer than `LEAST` ballots.

    Small parts are added up with the next smallest until they are large enough, or nothing is left to add.
    """
    parts = [*boxes]
    listed = [*cast]
    if parts and 0 < len(listed) < LEAST:
        parts.append(("投票码", tallied(listed, seats)))
        listed = []
    parts.sort(key=lambda part: part[1].found)
    while len(parts) > 1 and parts[0][1].found < LEAST:
        parts = sorted([_together(parts[0], parts[1]), *parts[2:]], key=lambda part: part[1].found)
    return sorted(parts), listed


def tallied(cast: Sequence[Cast], seats: int) -> Box:
    """Single ballots as the count of a box."""
    good = [ballot for ballot in cast if is_valid(ballot, seats)]
    approved = Counter(key for ballot in good for key in ballot.approved)
    against = Counter(key for ballot in good for key in ballot.against)
    return Box(len(cast), len(cast), len(cast) - len(good), dict(approved), dict(against))


@transaction.atomic
def declare(
    *,
    election: Election,
    day: date,
    actor: Actor,
    at: datetime,
    written_in: Mapping[str, Person] | None = None,
) -> Election:
    """The result is declared: those elected take their posts, somebody recalled loses it.

    Where nobody was elected, or nobody recalled, all posts stay as they are.
    written_in : who is meant by a name that was written in and elected.
    Raises ElectionMovedOn, FirstVoteFirst, WhoIsIt, what writing a post raises.
    """
    held = at_step(election, "counted")
    if held.follows and held.follows.step == "counted":
        raise FirstVoteFirst(held)
    elected = (held.protocol or {})["result"]["elected"]
    held.nominees.update(is_elected=False)
    held.nominees.filter(key__in=elected).update(is_elected=True)
    if held.kind == "recall" and held.recalls and elected:
        _leave_vacant(held.recalls, day, actor, at)
    elif held.kind not in ("rating", "recall") and elected:
        _give_posts(held, elected, written_in or {}, day, (actor, at))
    return move(held, "declared", "matters.election.declared", actor, at, declared_on=day)


@transaction.atomic
def forget_rolls(*, before: date, actor: Actor, at: datetime) -> int:
    """Names on rolls and codes of elections that were over before the day are deleted; numbers stay."""
    over = Election.objects.filter(declared_on__lt=before) | Election.objects.filter(stopped_on__lt=before)
    over = over | Election.objects.filter(step="void", counted_on__lt=before)
    found = list(over.filter(electors__isnull=False).distinct())
    for held in found:
        held.electors.all().delete()
        BallotCode.objects.filter(election=held).delete()
        record("matters.roll.forgotten", held, actor=actor, at=at)
    return len(found)


def _fault(held: Election, fault: CountFaulty) -> str:
    """What contradicts itself, in the reader's language and with the candidate's name."""
    row = held.nominees.select_related("person").filter(key=fault.key).first() if fault.key else None
    name = (row.person.name if row.person else row.label) if row else fault.key.removeprefix(OTHER)
    return str(FAULTS[fault.code]) % {"name": name}


def _leave_vacant(post: Post, day: date, actor: Actor, at: datetime) -> None:
    """The post of somebody recalled is vacant from the day, so that a by-election falls due; over already, it stays."""
    if post.valid_until is not None and post.valid_until <= day:
        return
    vacant = hand_over_post(post=post, person=None, day=day, mandate_until=post.mandate_until, actor=actor, at=at)
    before = Mandate.objects.filter(post=post).first()
    if before:
        Mandate.objects.create(post=vacant, unit=before.unit, electors=before.electors)


def _stands_for(held: Election) -> str:
    """The kind of election that a second vote completes: while nobody was elected in it, that of the first one."""
    while held.kind == "run_off" and held.follows and not (held.follows.protocol or {})["result"]["elected"]:
        held = held.follows
    return held.kind


def _counted(held: Election) -> list[tuple[str, Box]]:
    boxes = [(box.name, agreed(box)) for box in held.boxes.order_by("name")]
    missing = [name for name, box in boxes if box is None]
    if missing:
        raise BoxesNotCounted(held, boxes=", ".join(missing))
    return [(name, box) for name, box in boxes if box is not None]


def _opened(held: Election, phrases: tuple[str, str]) -> list[Cast]:
    """Every ballot in the drawers; none where no codes were used. Every drawer is locked: nobody still puts one in."""
    drawers = list(Drawer.objects.select_for_update().filter(election=held).order_by("number"))
    holders = [bytes(half) for half in held.key_holders.order_by("pk").values_list("public_half", flat=True)]
    candidates = held.nominees.count()
    length = urn.envelope_bytes(candidates, len(holders))
    envelopes = [one for drawer in drawers for one in urn.stack(bytes(drawer.envelopes), length)]
    try:
        return [urn.disclose(one, holders=holders, phrases=phrases, where=place(held)) for one in envelopes]
    except urn.WrongKeys as wrong:
        raise WrongPhrases(held) from wrong


def _handed(held: Election) -> int | None:
    """How many codes were handed out, where the roll says so."""
    if not held.has_names or not Elector.objects.filter(election=held, given="code").exists():
        return held.codes.count() or None
    return Elector.objects.filter(election=held, given="code").count()


def _protocol(held: Election, boxes: list[tuple[str, Box]], result: Result, handed: int | None) -> dict[str, Any]:
    named = held.nominees.select_related("person")
    used = held.codes.filter(is_used=True)
    return {
        "seats": held.seats,
        "eligible": held.eligible,
        "terms": held.terms,
        "candidates": {n.key: n.person.name if n.person else n.label for n in sorted(named, key=lambda n: int(n.key))},
        "boxes": [{"name": name, **asdict(box)} for name, box in boxes],
        "codes": {"made": held.codes.count(), "handed_out": handed, "used": used.count()},
        "receipts": sorted(used.values_list("receipt", flat=True)),
        "result": asdict(result),
    }


def _rated(keys: list[str], cast: list[Cast], boxes: list[tuple[str, Box]], result: Result) -> dict[str, Any]:
    """A rating keeps its distribution and nothing else, and not even that where few answered."""
    levels = distribution(keys, cast, [box for _name, box in boxes], least=LEAST)
    bare = replace(result, lines=(), elected=(), tied=(), open_seats=0, verdict="rated")
    return {"levels": levels, "result": asdict(bare)}


def _together(one: tuple[str, Box], other: tuple[str, Box]) -> tuple[str, Box]:
    a, b = one[1], other[1]
    votes = [dict(Counter(dict(x)) + Counter(dict(y))) for x, y in ((a.approved, b.approved), (a.against, b.against))]
    return f"{one[0]} + {other[0]}", Box(a.issued + b.issued, a.found + b.found, a.invalid + b.invalid, *votes)


def _votes(stored: Mapping[str, int]) -> dict[str, int]:
    return {key: stored[key] for key in sorted(stored) if stored[key]}


def _give_posts(
    held: Election, elected: list[str], written_in: Mapping[str, Person], day: date, by: tuple[Actor, datetime]
) -> None:
    """Posts to those elected: a regular election ends the posts of before, a by-election fills the vacant ones."""
    office, (actor, at), kind = offices()[held.office], by, _stands_for(held)
    if not office.post:
        return
    people = [_meant(held, key, written_in) for key in elected]
    until = held.mandate_until or (usual_end(held.body, day) if kind != "by_election" else None)
    vacant: list[Post] = []
    if kind == "regular":
        for post in replaced(held, day):
            end_post(post=post, day=day, actor=actor, at=at)
        if office.opens_term and until:
            open_term(body=held.body, day=day, until=until, actor=actor, at=at)
    else:
        vacant = _vacant(held, office.post, day)
    for person in people:
        free = vacant.pop(0) if vacant else None
        facts: dict[str, Any] = {"person": person, "day": day, "actor": actor, "at": at}
        if free:
            taken = hand_over_post(post=free, mandate_until=free.mandate_until or until, **facts)
        else:
            taken = give_post(body=held.body, title=office.post, mandate_until=until, **facts)
        if office.post == REPRESENTATIVE:
            _take_up(held, taken)


def _take_up(held: Election, post: Post) -> None:
    """The mandate that comes with the post of a representative; who was one before keeps account and group."""
    before = Mandate.objects.filter(post__body=held.body_id, post__person=post.person).order_by("-pk").first()
    facts: dict[str, Any] = {"unit": held.unit, "electors": held.eligible if held.unit else None}
    if before:
        facts |= {"account": before.account, "group": before.group}
    Mandate.objects.create(post=post, **facts)


def _vacant(held: Election, title: str, day: date) -> list[Post]:
    """Vacant posts of the office that a by-election or a second vote fills, those of the electing unit first."""
    rows = Post.objects.filter(body=held.body_id, title=title, valid_until=None, valid_from__lte=day, person=None)
    units = dict(Mandate.objects.filter(post__in=rows).values_list("post", "unit"))
    return sorted(rows, key=lambda post: (units.get(post.pk, "") != held.unit, post.valid_from, post.pk))


def _meant(held: Election, key: str, written_in: Mapping[str, Person]) -> Person:
    if not key.startswith(OTHER):
        person = held.nominees.select_related("person").get(key=key).person
        if person is not None:
            return person
    if key not in written_in:
        raise WhoIsIt(held, name=key.removeprefix(OTHER))
    return written_in[key]
