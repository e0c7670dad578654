"""Coverage: the protected cells, on a map."""

import make
from contracts.matrix import Row, Target, listing, one
from contracts.rows.figures import WHOLE_TREE, cell
from contracts.world import LINE, World
from lianxin.places.models import Area
from lianxin.registry.search import index

WORD = "云杉看板"


def coverage(world: World, area: Area) -> Target:
    return Target(query=cell(world, area).query)


def board(world: World, area: Area) -> Target:
    name = f"{WORD}{area.pk}工会"
    made = world.once(("board", area.pk), lambda: make.body(name, area=area, line=LINE))
    return Target(kwargs={"pk": made.pk}, marks=(name,))


def board_in_list(world: World, area: Area) -> Target:
    """Searched for: a page has thirty bodies, and other rows make many."""
    found = board(world, area)
    world.once(("board found", area.pk), lambda: index("body", [found.kwargs["pk"]]))
    return Target(query={"q": WORD}, marks=found.marks)


ROWS: dict[str, Row] = {
    "boards:bodies": listing(board_in_list, by_line=True),
    "boards:body": one(board, by_line=True),
    "boards:coverage": one(coverage, seen_from=WHOLE_TREE),
}
