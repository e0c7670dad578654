"""Full counts, registers, proposals, groups."""

import make
from contracts.matrix import Row, Target, act_only, listing, one
from contracts.world import LINE, World
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.models import Area
from lianxin.reach.models import CountSet, Listing, Proposal, ProposalMember, Register
from lianxin.reach.operations.counts import open_count
from lianxin.registry.codes import make_code
from lianxin.registry.models import Organisation


def new_org(world: World, area: Area, number: int = 1) -> Organisation:
    """A new organisation that a full count is about."""

    def build() -> Organisation:
        return make.organisation(f"云杉标记{area.pk}新{number}厂", area=area, is_new_org=True, league_members=2)

    return world.once(("new_org", area.pk, number), build)  # type: ignore[no-any-return]


def survey(world: World) -> CountSet:
    def build() -> CountSet:
        aims = (("联系到", "", "contacted_on is not None"),)
        given = {"code": "survey", "name": "样例清点", "universe": "is_new_org", "line": LINE}
        return open_count(**given, aims=aims, on=today(), actor=SYSTEM, at=now())  # type: ignore[arg-type]

    return world.once("survey", build)  # type: ignore[no-any-return]


def count(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": survey(world).pk})


def count_pending(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": survey(world).pk}, marks=(new_org(world, area).spans.get().name,))


def count_file(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": survey(world).pk, "kind": "csv"}, marks=(new_org(world, area).spans.get().name,))


def liaison(world: World, area: Area) -> Target:
    survey(world)
    return Target(kwargs={"pk": survey(world).pk}, body={"liaison": new_org(world, area).pk})


def listed(world: World, area: Area) -> Listing:
    """Somebody whom a register names and the registry does not know."""

    def build() -> Listing:
        register = world.once("register", lambda: Register.objects.create(code="market", name="样例名单"))
        code = make_code("91", "440304", 77_000_000 + area.pk)
        return Listing.objects.create(
            register=register, credit_code=code, name=f"云杉未登记{area.pk}号厂", area=area, valid_from=today()
        )

    return world.once(("listing", area.pk), build)  # type: ignore[no-any-return]


def unknown_file(world: World, area: Area) -> Target:
    return Target(kwargs={"kind": "csv"}, marks=(listed(world, area).name,))


def register(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": listed(world, area).register_id})


def shared(world: World, area: Area) -> Proposal:
    def build() -> Proposal:
        found = {"line": LINE, "form": "joint", "measure": "headcount", "param": "union.committee_members"}
        made = Proposal.objects.create(**found, area=area, least=25, total=30, found_on=today())
        for number in (1, 2):
            firm = new_org(world, area, number)
            ProposalMember.objects.create(proposal=made, organisation=firm, count=15)
        return made

    return world.once(("proposal", area.pk), build)  # type: ignore[no-any-return]


def proposal(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": shared(world, area).pk}, marks=(new_org(world, area).spans.get().name,))


def proposal_decided(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": shared(world, area).pk}, body={"reason": "样例"})


ROWS: dict[str, Row] = {
    # counts
    "reach:counts": act_only(),
    "reach:count": act_only(count),
    "reach:count_pending": listing(count_pending),
    "reach:export_count": listing(count_file),
    "reach:plan_count": act_only(count),
    "reach:name_liaison": one(liaison, by_line=True),
    "reach:new_count": act_only(),
    "reach:edit_count": act_only(count),
    "reach:registers": act_only(),
    "reach:new_register": act_only(),
    "reach:load_register": act_only(register),
    "reach:unknown_to_registry": listing(unknown_file),
    "reach:proposals": act_only(),
    "reach:proposal": one(proposal, by_line=True),
    "reach:decide_proposal": one(proposal_decided, by_line=True),
    "reach:dismiss_proposal": one(proposal_decided, by_line=True),
    # groups
    "reach:groups": act_only(),
    "reach:load_estimates": act_only(),
    "reach:group_body": act_only(),
}
