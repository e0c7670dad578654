"""Steps of a matter: who plays which part, taking a step, lengthening a clock, noting, what the requester says."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Body
from lianxin.trail.operations import record

from ..clocks import Standing
from ..course import Position, open_steps, take
from ..kinds import Kind, Step
from ..models import Dispatch, Event, Matter
from .happening import happened, locked, set_clocks, standings
from .sides import acts_for, is_of

HANDLE = "matters.handle_matters"
LEAD = "matters.lead_matters"
ELSEWHERE = ("referral",)
"""Kinds whose steps are taken by operations of their own only."""
CONTACTED = frozenset({"contacted", "safe_contact", "answered", "talk", "sessions"})
"""States by which the person was reached."""


class NotHandled(Refused):
    text = _("This matter is handled by others.")
    status = 404


class AccusedSide(Refused):
    text = _("Whoever acts for the side complained about cannot work on this matter. Choose somebody else.")


class NoExtension(Refused):
    text = _("This clock cannot be extended: it was extended as often as the rule allows, or it does not run.")


class TimeLeft(Refused):
    text = _("The other side has time until %(day)s. This step is possible once that day has passed.")


class ReasonNeeded(Refused):
    text = _("Please say why; it stays on record.")


AFTER = {"no_answer": "answer"}
"""Steps that say a time has passed, and the clock that must have run out before."""


@dataclass(frozen=True, slots=True)
class With:
    """What comes with a step; `Step.needs` says what of it must.

    note : the main words: reason, outcome or evidence. rule, right_door : which rule, and where the person may go.
    owner : the body that is to work on it. has_consent : the person agreed to this one step.
    """

    note: str = ""
    rule: str = ""
    right_door: str = ""
    owner: Body | None = None
    due_on: date | None = None
    amount: str = ""
    has_consent: bool = False
    second: str = ""
    """The other of two people."""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """What of `kinds.NEEDS` is there."""
        said = {
            "reason": self.note,
            "outcome": self.note,
            "evidence": self.note,
            "rule": self.rule,
            "right_door": self.right_door,
            "owner": self.owner or self.facts.get("owner"),
            "due_on": self.due_on,
            "amount": self.amount,
            "consent": self.has_consent,
            "two_people": self.second,
        }
        return frozenset(name for name, value in said.items() if value and str(value).strip())

    @property
    def as_facts(self) -> dict[str, object]:
        """What of it is kept beside the note."""
        found: dict[str, object] = dict(self.facts)
        found |= {k: v for k, v in (("rule", self.rule), ("right_door", self.right_door), ("amount", self.amount)) if v}
        if self.owner:
            found["owner"] = self.owner.pk
        if self.due_on:
            found["due_on"] = self.due_on.isoformat()
        return found


NOTHING = With()


def roles_of(matter: Matter, actor: Actor, at: datetime) -> frozenset[str]:
    """The parts that somebody may play in a matter now; empty for who has nothing to do with it."""
    if actor.kind == "requester":
        return frozenset({"requester", "author"}) if actor.id == matter.pk else frozenset()
    if actor.kind == "system":
        return frozenset({"clock"})
    day = day_of(at)
    if acts_for(actor.id, matter.accused_id, day):
        return frozenset()
    roles = _named(matter, actor) if matter.is_shut else _by_scope(matter, actor, day)
    if "handler" in roles and not has_worked_on(matter, actor):
        roles |= {"verifier"}
    return frozenset(roles)


def _named(matter: Matter, actor: Actor) -> set[str]:
    handler = matter.handlers.filter(account=actor.id, until=None).first()
    if handler is None:
        return set()
    return {"handler", "first_receiver", *(["lead"] if handler.is_lead else [])}


def _by_scope(matter: Matter, actor: Actor, day: date) -> set[str]:
    here = Matter.objects.filter(pk=matter.pk)
    handles, leads = actor.scope(HANDLE, day), actor.scope(LEAD, day)
    is_near = here.within(handles, with_handed=matter.code == "finding").exists()
    roles: set[str] = set()
    if is_near or here.handled_by(actor.id).exists():
        roles |= {"handler", "first_receiver"}
    if is_near if leads == handles else here.within(leads).exists():
        roles |= {"lead", "first_receiver"}
    return roles


def has_worked_on(matter: Matter, actor: Actor) -> bool:
    """Whether the actor took a step of those who work on it: then another must check it."""
    working = {s.code for s in matter.kind.kind.steps if "handler" in s.by and "verifier" not in s.by}
    who = (actor.kind, actor.id)
    return any(e.act == "step" and e.step in working and (e.actor_kind, e.actor_id) == who for e in matter.events.all())


def position(matter: Matter) -> Position:
    """Where a matter stands, and how often each step was taken."""
    return Position(matter.state, Counter(e.step for e in matter.events.all() if e.act == "step"))


def steps_for(matter: Matter, actor: Actor, at: datetime) -> list[Step]:
    """The steps that somebody may take now."""
    return steps_with(matter, roles_of(matter, actor, at), at)


def steps_with(matter: Matter, roles: frozenset[str], at: datetime) -> list[Step]:
    """The steps that somebody with these parts may take now; none of a referral, which has pages of its own."""
    if matter.code in ELSEWHERE:
        return []
    found = open_steps(matter.kind.kind, position(matter), roles)
    return [step for step in found if _still_running(matter, step.code, at) is None]


def _still_running(matter: Matter, code: str, at: datetime) -> Standing | None:
    """The clock that must run out before a step and has not."""
    clock = AFTER.get(code)
    stand = standings(matter, at) if clock else []
    return next((s for s in stand if s.clock.code == clock and not s.is_overdue(at)), None)


def check_time(matter: Matter, code: str, at: datetime) -> None:
    """Raises TimeLeft for a step that says a time has passed which has not."""
    if running := _still_running(matter, code, at):
        last = day_of(running.due_at - timedelta(microseconds=1)) if running.due_at else None
        raise TimeLeft(matter, day=f"{last:%Y-%m-%d}" if last else "—")


@transaction.atomic
def take_step(
    *,
    matter: Matter,
    code: str,
    actor: Actor,
    at: datetime,
    given: With = NOTHING,
    is_shown: bool = True,
    roles: frozenset[str] | None = None,
) -> Matter:
    """Take a step of the kind. The requester sees that it was taken; the note only where `is_shown`.

    roles : the parts the actor plays, where another rule than `roles_of` says so, as for referrals.
    Raises NotHandled, UnknownPath, NotYours, UsedUp, SomethingMissing, TimeLeft, AccusedSide.
    """
    held = locked(matter)
    if roles is None:
        roles = frozenset() if held.code in ELSEWHERE else roles_of(held, actor, at)
    kind = held.kind.kind
    if not roles:
        raise NotHandled(held)
    after = take(kind, position(held), code, roles=roles, given=given.names)
    check_time(held, code, at)
    step, was = kind.step(code), held.state
    if given.owner is not None:
        _dispatch(held, given.owner, actor, at)
    if code == "object":
        _object(held, given, at)
    elif was == "objected":
        _decide_objection(held, is_kept=given.owner is None, at=at)
    _enter(held, kind, step, after.state, at)
    note = given.note.strip()
    facts = given.as_facts
    happened(held, "step", actor=actor, at=at, step=code, state=held.state, note=note, is_shown=is_shown, facts=facts)
    set_clocks(held, at)
    held.save()
    record("matters.step.taken", held, actor=actor, at=at, step=code, state=held.state)
    if not held.is_open and held.code not in ELSEWHERE:
        _end_referrals(held, at, is_withdrawn=code == "withdraw")
    return held


def _end_referrals(matter: Matter, at: datetime, *, is_withdrawn: bool) -> None:
    """Nobody is asked any more; after a withdrawal nobody reads on either."""
    from .referrals import end_with  # which takes steps itself

    end_with(matter=matter, at=at, also_sent=is_withdrawn)


def _enter(matter: Matter, kind: Kind, step: Step, state: str, at: datetime) -> None:
    """What a new state does to the row."""
    is_end, was_open = kind.state(state).is_end, matter.is_open
    matter.state, matter.state_since, matter.is_open = state, at, not is_end
    reached = CONTACTED | {s for clock in kind.clocks if clock.code == "contact" for s in clock.stops}
    if state in reached and matter.contacted_at is None and state != "objected":
        matter.contacted_at = at
    if ("outcome" in step.needs or state == "answered") and matter.answered_at is None:
        matter.answered_at = at
    if is_end:
        matter.closed_at = at
    elif not was_open:
        matter.closed_at, matter.reopened = None, matter.reopened + 1
    if step.code == "confirm":
        matter.solved = matter.solved if matter.solved == "partly" else "yes"
    elif step.code in ("not_solved", "reopen"):
        matter.solved = "no"


def _dispatch(matter: Matter, body: Body, actor: Actor, at: datetime) -> None:
    if is_of(body.pk, matter.accused_id, day_of(at)):
        raise AccusedSide(matter)
    Dispatch.objects.create(matter=matter, body=body, at=at, by_label=actor.label[:100])
    matter.body = body
    matter.first_body = matter.first_body or body


def _object(matter: Matter, given: With, at: datetime) -> None:
    last = matter.dispatches.order_by("-at", "-pk").first()
    if last is not None:
        last.objected_at, last.objection = at, "" if matter.is_shut else given.note[:500]
        last.save(update_fields=["objected_at", "objection"])


def _decide_objection(matter: Matter, *, is_kept: bool, at: datetime) -> None:
    open_one = Dispatch.objects.filter(matter=matter, objected_at__isnull=False, decided_at=None)
    open_one.update(decided_at=at, is_kept=is_kept)


@transaction.atomic
def extend(*, matter: Matter, clock: str, reason: str, actor: Actor, at: datetime) -> Matter:
    """Lengthen a running clock as its rule allows, with a reason the requester sees.

    Raises NotHandled, NotYours, NoExtension, ReasonNeeded.
    """
    held = locked(matter)
    roles = roles_of(held, actor, at)
    if not roles & {"handler", "lead"}:
        raise NotHandled(held)
    if not reason.strip():
        raise ReasonNeeded(held)
    running = {s.clock.code: s for s in standings(held, at) if s.met_at is None}
    standing = running.get(clock)
    if standing is None or standing.extended >= standing.clock.extends_times:
        raise NoExtension(held)
    happened(held, "extended", actor=actor, at=at, step=clock, note=reason.strip(), is_shown=True)
    set_clocks(held, at)
    held.save(update_fields=["due_at", "due_clock", "next_at"])
    record("matters.clock.extended", held, actor=actor, at=at, clock=clock)
    return held


@transaction.atomic
def heard(*, matter: Matter, actor: Actor, at: datetime) -> Matter:
    """Somebody of ours has read what the requester added, and nothing is to be done. Raises NotHandled."""
    held = locked(matter)
    if not roles_of(held, actor, at):
        raise NotHandled(held)
    if held.said_at is not None:
        happened(held, "heard", actor=actor, at=at)
        record("matters.matter.heard", held, actor=actor, at=at)
    return held


def note(*, matter: Matter, text: str, actor: Actor, at: datetime, is_shown: bool = False) -> Event:
    """Write something down about a matter; the requester sees it where `is_shown`. Raises NotHandled, ReasonNeeded."""
    held = locked(matter)
    if not roles_of(held, actor, at):
        raise NotHandled(held)
    if not text.strip():
        raise ReasonNeeded(held)
    act = "said" if actor.kind == "requester" else "noted"
    event = happened(held, act, actor=actor, at=at, note=text.strip(), is_shown=is_shown or act == "said")
    record("matters.matter.said" if act == "said" else "matters.matter.noted", held, actor=actor, at=at)
    return event
