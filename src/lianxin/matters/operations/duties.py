"""Changing the list of duties: a line ends on a day and another begins; nothing is overwritten."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area
from lianxin.registry.models import Body, Line
from lianxin.trail.operations import record

from ..models import Duty


class OneOnly(Refused):
    text = _("Name one: a federation with its level, one body, or a door that is not ours.")


class StartsBefore(Refused):
    text = _("The line that holds now begins later than this day. Choose a later day.")


@transaction.atomic
def set_duty(
    *,
    need: str,
    day: date,
    actor: Actor,
    at: datetime,
    area: Area | None = None,
    line: Line | None = None,
    level: str = "",
    body: Body | None = None,
    door: str = "",
    source: str = "",
) -> Duty:
    """From a day on this is who answers for a need in an area. Raises OneOnly, StartsBefore."""
    if bool(line) != bool(level) or [bool(line), bool(body), bool(door.strip())].count(True) != 1:
        raise OneOnly()
    end_duty(need=need, area=area, day=day, actor=actor, at=at)
    chosen = {"line": line, "level": level, "body": body, "door": door.strip()}
    made = Duty.objects.create(need=need, area=area, source=source.strip()[:200], valid_from=day, **chosen)
    record("matters.duty.changed", made, actor=actor, at=at, need=need, area=area.pk if area else 0)
    return made


@transaction.atomic
def end_duty(*, need: str, area: Area | None, day: date, actor: Actor, at: datetime) -> None:
    """The line that holds for a need and an area ends on a day. Raises StartsBefore."""
    for duty in Duty.objects.select_for_update().filter(need=need, area=area, valid_until=None):
        if duty.valid_from > day:
            raise StartsBefore(duty)
        duty.valid_until = day
        duty.save(update_fields=["valid_until"])
        record("matters.duty.changed", duty, actor=actor, at=at, need=need, ended=True)
