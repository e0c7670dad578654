"""Matters: the public ways in."""

from contracts.matrix import Row, Target, public
from contracts.world import World
from lianxin.kit.clock import now
from lianxin.matters.operations.opening import Given
from lianxin.matters.operations.ways import bring_in
from lianxin.places.models import Area


def secret_of(world: World, area: Area) -> str:
    given = Given(words="云杉样例：楼道的灯坏了", area=area)
    return str(world.once(("asked", area.pk), lambda: bring_in(given=given, at=now())).secret)


def secret(world: World, area: Area) -> Target:
    return Target(kwargs={"secret": secret_of(world, area)})


def secret_step(world: World, area: Area) -> Target:
    return Target(kwargs={"secret": secret_of(world, area), "step": "confirm"})


ROWS: dict[str, Row] = {
    "ask:ask": public(),
    "ask:progress": public(secret),
    "ask:words": public(secret),
    "ask:say": public(secret),
    "ask:not_solved": public(secret),
    "ask:rate": public(secret),
    "ask:decide": public(secret_step),
}
