"""One area: add, rename, move, close."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models import Area, AreaSpan, Scheme
from .spans import CodeTaken, OtherScheme, check_level, check_name, follow_on, open_span, parent_span, rehang


class MovedUnderItself(Refused):
    text = _("%(name)s cannot be moved into itself or into an area that lies in it.")


class AreasInside(Refused):
    text = _("%(name)s still has areas in it. Move, merge or close these first.")


@transaction.atomic
def add_area(
    *,
    scheme: Scheme,
    code: str,
    name: str,
    level: str,
    parent: Area | None,
    on: date,
    actor: Actor,
    at: datetime,
    lon: float | None = None,
    lat: float | None = None,
) -> Area:
    """Found an area from a day on.

    Raises CodeTaken, NameTaken, LevelsDoNotFit, OtherScheme, NotOpen, ChangedSince.
    """
    area = found_area(scheme=scheme, code=code, name=name, level=level, parent=parent, on=on, lon=lon, lat=lat)
    record("places.area.added", area, actor=actor, at=at, on=on.isoformat(), parent=parent.pk if parent else 0)
    return area


def found_area(
    *,
    scheme: Scheme,
    code: str,
    name: str,
    level: str,
    parent: Area | None,
    on: date,
    lon: float | None,
    lat: float | None,
) -> Area:
    """The rows of a new area, without a record."""
    above = parent_span(parent, on)
    if parent is not None and parent.scheme_id != scheme.pk:
        raise OtherScheme(parent)
    check_level(level, above, scheme)
    check_name(name, parent, scheme)
    if Area.objects.filter(scheme=scheme, code=code).exists():
        raise CodeTaken(code=code)
    area = Area.objects.create(scheme=scheme, code=code)
    AreaSpan.objects.create(
        area=area,
        name=name,
        level=level,
        parent=parent,
        path=(above.path if above else "") + area.segment,
        lon=lon,
        lat=lat,
        valid_from=on,
    )
    return area


@transaction.atomic
def rename_area(*, area: Area, name: str, on: date, actor: Actor, at: datetime) -> None:
    """Give an area another name from a day on. Raises NameTaken, NotOpen, ChangedSince."""
    span = open_span(area, on)
    check_name(name, span.parent, area.scheme, apart_from=(area,))
    follow_on(span, on, name=name)
    record("places.area.renamed", area, actor=actor, at=at, on=on.isoformat())


@transaction.atomic
def move_area(*, area: Area, parent: Area | None, on: date, actor: Actor, at: datetime) -> None:
    """Hang an area, with all that lies in it, under another from a day on.

    Raises MovedUnderItself, OtherScheme, LevelsDoNotFit, NameTaken, NotOpen, ChangedSince.
    """
    span, above = open_span(area, on), parent_span(parent, on)
    if parent is not None and parent.scheme_id != area.scheme_id:
        raise OtherScheme(parent)
    if above is not None and above.path.startswith(span.path):
        raise MovedUnderItself(area, name=span.name)
    check_level(span.level, above, area.scheme)
    check_name(span.name, parent, area.scheme, apart_from=(area,))
    rows = rehang(span, above, on)
    record("places.area.moved", area, actor=actor, at=at, on=on.isoformat(), rows=rows)


@transaction.atomic
def close_area(*, area: Area, on: date, actor: Actor, at: datetime) -> None:
    """Let an area end without a successor. Raises AreasInside, NotOpen, ChangedSince."""
    span = open_span(area, on)
    end_area(span, on)
    record("places.area.closed", area, actor=actor, at=at, on=on.isoformat())


def end_area(span: AreaSpan, on: date) -> None:
    """Close the open row of an area that has nothing below it any more. Raises AreasInside."""
    if AreaSpan.objects.filter(parent=span.area, valid_until=None).exists():
        raise AreasInside(span.area, name=span.name)
    AreaSpan.objects.filter(pk=span.pk).update(valid_until=on)
