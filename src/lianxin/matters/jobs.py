"""Background work of matters."""

from datetime import time, timedelta

from lianxin.kit.clock import now, today
from lianxin.places.calendar import WorkingDays
from lianxin.trail.tasks import Run, task

from . import ways_jobs as _ways  # noqa: F401  registers its tasks
from .operations import counting, referrals
from .operations.ringing import due_now, ring

AT_ONCE = 200
KEEP_ROLLS_DAYS = 90
"""So long after the result of an election somebody may still object to it."""


@task(name="matters.expire_referrals", every_s=3600)
def expire_referrals(run: Run) -> None:
    """What was passed on can be read no more once its last day is over."""
    for referral in referrals.expired(today()):
        referrals.expire(referral=referral, at=now())


@task(name="matters.forget_rolls", daily_at=time(3, 50))
def forget_rolls(run: Run) -> None:
    """Names on rolls, and codes, go when the time to object is over."""
    counting.forget_rolls(before=today() - timedelta(days=KEEP_ROLLS_DAYS), actor=run.actor, at=now())


@task(name="matters.ring_clocks", lease_s=120, atomic=False, every_s=60)
def ring_clocks(run: Run) -> None:
    """Remind before, escalate after: every clock whose moment has come."""
    calendar = WorkingDays.read()
    for done, matter in enumerate(due_now(now(), AT_ONCE)):
        with run.step(done, AT_ONCE):
            ring(matter=matter, at=now(), calendar=calendar)
