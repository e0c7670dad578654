"""An ordered list of rule -> value: the first rule that holds decides; an unknown before it means ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from typing import Any

from sqlglot import exp

from .nodes import Const, Node, OneOf, leaves, names_in, values_in
from .record import OUTCOME, Explanation, Outcome, Truth, around, explain, read, truth
from .sql import Columns, predicate
from .vocabulary import Dialect, Name, Scalar, Vocabulary

MOST_CASES = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line: where the rule holds, the value is this. A row without a rule is "otherwise"."""

    number: int
    rule: Node | None
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table as it stands on a day (决策表), its parameters looked up."""

    code: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table says of one record: a value, nothing ("no"), or what to ask first."""

    outcome: Outcome
    value: str
    row: int
    """Number of the row that decided, or that must be asked about; 0 where none did."""
    explanation: Explanation | None


def decide_table(table: Table, record: Mapping[str, object], vocabulary: Vocabulary, day: date) -> Decision:
    """The first row that holds. Raises BadRecord."""
    for row in table.rows:
        if row.rule is None:
            return Decision("yes", row.value, row.number, None)
        found = explain(row.rule, record, vocabulary, day)
        if found.outcome == "yes":
            return Decision("yes", row.value, row.number, found)
        if found.outcome == "ask":
            return Decision("ask", "", row.number, found)
    return Decision("no", "", 0, None)


def table_case(
    table: Table, vocabulary: Vocabulary, *, day: date, dialect: Dialect, columns: Columns | None = None
) -> exp.Expr:
    """The table as SQL: the number of the row that decides, negative if to be asked about first, 0 for none."""
    ifs: list[exp.If] = []
    for row in table.rows:
        if row.rule is None:
            return exp.Case(ifs=ifs, default=exp.convert(row.number)) if ifs else exp.convert(row.number)
        rule = predicate(row.rule, vocabulary, day=day, dialect=dialect, columns=columns)
        unknown = exp.Is(this=exp.Paren(this=rule.copy()), expression=exp.Null())
        ifs.append(exp.If(this=rule, true=exp.convert(row.number)))
        ifs.append(exp.If(this=unknown, true=exp.convert(-row.number)))
    return exp.Case(ifs=ifs, default=exp.convert(0)) if ifs else exp.convert(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at in a table. kind: overlap (two rows, two values), gap, never (a row that cannot decide)."""

    kind: str
    rows: tuple[int, ...]
    example: Mapping[str, Scalar | None]


@dataclass(frozen=True, slots=True)
class Check:
    """What an examination of a table found; exact if every case was tried."""

    findings: tuple[Finding, ...]
    cases: int
    is_exact: bool


def check_table(table: Table, vocabulary: Vocabulary, at_most: int = MOST_CASES) -> Check:
    """Try one record for every way the rules can tell records apart: overlaps, gaps, rows that never decide.

    Values of a name matter only by the values the rules name, those between them and none at all, so a finite set
    of cases stands for all records. Derived names count as free. Over `at_most` cases the answer is not exact.
    """
    codes = sorted({code for row in table.rows if row.rule for code in names_in(row.rule)})
    axes = [_axis(table, vocabulary[code]) for code in codes]
    size = 1
    for axis in axes:
        size *= len(axis)
    found: dict[tuple[Any, ...], Finding] = {}
    deciding: set[int] = set()
    for values in islice(product(*axes), at_most):
        case = dict(zip(codes, values, strict=True))
        for finding in _examine(table, case, deciding):
            found.setdefault((finding.kind, finding.rows), finding)
    idle = (Finding("never", (row.number,), {}) for row in table.rows if row.number not in deciding)
    return Check((*found.values(), *(idle if size <= at_most else ())), min(size, at_most), size <= at_most)


def _examine(table: Table, case: Mapping[str, Scalar | None], deciding: set[int]) -> Iterator[Finding]:
    truths: list[Truth] = [True if row.rule is None else truth(row.rule, case) for row in table.rows]
    hits = [row for row, found in zip(table.rows, truths, strict=True) if found and row.rule is not None]
    first = next((i for i, found in enumerate(truths) if found is not False), None)
    if first is None:
        yield Finding("gap", (), case)
    elif truths[first]:
        deciding.add(table.rows[first].number)
    if None not in case.values():
        for other in hits[1:]:
            if other.value != hits[0].value:
                yield Finding("overlap", (hits[0].number, other.number), case)


def _axis(table: Table, name: Name) -> list[Scalar | None]:
    """Values of one name that the rules can tell apart."""
    if name.type == "bool":
        return [True, False, None]
    if name.options:
        return [*(o.code for o in name.options), None]
    points: set[Scalar] = set()
    for row in table.rows:
        for leaf in leaves(row.rule) if row.rule else ():
            if leaf.name == name.code:
                points.update(p for v in values_in(leaf) if isinstance(v, Const) for p in around(v.value))
    if name.type == "str":
        points.add("\u2026")
    ordered = sorted(points)
    if name.type == "float":
        ordered = _with_between(ordered)
    return [*ordered, None]


def _with_between(points: list[Any]) -> list[Any]:
    middles = [(a + b) / 2 for a, b in zip(points, points[1:], strict=False)]
    ends = [points[0] - 1.0, points[-1] + 1.0] if points else [0.0]
    return sorted({*points, *middles, *ends})


__all__ = ["OUTCOME", "Check", "Decision", "Finding", "OneOf", "Row", "Table", "check_table", "decide_table", "read"]
