"""Areas, sites, the calendar."""

import make
from contracts.matrix import Row, Target, act_only, listing, one
from contracts.world import World
from lianxin.places.models import Area, Site


def area_page(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": area.pk})


def venue(world: World, area: Area) -> Site:
    def build() -> Site:
        name = f"云杉阵地{area.pk}"
        return Site.objects.create(name=name, kind="venue", area=area, valid_from=make.LONG_AGO)

    return world.once(("site", area.pk), build)  # type: ignore[no-any-return]


def site(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": venue(world, area).pk}, marks=(venue(world, area).name,))


def site_in_list(world: World, area: Area) -> Target:
    return Target(marks=(venue(world, area).name,))


ROWS: dict[str, Row] = {
    "places:areas": act_only(),
    "places:import_shapes": act_only(),
    "places:area": one(area_page),
    "places:shapes": one(area_page),
    "places:add_area": one(area_page),
    "places:rename_area": one(area_page),
    "places:move_area": one(area_page),
    "places:merge_areas": one(area_page),
    "places:split_area": one(area_page),
    "places:close_area": one(area_page),
    "places:sites": listing(site_in_list),
    "places:add_site": act_only(),
    "places:site": one(site),
    "places:change_site": one(site),
    "places:close_site": one(site),
    "places:calendar": act_only(),
    "places:import_calendar": act_only(),
}
