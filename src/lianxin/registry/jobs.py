"""Background work of the registry."""

from datetime import time

from lianxin.kit.actor import System
from lianxin.kit.clock import now, today
from lianxin.trail.tasks import Run, task

from .imports import jobs as _imports  # noqa: F401  registers its tasks
from .operations.rights import delete_expired

NIGHTLY = System(label="nightly")


@task(name="registry.delete_expired", daily_at=time(3, 10))
def delete_what_expired(run: Run) -> None:
    """Statements kept as long as their purpose allows are deleted."""
    delete_expired(day=today(), actor=NIGHTLY, at=now())
