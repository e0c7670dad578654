"""Purposes, consent, contacts, guardians, agreements, requests about the own data."""

from contracts.matrix import Row, Target, act_only, public
from contracts.world import World
from lianxin.places.models import Area
from lianxin.registry.operations.purposes import purpose


def purpose_of_all(world: World, area: Area) -> Target:
    return Target(kwargs={"code": purpose("service").code})


ROWS: dict[str, Row] = {
    "registry:notices": public(),
    "registry:notice": public(purpose_of_all),
    "registry:purposes": act_only(),
    "registry:purpose": act_only(purpose_of_all),
    "registry:new_purpose": act_only(),
    "registry:take_shipped_purposes": act_only(),
    "registry:edit_purpose": act_only(purpose_of_all),
    "registry:word_purpose": act_only(purpose_of_all),
    "registry:end_purpose": act_only(purpose_of_all),
}
