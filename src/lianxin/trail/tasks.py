"""Background work: a leased queue in the database, with the call signature of Django's Tasks.

A job is claimed with a lease. By default its effect and its completion commit in one transaction: a worker that is
killed has done nothing, and another runs the job once its lease is over. `atomic=False` is for long jobs, which
commit in steps (`with run.step(...)`) and must be able to start again in the middle.
"""

import inspect
import json
import logging
import os
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any, Concatenate, Generic, ParamSpec

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from lianxin.kit.actor import Actor, System
from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused

from .models import STILL_OPEN, Job

P = ParamSpec("P")
log = logging.getLogger(__name__)

ATTEMPTS = 5
"""After so many errors a job is given up."""
DEATHS = 10
"""After so many claims without getting on: a job whose workers die is given up too, but a restart is no error."""
BATCH = 20
TASKS: dict[str, "Task[...]"] = {}
"""Every task by its name, filled when the `jobs` modules are imported."""


class LeaseLost(RuntimeError):
    """The job is no longer ours: its lease ran out and another worker has it, or a person cancelled it."""


@dataclass(frozen=True, slots=True)
class Enqueued:
    """What `enqueue` hands back; `is_new` is False where the same key was already waiting."""

    id: int
    is_new: bool


@dataclass(frozen=True)
class Task(Generic[P]):
    """A function that workers run, and how it is enqueued."""

    name: str
    function: Callable[Concatenate["Run", P], object]
    lease_s: int = 60
    atomic: bool = True
    every_s: int = 0
    daily_at: time_of_day | None = None
    key: str = ""
    priority: int = 0
    run_after: datetime | timedelta | None = None
    by: str = ""

    def using(
        self,
        *,
        run_after: datetime | timedelta | None = None,
        key: str = "",
        priority: int | None = None,
        by: Actor | None = None,
    ) -> "Task[P]":
        """The same task, enqueued later, under a key, sooner or later than others, or in somebody's name."""
        return replace(
            self,
            run_after=run_after,
            key=key,
            priority=self.priority if priority is None else priority,
            by=by.label if by else "",
        )

    def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> Enqueued:
        """Write the job in the caller's transaction. Arguments are named and plain JSON.

        Where a job of the same name and key already waits, that one is kept, and runs at the earlier of both times.
        It cannot start before the caller's transaction ends, so it sees what the caller wrote.
        """
        if args:
            raise TypeError(f"{self.name}: arguments of a job are named")
        inspect.signature(self.function).bind(None, **kwargs)
        json.dumps(kwargs)
        at = now()
        run_at = at + self.run_after if isinstance(self.run_after, timedelta) else self.run_after or at
        while True:
            with transaction.atomic():
                if self.key and (waiting := self._waiting(run_at)):
                    return Enqueued(waiting, is_new=False)
                try:
                    with transaction.atomic():
                        return Enqueued(self._write(at, run_at, dict(kwargs)).pk, is_new=True)
                except IntegrityError:
                    if not self.key:
                        raise

    def _waiting(self, run_at: datetime) -> int | None:
        same = Job.objects.filter(STILL_OPEN, name=self.name, key=self.key, attempts=0)
        found = same.select_for_update().first()
        if found and found.run_at > run_at:
            Job.objects.filter(pk=found.pk).update(run_at=run_at)
        return found.pk if found else None

    def _write(self, at: datetime, run_at: datetime, kwargs: dict[str, Any]) -> Job:
        return Job.objects.create(
            name=self.name,
            kwargs=kwargs,
            key=self.key,
            priority=self.priority,
            enqueued_at=at,
            enqueued_by=self.by,
            run_at=run_at,
        )


def task(
    *,
    name: str,
    lease_s: int = 60,
    atomic: bool = True,
    priority: int = 0,
    every_s: int = 0,
    daily_at: time_of_day | None = None,
) -> Callable[[Callable[Concatenate["Run", P], object]], Task[P]]:
    """Make a function a task.

    lease_s : seconds after which a silent worker is taken for dead.
    atomic : effect and completion in one transaction. On SQLite such a job holds the one write lock while it runs:
        whatever takes longer than a second is `atomic=False` and commits in steps.
    every_s, daily_at : also run by the clock, from a row of `Schedule` that is written once.
    """

    def register(function: Callable[Concatenate["Run", P], object]) -> Task[P]:
        if name in TASKS and inspect.unwrap(TASKS[name].function).__module__ != function.__module__:
            raise ValueError(f"two tasks are named {name}")
        made = Task(name, function, lease_s, atomic, every_s, daily_at, priority=priority)
        TASKS[name] = made
        return made

    return register


@dataclass
class Run:
    """One attempt at a job, handed to the task as its first argument."""

    job_id: int
    name: str
    worker: str
    attempt: int
    lease_s: int
    at: datetime
    furthest: int = 0
    """How far any attempt has come."""
    _told_at: float = field(default=0.0, repr=False)
    _note: str = field(default="", repr=False)

    @property
    def actor(self) -> Actor:
        """Who acts in the audit entries that this job writes."""
        return System(label=self.name)

    @property
    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(STILL_OPEN, pk=self.job_id, worker=self.worker)

    def hold(self, **values: Any) -> None:
        """Renew the lease; a job that got further than ever has all its attempts again. Raises LeaseLost."""
        if values.get("progress_done", 0) > self.furthest:
            self.furthest = values["progress_done"]
            values["attempts"] = 1
        until = now() + timedelta(seconds=self.lease_s)
        if not self._mine.update(lease_until=until, **values):
            raise LeaseLost(f"{self.name} {self.job_id}")

    def progress(self, done: int, total: int = 0, note: str = "") -> None:
        """Show how far it is and renew the lease; calls in quick succession are thinned out. Raises LeaseLost."""
        tick = time.monotonic()
        if 0 < done < total and note == self._note and tick - self._told_at < 0.2:
            return
        self._told_at, self._note = tick, note
        self.hold(progress_done=done, progress_total=total, progress_note=note[:200])

    @contextmanager
    def step(self, done: int = 0, total: int = 0, note: str = "") -> Iterator[None]:
        """One short transaction of a long job. It commits only while the lease is ours. Raises LeaseLost."""
        with transaction.atomic():
            yield
            self.hold(progress_done=done, progress_total=total, progress_note=note[:200])


def worker_name() -> str:
    """A name that no other process, and no earlier one, has."""
    return f"{os.uname().nodename[:30]}-{os.getpid()}-{uuid.uuid4().hex[:6]}"


def due(at: datetime) -> QuerySet[Job]:
    """Jobs that may be claimed: due, known here, not leased, and none of the same key at work."""
    leased = Q(lease_until__gte=at)
    twin = Job.objects.filter(STILL_OPEN, leased, name=OuterRef("name"), key=OuterRef("key")).exclude(key="")
    waiting = Job.objects.filter(STILL_OPEN, Q(lease_until=None) | ~leased, run_at__lte=at, attempts__lt=DEATHS)
    return waiting.filter(~Exists(twin), name__in=list(TASKS)).order_by("-priority", "run_at", "id")


def claim(worker: str, *, limit: int = BATCH) -> list[Job]:
    """Lease the jobs to run next, in one short transaction.

    Several at once only if they are short and new: a job that killed its worker is later tried alone, so it cannot
    use up the attempts of its neighbours.
    """
    at = now()
    if not due(at).exists():
        return []
    with transaction.atomic():
        found = due(at)
        if connection.features.has_select_for_update_skip_locked:
            found = found.select_for_update(skip_locked=True, of=("self",))
        jobs = _together(list(found[:limit]))
        for job in jobs:
            job.lease_until = at + timedelta(seconds=TASKS[job.name].lease_s)
            job.worker, job.started_at = worker, at
            job.attempts += 1
        Job.objects.bulk_update(jobs, ["lease_until", "worker", "started_at", "attempts"])
    return jobs


def _together(jobs: list[Job]) -> list[Job]:
    """The first job, and those after it that may share its claim."""
    alone = [not TASKS[job.name].atomic or job.attempts > 0 for job in jobs]
    if not jobs or alone[0]:
        return jobs[:1]
    return jobs[: alone.index(True)] if True in alone else jobs


def hand_back(jobs: list[Job]) -> None:
    """Give claimed jobs that were not begun to whoever is next."""
    for job in jobs:
        mine = Job.objects.filter(STILL_OPEN, pk=job.pk, worker=job.worker, attempts=job.attempts)
        mine.update(lease_until=None, attempts=job.attempts - 1)


def run(job: Job) -> bool:
    """Run a claimed job; whether it is done. Failures are written to its row, never raised."""
    return _attempt(job) is None


def _attempt(job: Job) -> Exception | None:
    todo = TASKS[job.name]
    attempt = Run(job.pk, job.name, job.worker, job.attempts, todo.lease_s, now(), job.progress_done)
    try:
        with transaction.atomic() if todo.atomic else nullcontext():
            attempt.hold()
            todo.function(attempt, **job.kwargs)
            if not attempt._mine.update(done_at=now(), lease_until=None, error=""):
                raise LeaseLost(f"{job.name} {job.pk}")
    except LeaseLost as lost:
        log.warning("given up to another worker or cancelled: %s", lost)
        return lost
    except Exception as error:
        log.exception("job %s %s failed at attempt %s", job.name, job.pk, job.attempts)
        _write_failure(attempt, error)
        return error
    return None


def _write_failure(attempt: Run, error: Exception) -> None:
    at = now()
    attempts = attempt._mine.values_list("attempts", flat=True).first() or ATTEMPTS
    if isinstance(error, Refused) or attempts >= ATTEMPTS:
        attempt._mine.update(error=describe(error), failed_at=at, lease_until=None)
        return
    again = at + timedelta(seconds=2**attempts)
    attempt._mine.update(error=describe(error), run_at=again, lease_until=None)


def describe(error: Exception) -> str:
    """What failed and where. The words of an error may hold somebody's data, so only a refusal keeps them."""
    if isinstance(error, Refused):
        return error.sentence[:500]
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "/lib/python" not in f.filename), frames[-1] if frames else None)
    where = f"{os.path.basename(place.filename)}:{place.lineno} {place.name}" if place else ""
    return f"{type(error).__name__} {where}"[:500]


def give_up_the_dead() -> int:
    """Close jobs whose workers died at each of their attempts; how many."""
    lost = Job.objects.filter(STILL_OPEN, attempts__gte=DEATHS, lease_until__lt=now())
    if not lost.exists():
        return 0
    return lost.update(failed_at=now(), lease_until=None, error="worker died at each attempt")


def run_until_idle(*, reraise: bool = True) -> int:
    """Run every job that is due now, in this process; how many were done. For tests and commands.

    reraise : raise the error of the first job that fails, after writing it to the job's row.
    """
    worker, done = worker_name(), 0
    while jobs := claim(worker, limit=1):
        for job in jobs:
            error = _attempt(job)
            if error is not None and reraise:
                raise error
            done += error is None
    return done
