"""Rules, tables and parameters as they hold on a day: what other apps ask `rules` for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused
from lianxin_methods.rules.decision_table import Row, Table
from lianxin_methods.rules.faults import Language, RuleFault
from lianxin_methods.rules.nodes import Node
from lianxin_methods.rules.params import Params, ParamValue, resolve
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.vocabulary import Scalar, Vocabulary, read_day

from .catalogue import target_of
from .models import ParameterValue, RuleVersion, TableVersion


class NoRuleInForce(Refused):
    text = _("No rule “%(code)s” is in force on %(day)s.")


class Unreadable(Refused):
    """A rule text that cannot be used; the fault has its place."""

    def __init__(self, fault: RuleFault) -> None:
        super().__init__()
        self.fault = fault

    @property
    def sentence(self) -> str:
        return self.fault.text(language())


def language() -> Language:
    """The reader's language, as the methods name it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


@dataclass(frozen=True, slots=True)
class RuleOn:
    """A rule as it holds on a day, ready to use. Keep `code`, `number` and `day` with every decision."""

    code: str
    number: int
    day: date
    target: str
    node: Node
    vocabulary: Vocabulary
    severity: str
    source: str
    article: str
    is_verified: bool


def to_scalar(kind: str, raw: Any) -> Scalar:
    """A stored parameter value in its type."""
    return read_day(raw) if kind == "date" else float(raw) if kind == "float" else raw


def params_on(day: date, jurisdiction: str | None = None) -> dict[str, ParamValue]:
    """Every parameter's value on the day, where the installation is: the nearest jurisdiction wins. One query."""
    here = settings.JURISDICTION if jurisdiction is None else jurisdiction
    values = ParameterValue.objects.on(day).filter(jurisdiction__in=around(here)).select_related("parameter")
    found: dict[str, ParamValue] = {}
    for value in sorted(values, key=lambda v: len(v.jurisdiction)):
        found[value.parameter.code] = ParamValue(
            code=value.parameter.code,
            value=to_scalar(value.parameter.kind, value.value),
            valid_from=value.valid_from,
            valid_until=value.valid_until,
            jurisdiction=value.jurisdiction,
            source=value.source,
            article=value.article,
            unit=value.parameter.unit,
        )
    return found


def around(jurisdiction: str) -> list[str]:
    """The jurisdiction and those around it: 440304 lies in 4403, 44 and the whole country."""
    return [jurisdiction[:length] for length in range(len(jurisdiction) + 1)]


def read_rule(text: str, vocabulary: Vocabulary, params: Params) -> Node:
    """A rule text with its parameters looked up. Raises Unreadable."""
    try:
        return resolve(parse(text, vocabulary, params), vocabulary, params)
    except RuleFault as fault:
        raise Unreadable(fault) from fault


def rules_on(codes: Iterable[str], day: date) -> dict[str, RuleOn]:
    """The rules in force on the day, by code; those without a version are left out. Three queries at most."""
    wanted = list(codes)
    versions = RuleVersion.objects.in_force(day).filter(rule__code__in=wanted).select_related("rule")
    params = params_on(day)
    vocabularies: dict[str, Vocabulary] = {}
    found: dict[str, RuleOn] = {}
    for version in versions:
        rule = version.rule
        if rule.vocabulary not in vocabularies:
            vocabularies[rule.vocabulary] = target_of(rule.vocabulary).vocabulary()
        vocabulary = vocabularies[rule.vocabulary]
        found[rule.code] = RuleOn(
            code=rule.code,
            number=version.number,
            day=day,
            target=rule.vocabulary,
            node=read_rule(version.text, vocabulary, params),
            vocabulary=vocabulary,
            severity=rule.severity,
            source=version.source,
            article=version.article,
            is_verified=version.is_verified,
        )
    return found


def rule_on(code: str, day: date) -> RuleOn:
    """One rule as it holds on the day. Raises NoRuleInForce, Unreadable."""
    found = rules_on([code], day).get(code)
    if found is None:
        raise NoRuleInForce(code=code, day=day)
    return found


def table_on(code: str, day: date) -> tuple[Table, Vocabulary]:
    """A decision table as it holds on the day, with the vocabulary it speaks. Raises NoRuleInForce, Unreadable."""
    version = TableVersion.objects.in_force(day).filter(table__code=code).select_related("table").first()
    if version is None:
        raise NoRuleInForce(code=code, day=day)
    vocabulary, params = target_of(version.table.vocabulary).vocabulary(), params_on(day)
    rows = (
        Row(row.position, read_rule(row.text, vocabulary, params) if row.text else None, row.value)
        for row in version.rows.order_by("position")
    )
    return Table(code, tuple(rows)), vocabulary
