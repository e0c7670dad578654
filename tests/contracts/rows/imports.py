"""Imports: each belongs to an area."""

from contracts.matrix import Row, Target, act_only, listing, one
from contracts.world import World
from lianxin.kit.clock import now, today
from lianxin.places.models import Area
from lianxin.registry.models import Import
from lianxin.registry.models.imports import StagedRow

PLACES = ("placed_community", "placed_subdistrict", "to_place")
COUNTS = ("rows", "new", "changed", "unchanged", "set_aside", *PLACES)


def staged(world: World, area: Area) -> Import:
    """A file checked and waiting, with one row set aside."""

    def build() -> Import:
        made = Import.objects.create(
            kind="organisations",
            file_name=f"roster-{area.pk}.csv",
            file_digest="0" * 64,
            state="staged",
            effective_on=today(),
            started_at=now(),
            area=area,
            headers=[["name", ["one"]]],
            columns={"0": "name"},
            counts=dict.fromkeys(COUNTS, 0) | {"rows": 1, "set_aside": 1},
        )
        StagedRow.objects.create(batch=made, row=2, state="set_aside", title="one", written={"name": "one"})
        return made

    return world.once(("import", area.pk), build)  # type: ignore[no-any-return]


def batch(world: World, area: Area) -> Target:
    made = staged(world, area)
    return Target(kwargs={"pk": made.pk}, marks=(made.file_name,))


def in_list(world: World, area: Area) -> Target:
    return Target(marks=(staged(world, area).file_name,))


def row(world: World, area: Area) -> Target:
    return Target(kwargs={"pk": staged(world, area).rows.get().pk})


ROWS: dict[str, Row] = {
    "registry:imports": listing(in_list),
    "registry:import_new": act_only(),
    "registry:import": one(batch),
    "registry:import_columns": one(batch),
    "registry:import_sheet": one(batch),
    "registry:import_check": one(batch),
    "registry:import_apply": one(batch),
    "registry:import_discard": one(batch),
    "registry:import_undo": one(batch),
    "registry:import_faults": one(batch),
    "registry:import_mend": one(row),
}
