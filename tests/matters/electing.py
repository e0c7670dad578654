"""An election from roll to result, paper and codes mixed, whose voters' choices the test knows."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

import make
from conftest import NOW, TODAY
from lianxin.access.models import Account
from lianxin.kit.actor import SYSTEM
from lianxin.matters.models import BallotBox, Election
from lianxin.matters.operations import counting, voting
from lianxin.matters.operations import elections as op
from lianxin.registry.models import Body, Membership, Person
from lianxin_methods.election import Box

BY = {"actor": SYSTEM, "at": NOW}


@dataclass
class Held:
    """What happened. cast : code -> choice, in the order of casting. phrases : of the key holders."""

    election: Election
    phrases: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    cast: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    paper: list[tuple[frozenset[str], frozenset[str]]] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)


def union(members: int) -> Body:
    """A factory's union with so many members, at least 60 of them with other names."""
    body = make.body("样例电器厂工会", area=make.area("样例社区"))
    people = Person.objects.bulk_create([Person(name=f"样例{n:04d}") for n in range(members)])
    given = {"body": body, "applied_on": make.LONG_AGO, "registered_on": make.LONG_AGO}
    Membership.objects.bulk_create([Membership(person=person, **given) for person in people])
    return body


def called(body: Body, *, seats: int, stand: int, office: str = "representatives", **given: object) -> Election:
    """An election whose roll and candidates are settled."""
    facts = {"office": office, "seats": seats, "day": TODAY, "mandate_until": TODAY + timedelta(days=1095), **given}
    held = op.call_election(body=body, **facts, **BY)
    op.fill_roll(election=held, day=TODAY, **BY)
    for person in Person.objects.filter(memberships__body=body).order_by("pk")[:stand]:
        nominated = {"nominated_by": "车间会员十人联名", "station": "front_line", "says_unrelated": True, "day": TODAY}
        op.nominate(election=held, person=person, **nominated, **BY)
    op.settle_roll(election=held, day=TODAY, deviation="样例：一个选举单位的名额", **BY)
    return op.settle_candidates(election=held, day=TODAY, **BY)


def holders(number: int = 3) -> list[Account]:
    return [make.account() for _ in range(number)]


def opened(held: Election, *, boxes: tuple[str, ...] = ("一车间", "二车间"), codes: int = 0, keys: int = 3) -> Held:
    """The vote is open."""
    made = Held(held)
    for account in holders(keys if codes else 0):
        made.phrases.append(voting.hold_key(election=held, account=account, **BY))
    made.election = voting.open_voting(election=held, day=TODAY, boxes=boxes, **BY)
    if codes:
        made.codes = voting.make_codes(election=held, count=codes, **BY)
    return made


def choice(rng: random.Random, keys: list[str], seats: int) -> tuple[frozenset[str], frozenset[str]]:
    """Approves of a little fewer than there are seats, more often of the first ones, and is against a few."""
    liked = sorted(keys, key=lambda key: rng.random() * (1.25 if int(key) <= seats else 1.0), reverse=True)
    approved = frozenset(liked[: rng.randint(max(seats - 6, 1), seats)])
    against = frozenset(key for key in keys if key not in approved and rng.random() < 0.3)
    return approved, against


def vote(held: Held, number: int, rng: random.Random) -> None:
    """So many people vote with their codes, in an order that has nothing to do with that of the codes."""
    keys = sorted(held.election.nominees.values_list("key", flat=True), key=int)
    for code in rng.sample(held.codes, number):
        approved, against = choice(rng, keys, held.election.seats)
        held.cast[code] = (approved, against)
        held.receipts.append(voting.cast(typed=code, choice=voting.Choice(approved, against)))


def drop(held: Held, number: int, rng: random.Random, *, invalid: int = 0) -> None:
    """So many people put paper into the boxes; two tellers count each."""
    keys = sorted(held.election.nominees.values_list("key", flat=True), key=int)
    boxes, tellers = list(BallotBox.objects.filter(election=held.election).order_by("name")), holders(2)
    for at, box in enumerate(boxes):
        share = number // len(boxes) + (number % len(boxes) if at == 0 else 0)
        bad = invalid if at == 0 else 0
        papers = [choice(rng, keys, held.election.seats) for _ in range(share - bad)]
        held.paper += papers
        counted = Box(
            issued=share,
            found=share,
            invalid=bad,
            approved={key: sum(key in approved for approved, _ in papers) for key in keys},
            against={key: sum(key in against for _, against in papers) for key in keys},
        )
        for teller in tellers:
            counting.count_box(box=box, issued=share, counted=counted, account=teller, **BY)


def counted(held: Held) -> Election:
    """Closed and counted with two of the phrases."""
    voting.close_voting(election=held.election, day=TODAY, **BY)
    phrases = (held.phrases[2], held.phrases[0]) if held.phrases else ("", "")
    return counting.count_votes(election=held.election, day=TODAY, phrases=phrases, **BY)
