"""What pages show of the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from .models import Beat, Entry, Job, Schedule
from .tasks import ATTEMPTS
from .texts import TEXTS, act_text

PAGE = 50


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One audit entry as people read it."""

    id: int
    at: datetime
    who: str
    is_person: bool
    act: str
    text: str
    subject_kind: str
    subject_id: int
    facts: tuple[tuple[str, str], ...]
    is_sealed: bool


def entry_line(entry: Entry) -> EntryLine:
    facts = tuple((name, str(value)) for name, value in entry.facts.items())
    return EntryLine(
        entry.pk,
        entry.at,
        entry.actor_label,
        entry.actor_kind == "account",
        entry.act,
        act_text(entry.act, entry.facts),
        entry.subject_kind,
        entry.subject_id,
        facts,
        entry.position is not None,
    )


def history(subject_kind: str, subject_id: int, *, limit: int = PAGE) -> list[EntryLine]:
    """Who changed this record, newest first: one query. The caller has checked that the reader may see it."""
    found = Entry.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-id")
    return [entry_line(entry) for entry in found[:limit]]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries: empty fields do not filter."""

    act: str = ""
    actor: str = ""
    subject_kind: str = ""
    subject_id: int | None = None
    day: date | None = None
    before: int | None = None
    """Only entries older than this id: how the list goes on."""

    def condition(self) -> Q:
        found = Q(act=self.act) if self.act else Q()
        found &= Q(actor_label__icontains=self.actor) if self.actor else Q()
        found &= Q(subject_kind=self.subject_kind) if self.subject_kind else Q()
        found &= Q(subject_id=self.subject_id) if self.subject_id is not None else Q()
        found &= Q(pk__lt=self.before) if self.before else Q()
        if self.day:
            start = timezone.make_aware(datetime.combine(self.day, time()))
            found &= Q(at__gte=start, at__lt=start + timedelta(days=1))
        return found


@dataclass(frozen=True, slots=True)
class EntryPage:
    lines: list[EntryLine]
    next_before: int | None
    """Where the next page starts; None on the last."""


def entries(chosen: EntryFilter, *, limit: int = PAGE) -> EntryPage:
    """Newest first: one query."""
    found = list(Entry.objects.filter(chosen.condition()).order_by("-id")[: limit + 1])
    following = found[limit - 1].pk if len(found) > limit else None
    return EntryPage([entry_line(entry) for entry in found[:limit]], following)


def known_acts() -> list[tuple[str, str]]:
    """Every act that has a text, by its text."""
    return sorted(((act, act_text(act)) for act in TEXTS), key=lambda pair: pair[1])


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job: its state in a word, and how far it is."""

    id: int
    name: str
    state: str
    """waiting, running, stalled, retrying, done, failed or cancelled"""
    enqueued_at: datetime
    enqueued_by: str
    started_at: datetime | None
    ended_at: datetime | None
    run_at: datetime
    attempts: int
    done: int
    total: int
    note: str
    error: str

    @property
    def percent(self) -> int | None:
        return round(100 * self.done / self.total) if self.total else None

    @property
    def is_open(self) -> bool:
        return self.state in {"waiting", "running", "stalled", "retrying"}

    @property
    def may_retry(self) -> bool:
        return self.state in {"failed", "cancelled"}


def job_state(job: Job, at: datetime) -> str:
    if job.done_at:
        return "done"
    if job.failed_at:
        return "cancelled" if job.cancelled_by else "failed"
    if job.lease_until:
        return "running" if job.lease_until >= at else "stalled"
    return "retrying" if job.attempts else "waiting"


def job_line(job: Job, at: datetime) -> JobLine:
    return JobLine(
        job.pk,
        job.name,
        job_state(job, at),
        job.enqueued_at,
        job.enqueued_by,
        job.started_at,
        job.done_at or job.failed_at,
        job.run_at,
        job.attempts,
        job.progress_done,
        job.progress_total,
        job.progress_note,
        job.error,
    )


def job(job_id: int, at: datetime) -> JobLine | None:
    """One job, for a page that waits for it."""
    found = Job.objects.filter(pk=job_id).first()
    return job_line(found, at) if found else None


STATES = ("open", "failed", "done")


def jobs(state: str, at: datetime, *, limit: int = PAGE) -> list[JobLine]:
    """Jobs that are open (the next to run first), failed or done (the newest first)."""
    conditions = {
        "open": Q(done_at=None, failed_at=None),
        "failed": Q(failed_at__isnull=False),
        "done": Q(done_at__isnull=False),
    }
    found = Job.objects.filter(conditions[state])
    found = found.order_by("-priority", "run_at", "id") if state == "open" else found.order_by("-id")
    return [job_line(row, at) for row in found[:limit]]


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    name: str
    every_s: int
    daily_at: time | None
    next_at: datetime
    is_paused: bool


def schedules() -> list[ScheduleLine]:
    rows = Schedule.objects.order_by("name")
    return [ScheduleLine(row.name, row.every_s, row.daily_at, row.next_at, row.is_paused) for row in rows]


def worker_is_alive(at: datetime) -> bool:
    """Some worker gave a sign of life within a minute, or is busy with a job whose lease still runs."""
    if Beat.objects.filter(beat_at__gte=at - timedelta(minutes=1)).exists():
        return True
    return Job.objects.filter(done_at=None, failed_at=None, lease_until__gte=at, attempts__lte=ATTEMPTS).exists()


def last_entry(beginnings: Sequence[str]) -> int:
    """Id of the newest entry whose act begins with one of these, 0 where there is none."""
    acts = Q(pk__in=[])
    for start in beginnings:
        acts |= Q(act__startswith=start)
    return Entry.objects.filter(acts).order_by("-pk").values_list("pk", flat=True).first() or 0
