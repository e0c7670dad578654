"""Background work of matters."""

from lianxin.kit.clock import now
from lianxin.places.calendar import WorkingDays
from lianxin.trail.tasks import Run, task

from .operations.ringing import due_now, ring

AT_ONCE = 200


@task(name="matters.ring_clocks", lease_s=120, atomic=False, every_s=60)
def ring_clocks(run: Run) -> None:
    """Remind before, escalate after: every clock whose moment has come."""
    calendar = WorkingDays.read()
    for done, matter in enumerate(due_now(now(), AT_ONCE)):
        with run.step(done, AT_ONCE):
            ring(matter=matter, at=now(), calendar=calendar)
