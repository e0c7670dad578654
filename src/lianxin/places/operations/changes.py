"""Areas that go over into others: split and merge."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import cos, pi, sin

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..followers import tell_followers
from ..models import Area, AreaSpan, AreaSuccession
from .areas import found_area
from .shapes import divide_shape, join_shapes
from .spans import OtherScheme, open_span, parent_span, rehang

APART_DEG = 0.0015
"""How far label points of parts are put from the old one where nobody says where they lie: about 150 m."""


class TooFewParts(Refused):
    text = _("A split needs at least two parts, a merger something to join.")


class AreasNotShared(Refused):
    text = _("Each area in %(name)s must go to exactly one of the parts.")


class LevelsDiffer(Refused):
    text = _("Only areas of the same level can be merged.")


@dataclass(frozen=True, slots=True)
class NewArea:
    """An area to be founded by a split or a merger.

    children : areas of a split one that go to this part.
    """

    code: str
    name: str
    lon: float | None = None
    lat: float | None = None
    children: tuple[Area, ...] = ()


@transaction.atomic
def split_area(
    *, area: Area, into: Sequence[NewArea], on: date, actor: Actor, at: datetime, keeps: bool = False
) -> list[Area]:
    """Divide an area from a day on; every area in it goes to one of the parts.

    keeps : the area itself stays, and the parts are split off from it (what no part takes stays with it).
    Facts that hung on the area are re-homed by those who own them: see `places.queries.home_on`.
    Raises TooFewParts, AreasNotShared, NotOpen, ChangedSince, CodeTaken, NameTaken.
    """
    if len(into) + keeps < 2:
        raise TooFewParts(area)
    span = open_span(area, on)
    _check_shared(span, into, keeps=keeps)
    parent = span.parent
    if not keeps:  # it ends first, so that a part may bear its name
        AreaSpan.objects.filter(pk=span.pk).update(valid_until=on)
    parts = []
    for number, new in enumerate(into):
        part = _found(_placed(new, span, number, len(into)), span, parent, on)
        _take_in(part, new.children, on)
        parts.append(part)
    whole = (area, *parts) if keeps else tuple(parts)
    _note(area, parts, "split", on)
    divide_shape(area, whole, on)
    tell_followers(old=(area,), new=whole, on=on, actor=actor, at=at)
    record("places.area.split", area, actor=actor, at=at, on=on.isoformat(), into=[p.pk for p in parts], keeps=keeps)
    return parts


@transaction.atomic
def merge_areas(*, areas: Sequence[Area], into: Area | NewArea, on: date, actor: Actor, at: datetime) -> Area:
    """Join areas into a new one, or into one that is there (it may be among them), from a day on.

    One area alone may go over into a new one: a place that gets a new code is a new area.
    What lay in them lies in the joint one. A new area hangs where the first of them hung.
    Raises TooFewParts, LevelsDiffer, OtherScheme, NotOpen, ChangedSince, CodeTaken, NameTaken.
    """
    old = [a for a in dict.fromkeys(areas) if a != into]
    if not old:
        raise TooFewParts()
    spans = [open_span(a, on) for a in old]
    target_span = open_span(into, on) if isinstance(into, Area) else spans[0]
    if {a.scheme_id for a in old} != {target_span.area.scheme_id}:
        raise OtherScheme(old[0])
    if {s.level for s in spans} != {target_span.level}:
        raise LevelsDiffer(old[0])
    AreaSpan.objects.filter(pk__in=[s.pk for s in spans]).update(valid_until=on)
    target = into if isinstance(into, Area) else _found(into, spans[0], spans[0].parent, on)
    for area in old:
        children = AreaSpan.objects.filter(parent=area, valid_until=None).select_related("area")
        _take_in(target, tuple(s.area for s in children), on)
    for area in old:
        _note(area, [target], "merge", on)
    join_shapes([*old, into] if isinstance(into, Area) else old, target, on)
    tell_followers(old=tuple(old), new=(target,), on=on, actor=actor, at=at)
    record("places.area.merged", target, actor=actor, at=at, on=on.isoformat(), old=[a.pk for a in old])
    return target


def _check_shared(span: AreaSpan, into: Sequence[NewArea], *, keeps: bool) -> None:
    there = set(AreaSpan.objects.filter(parent=span.area, valid_until=None).values_list("area_id", flat=True))
    shared = [child.pk for new in into for child in new.children]
    is_whole = set(shared) <= there if keeps else set(shared) == there
    if not is_whole or len(shared) != len(set(shared)):
        raise AreasNotShared(span.area, name=span.name)


def _found(new: NewArea, like: AreaSpan, parent: Area | None, on: date) -> Area:
    lon, lat = (like.lon, like.lat) if new.lon is None else (new.lon, new.lat)
    scheme = like.area.scheme
    return found_area(
        scheme=scheme, code=new.code, name=new.name, level=like.level, parent=parent, on=on, lon=lon, lat=lat
    )


def _placed(new: NewArea, like: AreaSpan, number: int, parts: int) -> NewArea:
    """A part with a label point: its own, or one near the old area's, so that no two coincide."""
    if new.lon is not None or like.lon is None or like.lat is None:
        return new
    angle = 2 * pi * number / parts
    return replace(new, lon=like.lon + APART_DEG * cos(angle), lat=like.lat + APART_DEG * sin(angle))


def _take_in(target: Area, children: Sequence[Area], on: date) -> None:
    above = parent_span(target, on)
    for child in children:
        rehang(open_span(child, on), above, on)


def _note(old: Area, new: Sequence[Area], kind: str, on: date) -> None:
    """Write who went over into whom, also for those that had gone over into `old` before: one step reaches them all."""
    before = AreaSuccession.objects.filter(new=old).exclude(kind="match").values_list("old_id", flat=True)
    rows = [AreaSuccession(old_id=o, new=n, on_day=on, kind=kind) for o in {old.pk, *before} for n in new if o != n.pk]
    AreaSuccession.objects.bulk_create(rows, ignore_conflicts=True)
