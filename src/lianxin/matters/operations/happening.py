"""What every operation on a matter shares: locking it, writing what happened, sealing words, setting its clocks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from lianxin.kit import vault
from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.places.calendar import WorkingDays

from ..clocks import Entered, Extended, Reckoning, Standing
from ..models import Event, Matter
from .runs import keep_runs

REQUESTER = "requester"


@dataclass(frozen=True, slots=True)
class Requesting:
    """Whoever holds the secret link of a matter."""

    id: int
    kind: str = REQUESTER
    label: str = REQUESTER

    def may(self, act: str, day: object) -> bool:
        return False

    def scope(self, act: str, day: Any) -> Scope:
        return Scope(day)


def locked(matter: Matter) -> Matter:
    """The matter as it stands now, held until the transaction ends."""
    return Matter.objects.select_for_update(of=("self",)).select_related("kind", "area").get(pk=matter.pk)


def happened(
    matter: Matter,
    act: str,
    *,
    actor: Actor,
    at: datetime,
    step: str = "",
    state: str = "",
    note: str = "",
    is_shown: bool = False,
    facts: Mapping[str, object] | None = None,
) -> Event:
    """Write one event of a matter that is locked; the note is sealed where the matter is shut."""
    last = matter.events.order_by("-seq").values_list("seq", flat=True).first() or 0
    event = Event(
        matter=matter,
        seq=last + 1,
        at=at,
        act=act,
        step=step,
        state=state,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:100],
        facts=dict(facts or {}),
        is_shown=is_shown,
    )
    if note and matter.is_shut:
        event.sealed = vault.seal(note, where=event.where, ring=matter.ring)
    else:
        event.note = note
    event.save(force_insert=True)
    _mark_said(matter, act, actor, at)
    return event


def _mark_said(matter: Matter, act: str, actor: Actor, at: datetime) -> None:
    """What the requester adds, answers or objects waits until somebody of ours takes a step, writes or has read it."""
    said = matter.said_at
    if actor.kind == REQUESTER and act in ("said", "step"):
        said = at
    elif actor.kind == "account" and act in ("step", "noted", "heard"):
        said = None
    if said != matter.said_at:
        matter.said_at = said
        Matter.objects.filter(pk=matter.pk).update(said_at=said)


def note_of(event: Event, ring: str) -> str:
    """The note of an event, opened where it is sealed. Who may call this: see `reading`."""
    return vault.unseal(event.sealed, where=event.where, ring=ring) if event.sealed else event.note


def told(matter: Matter) -> list[Event]:
    """Every event in order; asks nothing where they were fetched with the matter."""
    return sorted(matter.events.all(), key=lambda event: event.seq)


def story(matter: Matter) -> list[Entered | Extended]:
    """What happened, as far as clocks ask. Made one of another kind, it began as that when it came in."""
    found: list[Entered | Extended] = []
    for event in told(matter):
        if event.act == "corrected" and "kind" in event.facts.get("fields", ()):
            found = [Entered(event.state, matter.arrived_at)]
        elif event.act == "extended":
            found.append(Extended(event.step, event.at))
        elif event.state and event.act in ("opened", "step"):
            found.append(Entered(event.state, event.at, _day_agreed(event.facts)))
    return found


def _day_agreed(facts: Mapping[str, object]) -> date | None:
    return date.fromisoformat(str(facts["due_on"])) if facts.get("due_on") else None


def reckoning(matter: Matter, calendar: WorkingDays | None = None) -> Reckoning:
    """What the clocks of a matter are worked out with."""
    zone = timezone.get_default_timezone()
    assert isinstance(zone, ZoneInfo)
    return Reckoning(calendar or WorkingDays.read(), zone, matter.area.code)


def standings(matter: Matter, at: datetime, calendar: WorkingDays | None = None) -> list[Standing]:
    """How every clock of a matter stands at a moment."""
    return reckoning(matter, calendar).standings(matter.kind.kind, story(matter), at)


def remind_at(standing: Standing, calendar: WorkingDays, area_code: str) -> datetime | None:
    """The moment to remind before a clock runs out; None where it does not remind."""
    clock, due = standing.clock, standing.due_at
    if due is None or not clock.reminds:
        return None
    unit = clock.amount_in(area_code).unit
    if unit == "hours":
        return due - timedelta(hours=clock.reminds)
    if unit == "days":
        return due - timedelta(days=clock.reminds)
    last = timezone.localtime(due).date()
    day = calendar.add_working_days(last, -clock.reminds)
    return timezone.make_aware(datetime.combine(day, time()))


def set_clocks(matter: Matter, at: datetime, calendar: WorkingDays | None = None) -> None:
    """Write onto a matter when it is due next and when its clocks must be looked at again. Not saved; the runs are."""
    found = calendar or WorkingDays.read()
    reckoned = reckoning(matter, found)
    stand = reckoned.standings(matter.kind.kind, story(matter), at)
    keep_runs(matter, stand)
    running = [s for s in stand if s.met_at is None and s.due_at is not None]
    first = min(running, key=lambda s: (s.due_at, s.clock.code), default=None)
    matter.due_at = first.due_at if first else None
    matter.due_clock = first.clock.code if first else ""
    heard = matter.events.filter(act__in=("reminded", "escalated")).values_list("act", "step", "at")
    rung = [(act, step, when) for act, step, when in heard]
    moments = [m for s in running if (m := next_moment(s, rung, found, reckoned.area_code)) is not None]
    matter.next_at = min(moments, default=None) if matter.is_open else None


def next_moment(
    standing: Standing, rung: list[tuple[str, str, datetime]], calendar: WorkingDays, area_code: str
) -> datetime | None:
    """When a running clock rings next: the reminder, then the end; None when both were heard in this run."""
    heard = {act for act, step, when in rung if step == standing.clock.code and when >= standing.started_at}
    remind = remind_at(standing, calendar, area_code)
    if "escalated" in heard:
        return None
    return remind if remind is not None and "reminded" not in heard else standing.due_at


def sealed_json(content: Mapping[str, object], *, where: str, ring: str) -> bytes:
    """Plain data, sealed."""
    return vault.seal(json.dumps(content, ensure_ascii=False), where=where, ring=ring)


def opened_json(sealed: bytes | memoryview, *, where: str, ring: str) -> dict[str, Any]:
    """Sealed data, opened."""
    content: dict[str, Any] = json.loads(vault.unseal(sealed, where=where, ring=ring))
    return content
