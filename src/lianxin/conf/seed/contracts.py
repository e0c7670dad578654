"""Collective contracts where a union covers an employer, and homes for women and children: all of it invented."""

from datetime import date, timedelta

import numpy as np
from numpy.random import Generator

from lianxin.places.models import Site, SiteNetwork
from lianxin.registry.models import CollectiveContract

from .employers import YEAR, Employers
from .land import IntArray, Land, short


def sign(rng: Generator, d: Employers, ids: IntArray, unions: IntArray, on: date) -> None:
    """Most larger employers with a union have contracts, one after the other; some let theirs run out."""
    chosen = np.flatnonzero((unions > 0) & d.is_open & (d.headcount >= 25) & (rng.random(len(d)) < 0.72))
    began = (rng.random(len(chosen)) * np.minimum(np.maximum(d.opened[chosen] - 200, 1), 4 * YEAR)).astype(int)
    kinds = rng.choice(["general", "wages", "women"], size=len(chosen), p=[0.7, 0.2, 0.1])
    rows: list[CollectiveContract] = []
    for i, ago, kind in zip(chosen.tolist(), began.tolist(), kinds.tolist(), strict=True):
        since, renews = on - timedelta(days=ago), bool(rng.random() < 0.85)
        while since <= on:
            until = since + timedelta(days=2 * YEAR)
            rows.append(
                CollectiveContract(
                    organisation_id=int(ids[i]),
                    body_id=int(unions[i]),
                    kind=kind,
                    number=f"演示集字{len(rows) + 1:05d}",
                    workers=None if rng.random() < 0.8 else int(d.headcount[i] * 0.7) + 1,
                    valid_from=since,
                    valid_until=until,
                )
            )
            if not renews:
                break
            since = until
    CollectiveContract.objects.bulk_create(rows, batch_size=2000)


def open_homes(rng: Generator, land: Land, on: date) -> None:
    """A home in nineteen communities of twenty."""
    network = SiteNetwork.objects.create(code="wc_home", name="妇儿之家")
    rows = [
        Site(
            name=f"{short(name)}社区妇儿之家（演示）",
            kind="venue",
            area_id=area,
            valid_from=on - timedelta(days=int(rng.integers(200, 6 * YEAR))),
        )
        for area, name in zip(land.communities, land.community_names, strict=True)
        if rng.random() < 0.95
    ]
    for site in Site.objects.bulk_create(rows, batch_size=2000):
        site.networks.add(network)
