"""The worker process: schedules, jobs, signs of life, until it is told to stop."""

import logging
import os
import signal
import time
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone

from lianxin.kit.clock import now

from .models import Beat, Job, Schedule
from .tasks import TASKS, claim, give_up_the_dead, hand_back, run, worker_name

log = logging.getLogger(__name__)
POLL_S = 0.4
BEAT_S = 10


def next_slot(schedule: Schedule, at: datetime) -> datetime:
    """The first slot after `at`. Slots missed meanwhile are not made up for."""
    if schedule.every_s:
        missed = max(0.0, (at - schedule.next_at).total_seconds()) // schedule.every_s
        return schedule.next_at + timedelta(seconds=(missed + 1) * schedule.every_s)
    assert schedule.daily_at is not None
    local = timezone.localtime(at)
    slot = local.replace(hour=schedule.daily_at.hour, minute=schedule.daily_at.minute, second=0, microsecond=0)
    return slot if slot > local else slot + timedelta(days=1)


def write_schedules(at: datetime) -> None:
    """A row for each task that runs by the clock; rows that exist stay as the steward set them."""
    known = set(Schedule.objects.values_list("name", flat=True))
    for todo in TASKS.values():
        if todo.name in known or not (todo.every_s or todo.daily_at):
            continue
        row = Schedule(name=todo.name, every_s=todo.every_s, daily_at=todo.daily_at, next_at=at)
        row.next_at = at if todo.every_s else next_slot(row, at)
        Schedule.objects.bulk_create([row], ignore_conflicts=True)


def enqueue_slots(at: datetime) -> int:
    """Enqueue every slot that is due, each once whatever the number of workers; how many."""
    ready = Schedule.objects.filter(is_paused=False, next_at__lte=at, name__in=list(TASKS))
    if not ready.exists():
        return 0
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            ready = ready.select_for_update(skip_locked=True)
        rows = list(ready)
        for row in rows:
            TASKS[row.name].using(key=f"slot {row.next_at.isoformat()}").enqueue()
            row.next_at = next_slot(row, at)
        Schedule.objects.bulk_update(rows, ["next_at"])
    return len(rows)


class Worker:
    """One worker. `stop` lets it finish the job at hand."""

    def __init__(self) -> None:
        self.name = worker_name()
        self.parent = os.getppid()
        self.is_stopping = False
        self._beat_at = 0.0

    def stop(self, *_: object) -> None:
        self.is_stopping = True

    def run(self, *, until_idle: bool = False) -> int:
        """Work until stopped, orphaned or, if asked, idle; how many jobs were done."""
        done = 0
        while not self.is_stopping and os.getppid() == self.parent:
            try:
                self._tend()
                jobs = claim(self.name)
                done += self._work_off(jobs)
            except DatabaseError:
                log.exception("the database did not answer")
                connection.close()
                jobs = []
                time.sleep(1)
            if not jobs and until_idle:
                break
            if not jobs:
                close_old_connections()
                time.sleep(POLL_S)
        self._leave()
        return done

    def _work_off(self, jobs: list[Job]) -> int:
        done = 0
        for number, job in enumerate(jobs):
            if self.is_stopping:
                hand_back(jobs[number:])
                break
            done += run(job)
        return done

    def _tend(self) -> None:
        if not self._beat_at:
            write_schedules(now())
            Beat.objects.filter(beat_at__lt=now() - timedelta(days=1)).delete()
        enqueue_slots(now())
        if time.monotonic() - self._beat_at < BEAT_S:
            return
        self._beat_at = time.monotonic()
        Beat.objects.update_or_create(
            worker=self.name, defaults={"beat_at": now()}, create_defaults={"beat_at": now(), "started_at": now()}
        )
        give_up_the_dead()

    def _leave(self) -> None:
        try:
            Beat.objects.filter(worker=self.name).delete()
        except DatabaseError:
            log.warning("could not take leave of the database")


def work(*, until_idle: bool = False) -> int:
    """Be a worker in this process; SIGTERM and SIGINT end it after the job at hand."""
    worker = Worker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    return worker.run(until_idle=until_idle)
