"""The network of a line: informal groups and the pattern it is meant to follow."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area, Site
from lianxin.registry.models import Line
from lianxin.trail.operations import record

from ..models import InformalGroup, Pattern


class GroupNameMissing(Refused):
    text = _("A group needs a name to be found by; the names of its people are not asked for.")


class GroupEndsBeforeStart(Refused):
    text = _("This group is on record since %(since)s, so it cannot end before that day.")


class PatternEmpty(Refused):
    text = _("Choose at least one level or form that the network is made of.")


@transaction.atomic
def add_group(
    *,
    line: Line,
    name: str,
    kind: str,
    area: Area,
    day: date,
    actor: Actor,
    at: datetime,
    site: Site | None = None,
    people: int | None = None,
) -> InformalGroup:
    """A group counts for the network from the day. Raises GroupNameMissing."""
    kept = " ".join(name.split())
    if not kept:
        raise GroupNameMissing()
    facts = {"line": line, "name": kept, "kind": kind, "area": area, "site": site, "people": people}
    made = InformalGroup.objects.create(**facts, valid_from=day)
    record("reach.group.added", made, actor=actor, at=at, line=line.pk, area=area.pk, day=day.isoformat())
    return made


@transaction.atomic
def end_group(*, group: InformalGroup, day: date, actor: Actor, at: datetime) -> None:
    """The group is no more from the day on. Raises GroupEndsBeforeStart."""
    if day < group.valid_from:
        raise GroupEndsBeforeStart(group, since=group.valid_from)
    InformalGroup.objects.filter(pk=group.pk, valid_until=None).update(valid_until=day)
    record("reach.group.ended", group, actor=actor, at=at, day=day.isoformat())


@transaction.atomic
def set_pattern(*, line: Line, parts: list[dict[str, Any]], day: date, actor: Actor, at: datetime) -> Pattern:
    """From the day on the network of the line is meant to be like this; earlier days keep theirs.

    Raises PatternEmpty.
    """
    if not parts:
        raise PatternEmpty()
    Pattern.objects.filter(line=line, valid_from__gte=day).delete()
    Pattern.objects.filter(line=line, valid_until=None).update(valid_until=day)
    made = Pattern.objects.create(line=line, parts=parts, valid_from=day)
    record("reach.pattern.set", line, actor=actor, at=at, pattern=made.pk, day=day.isoformat(), parts=len(parts))
    return made
