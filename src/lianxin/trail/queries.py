"""What pages show of the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import Beat, Entry, Job, Schedule, Seal
from .texts import TEXTS, act_text, job_text

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


STATE_LOOKS = {
    "waiting": (_("waits to start"), "wait", "clock"),
    "running": (_("runs now"), "info", "player-play"),
    "stalled": (_("broken off, starts again soon"), "due", "rotate"),
    "retrying": (_("failed, is tried again"), "due", "rotate"),
    "done": (_("done"), "ok", "check"),
    "failed": (_("given up"), "overdue", "alert-triangle"),
    "cancelled": (_("cancelled"), "wait", "ban"),
}
"""Words, kind of tag and icon of each state."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job: its state in a word, and how far it is."""

    id: int
    name: str
    title: str
    state: str
    """A key of STATE_LOOKS."""
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
    def state_text(self) -> str:
        return str(STATE_LOOKS[self.state][0])

    @property
    def state_kind(self) -> str:
        return STATE_LOOKS[self.state][1]

    @property
    def state_icon(self) -> str:
        return STATE_LOOKS[self.state][2]

    @property
    def shown_at(self) -> datetime:
        """When it ended, began or will begin."""
        return self.ended_at or (self.started_at if self.state == "running" else None) or self.run_at

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
        job_text(job.name),
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


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One task that runs by the clock."""

    title: str
    every_s: int
    daily_at: time | None
    next_at: datetime
    is_paused: bool

    @property
    def every_minutes(self) -> int | None:
        """Where the rhythm is in whole minutes."""
        return self.every_s // 60 if self.every_s and self.every_s % 60 == 0 else None


@dataclass(frozen=True, slots=True)
class JobPage:
    """The page of background work, for one of STATES."""

    state: str
    lines: list[JobLine]
    open: int
    failed: int
    schedules: list[ScheduleLine]
    is_alive: bool


def job_page(state: str, at: datetime, *, limit: int = PAGE) -> JobPage:
    """Jobs that are open (the next to run first), failed or done (the newest first), in five queries at most."""
    conditions = {
        "open": Q(done_at=None, failed_at=None),
        "failed": Q(failed_at__isnull=False),
        "done": Q(done_at__isnull=False),
    }
    order = ("-priority", "run_at", "id") if state == "open" else ("-id",)
    found = Job.objects.filter(conditions[state]).order_by(*order)[:limit]
    counts = Job.objects.aggregate(
        open=Count("pk", filter=conditions["open"]), failed=Count("pk", filter=conditions["failed"])
    )
    lines = [job_line(row, at) for row in found]
    return JobPage(state, lines, counts["open"], counts["failed"], schedules(), worker_is_alive(at))


def schedules() -> list[ScheduleLine]:
    rows = Schedule.objects.order_by("name")
    return [ScheduleLine(job_text(r.name), r.every_s, r.daily_at, r.next_at, r.is_paused) for r in rows]


@dataclass(frozen=True, slots=True)
class SealLine:
    """How much of the trail is sealed, and since when."""

    sealed: int
    unsealed: int
    sealed_at: datetime | None


def seal_line() -> SealLine:
    """Two queries, whatever the number of entries."""
    last = Seal.objects.order_by("-position_to").first()
    unsealed = Entry.objects.filter(position=None).count()
    return SealLine(last.position_to if last else 0, unsealed, last.sealed_at if last else None)


def worker_is_alive(at: datetime) -> bool:
    """Some worker gave a sign of life within a minute, or is busy with a job whose lease still runs."""
    if Beat.objects.filter(beat_at__gte=at - timedelta(minutes=1)).exists():
        return True
    return Job.objects.filter(done_at=None, failed_at=None, lease_until__gte=at).exists()


def last_entry(beginnings: Sequence[str]) -> int:
    """Id of the newest entry whose act begins with one of these, 0 where there is none."""
    acts = Q(pk__in=[])
    for start in beginnings:
        acts |= Q(act__startswith=start)
    return Entry.objects.filter(acts).order_by("-pk").values_list("pk", flat=True).first() or 0


def done_by_accounts(acts: Sequence[str]) -> "QuerySet[Entry]":
    """What people with an account did, of some acts: for counts of how often, never for whom."""
    return Entry.objects.filter(actor_kind="account", act__in=acts)
