"""Figures: protected cells over the tree of areas in which one works; the rows behind them belong to an area."""

import make
from contracts.matrix import Row, Target, act_only, one
from contracts.world import SEES, World
from lianxin.figures import snapshots
from lianxin.kit.clock import now
from lianxin.places.models import Area

RATE = "establishment_rate"


def cell(world: World, area: Area) -> Target:
    world.once("snapshot", lambda: snapshots.write(now()))
    return Target(kwargs={"indicator": RATE}, query={"area": area.pk})


def behind(world: World, area: Area) -> Target:
    """The rows of an area: open where all of them lie in the grant."""
    name = f"云杉空白点{area.pk}有限公司"
    world.once(("behind", area.pk), lambda: make.organisation(name, area=area))
    return Target(kwargs={"indicator": RATE}, query={"area": area.pk, "part": "rest"}, marks=(name,))


WHOLE_TREE = (*SEES, "sibling", "above")
"""Protected cells may be compared over the whole tree of areas in which one works; the rows behind them may not."""

ROWS: dict[str, Row] = {
    "figures:snapshots": act_only(),
    "figures:take": act_only(),
    "figures:definition": one(cell, seen_from=WHOLE_TREE),
    "figures:export": one(cell, seen_from=WHOLE_TREE),
    "figures:rows": one(behind),
    "api:indicators": act_only(),
    "api:figure": one(cell, seen_from=WHOLE_TREE),
}
