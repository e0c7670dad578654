"""Matters: representatives and their proposals."""

import make
from contracts.matrix import Row, Target, act_only, listing, one, public
from contracts.world import LINE, World
from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import JointGroup, Mandate, Proposal
from lianxin.matters.operations import representatives as op
from lianxin.places.models import Area
from lianxin.registry.models import Post


def name(area: Area) -> str:
    return f"云杉代表{area.pk}号"


def mandate(world: World, area: Area) -> Mandate:
    """A representative of a body in the area; the account is nobody's of the world."""

    def build() -> Mandate:
        body = make.body(f"云杉代表{area.pk}号工会", area=area, line=LINE)
        facts = {"body": body, "title": "representative", "valid_from": make.LONG_AGO}
        post = Post.objects.create(person=make.person(name(area)), **facts)
        return Mandate.objects.create(post=post, account=make.account(("representative", area)))

    return world.once(("mandate", area.pk), build)  # type: ignore[no-any-return]


def proposed(world: World, area: Area) -> Proposal:
    def build() -> Proposal:
        held = mandate(world, area)
        actor = AccountActor(Account.objects.get(pk=held.account_id))
        words = {"title": f"云杉提案{area.pk}", "words": "样例：车间装饮水机", "may_be_shown": False}
        return op.put_forward(mandate=held, actor=actor, at=now(), **words)

    return world.once(("put forward", area.pk), build)  # type: ignore[no-any-return]


def in_list(world: World, area: Area) -> Target:
    mandate(world, area)
    return Target(marks=(name(area),))


def post(world: World, area: Area) -> Target:
    return Target(kwargs={"post": mandate(world, area).post_id}, marks=(name(area),))


def of_another(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": mandate(world, area).pk})


def proposal(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": proposed(world, area).pk}, marks=(f"云杉提案{area.pk}",))


def plain(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": proposed(world, area).pk})


def step(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": proposed(world, area).pk, "code": "withdraw"})


def group(world: World, area: Area) -> Target:
    def build() -> JointGroup:
        return op.form_group(area=area, name=f"云杉联组{area.pk}号", day=today(), actor=SYSTEM, at=now())

    made = world.once(("joint group", area.pk), build)
    return Target(kwargs={"pk": made.pk}, marks=(made.name,))


def plain_group(world: World, area: Area) -> Target:
    return Target(kwargs=group(world, area).kwargs)


ROWS: dict[str, Row] = {
    "matters:joint_group": one(group),
    "matters:hold_group_meeting": one(plain_group),
    "matters:representatives": listing(in_list, by_line=True),
    "matters:form_joint_group": act_only(),
    "matters:set_mandate": one(post, by_line=True),
    "matters:mandate": Row("one", of_another, by_line=True, may_miss=True, seen_from=()),
    "matters:hold_meeting": Row("one", of_another, by_line=True, may_miss=True, seen_from=()),
    "matters:put_forward": Row("one", of_another, by_line=True, may_miss=True, seen_from=()),
    "matters:proposal": one(proposal, by_line=True),
    "matters:second_proposal": one(plain, by_line=True),
    "matters:agree_to_show": one(plain, by_line=True),
    "matters:show_proposal": one(plain, by_line=True),
    "matters:author_step": one(step, by_line=True),
    "proposals:proposals": public(),
}
