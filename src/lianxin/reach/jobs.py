"""Background work of reach."""

from datetime import time

from lianxin.kit.clock import now, today
from lianxin.trail.tasks import Run, task

from .operations import reckoning
from .operations.proposals import look_for_proposals
from .operations.registers import connect_listings


@task(name="reach.reckon_duties", lease_s=600, atomic=False, daily_at=time(1, 50))
def reckon_duties(run: Run) -> None:
    """Work out what everybody owes today."""
    reckoning.reckon(day=today(), actor=run.actor, at=now(), told=run.progress)


@task(name="reach.keep_duties_fresh", every_s=60)
def keep_duties_fresh(run: Run) -> None:
    """After an import or another change of the facts: work them out again, but not one after the other without rest."""
    if reckoning.is_stale(today()) and not reckoning.may_rest(now()):
        reckon_duties.using(key="duties").enqueue()


@task(name="reach.look_for_proposals", lease_s=600, daily_at=time(3, 10))
def look_for_shared_bodies(run: Run) -> None:
    """Before the morning: which small organisations could share a body, and which entries of lists are known by now."""
    connect_listings(day=today(), actor=run.actor, at=now())
    run.progress(1, 2)
    look_for_proposals(actor=run.actor, at=now())
    run.progress(2, 2)
