"""What a kind of matter is (事项类型): states, steps and clocks, as data that an administrator may change.

A kind is read from plain data (YAML in the shipped pack, JSON in the database) into frozen values. Reading refuses what
is malformed; `faults` walks the whole of it and says what would leave a matter stuck. Nothing here knows the database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kit.refusals import Refused

LEVELS = ("C0", "C1", "C2", "C3", "C4")
MADE_ELSEWHERE = ("finding", "inspection", "rectification", "referral", "review_task")
"""Kinds whose matters come about on pages of their own."""
"""Public; internal; ordinary personal data; sensitive, named handlers; sealed."""
WAITS = ("requester", "third_party", "law")
"""For whom a matter may wait. Clocks that pause, pause in such states only."""
ROLES = ("requester", "first_receiver", "handler", "lead", "verifier", "author", "steward", "clock")
"""Who may take a step. first_receiver: the body that took the matter in; verifier: somebody else than who did the work;
author: who proposed; clock: the system, when a time has come."""
PEOPLE = tuple(r for r in ROLES if r not in ("steward", "clock"))
"""Those who play a part in a matter; an administrator plays none and may only be told."""
NEEDS = ("reason", "rule", "right_door", "evidence", "owner", "due_on", "amount", "consent", "outcome", "two_people")
"""What must be given with a step."""
UNITS = ("hours", "days", "working_days")


class KindFaulty(Refused):
    """The definition of a kind is malformed, or would leave a matter stuck."""

    text = gettext_lazy("The kind cannot be used: %(faults)s")


@dataclass(frozen=True, slots=True)
class State:
    """Where a matter can stand.

    is_end : nothing more is owed. waits_for : whose move it is when it is not ours; empty otherwise.
    """

    code: str
    zh: str
    en: str
    is_end: bool = False
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A way from one of several states to another.

    by : roles that may take it. needs : what must come with it. at_most : how often in the life of a matter; 0 = any.
    """

    code: str
    zh: str
    en: str
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    needs: tuple[str, ...] = ()
    at_most: int = 0


@dataclass(frozen=True, slots=True)
class Amount:
    """How much time there is: so many hours, days or working days, by which source, in which jurisdiction."""

    number: int
    unit: str
    source: str
    is_statutory: bool
    jurisdiction: str = ""
    source_en: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time that runs from entering certain states until others are entered (时限).

    starts, stops, pauses : codes of states. A clock that was stopped starts anew when a start state is entered again.
    amounts : the one whose jurisdiction is the longest start of the area's code holds; "" is for everywhere.
    extends_by, extends_times : a lawful extension, in the unit of the amount; 0 = none.
    reminds : so many units before the end. escalates_to : the role that hears of it when time is up; empty = nobody.
    """

    code: str
    zh: str
    en: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    pauses: tuple[str, ...]
    amounts: tuple[Amount, ...]
    extends_by: int = 0
    extends_times: int = 0
    reminds: int = 0
    escalates_to: str = ""

    def amount_in(self, area_code: str) -> Amount:
        """What holds in an area; `amounts` always has one for everywhere."""
        fitting = [a for a in self.amounts if area_code.startswith(a.jurisdiction)]
        return max(fitting, key=lambda a: len(a.jurisdiction))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of matter.

    start : the state that a new one is in. prompts : duties to be shown (Chinese, English, article in Chinese,
    in English).
    """

    code: str
    zh: str
    en: str
    level: str
    start: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    clocks: tuple[Clock, ...]
    prompts: tuple[tuple[str, str, str, str], ...] = ()

    def state(self, code: str) -> State:
        """The state of a code; KeyError for one that the kind does not know."""
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(code)

    def step(self, code: str) -> Step:
        """The step of a code; KeyError for one that the kind does not know."""
        for step in self.steps:
            if step.code == code:
                return step
        raise KeyError(code)

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """Every step that leads on from a state."""
        return tuple(step for step in self.steps if state in step.sources)


def read_kind(content: Mapping[str, Any]) -> Kind:
    """A kind from plain data. Raises KindFaulty with every fault found, malformed parts first."""
    try:
        kind = _read(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KindFaulty(faults=_("malformed: %(what)s") % {"what": error}) from error
    if found := faults(kind):
        raise KindFaulty(faults="; ".join(found))
    return kind


def _read(content: Mapping[str, Any]) -> Kind:
    states = tuple(
        State(s["code"], s["zh"], s["en"], bool(s.get("end")), s.get("waits_for", "")) for s in content["states"]
    )
    open_states = tuple(s.code for s in states if not s.is_end)
    return Kind(
        code=content["code"],
        zh=content["zh"],
        en=content["en"],
        level=content["level"],
        start=content.get("start", states[0].code),
        states=states,
        steps=tuple(_step(s, open_states) for s in content["steps"]),
        clocks=tuple(_clock(c) for c in content.get("clocks", ())),
        prompts=tuple(
            (p["zh"], p["en"], p["source"], p.get("source_en") or p["source"]) for p in content.get("prompts", ())
        ),
    )


def _step(data: Mapping[str, Any], open_states: tuple[str, ...]) -> Step:
    sources = open_states if data["from"] == "any open" else _codes(data["from"])
    sources = tuple(s for s in sources if s not in _codes(data.get("not_from", ())))
    by, needs = _codes(data["by"]), _codes(data.get("needs", ()))
    return Step(data["code"], data["zh"], data["en"], sources, data["to"], by, needs, int(data.get("at_most", 0)))


def _clock(data: Mapping[str, Any]) -> Clock:
    return Clock(
        code=data["code"],
        zh=data["zh"],
        en=data["en"],
        starts=_codes(data["starts"]),
        stops=_codes(data["stops"]),
        pauses=_codes(data.get("pauses", ())),
        amounts=tuple(
            Amount(
                int(a["number"]),
                a["unit"],
                a["source"],
                bool(a.get("statutory")),
                str(a.get("jurisdiction", "")),
                a.get("source_en") or a["source"],
            )
            for a in data["amounts"]
        ),
        extends_by=int(data.get("extends_by", 0)),
        extends_times=int(data.get("extends_times", 0)),
        reminds=int(data.get("reminds", 0)),
        escalates_to=data.get("escalates_to", ""),
    )


def _codes(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def faults(kind: Kind) -> list[str]:
    """What is wrong with a kind, in words: the model check (模型检查). Empty when a matter of it can never be stuck."""
    return [*_unknown_words(kind), *_repeated(kind)] or [*_stuck(kind), *_clock_faults(kind)]


def _unknown_words(kind: Kind) -> list[str]:
    known = {s.code for s in kind.states}
    named = {kind.start} | {c for s in kind.steps for c in (*s.sources, s.target)}
    named |= {c for clock in kind.clocks for c in (*clock.starts, *clock.stops, *clock.pauses)}
    found = [_("there is no state %(code)s") % {"code": code} for code in sorted(named - known) if code]
    found += [_("the step %(code)s does not say to which state") % {"code": s.code} for s in kind.steps if not s.target]
    words = (
        ({kind.level}, LEVELS),
        ({s.waits_for for s in kind.states if s.waits_for}, WAITS),
        ({r for s in kind.steps for r in s.by} | {c.escalates_to for c in kind.clocks if c.escalates_to}, ROLES),
        ({n for s in kind.steps for n in s.needs}, NEEDS),
        ({a.unit for c in kind.clocks for a in c.amounts}, UNITS),
    )
    for used, allowed in words:
        found += [
            _("%(word)s is none of %(allowed)s") % {"word": w, "allowed": ", ".join(allowed)} for w in used - {*allowed}
        ]
    return found


def _repeated(kind: Kind) -> list[str]:
    found = []
    for codes in ([s.code for s in kind.states], [s.code for s in kind.steps], [c.code for c in kind.clocks]):
        found += [
            _("%(code)s stands twice") % {"code": code} for code in sorted({c for c in codes if codes.count(c) > 1})
        ]
    return found


def _stuck(kind: Kind) -> list[str]:
    """States nobody gets to, states nobody gets out of, and ends that go on though no step of a person reopens them."""
    onward = {s.code: {step.target for step in kind.steps_from(s.code)} for s in kind.states}
    reached = _closure({kind.start}, onward)
    ends = {s.code for s in kind.states if s.is_end}
    backward: dict[str, set[str]] = {s.code: set() for s in kind.states}
    for step in kind.steps:
        if not step.at_most:  # a step that may be used up is no way out
            for source in step.sources:
                backward[step.target].add(source)
    finishing = _closure(ends, backward)
    found = [_("nothing leads to the state %(code)s") % {"code": c} for c in sorted({*onward} - reached)]
    found += [_("no end can be reached from the state %(code)s") % {"code": c} for c in sorted(reached - finishing)]
    found += [_("nobody may take the step %(code)s") % {"code": s.code} for s in kind.steps if not _takers(s)]
    if kind.code != "referral":  # a job of its own lets it expire
        words = _(
            "no clock takes the step %(code)s: one must run there, report to nobody, and the step ask for nothing"
        )
        found += [words % {"code": s.code} for s in kind.steps if _takers(s) == {"clock"} and not _is_rung(kind, s)]
    found += [_("the step %(code)s starts nowhere") % {"code": s.code} for s in kind.steps if not s.sources]
    return found if ends else [*found, _("there is no end")]


def _takers(step: Step) -> set[str]:
    """The roles in which somebody can really take a step."""
    return {*step.by} & {*PEOPLE, "clock"}


def _is_rung(kind: Kind, step: Step) -> bool:
    """Whether a clock that runs out takes a step: it runs in a state the step leads from and tells nobody instead."""
    onward = {s.code: {t.target for t in kind.steps_from(s.code)} for s in kind.states}
    for clock in kind.clocks:
        running = {state: next_ones - {*clock.stops} for state, next_ones in onward.items()}
        if not clock.escalates_to and not step.needs and _closure({*clock.starts}, running) & {*step.sources}:
            return True
    return False


def _closure(seeds: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    reached, ahead = set(seeds), list(seeds)
    while ahead:
        new = edges[ahead.pop()] - reached
        reached |= new
        ahead += new
    return reached


def _clock_faults(kind: Kind) -> list[str]:
    """Clocks that never start or never stop, pause where nobody is waited for, or have no time for everywhere."""
    found = []
    waiting = {s.code for s in kind.states if s.waits_for}
    ends = {s.code for s in kind.states if s.is_end}
    for clock in kind.clocks:
        said = {"code": clock.code}
        if not clock.starts or not clock.stops:
            found.append(_("the clock %(code)s lacks a start or a stop") % said)
        if {*clock.starts} & {*clock.stops} or {*clock.starts} & ends:
            found.append(_("the clock %(code)s stops where it starts") % said)
        if {*clock.pauses} - waiting:
            found.append(_("the clock %(code)s pauses where nobody is waited for") % said)
        if len([a for a in clock.amounts if not a.jurisdiction]) != 1:
            found.append(_("the clock %(code)s needs exactly one time that holds everywhere") % said)
        if any(a.number <= 0 for a in clock.amounts):
            found.append(_("the clock %(code)s needs a time of at least 1") % said)
        if bool(clock.extends_by) != bool(clock.extends_times):
            found.append(_("of extensions of the clock %(code)s say both how much and how often, or neither") % said)
    return found
