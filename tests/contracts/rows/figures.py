"""Figures: protected aggregates that the act alone opens; the rows behind them belong to an area."""

import make
from contracts.matrix import Row, Target, act_only, one
from contracts.world import World
from lianxin.places.models import Area

RATE = "establishment_rate"


def figure(world: World, area: Area) -> Target:
    return Target(kwargs={"indicator": RATE})


def behind(world: World, area: Area) -> Target:
    """The rows of an area: open where all of them lie in the grant."""
    name = f"云杉空白点{area.pk}有限公司"
    world.once(("behind", area.pk), lambda: make.organisation(name, area=area))
    return Target(kwargs={"indicator": RATE}, query={"area": area.pk, "part": "rest"}, marks=(name,))


ROWS: dict[str, Row] = {
    "figures:snapshots": act_only(),
    "figures:take": act_only(),
    "figures:definition": act_only(figure),
    "figures:export": act_only(figure),
    "figures:rows": one(behind),
    "api:indicators": act_only(),
    "api:figure": act_only(figure),
}
