"""Matters: elections and the public pages of a vote."""

import make
from contracts.matrix import Row, Target, act_only, listing, one, public
from contracts.world import LINE, World
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import BallotBox, Election, Elector, Nominee
from lianxin.matters.operations import elections
from lianxin.places.models import Area
from lianxin.registry.models import Post


def body_name(area: Area) -> str:
    return f"云杉选举{area.pk}号工会"


def called(world: World, area: Area) -> Election:
    """An election of a body in the area, at its roll."""

    def build() -> Election:
        body = make.body(body_name(area), area=area, line=LINE)
        return elections.call_election(body=body, office="chair", seats=1, day=today(), actor=SYSTEM, at=now())

    return world.once(("election", area.pk), build)  # type: ignore[no-any-return]


def election(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": called(world, area).pk}, marks=(body_name(area),))


def plain_election(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": called(world, area).pk})


def election_in_list(world: World, area: Area) -> Target:
    called(world, area)
    return Target(marks=(body_name(area),))


def elector(world: World, area: Area) -> Target:
    held = called(world, area)
    row = Elector.objects.create(election=held, number=held.electors.count() + 1, name="名册样例")
    return Target(kwargs={"pk": held.pk, "elector": row.pk})


def nominee(world: World, area: Area) -> Target:
    held = called(world, area)
    row = Nominee.objects.create(election=held, person=make.person("候选样例"), agreed_on=today())
    return Target(kwargs={"pk": held.pk, "nominee": row.pk})


def box(world: World, area: Area) -> Target:
    held = called(world, area)
    row = world.once(("box", held.pk), lambda: BallotBox.objects.create(election=held, name="样例箱"))
    return Target(kwargs={"pk": held.pk, "box": row.pk})


def post(world: World, area: Area) -> Target:
    held = called(world, area)
    facts = {"body": held.body, "title": "chair", "valid_from": make.LONG_AGO}
    row = world.once(("chair", held.pk), lambda: Post.objects.create(person=make.person("在任样例"), **facts))
    return Target(kwargs={"post": row.pk})


def linked(world: World, area: Area) -> Target:
    return Target(kwargs={"link": called(world, area).link})


ROWS: dict[str, Row] = {
    "matters:elections": listing(election_in_list, by_line=True),
    "matters:call_election": act_only(),
    "matters:call_rating": act_only(),
    "matters:call_recall": one(post, by_line=True),
    "matters:election": one(election, by_line=True),
    "matters:fill_roll": one(plain_election, by_line=True),
    "matters:add_names": one(plain_election, by_line=True),
    "matters:count_roll": one(plain_election, by_line=True),
    "matters:settle_roll": one(plain_election, by_line=True),
    "matters:strike_elector": one(elector, by_line=True),
    "matters:nominate": one(plain_election, by_line=True),
    "matters:settle_candidates": one(plain_election, by_line=True),
    "matters:withdraw_nominee": one(nominee, by_line=True),
    "matters:hold_key": one(plain_election, by_line=True),
    "matters:open_voting": one(plain_election, by_line=True),
    "matters:make_codes": one(plain_election, by_line=True),
    "matters:give_ballots": one(plain_election, by_line=True),
    "matters:close_voting": one(plain_election, by_line=True),
    "matters:count_box": one(box, by_line=True),
    "matters:count_votes": one(plain_election, by_line=True),
    "matters:declare_election": one(plain_election, by_line=True),
    "matters:vote_again": one(plain_election, by_line=True),
    "matters:stop_election": one(plain_election, by_line=True),
    "vote:vote": public(),
    "vote:result": public(linked),
    "vote:ballots": Row("public", linked, may_miss=True),
}
