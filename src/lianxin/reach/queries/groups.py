"""Groups not reached beside organisations not reached. Counts of people below ten stay hidden, and what tells them.

Members are counted through bodies that take a group in, by their number alone: memberships without an employer. Nothing
here reads what a person declared, and nobody is looked for by name.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q

from lianxin.kit.dated import holds_on
from lianxin.kit.scope import Scope
from lianxin.places import queries as places
from lianxin.places.models import SEGMENT, AreaSpan
from lianxin.registry.models import BodySpan, Membership
from lianxin.rules.lookup import language
from lianxin_methods.indicators.rollup import Tree, roll_up, tree_of
from lianxin_methods.privacy.suppress import Need, protect, small

from ..models import Group, GroupBody, GroupEstimate, GroupLoad

K = 10
"""Fewer people than this are not shown."""


@dataclass(frozen=True, slots=True)
class GroupCell:
    """A group in an area. Numbers are None where they are not known, or not shown (`is_hidden`).

    people : the estimate of `year`, with half the width of its 95 % interval; reached : current members.
    """

    group: str
    area: int
    area_name: str
    people: int | None
    margin: int | None
    year: int | None
    source: str
    reached: int | None
    is_hidden: bool
    bodies: int

    @property
    def share(self) -> float | None:
        """Part of the group that is reached."""
        return self.reached / self.people if self.reached is not None and self.people else None

    @property
    def share_range(self) -> tuple[float, float] | None:
        """The same at the two ends of the estimate's interval, at most 1."""
        if self.reached is None or not self.people or self.margin is None:
            return None
        low, high = max(self.people - self.margin, 1), self.people + self.margin
        return min(self.reached / high, 1.0), min(self.reached / low, 1.0)

    @property
    def rest(self) -> int | None:
        """About how many are not reached."""
        return max(self.people - self.reached, 0) if self.people is not None and self.reached is not None else None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in a list."""

    code: str
    name: str


@dataclass(frozen=True)
class GroupsPage:
    """here : every group in the area looked at; below : one group in the areas right below it."""

    area: int
    area_name: str
    here: tuple[GroupCell, ...]
    chosen: GroupLine | None
    below: tuple[GroupCell, ...]
    groups: tuple[GroupLine, ...]
    crumbs: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class EstimateLoadLine:
    """A file of estimates that was read."""

    file_name: str
    source: str
    counts: dict[str, int]
    faults: tuple[dict[str, Any], ...]
    loaded_by: str


def groups_page(scope: Scope, *, area: int = 0, group: str = "") -> GroupsPage:
    """Eight queries, whatever the number of areas and groups."""
    day, speech = scope.day, language()
    tree = _tree(day)
    tops = [int(path[-SEGMENT:], 36) for path in scope.area_paths]
    here = area if area and _is_within(area, scope) else (tops[0] if tops else 0)
    groups = list(Group.objects.order_by("pk"))
    lines = tuple(GroupLine(g.code, g.name_en or g.name if speech == "en" else g.name) for g in groups)
    chosen = next((x for x in lines if x.code == group), lines[0] if lines else None)
    top = places.area_line(here, day) if here else None
    below = [x.id for x in places.children(here, day)] if here else []
    names = places.names([here, *below], day) if here else {}
    counted = {g.pk: _members(g, tree, day) for g in groups}
    estimates = _estimates([here, *below], day)
    bodies = Counter(GroupBody.objects.on(day).values_list("group", flat=True))

    def cell(g: Group, line: GroupLine, where: int) -> GroupCell:
        reached, hidden = counted[g.pk]
        at = tree.position(where)
        estimate = estimates.get((g.pk, where))
        few = estimate is not None and 0 < estimate.people < K
        is_hidden = at >= 0 and bool(hidden[at]) or few
        return GroupCell(
            group=line.name,
            area=where,
            area_name=names.get(where, ""),
            people=None if estimate is None or few else estimate.people,
            margin=None if estimate is None or few else estimate.margin,
            year=estimate.year if estimate else None,
            source=estimate.load.source if estimate else "",
            reached=None if is_hidden or at < 0 else int(reached[at]),
            is_hidden=is_hidden,
            bodies=bodies[g.pk],
        )

    pairs = list(zip(groups, lines, strict=True))
    one = [(g, x) for g, x in pairs if chosen and x.code == chosen.code]
    steps = (
        [a for a in places.ancestors(top.path, day) if any(a.path.startswith(p) for p in scope.area_paths)]
        if top
        else []
    )
    return GroupsPage(
        here,
        names.get(here, ""),
        tuple(cell(g, x, here) for g, x in pairs),
        chosen,
        tuple(sorted((cell(g, x, a) for g, x in one for a in below), key=lambda c: -(c.rest or 0))),
        lines,
        tuple((a.name, a.id) for a in steps),
    )


def _is_within(area: int, scope: Scope) -> bool:
    span = AreaSpan.objects.on(scope.day).filter(area=area).first()
    return span is not None and any(span.path.startswith(path) for path in scope.area_paths)


def _tree(day: date) -> Tree:
    spans = AreaSpan.objects.on(day).filter(area__scheme__is_primary=True).order_by("path")
    rows = list(spans.values_list("area", "path"))
    return tree_of(np.array([r[0] for r in rows], np.int64), [r[1] for r in rows], SEGMENT)


def _members(group: Group, tree: Tree, day: date) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Members of the group with all areas below, and which of these counts are not shown."""
    taking = GroupBody.objects.on(day).filter(group=group).values("body")
    area_of = dict(BodySpan.objects.on(day).filter(body__in=taking).values_list("body", "area"))
    current = Membership.objects.filter(Q(registered_on__lte=day), body__in=taking, organisation=None)
    current = current.filter(Q(left_on=None) | Q(left_on__gt=day)).exclude(person__erased_at__isnull=False)
    own = np.zeros((len(tree), 1), np.int64)
    people = {(person, body) for person, body in current.values_list("person", "body")}
    seen: set[int] = set()
    for person, body in sorted(people):
        at = tree.position(area_of[body]) if body in area_of else -1
        if at >= 0 and person not in seen:
            seen.add(person)
            own[at, 0] += 1
    total = roll_up(tree, own)
    sensitive = small(total[:, 0], K)
    hidden = protect(tree, total, sensitive, [Need((0,))], k=K, order=np.arange(len(tree)))
    return total[:, 0], hidden


def _estimates(areas: list[int], day: date) -> dict[tuple[int, int], GroupEstimate]:
    """The latest estimate of each group in each area that was there by the day's year."""
    rows = GroupEstimate.objects.filter(area__in=areas, year__lte=day.year).order_by("year").select_related("load")
    return {(row.group_id, row.area_id): row for row in rows}


def group_bodies(group: str, scope: Scope) -> list[tuple[int, str]]:
    """Bodies in the scope that take the group in."""
    taking = GroupBody.objects.filter(holds_on(scope.day), group__code=group).values("body")
    spans = BodySpan.objects.within(scope).on(scope.day).filter(body__in=taking).order_by("name")
    return list(spans.values_list("body", "name"))


def estimate_loads(limit: int = 5) -> list[EstimateLoadLine]:
    """The latest files."""
    rows = GroupLoad.objects.order_by("-pk")[:limit]
    return [EstimateLoadLine(x.file_name, x.source, x.counts, tuple(x.faults), x.loaded_by) for x in rows]
