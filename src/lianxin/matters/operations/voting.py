"""The vote: keys of the ballot box, codes, paper, and casting a ballot without leaving a trace of who cast it.

Casting is the one operation that writes nothing to the trail: an entry would say when somebody voted. A code is marked
as used and the ballot goes, sealed, into a drawer that is shuffled; nothing that is stored connects the two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.kit.vault import lookup_word
from lianxin.trail.operations import record
from lianxin_methods.election import OTHER, Ballot

from .. import urn
from ..models import BallotBox, BallotCode, Drawer, Election, Elector, KeyHolder
from .elections import at_step, move

A_DRAWER_HOLDS = 32
"""About so many envelopes lie in a drawer: few enough to be rewritten with each ballot."""
MOST_WRITTEN_IN = 3
HOLDERS = (2, 3)
"""So many key holders; any two of them open the ballot box."""


class CodeUnknown(Refused):
    text = _("This code does not work. Please check it character by character.")
    status = 404


class CodeUsed(Refused):
    text = _("This code has been used: its ballot is in the box.")


class VoteNotOpen(Refused):
    text = _("No vote is open with this code now.")


class TooManyChosen(Refused):
    text = _("You may choose at most %(seats)s; you chose %(chosen)s. Nothing has been sent yet.")


class NotACandidate(Refused):
    text = _("The ballot names somebody who does not stand.")


class TooFewKeys(Refused):
    text = _("Codes need a ballot box with two or three key holders. Let two people make their key first.")


class HoldsKey(Refused):
    text = _("You hold a key already, or three people do.")


class MoreCodesThanRoll(Refused):
    text = _("The roll has %(eligible)s; %(made)s codes have been made already.")


class HasBallot(Refused):
    text = _("Somebody among them has a ballot already. A lost code cannot be replaced: nobody knows which it was.")


class NotOnRoll(Refused):
    text = _("The roll has no number %(numbers)s. Nothing was noted.")


class NeedsNames(Refused):
    text = _("This roll is a number without names.")


@transaction.atomic
def hold_key(*, election: Election, account: Account, actor: Actor, at: datetime) -> str:
    """Somebody becomes a key holder. Returns the phrase, which is shown once and kept nowhere.

    Raises ElectionMovedOn, HoldsKey.
    """
    held = at_step(election, "roll", "nomination", "published")
    accounts = set(held.key_holders.values_list("account", flat=True))
    if account.pk in accounts or len(accounts) >= HOLDERS[-1]:
        raise HoldsKey(held)
    phrase = urn.new_phrase()
    KeyHolder.objects.create(election=held, account=account, public_half=urn.public_half(phrase))
    record("matters.key.held", held, actor=actor, at=at, account=account.pk)
    return phrase


@transaction.atomic
def open_voting(*, election: Election, day: date, boxes: Iterable[str], actor: Actor, at: datetime) -> Election:
    """The vote opens, with so many ballot boxes for paper; drawers for codes where there are key holders.

    Raises ElectionMovedOn, TooFewKeys.
    """
    held = at_step(election, "published")
    holders = held.key_holders.count()
    if holders and holders not in HOLDERS:
        raise TooFewKeys(held)
    names = list(dict.fromkeys(name.strip()[:60] for name in boxes if name.strip()))
    if not names and not holders:
        raise TooFewKeys(held)
    BallotBox.objects.bulk_create([BallotBox(election=held, name=name) for name in names])
    if holders:
        number = -(-(held.eligible or 1) // A_DRAWER_HOLDS)
        Drawer.objects.bulk_create([Drawer(election=held, number=i) for i in range(number)])
    return move(held, "voting", "matters.voting.opened", actor, at, opened_on=day)


@transaction.atomic
def make_codes(*, election: Election, count: int, actor: Actor, at: datetime) -> list[str]:
    """Codes to be printed, cut and drawn blind. Shown once: only what they are recognised by is kept.

    Raises ElectionMovedOn, TooFewKeys, MoreCodesThanRoll.
    """
    held = at_step(election, "published", "voting")
    if held.key_holders.count() not in HOLDERS:
        raise TooFewKeys(held)
    made = held.codes.count()
    if made + count > (held.eligible or 0):
        raise MoreCodesThanRoll(held, eligible=held.eligible, made=made)
    codes = [urn.drawn_signs(3, 4) for _ in range(count)]
    rows = [BallotCode(election=held, digest=_digest(code), receipt=receipt_of(code)) for code in codes]
    BallotCode.objects.bulk_create(sorted(rows, key=lambda row: row.pk.hex), batch_size=500)
    record("matters.codes.made", held, actor=actor, at=at, count=count)
    return codes


@transaction.atomic
def give_ballots(*, election: Election, numbers: Iterable[int], means: str, actor: Actor, at: datetime) -> int:
    """People on the roll were handed a paper ballot, or drew a code. Returns how many.

    means : paper or code. The trail says how many, not whom. Raises ElectionMovedOn, NotOnRoll, HasBallot, NeedsNames.
    """
    held = at_step(election, "voting")
    if not held.has_names:
        raise NeedsNames(held)
    wanted = set(numbers)
    strange = wanted - set(Elector.objects.filter(election=held, number__in=wanted).values_list("number", flat=True))
    if strange:
        raise NotOnRoll(held, numbers=", ".join(map(str, sorted(strange)[:10])))
    done = Elector.objects.filter(election=held, number__in=wanted, given="").update(given=means)
    if done != len(wanted):
        raise HasBallot(held)
    record("matters.ballots.given", held, actor=actor, at=at, count=done)
    return done


@dataclass(frozen=True, slots=True)
class Choice:
    """What a voter chose. others : names written in."""

    approved: frozenset[str] = frozenset()
    against: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()

    def ballot(self) -> Ballot:
        written = [" ".join(name.split())[:20] for name in self.others]
        names = {OTHER + name for name in written[:MOST_WRITTEN_IN] if name}
        return Ballot(self.approved | frozenset(names), self.against)


def open_code(typed: str) -> tuple[BallotCode, Election]:
    """The code as typed and its election, while it can be used. Raises CodeUnknown, CodeUsed, VoteNotOpen."""
    found = BallotCode.objects.filter(digest=_digest(typed)).select_related("election__body").first()
    if found is None:
        raise CodeUnknown()
    if found.is_used:
        raise CodeUsed(found)
    if found.election.step != "voting":
        raise VoteNotOpen(found)
    return found, found.election


@transaction.atomic
def cast(*, typed: str, choice: Choice) -> str:
    """A ballot with a code. Returns the receipt, which says that the code was used and nothing of the choice.

    Takes no actor and no time, because neither is kept. A conditional update claims the code, so that it is used once;
    the ballot is sealed before it is stored. Raises CodeUnknown, CodeUsed, VoteNotOpen, TooManyChosen, NotACandidate.
    """
    code, election = open_code(typed)
    ballot, keys = choice.ballot(), set(election.nominees.values_list("key", flat=True))
    if len(ballot.approved) > election.seats:
        raise TooManyChosen(seats=election.seats, chosen=len(ballot.approved))
    if not (choice.approved | choice.against) <= keys or choice.approved & choice.against:
        raise NotACandidate()
    if choice.others and not may_write_in(election):
        raise NotACandidate()
    if not BallotCode.objects.filter(pk=code.pk, is_used=False).update(is_used=True):
        raise CodeUsed(code)
    holders = _halves(election)
    sealed = urn.enclose(ballot, candidates=len(keys), holders=holders, where=place(election))
    number = urn.drawn_below(max(election.drawers.count(), 1))
    drawer = Drawer.objects.select_for_update().filter(election=election, number=number).first()
    if drawer is None or not Election.objects.filter(pk=election.pk, step="voting").exists():
        raise VoteNotOpen(election)
    drawer.envelopes = urn.put_in(bytes(drawer.envelopes), sealed)
    drawer.save(update_fields=["envelopes"])
    return receipt_of(typed)


@transaction.atomic
def close_voting(*, election: Election, day: date, actor: Actor, at: datetime) -> Election:
    """No more ballots. Raises ElectionMovedOn."""
    return move(at_step(election, "voting"), "closed", "matters.voting.closed", actor, at, closed_on=day)


def may_write_in(election: Election) -> bool:
    """Whether the ballot has lines for names that are not on it."""
    return election.kind in ("regular", "by_election")


def receipt_of(typed: str) -> str:
    """The word that stands on the receipt: it follows from the code, and from nothing else."""
    word = sha256(b"lianxin receipt\0" + urn.plain_signs(typed).encode()).digest()
    signs = "".join(urn.SIGNS[byte % len(urn.SIGNS)] for byte in word[:8])
    return f"{signs[:4]}-{signs[4:]}"


def place(election: Election) -> str:
    """What an envelope is sealed for."""
    return f"matters.election:{election.pk}"


def _digest(typed: str) -> str:
    return lookup_word("ballot code", urn.plain_signs(typed))


def _halves(election: Election) -> list[bytes]:
    return [bytes(half) for half in election.key_holders.order_by("pk").values_list("public_half", flat=True)]
