"""Coverage: the protected cells, on a map."""

from contracts.matrix import Row, Target, one
from contracts.rows.figures import WHOLE_TREE, cell
from contracts.world import World
from lianxin.places.models import Area


def coverage(world: World, area: Area) -> Target:
    return Target(query=cell(world, area).query)


ROWS: dict[str, Row] = {
    "boards:coverage": one(coverage, seen_from=WHOLE_TREE),
}
