"""What obligations look at: declared union members, committees with their seats, organs for women workers.

Plainly invented, and uneven on purpose: most have what they should, some have too little, of some nobody knows.
"""

from datetime import date, datetime

from django.db import connection
from numpy.random import Generator

from lianxin.kit.actor import SYSTEM
from lianxin.reach.models import Obligation
from lianxin.reach.operations.duties import switch_obligation
from lianxin.reach.operations.reckoning import everywhere, reckon
from lianxin.registry.body_vocabulary import BODY
from lianxin.registry.models import Line, OrganisationSpan, Person, Post

from .unions import Bodies

GRASS = ("union_committee", "joint_union", "building_union")
SIZES = ((10, 0), (25, 3), (100, 5), (200, 7), (500, 9), (1000, 13), (5000, 17))
"""Members up to, and the seats of a union committee: the table of the district's own union."""
SWITCHED_ON = "women.federation"


def furnish(rng: Generator, union: Line, on: date) -> None:
    """Write everything that obligations look at beside what the rest of the seed wrote."""
    _declare_members(rng)
    _found_women_committees(rng, union, on)
    _seat_committees(rng, on)


def work_out(on: date, at: datetime) -> None:
    """Switch one doubtful obligation on, as a steward would, and work all of them out."""
    found = Obligation.objects.get(code=SWITCHED_ON)
    reason = "演示：区妇联决定，每个街道、社区都应有妇联（虚构）"
    switch_obligation(obligation=found, is_on=True, reason=reason, day=on, actor=SYSTEM, at=at)
    reckon(day=on, actor=SYSTEM, at=at)


def _declare_members(rng: Generator) -> None:
    """Covered employers declare a share of their staff; of the others most declare none, and one in twenty nothing."""
    spans = list(OrganisationSpan.objects.filter(valid_until=None).order_by("pk").values_list("pk", "headcount"))
    unions = set(
        OrganisationSpan.objects.filter(
            valid_until=None,
            organisation__coverings__valid_until=None,
            organisation__coverings__body__line__code="union",
        ).values_list("pk", flat=True)
    )
    share, luck = rng.uniform(0.55, 0.95, len(spans)), rng.random(len(spans))
    declared: list[tuple[int, int]] = []
    for (pk, staff), part, draw in zip(spans, share.tolist(), luck.tolist(), strict=True):
        if staff is None or draw < 0.05:
            continue
        joins = pk in unions or draw > 0.985
        declared.append((int(staff * part) if joins else int(draw < 0.12) * min(staff, 6), pk))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE registry_organisationspan SET union_members = %s WHERE id = %s", declared)


def _found_women_committees(rng: Generator, union: Line, on: date) -> None:
    """Half of the unions with 25 women or more have a committee for them."""
    columns = BODY.columns(on)
    rows = BODY.rows(everywhere(on), on).filter(kind__in=GRASS).annotate(n=columns["women_at_least"]).order_by("body")
    found = list(rows.filter(n__gte=25).values_list("body", "name", "area", "valid_from"))
    chosen = [row for row, draw in zip(found, rng.random(len(found)).tolist(), strict=True) if draw < 0.5]
    bodies = Bodies(rng, on)
    bodies.found(
        union,
        [max(1, (on - since).days - 60) for _body, _name, _area, since in chosen],
        3,
        name=[f"{name}女职工委员会" for _body, name, _area, _since in chosen],
        kind=["women_workers_committee"] * len(chosen),
        form=["own"] * len(chosen),
        parent_id=[body for body, _name, _area, _since in chosen],
        area_id=[area for _body, _name, area, _since in chosen],
    )
    bodies.write()


def _seat_committees(rng: Generator, on: date) -> None:
    """Seats beside the chair's: two in three committees are entered, one in eight of those with a seat too few."""
    columns = BODY.columns(on)
    rows = BODY.rows(everywhere(on), on).annotate(level=columns["area_level"], n=columns["members"])
    found = list(rows.order_by("body").values_list("body", "kind", "form", "level", "n", "valid_from"))
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True)[:5000])
    posts: list[Post] = []
    for body, kind, form, level, members, since in found:
        seats = _usual_seats(kind, form, level, members)
        entered, short, woman, vacant = (rng.random(4) < (0.66, 0.12, 0.6, 0.05)).tolist()
        picks = rng.integers(len(people), size=max(seats, 1)).tolist()
        titles = ["vice_chair"] + ["member"] * (seats - 2 - int(short)) if entered and seats > 2 else []
        titles += ["women_member"] if kind in GRASS and woman else []
        for place, title in enumerate(titles):
            holder = None if vacant and place == 1 else people[picks[place % len(picks)]]
            posts.append(Post(body_id=body, title=title, person_id=holder, valid_from=since))
    Post.objects.bulk_create(posts, batch_size=5000)
    chairs = Post.objects.filter(title="chair", body__in=_large_unions(on)).order_by("pk")
    Post.objects.filter(pk__in=list(chairs.values_list("pk", flat=True))[::3]).update(title="full_time_chair")


def _usual_seats(kind: str, form: str, level: str, members: int | None) -> int:
    if kind in GRASS and members is not None:
        return next((seats for most, seats in SIZES if members <= most), 21)
    if kind == "league_branch" and (members or 0) >= 7:
        return 5
    if kind == "women_federation" and form == "area":
        return {"community": 15, "subdistrict": 27}.get(level, 0)
    return 0


def _large_unions(on: date) -> list[int]:
    columns = BODY.columns(on)
    rows = BODY.rows(everywhere(on), on).filter(kind="union_committee").annotate(w=columns["workers"])
    return list(rows.filter(w__gte=200).values_list("body", flat=True))
