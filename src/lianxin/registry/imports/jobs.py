"""The jobs of an import: staged, applied, undone."""

from datetime import time

from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.trail.tasks import Run, task

from ..models.imports import Import
from . import applying

Asker = dict[str, str | int]
"""Who asked for it: kind, id and label, as the audit entry names them."""


@task(name="registry.stage_import", lease_s=120, atomic=False, priority=5)
def stage(run: Run, *, batch: int) -> None:
    """Read and check a file."""
    found = Import.objects.get(pk=batch)
    if found.state == "staging":
        applying.stage(found, run)


@task(name="registry.apply_import", lease_s=30, atomic=False, priority=5)
def apply(run: Run, *, batch: int, asker: Asker) -> None:
    """Write the staged rows of an import."""
    found = Import.objects.get(pk=batch)
    if found.state == "applying":
        applying.apply(found, run, actor=_actor(asker))


@task(name="registry.undo_import", lease_s=30, atomic=False, priority=5)
def undo(run: Run, *, batch: int, asker: Asker) -> None:
    """Take back what an import wrote."""
    found = Import.objects.get(pk=batch)
    if found.state == "undoing":
        applying.undo(found, run, actor=_actor(asker))


@task(name="registry.purge_imports", lease_s=120, atomic=False, daily_at=time(3, 40))
def purge(run: Run) -> None:
    """Files that somebody chose and nobody went on with are deleted."""
    from .operations import purge as purge_old  # operations enqueue the tasks above

    purge_old(actor=System(label="nightly"), at=now())


def _actor(asker: Asker) -> System:
    return System(label=str(asker["label"]), id=int(asker["id"]), kind=str(asker["kind"]))
