"""One matter as its page shows it: clocks, course, hands it went through. Words are read in `operations.reading`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _

from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.templatetags.lx import short_day_of_week
from lianxin.places.calendar import WorkingDays
from lianxin.registry.models import OrganisationSpan
from lianxin.registry.scoping import scope_on

from ..clocks import Standing
from ..kinds import Kind, Step
from ..models import Dispatch, Event, Matter
from ..models.core import MatterSet
from ..needs import said
from ..operations.happening import REQUESTER, standings, told
from ..operations.sides import acts_for
from ..operations.steps import roles_of, steps_with
from ..words import CORRECTED, EVENTS, RATINGS, REFERRED, ROLES, SOLVED, WAITS, WAYS
from .desk_list import NAME_HANDLERS, VIEW, MatterLine, body_names, lines
from .remaining import Remaining, due_day, remaining


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock as it stands: how much time is left, and by which source."""

    code: str
    name: str
    remaining: Remaining
    source: str
    names_custom: bool
    """Whether the source says by itself that it is custom."""
    is_statutory: bool
    is_met: bool
    was_late: bool
    can_extend: bool
    extended: int


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that happened. `note` is empty where it is shut and was not opened."""

    at: datetime
    who: str
    what: str
    detail: str
    note: str
    has_shut_note: bool
    is_shown: bool
    matter: int = 0
    """Another matter that this leads to."""


@dataclass(frozen=True, slots=True)
class DispatchLine:
    """A body it was given to, and what the body said."""

    body: str
    at: datetime
    by: str
    objected_at: datetime | None
    objection: str
    is_kept: bool | None


@dataclass(frozen=True, slots=True)
class CallLine:
    """An attempt to ask how it went, or what the person said of the own accord: `is_own`."""

    at: datetime
    by: str
    is_reached: bool
    said: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class MatterRecord:
    """All of a matter's page but its words (事项页)."""

    matter: Matter
    line: MatterLine
    may_read: bool
    roles: frozenset[str]
    may_name: bool
    clocks: tuple[ClockLine, ...]
    steps: tuple[Step, ...]
    first_step: str
    """Code of the step to take next."""
    events: tuple[EventLine, ...]
    dispatches: tuple[DispatchLine, ...]
    handlers: tuple[tuple[int, str, bool], ...]
    calls: tuple[CallLine, ...]
    prompts: tuple[tuple[str, str], ...]
    photos: tuple[str, ...]
    organisation: str
    accused: str
    first_body: str
    related: tuple[tuple[str, MatterLine], ...]
    wishes_secrecy: bool
    has_requester: bool

    @property
    def is_handler(self) -> bool:
        return bool(self.roles & {"handler", "lead", "first_receiver"})

    @property
    def attempts(self) -> int:
        """How often somebody tried to ask; a rating on the page of progress is none of ours."""
        return sum(1 for call in self.calls if not call.is_own)

    @property
    def reached(self) -> int:
        """How many of the attempts reached the person."""
        return sum(1 for call in self.calls if call.is_reached and not call.is_own)

    @property
    def can_merge(self) -> bool:
        return any(step.code == "merge" for step in self.steps)


def seen_by(rows: MatterSet, actor: Actor, at: datetime) -> MatterSet:
    """Of these matters, those whose page somebody may open: in scope up to C2, handled, or shut and to be given
    handlers. The rows are named first, so that nothing is looked for in the whole table."""
    day = day_of(at)
    named = rows.lying_within(scope_on(actor, NAME_HANDLERS, day)).filter(level__in=("C3", "C4"))
    return rows.within(scope_on(actor, VIEW, day)) | rows.handled_by(actor.id) | named


def matter_record(pk: int, actor: Actor, at: datetime, notes: dict[Event, str] | None = None) -> MatterRecord | None:
    """The page of a matter for somebody; None where it does not exist for this person.

    notes : events with their notes opened, where the reading was recorded.
    """
    matter = seen_by(Matter.objects.filter(pk=pk), actor, at).select_related("kind", "requester", "area").first()
    if matter is None or acts_for(actor.id, matter.accused_id, day_of(at)):
        return None
    prefetch_related_objects([matter], "events")
    kind, roles, day = matter.kind.kind, roles_of(matter, actor, at), day_of(at)
    steps, is_read = steps_with(matter, roles, at), "handler" in roles
    calendar = WorkingDays.read()
    related = _related(matter, actor, at)
    given = list(matter.dispatches.order_by("-at", "-pk"))
    bodies = {matter.body_id, matter.first_body_id, *(d.body_id for d in given)}
    names = body_names({pk for pk in bodies if pk}, day)
    [line] = lines([matter], actor, at, calendar=calendar, kinds={matter.kind_id: kind}, bodies=names)
    found = MatterRecord(
        matter=matter,
        line=line,
        may_read=is_read,
        roles=roles,
        may_name=actor.may(NAME_HANDLERS, day),
        clocks=tuple(_clock(s, matter, line, at, calendar) for s in standings(matter, at, calendar)),
        steps=tuple(steps),
        first_step=next_step(steps),
        events=tuple(_events(matter, kind, notes, is_read=is_read)),
        dispatches=tuple(_dispatch(d, names) for d in given),
        handlers=_handlers(matter),
        calls=tuple(_calls(matter)),
        prompts=tuple((said(duty[:2]), said(duty[2:])) for duty in kind.prompts),
        photos=tuple(str(p) for p in matter.photos.order_by("at").values_list("pk", flat=True)),
        organisation=organisation_name(matter.organisation_id, day),
        accused=organisation_name(matter.accused_id, day) if roles else "",
        first_body=names.get(matter.first_body_id or 0, ""),
        related=tuple(related),
        wishes_secrecy=bool(getattr(matter, "requester", None) and matter.requester.wishes_secrecy),
        has_requester=hasattr(matter, "requester"),
    )
    return found if roles or not matter.is_shut else _from_outside(found)


def _from_outside(record: MatterRecord) -> MatterRecord:
    """A shut matter for whoever may name handlers and is none: by when, and who looks after it. Its course, its kind of
    clocks and its duties to report would tell what it is about."""
    running = [clock for clock in record.clocks if not clock.is_met]
    plain = tuple(replace(clock, name=str(_("Next time limit")), source="", can_extend=False) for clock in running[:1])
    hidden: dict[str, Any] = {"events": (), "dispatches": (), "calls": (), "prompts": (), "photos": (), "related": ()}
    return replace(record, clocks=plain, **hidden)


def next_step(steps: list[Step]) -> str:
    """The step that leads on as a rule: the first that needs no reason and no rule, else the first of all."""
    plain = [s for s in steps if not {"reason", "rule", "right_door"} & {*s.needs} and s.code not in ("merge", "stop")]
    return plain[0].code if plain else ""


def _clock(standing: Standing, matter: Matter, line: MatterLine, at: datetime, calendar: WorkingDays) -> ClockLine:
    clock = standing.clock
    amount = clock.amount_in(line.area.code)
    if standing.met_at is not None:
        left = Remaining("", "none", short_day_of_week(day_of(standing.met_at)))
    elif standing.is_paused and standing.due_at is None:
        left = Remaining(str(WAITS.get(matter.kind.kind.state(matter.state).waits_for, "")), "wait")
    else:
        left = remaining(standing.due_at, amount.unit, at, calendar)
        if standing.due_at and not left.note:
            left = replace(left, note=short_day_of_week(due_day(standing.due_at, amount.unit)))
    return ClockLine(
        code=clock.code,
        name=said((clock.zh, clock.en)),
        remaining=left,
        source=said((amount.source, amount.source_en)),
        names_custom=amount.source.startswith(("惯例", "参照")),
        is_statutory=amount.is_statutory,
        is_met=standing.met_at is not None,
        was_late=standing.met_at is not None and standing.is_overdue(at),
        can_extend=standing.met_at is None and standing.extended < clock.extends_times,
        extended=standing.extended,
    )


def _events(matter: Matter, kind: Kind, notes: dict[Event, str] | None, *, is_read: bool) -> list[EventLine]:
    rows = list(notes) if notes is not None else told(matter)
    accounts = {e.facts["account"] for e in rows if "account" in e.facts}
    names = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "label"))
    found = []
    for event in reversed(rows):
        note = notes[event] if notes is not None else event.note if is_read else ""
        shut = notes is None and event.sealed is not None
        other = event.facts.get("matter", 0)
        detail = _detail(event, kind) or names.get(event.facts.get("account", 0), "")
        what = _what(event, kind)
        found.append(EventLine(event.at, _who(event), what, detail, note, shut, event.is_shown, other))
    return found


def _who(event: Event) -> str:
    if event.actor_kind == "requester" or (event.act == "opened" and event.actor_kind == "system"):
        return str(ROLES["requester"])
    if event.actor_kind == "system":
        return str(ROLES["clock"])
    return event.actor_label if event.actor_kind == "account" else str(WAYS.get(event.actor_label, event.actor_label))


def _what(event: Event, kind: Kind) -> str:
    if event.act == "step":
        try:
            step = kind.step(event.step)
        except KeyError:
            return event.step
        return said((step.zh, step.en))
    return str(EVENTS.get(event.act, event.act))


def _detail(event: Event, kind: Kind) -> str:
    """Where a step led, which clock, which rule: codes in words."""
    parts = []
    if event.act in ("step", "opened") and (state := next((s for s in kind.states if s.code == event.state), None)):
        parts.append(f"→ {said((state.zh, state.en))}")
    rung = event.step if event.act in ("extended", "reminded", "escalated") else event.facts.get("clock", "")
    parts += [said((c.zh, c.en)) for c in kind.clocks if c.code == rung]
    if event.act == "referred" and event.step in REFERRED:
        parts.append(str(REFERRED[event.step]))
    if event.act == "corrected":
        parts += [str(CORRECTED.get(field, field)) for field in event.facts.get("fields", ())]
    parts += [
        str(event.facts[key]) for key in ("rule", "right_door", "amount", "due_on", "level") if event.facts.get(key)
    ]
    return " · ".join(parts)


def _dispatch(given: Dispatch, names: Mapping[int, str]) -> DispatchLine:
    body = names.get(given.body_id, "")
    return DispatchLine(body, given.at, given.by_label, given.objected_at, given.objection, given.is_kept)


def _handlers(matter: Matter) -> tuple[tuple[int, str, bool], ...]:
    rows = matter.handlers.filter(until=None).order_by("-is_lead", "since", "pk")
    return tuple(rows.values_list("pk", "account__label", "is_lead"))


def _calls(matter: Matter) -> list[CallLine]:
    rows = matter.call_backs.order_by("-at", "-pk")
    return [
        CallLine(
            c.at,
            str(ROLES[REQUESTER]) if c.by_label == REQUESTER else c.by_label,
            c.is_reached,
            " · ".join(str(w) for w in (SOLVED.get(c.solved, ""), RATINGS.get(c.rating or 0, "")) if w),
            is_own=c.by_label == REQUESTER,
        )
        for c in rows
    ]


def organisation_name(pk: int | None, day: date) -> str:
    """What an organisation is called on a day; empty where there is none."""
    if pk is None:
        return ""
    return OrganisationSpan.objects.on(day).filter(organisation=pk).values_list("name", flat=True).first() or ""


def _related(matter: Matter, actor: Actor, at: datetime) -> list[tuple[str, MatterLine]]:
    """What it was split from, its parts, what was merged: only those that the reader may open."""
    near = Matter.objects.filter(Q(parent=matter) | Q(merged_into=matter) | Q(pk__in=_above(matter)))
    if not near.exists():
        return []
    rows = list(seen_by(near, actor, at).distinct().order_by("pk")[:20])
    words = {matter.parent_id: "parent", matter.merged_into_id: "merged_into"}
    kinds = [words.get(m.pk) or ("part" if m.parent_id == matter.pk else "merged") for m in rows]
    return list(zip(kinds, lines(rows, actor, at), strict=True))


def _above(matter: Matter) -> list[int]:
    return [pk for pk in (matter.parent_id, matter.merged_into_id) if pk]
