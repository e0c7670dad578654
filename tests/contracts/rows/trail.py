"""Audit trail and background jobs: of the whole installation, opened by the act alone."""

from contracts.matrix import Row, Target, act_only, public
from contracts.world import World
from lianxin.places.models import Area
from lianxin.trail.jobs import prune


def job(world: World, area: Area) -> Target:
    return Target(kwargs={"job": world.once("job", lambda: prune.enqueue().id)})


def subject(world: World, area: Area) -> Target:
    return Target(kwargs={"subject_kind": "places.area", "subject_id": area.pk})


ROWS: dict[str, Row] = {
    "trail:health": public(),
    "trail:jobs": act_only(),
    "trail:retry": act_only(job),
    "trail:cancel": act_only(job),
    "trail:entries": act_only(),
    "trail:history": act_only(subject),
}
