"""Union bodies: federations of the areas, own, joint and site unions, their terms and what they cover."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lianxin.access.models import ScopeNode
from lianxin.registry.models import Body, BodySpan, Covering, Line, Term

from .employers import YEAR, Employers
from .land import IntArray, Land, short

Key = tuple[str, int]
"""What a body is founded for: ("own", organisation), ("site", site) or ("joint", community)."""


class Bodies:
    """Collects bodies of all lines and writes them in bulk, parents first."""

    def __init__(self, rng: Generator, on: date) -> None:
        self.rng = rng
        self.on = on
        self.spans: list[BodySpan] = []
        self.terms: list[Term] = []
        self.coverings: list[Covering] = []

    def found(self, line: Line, days_ago: list[int], years: int, **span: Sequence[object]) -> list[int]:
        """Found one body for each entry of `days_ago`; every keyword is a column of BodySpan. Returns ids."""
        made = Body.objects.bulk_create([Body(line=line) for _ in days_ago], batch_size=5000)
        for i, (body, ago) in enumerate(zip(made, days_ago, strict=True)):
            since = self.on - timedelta(days=ago)
            row = {name: column[i] for name, column in span.items()}
            self.spans.append(BodySpan(body=body, valid_from=since, **row))
            self._serve_terms(body, since, years)
        return [b.pk for b in made]

    def _serve_terms(self, body: Body, since: date, years: int) -> None:
        """Terms one after the other; one body in 25 has not renewed in time."""
        is_late = self.rng.random() < 0.04
        while since <= self.on:
            until = since + timedelta(days=years * YEAR)
            if until <= self.on and is_late and until > self.on - timedelta(days=YEAR):
                self.terms.append(Term(body=body, valid_from=since, valid_until=until))
                return
            self.terms.append(Term(body=body, valid_from=since, valid_until=until))
            since = until

    def write(self) -> None:
        BodySpan.objects.bulk_create(self.spans, batch_size=2000)
        Term.objects.bulk_create(self.terms, batch_size=5000)
        Covering.objects.bulk_create(self.coverings, batch_size=5000)
        nodes = [ScopeNode(kind="body", ref=span.body_id, label=span.name[:100]) for span in self.spans]
        ScopeNode.objects.bulk_create(nodes, batch_size=5000)


def federate(bodies: Bodies, land: Land, line: Line, kinds: tuple[str, str, str], title: str) -> list[int]:
    """The federation of a line: one for the district, one a subdistrict, one a community. Returns the last."""
    names = [f"福田区{title}"]
    top = bodies.found(
        line, [18 * YEAR], 5, name=[*names], kind=[kinds[0]], form=["area"], parent_id=[None], area_id=[land.district]
    )
    subs = bodies.found(
        line,
        [15 * YEAR] * len(land.subdistricts),
        5,
        name=[f"{short(n)}街道{title}" for n in land.subdistrict_names],
        kind=[kinds[1]] * len(land.subdistricts),
        form=["area"] * len(land.subdistricts),
        parent_id=top * len(land.subdistricts),
        area_id=[*land.subdistricts],
    )
    return bodies.found(
        line,
        bodies.rng.integers(4 * YEAR, 12 * YEAR, len(land.communities)).tolist(),
        5,
        name=[f"{short(n)}社区{title}" for n in land.community_names],
        kind=[kinds[2]] * len(land.communities),
        form=["area"] * len(land.communities),
        parent_id=[subs[p] for p in land.parent.tolist()],
        area_id=[*land.communities],
    )


def draw_coverage(rng: Generator, land: Land, d: Employers) -> tuple[IntArray, NDArray[np.str_]]:
    """For each organisation: days ago from which a union covers it (-1 = none), and by which form."""
    n = len(d)
    good = rng.normal(0.955, 0.012, len(land.subdistricts))[land.parent] + rng.normal(0, 0.02, len(land.communities))
    staff = np.where(d.headcount < 0, 15, d.headcount)
    chance = np.where(staff >= 25, np.clip(good, 0.5, 0.995)[d.community], np.where(staff >= 10, 0.35, 0.12))
    lag = np.exp(rng.normal(5.1, 0.7, n)).astype(np.int64)
    since = d.opened - lag
    is_covered = (rng.random(n) < chance) & (since >= 0) & ~d.is_social & (d.opened > lag)
    u = rng.random(n)
    own = np.where(staff >= 80, 0.85, np.where(staff >= 25, 0.45, 0.0))
    form = np.where(u < own, "own", np.where((d.site >= 0) & (u < own + 0.35), "site", "joint"))
    return np.where(is_covered, since, -1), form


def organise(bodies: Bodies, land: Land, d: Employers, ids: IntArray, line: Line, parents: list[int]) -> IntArray:
    """Found own, site and joint unions and cover employers. Returns the covering body of each, 0 = none."""
    since, form = draw_coverage(bodies.rng, land, d)
    wanted: dict[Key, list[int]] = defaultdict(list)
    for i in np.flatnonzero(since >= 0).tolist():
        kind = str(form[i])
        where = {"own": int(ids[i]), "site": int(d.site[i]), "joint": int(d.community[i])}[kind]
        wanted[kind, where].append(i)
    keys = list(wanted)
    communities = [int(d.community[wanted[k][0]]) for k in keys]
    made = bodies.found(
        line,
        [int(max(since[i] for i in wanted[k])) for k in keys],
        3,
        name=[_name(k, land, c, number) for number, (k, c) in enumerate(zip(keys, communities, strict=True))],
        kind=[{"own": "union_committee", "site": "building_union", "joint": "joint_union"}[k[0]] for k in keys],
        form=[k[0] for k in keys],
        parent_id=[parents[c] for c in communities],
        area_id=[land.communities[c] for c in communities],
        site_id=[int(land.site_ids[k[1]]) if k[0] == "site" else None for k in keys],
    )
    covering = np.zeros(len(d), dtype=np.int64)
    for key, body in zip(keys, made, strict=True):
        for i in wanted[key]:
            covering[i] = body
            begun = bodies.on - timedelta(days=int(since[i]))
            ended = bodies.on - timedelta(days=int(d.closed[i])) if d.closed[i] >= 0 else None
            until = max(begun, ended) if ended else None
            bodies.coverings.append(
                Covering(body_id=body, organisation_id=int(ids[i]), valid_from=begun, valid_until=until)
            )
    return covering


def _name(key: Key, land: Land, community: int, number: int) -> str:
    if key[0] == "site":
        return f"{land.site_names[key[1]]}联合工会"
    if key[0] == "joint":
        return f"{short(land.community_names[community])}社区联合基层工会"
    return f"第{number + 1}单位工会委员会（演示）"
