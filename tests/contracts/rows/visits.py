"""Visits: lists, records, the surface for a phone."""

from typing import Any

import make
from contracts.matrix import Row, Target, act_only, listing, one, own, public
from contracts.rows.registry import WORD, firm
from contracts.world import World
from lianxin.figures import snapshots, tables
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.models import Area
from lianxin.reach.models import PlannedVisit
from lianxin.rules.packs import load_pack, shipped


def planned(world: World, area: Area) -> PlannedVisit:
    """A stop of a colleague, to an organisation in the area."""

    def build() -> PlannedVisit:
        return PlannedVisit.objects.create(
            officer=make.account(), day=today(), position=1, organisation=firm(world, area), purpose="found"
        )

    return world.once(("planned", area.pk), build)  # type: ignore[no-any-return]


def _name(of: Any) -> str:
    return str(of.spans.get(valid_until=None).name)


def visit(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": planned(world, area).pk}, marks=(_name(firm(world, area)),))


def visit_in_list(world: World, area: Area) -> Target:
    planned(world, area)
    return Target(query={"officer": 0}, marks=(_name(firm(world, area)),))


def organisation(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": firm(world, area).pk}, marks=(_name(firm(world, area)),))


def organisation_to_plan(world: World, area: Area) -> Target:
    return Target(query={"o": firm(world, area).pk}, marks=(_name(firm(world, area)),))


def organisation_found(world: World, area: Area) -> Target:
    return Target(query={"q": WORD}, marks=(_name(firm(world, area)),))


def blind_spot(world: World, area: Area) -> Target:
    """An organisation that the rule wants covered and nobody covers, in a snapshot of this moment."""
    made = firm(world, area, 9)
    for pack in (p for p in shipped() if p.stem in ("union", "visits")):
        load_pack(pack, actor=SYSTEM, at=now())
    tables.forget()
    snapshots.write(now())
    return Target(query={"line": "union"}, marks=(_name(made),))


def blind_spot_file(world: World, area: Area) -> Target:
    target = blind_spot(world, area)
    return Target(kwargs={"kind": "csv"}, query=target.query, marks=target.marks)


ROWS: dict[str, Row] = {
    "reach:blind_spots": listing(blind_spot),
    "reach:export_blind_spots": listing(blind_spot_file),
    "reach:visits": listing(visit_in_list),
    "reach:visit": one(visit),
    "reach:plan_visits": listing(organisation_to_plan),
    "reach:print_visits": act_only(),
    "field:today": act_only(),
    "field:visits": act_only(),
    "field:record": one(visit),
    "field:record_unplanned": one(organisation),
    "field:add": listing(organisation_found),
    "field:records": act_only(),
    "field:choose": act_only(),
    "field:me": own(),
    "field:send": act_only(),
    "field:worker": public(),
}
