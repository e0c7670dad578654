"""What whoever sent something in sees of it: where it stands, what comes next, by when, who leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy

from lianxin.kit.clock import day_of
from lianxin.kit.templatetags.lx import day as day_words
from lianxin.registry.models import BodySpan

from ..kinds import Kind, State
from ..models import Event, Matter
from ..operations.happening import Requesting, told
from ..operations.reading import read_notes
from ..operations.steps import steps_for
from .referrals import referrals_of

STAGES = (
    pgettext_lazy("stage of a matter", "Received"),
    pgettext_lazy("stage of a matter", "Given to whoever handles it"),
    pgettext_lazy("stage of a matter", "Being handled"),
    pgettext_lazy("stage of a matter", "Answered"),
    pgettext_lazy("stage of a matter", "Closed"),
)
RECEIVED, GIVEN, HANDLED, ANSWERED, CLOSED = range(5)
STAGE_OF = {"submitted": RECEIVED, "accepted": RECEIVED, "objected": GIVEN, "assigned": GIVEN, "answered": ANSWERED}
ACTS = {
    "extended": pgettext_lazy("in the story of a matter", "It takes longer"),
    "noted": pgettext_lazy("in the story of a matter", "A message"),
    "said": pgettext_lazy("in the story of a matter", "Your message"),
    "referred": pgettext_lazy("in the story of a matter", "Another office"),
    "rated": pgettext_lazy("in the story of a matter", "Rated"),
}
REFERRED = {
    "offered": pgettext_lazy("in the story of a matter", "Another office could help: please say whether to ask it"),
    "send": pgettext_lazy("in the story of a matter", "Sent to another office, as agreed"),
    "refuse_consent": pgettext_lazy("in the story of a matter", "Not sent to another office"),
    "take": pgettext_lazy("in the story of a matter", "The other office has taken it"),
    "decline": pgettext_lazy("in the story of a matter", "The other office could not take it"),
    "outcome": pgettext_lazy("in the story of a matter", "The other office has answered"),
    "take_back": pgettext_lazy("in the story of a matter", "Taken back from the other office"),
    "expire": pgettext_lazy("in the story of a matter", "The other office can read it no more"),
}
PLEASE_CONFIRM = pgettext_lazy("to the requester", "Answered: please confirm")
NEXT = {
    "reply": pgettext_lazy("to the requester", "Please confirm by %(day)s"),
    "accept": pgettext_lazy("to the requester", "We will accept it by %(day)s"),
    "contact": pgettext_lazy("to the requester", "We will get in touch by %(day)s"),
    "handle": pgettext_lazy("to the requester", "We will finish by %(day)s"),
}
"""What is due next, by the code of its clock: names of clocks are words of the desk."""
NEXT_OF_ANY = pgettext_lazy("to the requester", "Next: by %(day)s")
WAS_DUE = pgettext_lazy("to the requester", "It was due on %(day)s. This is late; whoever leads has been told.")
BY_RULE = pgettext_lazy("to the requester", "The rule: %(rule)s")
RIGHT_DOOR = pgettext_lazy("to the requester", "Where to go instead: %(door)s")
UNDECIDED = pgettext_lazy("to the requester", "It is being decided who handles it")
OPENED = pgettext_lazy("in the story of a matter", "Opened in an emergency by somebody in charge")
OFFERED = ("confirm", "not_solved", "supply", "reopen", "withdraw")
"""Steps that the page offers; others of the requester are taken with whoever handles the matter."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened, as the requester may know it. words : empty where they are shown on request only."""

    at: datetime
    what: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The page of one matter.

    stage : place in STAGES; from there on nothing is done yet. passed : the places before it that were gone through.
    due : what comes next, and by when, in words; empty while nobody can say. leads : the body that took it in; empty
    while none has, and where its name is nobody's business. newest_words : what was asked or answered last, while the
    requester is waited for. may : steps that the requester can take now. may_say : something
    may be added though nothing is asked. keeps_quiet : words are shown on request only.
    """

    number: str
    state: str
    is_end: bool
    is_merged: bool
    stage: int
    passed: frozenset[int]
    waits_for: str
    due: str
    leads: str
    told: tuple[Told, ...]
    may: frozenset[str]
    newest_words: str
    may_rate: bool
    rating: int | None
    solved: str
    is_shut: bool
    keeps_quiet: bool
    may_say: bool
    is_fresh: bool


def progress(matter: Matter, at: datetime, *, with_words: bool = False) -> Progress:
    """Everything the page of progress shows, in a fixed number of queries."""
    notes = read_notes(matter=matter, actor=Requesting(matter.pk), at=at)
    shown = {event: note for event, note in notes.items() if event.is_shown}
    goes_on = matter.merged_into or matter
    is_merged = goes_on is not matter
    kind, keeps_quiet = goes_on.kind.kind, matter.is_shut and not with_words
    state, may = kind.state(goes_on.state), frozenset(s.code for s in steps_for(matter, Requesting(matter.pk), at))
    is_referred = not keeps_quiet and any(event.act == "referred" for event in shown)
    sides = {line.id: line.to for line in referrals_of(matter, day_of(at))} if is_referred else {}
    newest = reversed(shown.items())
    story = tuple(_told(e, matter.kind.kind, "" if keeps_quiet else _words(e, note), sides) for e, note in newest)
    story = (*_answers_of(goes_on), *story) if is_merged else story
    waits_for = "" if is_merged else state.waits_for
    return Progress(
        number=matter.number,
        state=_heading(kind, state, is_merged=is_merged),
        is_end=state.is_end,
        is_merged=is_merged,
        stage=_stage(kind, state),
        passed=_passed(kind, state, goes_on),
        waits_for=waits_for,
        due="" if is_merged and state.waits_for else _due(goes_on, at),
        leads="" if matter.is_shut else _name(goes_on.first_body_id, day_of(at)),
        told=story,
        may=may & frozenset(OFFERED),
        newest_words=story[0].words if story and waits_for == "requester" else "",
        may_rate=matter.contacted_at is not None and matter.rating is None and _stage(kind, state) >= ANSWERED,
        rating=matter.rating,
        solved=matter.solved,
        is_shut=matter.is_shut,
        keeps_quiet=keeps_quiet,
        may_say=not (is_merged or state.is_end or "supply" in may),
        is_fresh=not any(event.act in ("step", "said", "rated") for event in notes),
    )


def _heading(kind: Kind, state: State, *, is_merged: bool) -> str:
    """Where it stands, for whoever asked: offices that disagree do so among themselves."""
    if state.code == "objected":
        return str(UNDECIDED)
    if _asks_to_confirm(kind, state):
        return str(STAGES[ANSWERED] if is_merged else PLEASE_CONFIRM)
    return _said(state)


def _words(event: Event, note: str) -> str:
    """What was written with a step: the note, the rule it rests on, the right door."""
    given = (("rule", BY_RULE), ("right_door", RIGHT_DOOR))
    said = [str(text) % {"rule": w, "door": w} for key, text in given if (w := event.facts.get(key))]
    return "\n".join(filter(None, (note, *said)))


def _answers_of(matter: Matter) -> tuple[Told, ...]:
    """The answers to the matter that another was joined with: whoever asked there is answered by them too.

    Those to a shut one are for its own requester only.
    """
    if matter.is_shut:
        return ()
    kind = matter.kind.kind
    given = {step.code for step in kind.steps if {"outcome", "right_door"} & {*step.needs}}
    rows = matter.events.filter(act="step", step__in=given, is_shown=True).order_by("-seq")
    return tuple(_told(event, kind, _words(event, event.note), {}) for event in rows)


def _said(what: State) -> str:
    return what.zh if (get_language() or "").startswith("zh") else what.en


def _asks_to_confirm(kind: Kind, state: State) -> bool:
    return state.code == "answered" and any(step.code == "confirm" for step in kind.steps_from(state.code))


def _due(matter: Matter, at: datetime) -> str:
    last = last_day(matter.due_at)
    if matter.due_at is None or last is None:
        return ""
    text: str | Promise = WAS_DUE if matter.due_at < at else NEXT.get(matter.due_clock, NEXT_OF_ANY)
    return str(text) % {"day": day_words(last)}


def _stage(kind: Kind, state: State) -> int:
    if state.is_end:
        return CLOSED
    return RECEIVED if state.code == kind.start else STAGE_OF.get(state.code, HANDLED)


def _passed(kind: Kind, state: State, matter: Matter) -> frozenset[int]:
    """An open matter has gone through all before; one that ended early only through the places it was seen at."""
    before = range(_stage(kind, state))
    if not state.is_end:
        return frozenset(before)
    known = {s.code: s for s in kind.states}
    seen = {_stage(kind, known[e.state]) for e in told(matter) if e.state in known}
    return frozenset(before) & frozenset(range(max(seen - {CLOSED}, default=RECEIVED) + 1))


def _name(body: int | None, day: date) -> str:
    if body is None:
        return ""
    return BodySpan.objects.on(day).filter(body=body).values_list("name", flat=True).first() or ""


def _told(event: Event, kind: Kind, words: str, sides: Mapping[int, str]) -> Told:
    """One thing that happened. sides : whom each referral asks; empty where that is shown on request only."""
    state = next((s for s in kind.states if s.code == event.state), None)
    if event.facts.get("emergency"):
        return Told(event.at, str(OPENED), words)
    if event.act == "referred" and event.step in REFERRED:
        side = sides.get(int(event.facts.get("referral", 0)), "")
        return Told(event.at, f"{REFERRED[event.step]} · {side}" if side else str(REFERRED[event.step]), words)
    if state is None:
        return Told(event.at, str(ACTS.get(event.act, "")), words)
    return Told(event.at, str(STAGES[ANSWERED]) if _asks_to_confirm(kind, state) else _said(state), words)


def last_day(due_at: datetime | None) -> date | None:
    """The day on which a clock may still be met: one that ends at midnight ends with the day before."""
    return day_of(due_at - timedelta(seconds=1)) if due_at else None
