"""Matters that may be the same as another, or as what is being typed: alike in words, near in place and time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from lianxin.kit.scope import Scope
from lianxin_methods.text.alike import Alike, sketch

from ..kinds import MADE_ELSEWHERE
from ..models import Matter, Sketch, Words

SHORTEST = 6
"""Signs below which nothing is looked for."""
LOOKED_BACK = timedelta(days=90)
EACH_KEY, NEWEST = 25, 150
"""Candidates a number of the sketch brings, and candidates by place alone."""
LEAST = 0.35
ELSEWHERE = 0.75
HALVED_IN_DAYS = 60.0
READ = 600
"""Characters of each candidate that are compared."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A matter that may be the same (疑似重复)."""

    id: int
    number: str
    title: str
    state: str
    arrived_at: datetime
    likeness: float
    shared: tuple[str, ...]
    """What they have in common."""
    is_near: bool


def duplicates(
    text: str, *, scope: Scope, at: datetime, area: int | None = None, but: Iterable[int] = (), most: int = 5
) -> list[Duplicate]:
    """Likely duplicates among the matters up to C2 that lie within the scope, of the last 90 days. Four queries.

    scope : where the person who asks may see matters. area : where it is about, if known.
    """
    if len(text.strip()) < SHORTEST:
        return []
    rows = _candidates(text, scope, at, area, {*but})
    if not rows:
        return []
    texts = dict(Words.objects.filter(matter__in=rows).values_list("matter", "text"))
    order = sorted(rows)
    alike = Alike([texts.get(pk, "")[:READ] for pk in order])
    found = []
    for like in alike.best(text[: 2 * READ], most=4 * most, least=LEAST):
        row = rows[order[like.place]]
        is_near = area is not None and row.area_id == area
        days = abs((at - row.arrived_at).total_seconds()) / 86400
        value = like.likeness * 0.5 ** (days / HALVED_IN_DAYS) * (1.0 if is_near or area is None else ELSEWHERE)
        found.append((value, row, like.shared, is_near))
    found.sort(key=lambda each: (-each[0], each[1].pk))
    return [
        Duplicate(row.pk, row.number, row.title, row.state, row.arrived_at, round(value, 3), shared, is_near)
        for value, row, shared, is_near in found[:most]
    ]


def duplicates_of(matter: Matter, *, scope: Scope, at: datetime) -> list[Duplicate]:
    """Likely duplicates of a matter; none of one that is shut."""
    if matter.is_shut:
        return []
    text = Words.objects.filter(matter=matter).values_list("text", flat=True).first() or ""
    return duplicates(text, scope=scope, at=at, area=matter.area_id, but=[matter.pk])


def _candidates(text: str, scope: Scope, at: datetime, area: int | None, but: set[int]) -> dict[int, Matter]:
    """Those with a number of the sketch in common, and the newest of the same place."""
    ids: set[int] = set()
    for key in sketch(text):
        ids |= {*Sketch.objects.filter(key=key).order_by("-matter").values_list("matter", flat=True)[:EACH_KEY]}
    since = at - LOOKED_BACK
    recent: QuerySet[Matter] = Matter.objects.filter(arrived_at__gt=since, arrived_at__lte=at)
    if area is not None:
        ids |= {*recent.filter(area=area).order_by("-arrived_at", "-id").values_list("pk", flat=True)[:NEWEST]}
    seen = Matter.objects.within(scope).filter(pk__in=ids - but, arrived_at__gt=since, merged_into=None)
    seen = seen.exclude(code__in=MADE_ELSEWHERE)
    fields = ("id", "number", "title", "state", "arrived_at", "area_id")
    return {row.pk: row for row in seen.only(*fields)}
