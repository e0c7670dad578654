"""Background work of the registry."""

from datetime import time

from lianxin.kit.actor import System
from lianxin.kit.clock import now, today
from lianxin.trail.tasks import Run, task

from .imports import jobs as _imports  # noqa: F401  registers its tasks
from .operations.duplicates import find_pairs, propose
from .operations.rights import delete_expired

NIGHTLY = System(label="nightly")


@task(name="registry.delete_expired", daily_at=time(3, 10))
def delete_what_expired(run: Run) -> None:
    """Statements kept as long as their purpose allows are deleted."""
    delete_expired(day=today(), actor=NIGHTLY, at=now())


@task(name="registry.find_duplicates", lease_s=300, atomic=False, daily_at=time(2, 30))
def find_duplicates(run: Run) -> None:
    """Propose pairs of records that may be one. A person decides each."""
    for kind, pairs in find_pairs(today()):
        with run.step(note=kind):
            propose(kind, pairs, now())
