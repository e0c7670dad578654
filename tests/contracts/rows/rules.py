"""Rules, decision tables and parameters: of the whole installation, they hold no records."""

from contracts.matrix import Row, Target, act_only
from contracts.world import World
from lianxin.places.models import Area


def coded(world: World, area: Area) -> Target:
    return Target(kwargs={"code": "unknown"})


def numbered(world: World, area: Area) -> Target:
    return Target(kwargs={"code": "unknown", "number": 1})


def target(world: World, area: Area) -> Target:
    return Target(kwargs={"target": "organisations"})


ROWS: dict[str, Row] = {
    "rules:rules": act_only(),
    "rules:add": act_only(),
    "rules:editor": act_only(target),
    "rules:parameters": act_only(),
    "rules:parameter": act_only(coded, may_miss=True),
    "rules:table": act_only(coded, may_miss=True),
    "rules:rule": act_only(coded, may_miss=True),
    "rules:edit": act_only(coded, may_miss=True),
    "rules:put_in_force": act_only(numbered, may_miss=True),
    "rules:verify": act_only(numbered, may_miss=True),
}
