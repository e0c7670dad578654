"""What the pages show of rules, tables and parameters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.conf import settings
from django.db.models import Prefetch

from lianxin_methods.rules.decision_table import check_table
from lianxin_methods.rules.faults import RuleFault
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.text import sentence
from lianxin_methods.rules.vocabulary import Vocabulary

from .catalogue import TARGETS
from .lookup import language, table_on
from .models import DecisionTable, Parameter, ParameterValue, RuleVersion, StoredRule, TableVersion, Versioned
from .sources import source_words

State = Literal["draft", "to_come", "now", "past"]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Where something comes from, who saved it, since when and until when it holds."""

    pk: int
    number: int
    state: State
    valid_from: date
    valid_until: date | None
    source: str
    article: str
    where: str
    """Source and article as the reader reads them."""
    is_verified: bool
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A row of the list of rules or tables."""

    code: str
    title: str
    target: str
    severity: str
    jurisdiction: str
    now: SourceLine | None
    """The version in force; None where only drafts, or past or coming versions, exist."""
    versions: int


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a rule."""

    line: SourceLine
    text: str
    sentence: str
    """In the reader's words; empty where the text cannot be read with today's names."""


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule with its history, the latest version first."""

    rule: RuleLine
    target_code: str
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of a decision table; a sentence of "" is "otherwise"."""

    position: int
    text: str
    sentence: str
    value: str


@dataclass(frozen=True, slots=True)
class TablePage:
    """A decision table as it stands on a day, and what an examination of it found."""

    table: RuleLine
    rows: tuple[RowLine, ...]
    gaps: tuple[str, ...]
    never: tuple[int, ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class ValueLine:
    """What a parameter is, from a day on, somewhere."""

    line: SourceLine
    jurisdiction: str
    value: str
    is_here: bool
    """It is what counts on the day where this installation is."""


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """A parameter with all its values, the latest first."""

    code: str
    title: str
    unit: str
    kind: str
    values: tuple[ValueLine, ...]


def _state(valid_from: date, valid_until: date | None, is_draft: bool, day: date) -> State:
    if is_draft:
        return "draft"
    if valid_from > day:
        return "to_come"
    return "now" if valid_until is None or valid_until > day else "past"


def _source_line(row: Any, day: date) -> SourceLine:
    return SourceLine(
        pk=row.pk,
        number=getattr(row, "number", 0),
        state=_state(row.valid_from, row.valid_until, getattr(row, "status", "") == "draft", day),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        source=row.source,
        article=row.article,
        where=source_words(row.source, row.article),
        is_verified=row.is_verified,
        saved_by=row.saved_by,
        saved_at=row.saved_at,
    )


def _title(row: Any) -> str:
    return str(row.title_en or row.title) if language() == "en" else str(row.title)


def _line(row: StoredRule | DecisionTable, versions: Iterable[Versioned], day: date) -> RuleLine:
    found = [_source_line(v, day) for v in versions]
    target = TARGETS.get(row.vocabulary)
    return RuleLine(
        code=row.code,
        title=_title(row),
        target=str(target.label) if target else row.vocabulary,
        severity=getattr(row, "severity", ""),
        jurisdiction=row.jurisdiction,
        now=next((line for line in found if line.state == "now"), None),
        versions=len(found),
    )


def rule_lines(day: date) -> list[RuleLine]:
    """Every rule by its code; two queries."""
    rules = StoredRule.objects.order_by("code").prefetch_related("versions")
    return [_line(rule, rule.versions.all(), day) for rule in rules]


def table_lines(day: date) -> list[RuleLine]:
    """Every decision table by its code; two queries."""
    tables = DecisionTable.objects.order_by("code").prefetch_related("versions")
    return [_line(table, table.versions.all(), day) for table in tables]


def rule_page(rule: StoredRule, day: date) -> RulePage:
    """One rule with all its versions."""
    versions: list[RuleVersion] = list(rule.versions.order_by("-number"))
    target = TARGETS.get(rule.vocabulary)
    vocabulary = target.vocabulary() if target else None
    lines = (VersionLine(_source_line(v, day), v.text, _said(v.text, vocabulary)) for v in versions)
    return RulePage(_line(rule, versions, day), rule.vocabulary, tuple(lines))


def _said(text: str, vocabulary: Vocabulary | None) -> str:
    if vocabulary is None or not text:
        return ""
    try:
        return sentence(parse(text, vocabulary), vocabulary, language())
    except RuleFault:
        return ""


def table_page(table: DecisionTable, day: date) -> TablePage:
    """The rows in force on the day, with gaps and rows that never decide. Raises NoRuleInForce."""
    made, vocabulary = table_on(table.code, day)
    versions = list(TableVersion.objects.filter(table=table).order_by("-number"))
    stored = TableVersion.objects.in_force(day).get(table=table).rows.order_by("position")
    found = check_table(made, vocabulary)
    speech = language()
    gaps = (
        "，".join(f"{vocabulary[code].label(speech)} = {'?' if v is None else v}" for code, v in f.example.items())
        for f in found.findings
        if f.kind == "gap"
    )
    return TablePage(
        table=_line(table, versions, day),
        rows=tuple(RowLine(r.position, r.text, _said(r.text, vocabulary), r.value) for r in stored),
        gaps=tuple(gaps),
        never=tuple(f.rows[0] for f in found.findings if f.kind == "never"),
        is_exact=found.is_exact,
    )


def parameter_lines(day: date) -> list[ParameterLine]:
    """Every parameter with its values; two queries."""
    values = ParameterValue.objects.order_by("jurisdiction", "-valid_from", "-pk")
    rows = Parameter.objects.order_by("code").prefetch_related(Prefetch("values", queryset=values))
    return [parameter_line(row, day) for row in rows]


def parameter_line(row: Parameter, day: date) -> ParameterLine:
    values = row.values.all()
    here = settings.JURISDICTION
    holding = [v for v in values if here.startswith(v.jurisdiction) and _source_line(v, day).state == "now"]
    nearest = max(holding, key=lambda v: len(v.jurisdiction), default=None)
    lines = tuple(
        ValueLine(_source_line(v, day), v.jurisdiction, f"{v.value} {row.unit}".strip(), v == nearest) for v in values
    )
    return ParameterLine(row.code, _title(row), row.unit, row.kind, lines)
