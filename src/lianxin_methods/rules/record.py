"""One record against a rule: yes, no or ask, in three-valued logic, with the reasons.

Kleene's strong logic, as in SQL: what is not known stays unknown unless the rest settles it. Unknown means *ask*, never
*refuse*. Source: Kleene, Introduction to Metamathematics (1952), section 64.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .faults import Language
from .nodes import (
    AllOf,
    AnyOf,
    Compare,
    Const,
    Holds,
    Leaf,
    Missing,
    Node,
    Not,
    OneOf,
    Param,
    Value,
    children,
    leaves,
    names_in,
    values_in,
)
from .text import say_leaf, say_value
from .vocabulary import Scalar, Vocabulary, known

Truth = bool | None
Outcome = Literal["yes", "no", "ask"]
Known = Mapping[str, Scalar | None]
OUTCOME: dict[Truth, Outcome] = {True: "yes", False: "no", None: "ask"}

_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,  # type: ignore[operator]
    "le": lambda a, b: a <= b,  # type: ignore[operator]
    "gt": lambda a, b: a > b,  # type: ignore[operator]
    "ge": lambda a, b: a >= b,  # type: ignore[operator]
}


def read(
    record: Mapping[str, object], names: Iterable[str], vocabulary: Vocabulary, day: date
) -> dict[str, Scalar | None]:
    """Values of the names for the day, derived ones computed; what the record lacks is missing. Raises BadRecord."""
    stored = {code: known(vocabulary[code], record.get(code)) for code in vocabulary.stored(names)}
    found = dict(stored)
    for code in names:
        derived = vocabulary[code].derived
        if derived:
            found[code] = derived.python(stored, day)
    return found


def _const(value: Value) -> Scalar:
    if isinstance(value, Param):
        raise ValueError(f"parameter {value.code} was not looked up")
    return value.value


def truth_of_leaf(leaf: Leaf, values: Known) -> Truth:
    value = values[leaf.name]
    if isinstance(leaf, Missing):
        return value is None
    if value is None:
        return None
    if isinstance(leaf, Holds):
        return bool(value)
    if isinstance(leaf, OneOf):
        return any(value == _const(v) for v in leaf.values)
    return _COMPARE[leaf.op](value, _const(leaf.value))


def truth(node: Node, values: Known) -> Truth:
    """True, False, or None for unknown. values : from `read`."""
    if isinstance(node, Not):
        inner = truth(node.part, values)
        return None if inner is None else not inner
    if isinstance(node, AllOf | AnyOf):
        return _join(isinstance(node, AnyOf), (truth(part, values) for part in node.parts))
    return truth_of_leaf(node, values)


def _join(settles: bool, truths: Iterable[Truth]) -> Truth:
    """All of or any of: the first truth that settles it, else unknown if any was, else the other."""
    seen_unknown = False
    for found in truths:
        if found is settles:
            return settles
        seen_unknown = seen_unknown or found is None
    return None if seen_unknown else not settles


def decide(node: Node, record: Mapping[str, object], vocabulary: Vocabulary, day: date) -> Outcome:
    """yes, no or ask for one record on a day. Raises BadRecord."""
    return OUTCOME[truth(node, read(record, names_in(node), vocabulary, day))]


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of an explanation: a condition, or a head ("all of") with its parts below."""

    depth: int
    zh: str
    en: str
    outcome: Outcome
    has_zh: str = ""
    has_en: str = ""
    """What the record holds; empty on heads."""
    decided: bool = False
    """It stands on the way that led to the outcome."""

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def has(self, language: Language) -> str:
        return self.has_zh if language == "zh" else self.has_en


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of one value that would turn a no into a yes."""

    name: str
    value: Scalar
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a record met a rule, or not, or what to ask (说明).

    clauses : the rule line by line, in its order.  decided_by : the conditions that settled it.
    ask : stored names to ask for, only those that could still change the answer.
    """

    outcome: Outcome
    clauses: tuple[Clause, ...]
    decided_by: tuple[Leaf, ...]
    ask: tuple[str, ...]
    change: Change | None


def explain(node: Node, record: Mapping[str, object], vocabulary: Vocabulary, day: date) -> Explanation:
    """The outcome for one record with its reasons. Raises BadRecord."""
    values = read(record, names_in(node), vocabulary, day)
    found = truth(node, values)
    way = list(_way(node, values))
    ask = vocabulary.stored(leaf.name for leaf in _open(node, values)) if found is None else ()
    return Explanation(
        outcome=OUTCOME[found],
        clauses=tuple(_lines(node, values, vocabulary, 0, way)),
        decided_by=tuple(n for n in way if isinstance(n, Compare | OneOf | Missing | Holds)),
        ask=tuple(code for code in ask if known(vocabulary[code], record.get(code)) is None),
        change=_nearest_change(node, values, vocabulary) if found is False else None,
    )


def _way(node: Node, values: Known) -> Iterator[Node]:
    """The nodes on the way to the outcome: one part where one settled it, all parts where all were needed."""
    yield node
    if isinstance(node, Not):
        yield from _way(node.part, values)
    if isinstance(node, AllOf | AnyOf):
        whole = truth(node, values)
        matching = [part for part in node.parts if truth(part, values) is whole]
        needed = matching[:1] if whole is isinstance(node, AnyOf) else matching
        for part in needed:
            yield from _way(part, values)


def _open(node: Node, values: Known) -> Iterator[Leaf]:
    """Unknown leaves that could still change the answer."""
    if truth(node, values) is not None:
        return
    if isinstance(node, Compare | OneOf | Missing | Holds):
        yield node
    for part in children(node):
        yield from _open(part, values)


def _lines(node: Node, values: Known, vocabulary: Vocabulary, depth: int, way: list[Node]) -> Iterator[Clause]:
    outcome, decided = OUTCOME[truth(node, values)], any(node is n for n in way)
    if isinstance(node, Compare | OneOf | Missing | Holds):
        name, value = vocabulary[node.name], values[node.name]
        says = (say_leaf(node, vocabulary, "zh"), say_leaf(node, vocabulary, "en"))
        yield Clause(depth, *says, outcome, say_value(value, name, "zh"), say_value(value, name, "en"), decided)
        return
    zh, en = {AllOf: ("同时满足", "all of"), AnyOf: ("满足其一", "any of"), Not: ("并非", "not")}[type(node)]
    yield Clause(depth, zh, en, outcome, decided=decided)
    for part in children(node):
        yield from _lines(part, values, vocabulary, depth + 1, way)


def _nearest_change(node: Node, values: Known, vocabulary: Vocabulary) -> Change | None:
    """Tries the values that the rule itself names, one name at a time; the closest that gives yes."""
    best: tuple[float, str, Scalar] | None = None
    for code in names_in(node):
        now = values[code]
        for candidate in _candidates(node, code):
            if truth(node, {**values, code: candidate}) is True:
                distance = _distance(now, candidate)
                if best is None or distance < best[0]:
                    best = (distance, code, candidate)
    if best is None:
        return None
    name, value = vocabulary[best[1]], best[2]
    zh = f"如果“{name.zh}”为{say_value(value, name, 'zh')}，就符合。"
    return Change(name.code, value, zh, f"It would be met if “{name.en}” were {say_value(value, name, 'en')}.")


def _candidates(node: Node, code: str) -> Iterator[Scalar]:
    for leaf in leaves(node):
        if leaf.name != code:
            continue
        if isinstance(leaf, Holds):
            yield from (True, False)
        for value in values_in(leaf):
            yield from around(_const(value))


def around(value: Scalar) -> Iterator[Scalar]:
    """The value and its neighbours, where its type has any."""
    yield value
    if type(value) is int:
        yield from (value - 1, value + 1)
    if isinstance(value, date) and date.min < value < date.max:
        yield from (value - timedelta(1), value + timedelta(1))


def _distance(now: Scalar | None, then: Scalar) -> float:
    """How far a value is; kinds without a distance count as far, so that a small step in a number comes first."""
    if isinstance(now, date) and isinstance(then, date):
        return abs((then - now).days)
    if isinstance(now, int | float) and isinstance(then, int | float) and not isinstance(now, bool):
        return abs(then - now)
    return 1e18


__all__ = ["Change", "Clause", "Const", "Explanation", "Outcome", "decide", "explain", "read", "truth"]
