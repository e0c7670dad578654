"""The editor of rules over a target: does the text hold, how many match now, and why one record does or does not.

A page part: each app names its target in `vocabulary.py` and links to `rules:editor` with the target's code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin_methods.rules.faults import RuleFault
from lianxin_methods.rules.nodes import Node, names_in, params_in
from lianxin_methods.rules.record import OUTCOME, Explanation, Outcome, explain
from lianxin_methods.rules.text import canonical, sentence
from lianxin_methods.rules.vocabulary import Name, Vocabulary

from .catalogue import Target, target_of
from .lookup import Unreadable, language, params_on, read_rule

FEWEST = 10
"""Of persons, counts below this are not shown, nor those that would give them away."""
SAMPLES = 3


class NotInSight(Refused):
    text = _("This record is not among those you may see on this day.")
    status = 404


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text, with the words around the place."""

    text: str
    line: int
    column: int
    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records match now, within sight of who asks. Counts of persons may be hidden."""

    yes: int
    no: int
    ask: int
    is_hidden: bool = False

    @property
    def total(self) -> int:
        return self.yes + self.no + self.ask


@dataclass(frozen=True, slots=True)
class Sample:
    """A record to look at."""

    pk: int
    title: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One condition of an explanation in the reader's language."""

    indent: int
    text: str
    has: str
    outcome: Outcome
    decided: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """One record against the rule, clause by clause."""

    title: str
    outcome: Outcome
    clauses: tuple[ClauseLine, ...]
    ask: tuple[str, ...]
    change: str


@dataclass(frozen=True, slots=True)
class ParamLine:
    """A parameter that the rule uses, with its value on the day."""

    code: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What the editor shows of a text: a fault, or what it says and whom it meets."""

    text: str
    fault: Fault | None = None
    sentence: str = ""
    canonical: str = ""
    params: tuple[ParamLine, ...] = ()
    tally: Tally | None = None
    samples: tuple[Sample, ...] = ()
    explained: Explained | None = None


@dataclass(frozen=True, slots=True)
class NameLine:
    """A word that may be used, as the list beside the editor shows it."""

    code: str
    label: str
    kind: str
    example: str
    options: tuple[tuple[str, str], ...]


def name_lines(target: Target) -> list[NameLine]:
    """The words of a target in the reader's language."""
    return [_name_line(name) for name in target.vocabulary().names]


def _name_line(name: Name) -> NameLine:
    chinese = language() == "zh"
    options = tuple((o.code, o.zh if chinese else o.en) for o in name.options)
    example = {
        "bool": name.code,
        "int": f"{name.code} >= 25",
        "float": f"{name.code} < 0.5",
        "str": f'{name.code} == "…"',
        "date": f'{name.code} >= date("2026-03-01")',
        "enum": f'{name.code} == "{options[0][0]}"' if options else name.code,
    }[name.type]
    unit = name.unit_zh if chinese else name.unit_en
    return NameLine(name.code, name.label(language()), unit, example, options)


def try_rule(*, target_code: str, text: str, actor: Actor, day: date, who: str = "", pick: int | None = None) -> Trial:
    """Check a text and, if it holds, count and show records within sight of the actor.

    who : part of a title, to find a record; pick : the record to explain.
    Raises NoSuchTarget, NotInSight.
    """
    target = target_of(target_code)
    vocabulary, params = target.vocabulary(), params_on(day)
    try:
        node = read_rule(text, vocabulary, params)
    except Unreadable as refused:
        return Trial(text, fault=_fault(text, refused.fault))
    rows = target.rows(actor.scope(target.act, day), day)
    judged = rows.annotate(rule_truth=target.where(node, day))
    return Trial(
        text,
        sentence=sentence(node, vocabulary, language()),
        canonical=canonical(node),
        params=tuple(
            ParamLine(code, f"{params[code].value} {params[code].unit}".strip(), params[code].source)
            for code in params_in(node)
        ),
        tally=_tally(judged, vocabulary),
        samples=tuple(_samples(judged, target, who)),
        explained=None if pick is None else _explain(rows, target, node, day, pick),
    )


def _fault(text: str, fault: RuleFault) -> Fault:
    """The line at fault, cut into what stands before, at and after the place."""
    place = fault.place
    lines = text.replace("\r\n", "\n").split("\n")
    line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    end = place.end_column if place.end_line == place.line else len(line)
    cut = (line[: place.column], line[place.column : max(end, place.column + 1)], line[max(end, place.column + 1) :])
    return Fault(fault.text(language()), place.line, place.column + 1, *cut)


def _tally(judged: "QuerySet[Any]", vocabulary: Vocabulary) -> Tally:
    counted = judged.order_by().values("rule_truth").annotate(n=Count("pk")).values_list("rule_truth", "n")
    found = {OUTCOME[None if truth is None else bool(truth)]: n for truth, n in counted}
    counts = {outcome: found.get(outcome, 0) for outcome in OUTCOME.values()}
    is_hidden = vocabulary.about_persons and any(0 < n < FEWEST for n in counts.values())
    return Tally(0, 0, 0, is_hidden=True) if is_hidden else Tally(**counts)


def _samples(judged: "QuerySet[Any]", target: Target, who: str) -> list[Sample]:
    """Records whose title holds `who`; without it, a few of each outcome."""
    rows = judged.values_list("pk", target.title, "rule_truth")
    if who:
        found = list(rows.filter(**{f"{target.title}__icontains": who}).order_by(target.title, "pk")[: 3 * SAMPLES])
    else:
        conditions: tuple[Mapping[str, Any], ...] = (
            {"rule_truth": True},
            {"rule_truth": None},
            {"rule_truth": False},
        )
        found = [row for c in conditions for row in rows.filter(**_truth_is(c["rule_truth"])).order_by("pk")[:SAMPLES]]
    return [Sample(pk, title, OUTCOME[None if truth is None else bool(truth)]) for pk, title, truth in found]


def _truth_is(truth: bool | None) -> dict[str, Any]:
    return {"rule_truth__isnull": True} if truth is None else {"rule_truth": truth}


def _explain(rows: "QuerySet[Any]", target: Target, node: Node, day: date, pick: int) -> Explained:
    """One record, its values read through the target's own columns."""
    vocabulary = target.vocabulary()
    names = vocabulary.stored(names_in(node))
    columns = target.columns(day)
    paths = {f"rule_{code}": columns.get(code, vocabulary[code].stored_in) for code in names}
    shown = {alias: F(path) if isinstance(path, str) else path for alias, path in paths.items()}
    found = rows.filter(pk=pick).annotate(**shown).values(*shown, target.title).first()
    if found is None:
        raise NotInSight()
    record = {code: found[f"rule_{code}"] for code in names}
    return explained(explain(node, record, vocabulary, day), found[target.title], vocabulary)


def explained(found: Explanation, title: str, vocabulary: Vocabulary) -> Explained:
    """An explanation in the reader's language."""
    speech = language()
    change = (found.change.zh if speech == "zh" else found.change.en) if found.change else ""
    clauses = tuple(ClauseLine(c.depth, c.text(speech), c.has(speech), c.outcome, c.decided) for c in found.clauses)
    ask = tuple(vocabulary[code].label(speech) for code in found.ask)
    return Explained(title, found.outcome, clauses, ask, change)
