"""Matters on the desk: list, one matter, taking in a call, kinds."""

from datetime import timedelta
from uuid import uuid4

from contracts.matrix import Row, Target, act_only, listing, one
from contracts.world import World
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.matters.models import Handler, HotlineFile, Matter
from lianxin.matters.operations.opening import Given, Person, open_matter
from lianxin.places.models import Area

PERSON = Person(name="林样例", contact_kind="mobile", contact="13900000009")


def opened(world: World, area: Area) -> Matter:
    """A matter of the area, of no line."""

    def build() -> Matter:
        given = Given(words=f"云杉事项{area.pk}号要有人管", area=area, person=PERSON)
        return open_matter(given=given, actor=SYSTEM, at=now() - timedelta(days=2)).matter

    return world.once(("matter", area.pk), build)  # type: ignore[no-any-return]


def matter(world: World, area: Area) -> Target:
    row = opened(world, area)
    return Target(kwargs={"pk": row.pk}, marks=(row.title, row.number))


def matter_in_list(world: World, area: Area) -> Target:
    return Target(marks=(opened(world, area).title,))


def step(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": opened(world, area).pk, "code": "accept"})


def clock(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": opened(world, area).pk, "clock": "accept"})


def handler(world: World, area: Area) -> Target:
    row = opened(world, area)

    def build() -> Handler:
        account = world.account("district_officer", "whole")
        return Handler.objects.create(matter=row, account=account, since=now())

    return Target(kwargs={"pk": row.pk, "handler": world.once(("handler", row.pk), build).pk})


def picture(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": opened(world, area).pk, "photo": uuid4()})


def kind(_world: World, _area: Area) -> Target:
    return Target(kwargs={"code": "request"})


def hotline_file(world: World, _area: Area) -> Target:
    def build() -> HotlineFile:
        return HotlineFile.objects.create(file_name="a.xlsx", hotline="12345", at=now(), is_done=True)

    return Target(kwargs={"pk": world.once("hotline file", build).pk})


ROWS: dict[str, Row] = {
    "matters:kinds": act_only(),
    "matters:new_kind": act_only(),
    "matters:kind": act_only(kind),
    "matters:offer_kind": act_only(kind),
    "matters:matters": listing(matter_in_list),
    "matters:enter": act_only(),
    "matters:hotlines": act_only(),
    "matters:hotline_file": act_only(hotline_file),
    "matters:go_on_with_hotline": act_only(hotline_file),
    "matters:matter": one(matter),
    "matters:open_words": one(matter),
    "matters:open_contact": one(matter),
    "matters:photo": act_only(picture, may_miss=True),
    "matters:take_step": one(step),
    "matters:note": one(matter),
    "matters:heard": one(matter),
    "matters:extend": one(clock),
    "matters:name_handler": one(matter),
    "matters:release_handler": one(handler),
    "matters:merge": one(matter),
    "matters:split": one(matter),
    "matters:set_level": one(matter),
    "matters:correct": one(matter),
    "matters:call_back": one(matter),
    "matters:break_glass": one(matter),
}
