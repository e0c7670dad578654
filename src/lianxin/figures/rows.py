"""The rows behind a figure: the same rules, asked of the registry as it is now, within what a person may open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Q, QuerySet, Value

from lianxin.kit.scope import Scope
from lianxin.places.models import Area, AreaSpan
from lianxin.rules.catalogue import target_of
from lianxin.rules.where import RuleWhere
from lianxin_methods.indicators.compute import rules_of
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.rules.nodes import Node
from lianxin_methods.rules.text import sentence

from .catalogue import version_on
from .queries import NoSuchArea, language
from .tables import vocabulary

Part = Literal["numerator", "denominator", "rest", "missing"]
PARTS: tuple[Part, ...] = ("rest", "numerator", "denominator", "missing")
PAGE = 50


@dataclass(frozen=True, slots=True)
class RowLine:
    """An organisation behind a figure."""

    id: int
    name: str
    headcount: int | None
    opened_on: date | None


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of the organisations that a part of a figure counts.

    condition : the rule in words.  next_page : 0 on the last.
    """

    definition: Definition
    part: Part
    label: str
    condition: str
    area_name: str
    on: date
    count: int
    lines: tuple[RowLine, ...]
    page: int
    next_page: int


def may_open(area: int, on: date, scope: Scope) -> bool:
    """Whether all rows below the area lie within a scope: only then do they add up to the figure."""
    span = AreaSpan.objects.on(on).filter(area=area).first()
    return span is not None and span.path.startswith(scope.area_paths or ("~",))


def rows_behind(
    indicator: str,
    *,
    area: int,
    on: date,
    scope_params: Mapping[str, int],
    part: Part,
    rows_scope: Scope,
    page: int = 1,
) -> Behind:
    """rows_scope : from the act `registry.view_organisations`. Raises NoSuchArea where not all rows lie within it."""
    if not may_open(area, on, rows_scope):
        raise NoSuchArea(area=area, day=on)
    definition = version_on(indicator, on).definition
    found = spans_behind(definition, area, on, scope_params, part, rows_scope)
    start = (page - 1) * PAGE
    columns = ("organisation_id", "name", "headcount", "opened_on")
    lines = [RowLine(*row) for row in found.order_by("name", "organisation").values_list(*columns)[start:][: PAGE + 1]]
    return Behind(
        definition=definition,
        part=part,
        label=str((definition.texts or {}).get(language(), {}).get(part, part)),
        condition=_in_words(definition, on, scope_params, part),
        area_name=AreaSpan.objects.on(on).get(area=area).name,
        on=on,
        count=found.count(),
        lines=tuple(lines[:PAGE]),
        page=page,
        next_page=page + 1 if len(lines) > PAGE else 0,
    )


def spans_behind(
    definition: Definition, area: int, on: date, params: Mapping[str, int], part: Part, scope: Scope
) -> "QuerySet[Any]":
    """The organisations' spans that a part of the figure counts."""
    target = target_of("organisation")
    words = vocabulary(definition)
    unknown = {n.code: Value(False) for n in words.names if n.code not in target.vocabulary()}
    columns = {**unknown, **target.columns(on)}
    within, hit = rules_of(definition, words, on, params)
    path = AreaSpan.objects.on(on).get(area=area).path
    spans = target.rows(scope, on).filter(area__in=Area.objects.below(path, day=on).values("pk"))
    spans = spans.annotate(is_within=RuleWhere(within, words, on, columns))
    is_hit: Any = RuleWhere(hit, words, on, columns) if hit else Value(True)
    found: QuerySet[Any] = spans.annotate(is_hit=is_hit).filter(_condition(part))
    return found


def _condition(part: Part) -> Q:
    if part == "missing":
        return Q(is_within__isnull=True) | Q(is_within=True, is_hit__isnull=True)
    wanted = {"numerator": Q(is_hit=True), "rest": Q(is_hit=False), "denominator": Q(is_hit__isnull=False)}
    return Q(is_within=True) & wanted[part]


def _in_words(definition: Definition, on: date, params: Mapping[str, int], part: Part) -> str:
    words = vocabulary(definition)
    within, hit = rules_of(definition, words, on, params)
    spoken: Node = hit if hit and part in ("numerator", "rest") else within
    return sentence(spoken, words, "en" if language() == "en" else "zh")
