"""What happens when a clock rings: a reminder before, an escalation after, and the step that only time takes."""

from datetime import datetime

from django.db import transaction

from lianxin.kit.actor import SYSTEM
from lianxin.places.calendar import WorkingDays
from lianxin.trail.operations import record

from ..clocks import Standing
from ..models import Matter
from .happening import happened, locked, next_moment, reckoning, set_clocks, story
from .steps import With, position, take_step


def due_now(at: datetime, limit: int) -> list[Matter]:
    """Matters whose clocks must be looked at."""
    return list(Matter.objects.filter(next_at__lte=at).order_by("next_at")[:limit])


@transaction.atomic
def ring(*, matter: Matter, at: datetime, calendar: WorkingDays) -> list[str]:
    """Ring every clock of a matter whose moment has come. Returns what was done, such as `escalated handle`."""
    held = locked(matter)
    if held.next_at is None or held.next_at > at:
        return []
    reckoned = reckoning(held, calendar)
    rung = list(held.events.filter(act__in=("reminded", "escalated")).values_list("act", "step", "at"))
    done = []
    for standing in reckoned.standings(held.kind.kind, story(held), at):
        moment = None
        if standing.met_at is None and standing.due_at is not None:
            moment = next_moment(standing, rung, calendar, reckoned.area_code)
        if moment is not None and moment <= at:
            done.append(_ring_one(held, standing, at))
            held.refresh_from_db()
    set_clocks(held, at, calendar)
    held.save(update_fields=["due_at", "due_clock", "next_at"])
    return done


def _ring_one(matter: Matter, standing: Standing, at: datetime) -> str:
    clock = standing.clock
    if not standing.is_overdue(at):
        happened(matter, "reminded", actor=SYSTEM, at=at, step=clock.code)
        record("matters.clock.reminded", matter, actor=SYSTEM, at=at, clock=clock.code)
        return f"reminded {clock.code}"
    happened(matter, "escalated", actor=SYSTEM, at=at, step=clock.code)
    record("matters.clock.run_out", matter, actor=SYSTEM, at=at, clock=clock.code)
    step = next((s for s in matter.kind.kind.steps_from(matter.state) if "clock" in s.by and not s.needs), None)
    taken = position(matter).taken
    if clock.escalates_to or step is None or (step.at_most and taken.get(step.code, 0) >= step.at_most):
        return f"escalated {clock.code}"
    take_step(matter=matter, code=step.code, actor=SYSTEM, at=at, given=With(facts={"clock": clock.code}))
    return f"{step.code} {clock.code}"
