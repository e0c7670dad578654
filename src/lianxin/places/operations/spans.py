"""Opening, closing and moving the dated rows of areas, and the refusals they share."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lianxin.kit.dated import below
from lianxin.kit.refusals import Refused

from ..models import Area, AreaSpan, Scheme


class NotOpen(Refused):
    text = _("%(name)s does not exist any more on that day. Choose an area that does.")


class ChangedSince(Refused):
    text = _("%(name)s, or an area in it, was changed on %(day)s. Choose that day or a later one.")


class CodeTaken(Refused):
    text = _("The code %(code)s is in use in this scheme. Give the area a code of its own.")


class NameTaken(Refused):
    text = _("There is a %(name)s under the same area already. Addresses could not tell them apart.")


class LevelsDoNotFit(Refused):
    text = _("An area of this level cannot lie there: the area above must be of a higher level.")


class OtherScheme(Refused):
    text = _("These areas belong to different schemes. Only areas of one scheme can be joined or moved.")


def open_span(area: Area, on: date) -> AreaSpan:
    """The open row of an area, locked, if nothing about it or below it changes after `on`.

    Raises NotOpen, ChangedSince.
    """
    span = AreaSpan.objects.select_for_update().filter(area=area, valid_until=None).first()
    if span is None:
        last = AreaSpan.objects.filter(area=area).order_by("-valid_from").first()
        raise NotOpen(area, name=last.name if last else area.code)
    later = Q(valid_from__gt=on) | Q(valid_until__gt=on)
    changed = AreaSpan.objects.filter(later, below((span.path,)))
    last = changed.order_by("-valid_from").first()
    if last is not None:
        day = max(d for d in (last.valid_from, last.valid_until) if d is not None)
        raise ChangedSince(area, name=span.name, day=day.isoformat())
    return span


def parent_span(parent: Area | None, on: date) -> AreaSpan | None:
    """The open row of an area that others are to hang under from `on`. Raises NotOpen, ChangedSince."""
    if parent is None:
        return None
    span = AreaSpan.objects.filter(area=parent, valid_until=None).first()
    if span is None:
        raise NotOpen(parent, name=parent.code)
    if span.valid_from > on:
        raise ChangedSince(parent, name=span.name, day=span.valid_from.isoformat())
    return span


def follow_on(span: AreaSpan, on: date, **changes: object) -> None:
    """Let an open row end on the day and another, changed, begin. A row that begins that day is changed in place."""
    for name, value in changes.items():
        setattr(span, name, value)
    if span.valid_from < on:
        AreaSpan.objects.filter(pk=span.pk).update(valid_until=on)
        span.pk, span.valid_from, span._state.adding = None, on, True
    span.save()


def rehang(span: AreaSpan, parent: AreaSpan | None, on: date) -> int:
    """Hang an area and all below it under another from `on`; returns the number of rows opened."""
    old = span.path
    new = (parent.path if parent else "") + span.area.segment
    below_it = AreaSpan.objects.filter(below((old,)), valid_until=None).exclude(pk=span.pk)
    opened = list(below_it)
    keep = [s.pk for s in opened if s.valid_from < on]
    begun = [s for s in opened if s.valid_from == on]
    AreaSpan.objects.filter(pk__in=keep).update(valid_until=on)
    for each in opened:
        each.path = new + each.path.removeprefix(old)
    AreaSpan.objects.bulk_update(begun, ["path"], batch_size=500)
    fresh = [each for each in opened if each.valid_from < on]
    for each in fresh:
        each.pk, each.valid_from, each._state.adding = None, on, True
    AreaSpan.objects.bulk_create(fresh, batch_size=500)
    follow_on(span, on, parent=parent.area if parent else None, path=new)
    return len(opened) + 1


def check_name(name: str, parent: Area | None, scheme: Scheme, *, apart_from: tuple[Area, ...] = ()) -> None:
    """Raises NameTaken if an open area of that name hangs under the parent."""
    found = AreaSpan.objects.filter(area__scheme=scheme, parent=parent, name=name, valid_until=None)
    if found.exclude(area__in=apart_from).exists():
        raise NameTaken(name=name)


def check_level(level: str, parent: AreaSpan | None, scheme: Scheme) -> None:
    """Raises LevelsDoNotFit unless the scheme has the level and the parent's is above it."""
    codes = [each["code"] for each in scheme.levels]
    if not codes:
        return
    if level not in codes or (parent is not None and codes.index(parent.level) >= codes.index(level)):
        raise LevelsDoNotFit()
