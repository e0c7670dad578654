"""Counting an election (计票): single ballots and the counts of ballot boxes together, and who is elected.

Every voter may approve of as many candidates as there are seats, be against any, or abstain from any. Who has more
approvals than the share asked for is elected, as long as there are seats; whoever is level with another at the last
seat is not, and the two face each other again. Nothing here knows who voted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

OTHER = "+"
"""A candidate written in begins with this sign, then the name."""


class CountFaulty(ValueError):
    """The numbers contradict each other: they cannot come from one election.

    code : which rule they break (roll, negative, one, all). key : of the candidate whose votes are too many.
    """

    def __init__(self, text: str, *, code: str, key: str = "") -> None:
        super().__init__(text)
        self.code, self.key = code, key


@dataclass(frozen=True, slots=True)
class Terms:
    """By which rule an election is counted.

    seats : to fill. eligible : on the roll. present_share : so many of those eligible must take part, at least.
    votes_share : approvals must exceed this share of `base` (eligible or present); 0 in a run-off between candidates
    who were level, where the most approvals decide.
    """

    seats: int
    eligible: int
    present_share: Fraction = Fraction(2, 3)
    votes_share: Fraction = Fraction(1, 2)
    base: str = "eligible"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot: keys of the candidates it approves of, and of those it is against."""

    approved: frozenset[str] = frozenset()
    against: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Box:
    """The paper ballots of one box. issued : handed out for it; found : in it; invalid : of those found."""

    issued: int
    found: int
    invalid: int
    approved: Mapping[str, int] = field(default_factory=dict)
    against: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """What one candidate got; the three add up to the valid ballots."""

    key: str
    approved: int
    against: int
    abstained: int


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a count.

    needed : the fewest approvals that elect. verdict : elected (every seat is filled), tied (candidates in `tied` are
    level at the last seat), incomplete (fewer reached `needed` than there are seats), too_few (took part),
    too_many_found (more ballots than were handed out: the election is void).
    elected : in the order of approvals. open_seats : seats left to fill.
    """

    present: int
    found: int
    valid: int
    invalid: int
    needed: int
    lines: tuple[Line, ...]
    verdict: str
    elected: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    open_seats: int = 0


def is_valid(ballot: Ballot, seats: int) -> bool:
    """Whether a ballot approves of no more than there are seats, and is not both for and against somebody."""
    return len(ballot.approved) <= seats and not ballot.approved & ballot.against


def count(
    terms: Terms,
    candidates: Sequence[str],
    ballots: Iterable[Ballot] = (),
    boxes: Iterable[Box] = (),
    *,
    codes: int | None = None,
) -> Result:
    """Count an election.

    candidates : keys on the list; others are those written in. ballots : cast with codes, one each. codes : how many
    codes were handed out; None where that was not recorded.
    A ballot found counts as somebody taking part; so does one that was handed out for a box and not put into it.
    Ties and fractions are exact: shares are compared as whole numbers, never as decimals.
    Raises CountFaulty.
    Source: the rules of grass-roots union elections (工会基层组织选举工作条例): at least two thirds take part,
    more than half of those who should come approve, more ballots found than handed out make the election void, level
    candidates are voted on again. Second road: tools/prove/election.py.
    """
    cast, papers = list(ballots), list(boxes)
    if codes is not None and len(cast) > codes:
        return _void(terms, cast, papers)
    for box in papers:
        _check(box, terms.seats)
    if any(box.found > box.issued for box in papers):
        return _void(terms, cast, papers)
    good = [ballot for ballot in cast if is_valid(ballot, terms.seats)]
    approved = Counter(key for ballot in good for key in ballot.approved)
    against = Counter(key for ballot in good for key in ballot.against)
    for box in papers:
        approved.update(box.approved)
        against.update(box.against)
    present = len(cast) + sum(box.issued for box in papers)
    if present > terms.eligible:
        raise CountFaulty("more took part than are on the roll", code="roll")
    found = len(cast) + sum(box.found for box in papers)
    invalid = len(cast) - len(good) + sum(box.invalid for box in papers)
    keys = [*candidates, *sorted(key for key in {*approved, *against} if key not in set(candidates))]
    lines = tuple(_line(key, approved[key], against[key], found - invalid) for key in keys)
    numbers = (present, found, found - invalid, invalid)
    return _decided(terms, numbers, sorted(lines, key=lambda line: -line.approved))


def needed(terms: Terms, present: int) -> int:
    """The fewest approvals that elect: more than the share of those it is taken from, and at least one."""
    whole = terms.eligible if terms.base == "eligible" else present
    return int(terms.votes_share * whole) + 1


def distribution(
    levels: Sequence[str], ballots: Iterable[Ballot], boxes: Iterable[Box], *, least: int
) -> dict[str, int] | None:
    """How many chose each level of a rating; None below the smallest number that may be shown."""
    total = Counter(dict.fromkeys(levels, 0))
    total.update(key for ballot in ballots if is_valid(ballot, 1) for key in ballot.approved)
    for box in boxes:
        total.update(box.approved)
    return {level: total[level] for level in levels} if sum(total.values()) >= least else None


def _check(box: Box, seats: int) -> None:
    valid = box.found - box.invalid
    if min(box.issued, box.found, box.invalid, valid, *box.approved.values(), *box.against.values()) < 0:
        raise CountFaulty("a count is below zero", code="negative")
    for key in {*box.approved, *box.against}:
        if box.approved.get(key, 0) + box.against.get(key, 0) > valid:
            raise CountFaulty(f"more votes on {key} than valid ballots", code="one", key=key)
    if sum(box.approved.values()) > valid * seats:
        raise CountFaulty("more approvals than valid ballots can hold", code="all")


def _line(key: str, approved: int, against: int, valid: int) -> Line:
    return Line(key, approved, against, valid - approved - against)


def _void(terms: Terms, cast: list[Ballot], boxes: list[Box]) -> Result:
    found, issued = len(cast) + sum(box.found for box in boxes), len(cast) + sum(box.issued for box in boxes)
    return Result(issued, found, 0, found, needed(terms, issued), (), "too_many_found", open_seats=terms.seats)


def _decided(terms: Terms, numbers: tuple[int, int, int, int], lines: list[Line]) -> Result:
    """Fill the seats from the top; `lines` come with the most approvals first."""
    present, found, valid, invalid = numbers
    least = needed(terms, present)
    given = (present, found, valid, invalid, least, tuple(lines))
    if present < terms.present_share * terms.eligible:
        return Result(*given, "too_few", open_seats=terms.seats)
    enough = [line for line in lines if line.approved >= least]
    if len(enough) <= terms.seats:
        elected = tuple(line.key for line in enough)
        open_seats = terms.seats - len(elected)
        return Result(*given, "incomplete" if open_seats else "elected", elected, open_seats=open_seats)
    last = enough[terms.seats - 1].approved
    if enough[terms.seats].approved < last:
        return Result(*given, "elected", tuple(line.key for line in enough[: terms.seats]))
    elected = tuple(line.key for line in enough if line.approved > last)
    tied = tuple(line.key for line in enough if line.approved == last)
    return Result(*given, "tied", elected, tied, terms.seats - len(elected))
