"""The league's branches in new organisations and the women's bodies beside the communities."""

from datetime import timedelta

import numpy as np

from lianxin.registry.models import Covering, Line

from .employers import YEAR, Employers
from .land import IntArray, Land
from .unions import Bodies, federate

LEAGUE = ("league_committee", "league_committee", "league_general_branch")
WOMEN = ("women_federation", "women_federation", "women_federation")


def league(bodies: Bodies, land: Land, d: Employers, ids: IntArray, line: Line) -> None:
    """Branches in new organisations with three or more league members: own, or shared in the building."""
    parents = federate(bodies, land, line, LEAGUE, "团组织")
    rng = bodies.rng
    staff = np.maximum(d.headcount, 0)
    chosen = np.flatnonzero(d.is_new & d.is_open & (staff >= 18) & (d.opened > 300) & (rng.random(len(d)) < 0.72))
    ago = (rng.random(len(chosen)) * (d.opened[chosen] - 200)).astype(int).tolist()
    communities = d.community[chosen].tolist()
    made = bodies.found(
        line,
        ago,
        3,
        name=[f"第{number + 1}单位团支部（演示）" for number in range(len(chosen))],
        kind=["league_branch"] * len(chosen),
        form=["own"] * len(chosen),
        parent_id=[parents[c] for c in communities],
        area_id=[land.communities[c] for c in communities],
    )
    for body, organisation, days in zip(made, ids[chosen].tolist(), ago, strict=True):
        since = bodies.on - timedelta(days=days)
        bodies.coverings.append(Covering(body_id=body, organisation_id=organisation, valid_from=since))


def women(bodies: Bodies, land: Land, line: Line) -> None:
    """A federation for each area, and bodies in every ninth building."""
    parents = federate(bodies, land, line, WOMEN, "妇联")
    sites = np.arange(0, len(land.site_ids), 9)
    communities = land.site_community[sites].tolist()
    bodies.found(
        line,
        bodies.rng.integers(100, 5 * YEAR, len(sites)).tolist(),
        5,
        name=[f"{land.site_names[s]}妇联" for s in sites.tolist()],
        kind=["women_federation"] * len(sites),
        form=["site"] * len(sites),
        parent_id=[parents[c] for c in communities],
        area_id=[land.communities[c] for c in communities],
        site_id=[int(land.site_ids[s]) for s in sites.tolist()],
    )
