"""Full counts, registers that overlap, groups without an employer: all of it invented."""

from datetime import date, datetime, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lianxin.kit.actor import SYSTEM
from lianxin.reach.models import Group, GroupBody, GroupEstimate, GroupLoad, Liaison, Listing, Proposal, Register
from lianxin.reach.operations.counts import open_count
from lianxin.reach.operations.proposals import dismiss_proposal, look_for_proposals
from lianxin.registry.codes import make_code
from lianxin.registry.models import Body, BodySpan, Line, Membership, Person, Term

from . import names
from .employers import YEAR, Employers
from .land import IntArray, Land, short

SOURCE = "演示数据，纯属虚构"
REGISTERS = (
    ("market", "市场监管登记名录", "Market register", False),
    ("tax", "税务登记名单", "Tax list", False),
    ("league_list", "团组织掌握名单", "The league's own list", False),
    ("walk", "随机楼宇走访核查", "Walk through random buildings", True),
)
AIMS = (
    ("联系到", "Contacted", "was_contacted"),
    (
        "登记齐全",
        "Fully recorded",
        "headcount is not None and young_people is not None and league_members is not None",
    ),
    ("有团支部或联络员", "Has a branch or a liaison", "has_valid_league or has_liaison_league"),
)
GROUPS = (
    ("couriers", "快递员", "Couriers", 0.020),
    ("riders", "外卖配送员", "Delivery riders", 0.028),
    ("ride_hail", "网约车司机", "Ride-hailing drivers", 0.015),
    ("freelancers", "自由职业者", "Freelancers", 0.045),
    ("migrants", "灵活就业的进城务工人员", "Migrant workers without an employer", 0.09),
)
PEOPLE_EACH = 9_000
"""People of working age to a subdistrict, from which the invented sizes of groups are drawn."""


def count(rng: Generator, land: Land, d: Employers, ids: IntArray, on: date, at: datetime) -> None:
    """The survey of new organisations, the registers that name them, and the proposals of the day."""
    new = np.flatnonzero(d.is_new & d.is_open)
    open_count(
        code="new_orgs",
        name="两新组织三个百分百",
        name_en="New organisations: three hundred per cent",
        universe="is_new_org",
        aims=AIMS,
        line="league",
        on=on,
        due_on=date(on.year, 12, 31),
        actor=SYSTEM,
        at=at,
    )
    liaisons = new[rng.random(len(new)) < 0.3]
    since = (rng.random(len(liaisons)) * 400).astype(int).tolist()
    Liaison.objects.bulk_create(
        Liaison(organisation_id=pk, line="league", valid_from=on - timedelta(days=days))
        for pk, days in zip(ids[liaisons].tolist(), since, strict=True)
    )
    _list(rng, land, d, ids, new, on)
    look_for_proposals(actor=SYSTEM, at=at)
    first = Proposal.objects.open().filter(line="league", form="joint").order_by("total", "pk").first()
    if first is not None:
        dismiss_proposal(proposal=first, reason="两家正在合并，先等一等（演示）", actor=SYSTEM, at=at)


def _list(rng: Generator, land: Land, d: Employers, ids: IntArray, new: IntArray, on: date) -> None:
    """Which register names whom. The league copied a part of its list from the market register."""
    extra = max(len(new) // 16, 4)
    community = np.concatenate([d.community[new], rng.choice(len(land.communities), extra, p=land.weight)])
    known = np.concatenate([ids[new], np.zeros(extra, np.int64)])
    sub = land.parent[community]
    reach = rng.uniform(0.6, 0.9, (2, len(land.subdistricts)))[:, sub]
    market, tax = (rng.random((2, len(known))) < reach).tolist()
    league = np.where(market, rng.random(len(known)) < 0.62, rng.random(len(known)) < 0.3)
    walked = rng.random(len(known)) < 0.15
    codes = [make_code("91", "440304", 98_000_000 + i) for i in range(len(known))]
    titles = names.firms(rng, len(known))
    for (code, name, name_en, is_walk), held in zip(REGISTERS, (market, tax, league, walked), strict=True):
        register = Register.objects.create(code=code, name=name, name_en=name_en, source=SOURCE, is_walk=is_walk)
        rows = []
        for i in np.flatnonzero(np.array(held)).tolist():
            listing = Listing(register=register, valid_from=on - timedelta(days=90))
            if known[i]:
                listing.organisation_id = int(known[i])
            else:
                listing.credit_code, listing.name = codes[i], titles[i]
                listing.area_id = land.communities[int(community[i])]
                listing.address = f"深圳市福田区{short(land.community_names[int(community[i])])}社区"
            rows.append(listing)
        Listing.objects.bulk_create(rows, batch_size=2000)


def group(rng: Generator, land: Land, on: date, at: datetime, members: int) -> None:
    """Sizes of groups by subdistrict and community, trade and area bodies, and their members without an employer."""
    load = GroupLoad.objects.create(
        file_name="群体规模估计（演示）.xlsx", digest="0" * 64, source=SOURCE, loaded_at=at, loaded_by=SYSTEM.label
    )
    shares = rng.dirichlet(np.full(len(land.subdistricts), 8.0))
    estimates: list[GroupEstimate] = []
    for code, name, name_en, part in GROUPS:
        made = Group.objects.create(code=code, name=name, name_en=name_en)
        sizes = (PEOPLE_EACH * len(land.subdistricts) * part * shares * rng.uniform(0.8, 1.2, len(shares))).astype(int)
        places = [(land.district, int(sizes.sum())), *zip(land.subdistricts, sizes.tolist(), strict=True)]
        within = np.array([land.weight[land.parent == s].sum() for s in range(len(land.subdistricts))])
        for c, area in enumerate(land.communities):
            places.append((area, int(sizes[land.parent[c]] * land.weight[c] / within[land.parent[c]])))
        estimates += [
            GroupEstimate(
                group=made, area_id=area, year=on.year - 1, people=people, margin=int(people * 0.12) + 2, load=load
            )
            for area, people in places
        ]
        _take_in(rng, land, made, on, members // len(GROUPS))
    GroupEstimate.objects.bulk_create(estimates, batch_size=2000)
    load.counts = {"rows": len(estimates), "new": len(estimates)}
    load.save()


def _take_in(rng: Generator, land: Land, group: Group, on: date, members: int) -> None:
    """A union for the group in every other subdistrict, with members who have no employer."""
    line = Line.objects.get(code="union")
    tops = dict(BodySpan.objects.filter(body__line=line, form="area").values_list("area", "body"))
    chosen = list(range(int(rng.integers(2)), len(land.subdistricts), 2))
    for sub in chosen:
        area, began = land.subdistricts[sub], on - timedelta(days=int(rng.integers(200, 2 * YEAR)))
        body = Body.objects.create(line=line)
        BodySpan.objects.create(
            body=body,
            name=f"{short(land.subdistrict_names[sub])}街道{group.name}联合工会（演示）",
            kind="joint_union",
            form="joint",
            parent_id=tops.get(area),
            area_id=area,
            valid_from=began,
        )
        Term.objects.create(body=body, valid_from=began, valid_until=began + timedelta(days=3 * YEAR))
        GroupBody.objects.create(group=group, body=body, valid_from=began)
        _enrol(rng, land, body, sub, began, on, int(rng.integers(4, 2 * max(members // len(chosen), 4))))


def _enrol(rng: Generator, land: Land, body: Body, sub: int, began: date, on: date, count: int) -> None:
    communities: NDArray[np.int64] = np.flatnonzero(land.parent == sub)
    areas = rng.choice(communities, count).tolist()
    named = zip(names.people(rng, count), areas, strict=True)
    people = Person.objects.bulk_create(Person(name=n, area_id=land.communities[a]) for n, a in named)
    days = (rng.random(count) * (on - began).days).astype(int).tolist()
    joined = [began + timedelta(days=d) for d in days]
    Membership.objects.bulk_create(
        Membership(person=p, body=body, applied_on=day, registered_on=day)
        for p, day in zip(people, joined, strict=True)
    )
