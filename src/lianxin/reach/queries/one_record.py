"""What one record owes, asked of the registry as it is now, clause by clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from lianxin.kit.scope import Scope
from lianxin.places.calendar import WorkingDays
from lianxin.rules.catalogue import Target, target_of
from lianxin.rules.editor import Explained, explained
from lianxin.rules.lookup import RuleOn
from lianxin_methods.rules.nodes import names_in
from lianxin_methods.rules.record import explain
from lianxin_methods.rules.vocabulary import read_day

from ..deadlines import deadline_of
from ..operations.reckoning import Ready, in_force
from .duties import ICONS, STATES, TAGS, shown_state
from .obligations import ObligationLine, obligation_lines

ORDER = {"overdue": 0, "unmet": 1, "unknown": 2, "met": 3, "": 4}


@dataclass(frozen=True, slots=True)
class OneDuty:
    """One obligation of the record. state : overdue, unmet, unknown, met, or "" where it is not owed."""

    obligation: ObligationLine
    state: str
    deadline: date | None
    due: Explained
    met: Explained

    @property
    def state_word(self) -> str:
        return str(STATES[self.state])

    @property
    def tag(self) -> str:
        return TAGS[self.state]

    @property
    def icon(self) -> str:
        return ICONS[self.state]


@dataclass(frozen=True, slots=True)
class RecordDuties:
    """All obligations in force for records of a kind, as one record stands to them.

    owed : owed or open, obligations before hints, the most urgent first.  others : not owed, with the reason.
    """

    target: str
    ref: int
    title: str
    day: date
    owed: tuple[OneDuty, ...]
    others: tuple[OneDuty, ...]


def record_duties(target_code: str, ref: int, scope: Scope, day: date) -> RecordDuties | None:
    """None where the record does not exist within the scope: a constant number of queries."""
    target = target_of(target_code)
    ready = in_force(day, target=target_code)
    record = _read(target, ready, ref, scope, day)
    if record is None:
        return None
    codes = [one.version.obligation.code for one in ready]
    lines = {line.code: line for line in (obligation_lines(day, codes) if codes else [])}
    calendar = WorkingDays.read()
    found = [
        _judge(one, lines[one.version.obligation.code], record, day, calendar)
        for one in ready
        if one.version.obligation.code in lines and _concerns(one.version.obligation.line, scope)
    ]
    found.sort(key=lambda d: (d.obligation.is_hint, ORDER[d.state], d.deadline or date.max, d.obligation.item))
    owed, others = (tuple(d for d in found if bool(d.state) is is_owed) for is_owed in (True, False))
    return RecordDuties(target_code, ref, record[""], day, owed, others)


def _concerns(line: str, scope: Scope) -> bool:
    return any(reach.line in ("", line) for reach in scope.reaches)


def _read(target: Target, ready: list[Ready], ref: int, scope: Scope, day: date) -> dict[str, Any] | None:
    """What is on record under every name that an obligation asks for; its title under ""."""
    columns, vocabulary = target.columns(day), target.vocabulary()
    asked = {name for one in ready for rule in (one.due, one.met) for name in names_in(rule.node)}
    stored = [*vocabulary.stored(asked), *(one.version.starts for one in ready if one.version.starts)]
    paths = {f"w_{code}": columns.get(code, vocabulary[code].stored_in) for code in stored}
    shown = {alias: F(path) if isinstance(path, str) else path for alias, path in paths.items()}
    rows = target.rows(scope, day).order_by().filter(**{target.ref: ref})
    found = rows.annotate(**shown).values(*shown, target.title).first()
    return None if found is None else {**{code: found[f"w_{code}"] for code in stored}, "": found[target.title]}


def _judge(one: Ready, line: ObligationLine, record: Mapping[str, Any], day: date, calendar: WorkingDays) -> OneDuty:
    due, met = (_explain(rule, record, day) for rule in (one.due, one.met))
    start = record.get(one.version.starts) if one.version.starts else None
    start = read_day(start) if isinstance(start, str) else start
    deadline = deadline_of(start, one.limit, one.version.unit, calendar) if start else None
    state = {"no": "", "ask": "unknown"}.get(due.outcome, {"yes": "met", "no": "unmet"}.get(met.outcome, "unknown"))
    return OneDuty(line, shown_state(state, deadline, day), deadline, due, met)


def _explain(rule: RuleOn, record: Mapping[str, Any], day: date) -> Explained:
    names = {name: record[name] for name in rule.vocabulary.stored(names_in(rule.node))}
    return explained(explain(rule.node, names, rule.vocabulary, day), rule.code, rule.vocabulary)
