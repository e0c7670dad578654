"""Employers: where they are, when they opened and closed, how many work there over time."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lianxin.registry.codes import make_code
from lianxin.registry.models import Organisation, OrganisationSpan, Visit

from . import names
from .land import IntArray, Land, short

YEAR = 365


@dataclass(frozen=True)
class Employers:
    """Columns over all organisations; days count backwards from the seed's day (0 = that day)."""

    is_social: NDArray[np.bool_]
    is_new: NDArray[np.bool_]
    community: IntArray
    placed: IntArray
    """0 = to be placed, 1 = subdistrict only, 2 = community."""
    site: IntArray
    """Position of the site, or -1."""
    opened: IntArray
    """Days ago."""
    closed: IntArray
    """Days ago, or -1 while open."""
    headcount: IntArray
    """Today's; -1 where unknown."""
    earlier: IntArray
    """Headcount before the last change."""
    changed: IntArray
    """Days ago of the last change, or -1."""

    def __len__(self) -> int:
        return len(self.opened)

    @property
    def is_open(self) -> NDArray[np.bool_]:
        return self.closed < 0


def draw(rng: Generator, land: Land, employers: int, new_orgs: int) -> Employers:
    """Draw all columns; the last `new_orgs` rows are the new organisations on the league's survey list."""
    n = employers + new_orgs
    is_new = np.arange(n) >= employers
    is_social = is_new & (rng.random(n) < 0.25)
    community = rng.choice(len(land.communities), size=n, p=land.weight)
    opened = np.minimum(rng.exponential(6.0 * YEAR, n), 22 * YEAR).astype(np.int64) + 3
    closed = np.where(rng.random(n) < 0.06, (rng.random(n) * np.minimum(opened, 3 * YEAR)).astype(np.int64), -1)
    headcount = np.maximum(1, np.exp(rng.normal(np.where(is_new, 1.7, 2.25), 1.35))).astype(np.int64)
    headcount = np.minimum(headcount, 9000)
    changed = np.where(rng.random(n) < 0.45, (rng.random(n) * np.minimum(opened, 3 * YEAR)).astype(np.int64), -1)
    earlier = np.maximum(1, (headcount * np.exp(rng.normal(-0.15, 0.35, n))).astype(np.int64))
    sites = len(land.site_ids) // len(land.communities)
    site = np.where(rng.random(n) < 0.7, community * sites + np.minimum(rng.geometric(0.3, n) - 1, sites - 1), -1)
    return Employers(
        is_social=is_social,
        is_new=is_new,
        community=community,
        placed=np.where(rng.random(n) < 0.93, 2, np.where(rng.random(n) < 0.8, 1, 0)),
        site=site,
        opened=opened,
        closed=closed,
        headcount=np.where(rng.random(n) < 0.03, -1, headcount),
        earlier=earlier,
        changed=changed,
    )


def write(rng: Generator, land: Land, drawn: Employers, on: date) -> IntArray:
    """Write identities, spans and visits; returns the organisations' ids in order."""
    n = len(drawn)
    titles = names.firms(rng, n)
    social = np.flatnonzero(drawn.is_social)
    places = [short(land.community_names[c]) for c in drawn.community[social].tolist()]
    for index, title in zip(social.tolist(), names.associations(rng, len(social), places), strict=True):
        titles[index] = f"{title[:-1]}{index}）"
    made = Organisation.objects.bulk_create([Organisation() for _ in range(n)], batch_size=5000)
    ids = np.array([o.pk for o in made])
    rooms = rng.integers(101, 3800, size=n).tolist()
    roads = rng.integers(len(names.ROADS), size=n).tolist()
    shares = rng.beta(6, 6, size=(3, n))
    rows: list[OrganisationSpan] = []
    for i in range(n):
        rows += _spans(land, drawn, i, int(ids[i]), titles[i], names.ROADS[roads[i]], rooms[i], shares[:, i], on)
        if len(rows) >= 5000:
            OrganisationSpan.objects.bulk_create(rows, batch_size=2000)
            rows = []
    OrganisationSpan.objects.bulk_create(rows, batch_size=2000)
    _write_visits(rng, drawn, ids, on)
    return ids


def _spans(
    land: Land, d: Employers, i: int, pk: int, name: str, road: str, room: int, shares: NDArray[np.float64], on: date
) -> list[OrganisationSpan]:
    """One or two spans: before and after the last change of the headcount."""
    community, placed, site = int(d.community[i]), int(d.placed[i]), int(d.site[i])
    sub = int(land.parent[community])
    where = land.subdistrict_names[sub] if placed else ""
    where += short(land.community_names[community]) + "社区" if placed == 2 else ""
    building = land.site_names[site] if site >= 0 and placed == 2 else ""
    opened = on - timedelta(days=int(d.opened[i]))
    closed = on - timedelta(days=int(d.closed[i])) if d.closed[i] >= 0 else None
    fixed = {
        "organisation_id": pk,
        "credit_code": make_code("52" if d.is_social[i] else "91", "440304", 99_000_000 + i),
        "name": name,
        "kind": "service_org" if d.is_social[i] else "enterprise",
        "address": f"深圳市福田区{where}{road}{room % 200 + 1}号{building}{room}室",
        "area_id": (land.district, land.subdistricts[sub], land.communities[community])[placed],
        "placed": ("none", "subdistrict", "community")[placed],
        "site_id": int(land.site_ids[site]) if site >= 0 and placed == 2 else None,
        "opened_on": opened,
        "closed_on": closed,
        "is_new_org": bool(d.is_new[i]),
    }
    changed = on - timedelta(days=int(d.changed[i])) if d.changed[i] >= 0 else None
    if changed is None or changed <= opened or (closed and changed >= closed):
        return [_span(fixed, int(d.headcount[i]), shares, opened, closed)]
    return [
        _span(fixed | {"closed_on": None}, int(d.earlier[i]), shares, opened, changed),
        _span(fixed, int(d.headcount[i]), shares, changed, closed),
    ]


def _span(
    fixed: dict[str, object], staff: int, shares: NDArray[np.float64], since: date, until: date | None
) -> OrganisationSpan:
    known = staff >= 0
    young = int(staff * shares[1]) if known else None
    return OrganisationSpan(
        **fixed,
        headcount=staff if known else None,
        women=int(staff * shares[0]) if known else None,
        young_people=young,
        league_members=int((young or 0) * shares[2] * 0.5) if known else None,
        valid_from=since,
        valid_until=until,
    )


def _write_visits(rng: Generator, drawn: Employers, ids: IntArray, on: date) -> None:
    """Two in five were visited in the last two years."""
    visited = np.flatnonzero(rng.random(len(drawn)) < 0.4)
    ago = (rng.random(len(visited)) * np.minimum(drawn.opened[visited], 2 * YEAR)).astype(int).tolist()
    outcomes = ("willing", "considering", "absent", "declined")
    picks = rng.integers(len(outcomes), size=len(visited)).tolist()
    Visit.objects.bulk_create(
        [
            Visit(organisation_id=pk, visited_on=on - timedelta(days=days), outcome=outcomes[pick])
            for pk, days, pick in zip(ids[visited].tolist(), ago, picks, strict=True)
        ],
        batch_size=5000,
    )
