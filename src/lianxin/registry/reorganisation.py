"""When areas go over into others, what stands in them goes along on the same day; days before stay as they were."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from lianxin.kit.actor import Actor
from lianxin.places.models import Area, AreaSpan
from lianxin.trail.operations import record

from .models.body import BodySpan
from .models.imports import Import
from .models.organisation import OrganisationSpan
from .models.person import Person
from .operations.spans import ImportUnderWay


@transaction.atomic
def areas_changed(*, old: Sequence[Area], new: Sequence[Area], on: date, actor: Actor, at: datetime) -> None:
    """Carry organisations, bodies and people over.

    A merger says where they go: into the joint area. A split does not: they go up to the area above, organisations as
    to be placed, and an officer decides. What lies in an area that stays, or in one below, stays where it is.
    Raises ImportUnderWay.
    """
    gone = [area for area in old if area not in new]
    if not gone:
        return
    if Import.hidden():
        raise ImportUnderWay()
    counts = {"organisations": 0, "bodies": 0}
    for area in gone:
        home = new[0] if len(new) == 1 else _above(area, on) or new[0]
        placed = {} if len(new) == 1 else {"placed": "none", "is_placed_by_hand": False}
        counts["organisations"] += _carry(OrganisationSpan, area, on, {"area_id": home.pk, **placed})
        counts["bodies"] += _carry(BodySpan, area, on, {"area_id": home.pk})
        Person.objects.filter(area=area).update(area=home)
    into = [area.pk for area in new]
    record("registry.area.followed", gone[0], actor=actor, at=at, day=on.isoformat(), into=into, **counts)


def _above(area: Area, on: date) -> Area | None:
    spans = AreaSpan.objects.filter(area=area, valid_from__lt=on).order_by("-valid_from").select_related("parent")
    last = spans.first()
    return last.parent if last else None


def _carry(model: Any, area: Area, on: date, changes: dict[str, object]) -> int:
    """Give every span that reaches past the day its new area from that day on; how many."""
    reaching = model.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), area=area)
    carried: int = reaching.filter(valid_from__gte=on).update(**changes)
    rows = list(reaching.filter(valid_from__lt=on))
    following = [_copy(row, on, changes) for row in rows]
    model.objects.filter(pk__in=[row.pk for row in rows]).update(valid_until=on, ended_in=None)
    model.objects.bulk_create(following, batch_size=500)
    return carried + len(rows)


def _copy(row: Any, on: date, changes: dict[str, object]) -> Any:
    """The later part of a span: its end and whatever import ended it go along."""
    kept = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    return type(row)(**{**kept, **changes, "valid_from": on, "born_in_id": None, "corrected_at": None})
