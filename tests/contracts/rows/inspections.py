"""Matters: own problems."""

import make
from contracts.matrix import Row, Target, act_only, listing, one, public
from contracts.world import LINE, World
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.matters.models import OwnProblem
from lianxin.matters.operations.problems import Listing, list_problem
from lianxin.places.models import Area
from lianxin.registry.models import Body, Line


def led(world: World, area: Area) -> Body:
    """A body of the line in the area."""
    return world.once(  # type: ignore[no-any-return]
        ("inspecting body", area.pk), lambda: make.body(f"云杉检查{area.pk}工会", area=area, line=LINE, form="area")
    )


def listed(world: World, area: Area) -> OwnProblem:
    """A problem of that body, on its list."""

    def build() -> OwnProblem:
        title = f"云杉标记{area.pk}问题"
        facts = {"body": led(world, area), "area": area, "line": Line.objects.get(code=LINE), "source": "self"}
        return list_problem(listing=Listing(words="窗口没有人。", title=title, **facts), actor=SYSTEM, at=now())

    return world.once(("own problem", area.pk), build)  # type: ignore[no-any-return]


def problem(world: World, area: Area) -> Target:
    found = listed(world, area)
    return Target(kwargs={"pk": found.pk}, marks=(f"云杉标记{area.pk}问题",))


def problem_in_list(world: World, area: Area) -> Target:
    listed(world, area)
    return Target(marks=(f"云杉标记{area.pk}问题",))


def problem_to_change(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": listed(world, area).pk})


ROWS: dict[str, Row] = {
    # own problems
    "matters:rectifications": listing(problem_in_list, by_line=True),
    "matters:list_problem": act_only(),
    "matters:rectification": one(problem, by_line=True),
    "matters:plan_problem": one(problem_to_change, by_line=True),
    "matters:start_problem": one(problem_to_change, by_line=True),
    "matters:hand_in_problem": one(problem_to_change, by_line=True),
    "matters:check_problem": one(problem_to_change, by_line=True),
    "matters:send_back_problem": one(problem_to_change, by_line=True),
    "matters:look_again_problem": one(problem_to_change, by_line=True),
    "problems:published": public(),
}
