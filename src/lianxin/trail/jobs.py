"""Background work of the trail itself."""

from datetime import time, timedelta

from lianxin.kit.clock import now

from .chain import keep_head, seal_next
from .models import Job
from .tasks import Run, task

KEEP_DONE_DAYS = 14
KEEP_FAILED_DAYS = 90


@task(name="trail.prune", daily_at=time(3, 40))
def prune(run: Run) -> None:
    """Delete jobs that ended long ago."""
    Job.objects.filter(done_at__lt=now() - timedelta(days=KEEP_DONE_DAYS)).delete()
    Job.objects.filter(failed_at__lt=now() - timedelta(days=KEEP_FAILED_DAYS)).delete()


SEAL_BATCH = 2000


@task(name="trail.seal", atomic=False, every_s=60)
def seal(run: Run) -> None:
    """Chain and sign the entries that came since the last time, in short steps."""
    total = count = seal_step(run, 0)
    while count:
        count = seal_step(run, total)
        total += count
    if total:
        keep_head(run.at)


def seal_step(run: Run, total: int) -> int:
    with run.step(total):
        return seal_next(run.at, SEAL_BATCH)
