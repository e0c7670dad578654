"""Background work of the trail itself."""

from datetime import time, timedelta

from lianxin.kit.clock import now

from .models import Job
from .tasks import Run, task

KEEP_DONE_DAYS = 14
KEEP_FAILED_DAYS = 90


@task(name="trail.prune", daily_at=time(3, 40))
def prune(run: Run) -> None:
    """Delete jobs that ended long ago."""
    Job.objects.filter(done_at__lt=now() - timedelta(days=KEEP_DONE_DAYS)).delete()
    Job.objects.filter(failed_at__lt=now() - timedelta(days=KEEP_FAILED_DAYS)).delete()
