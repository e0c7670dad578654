"""Background work of figures: snapshots, tables made ahead, old ones dropped."""

from datetime import time, timedelta

from lianxin.kit.clock import now, today
from lianxin.trail.tasks import Run, task

from . import snapshots
from .warm import warm

REST = 15
"""A snapshot may take at most one part in so many of the time."""
CALM = timedelta(minutes=2)


@task(name="figures.take_snapshot", atomic=False, lease_s=900, daily_at=time(2, 30))
def take_snapshot(run: Run) -> None:
    """Take a snapshot, make the tables that pages open with, drop what is old."""
    held = snapshots.write(now(), actor=run.actor)
    run.progress(1, 3)
    warm(held, today(), lambda done, total: run.progress(1, 3, f"{done}/{total}"))
    snapshots.drop_old(now(), today())
    run.progress(3, 3)


@task(name="figures.keep_fresh", every_s=60)
def keep_fresh(run: Run) -> None:
    """After an import or another change of the facts: a new snapshot, but not one after the other without rest."""
    held = snapshots.latest()
    if not snapshots.is_stale(held):
        return
    wait = max(CALM, timedelta(seconds=REST * snapshots.cost())) if held else timedelta(0)
    if held is None or now() - held.taken_at >= wait:
        take_snapshot.using(key="snapshot").enqueue()
