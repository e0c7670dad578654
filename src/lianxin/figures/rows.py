"""The rows behind a figure: the same rules, asked of the registry as it is now, within what a person may open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext

from lianxin.kit.scope import Scope
from lianxin.places.models import Area, AreaSpan, Site
from lianxin.places.queries import names
from lianxin.registry.queries.named import Named, named_bodies, named_organisations
from lianxin.rules.catalogue import target_of
from lianxin.rules.where import RuleWhere
from lianxin_methods.indicators.compute import HIT, MISSING, WITHIN, rules_of
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.rules.nodes import Node
from lianxin_methods.rules.text import sentence

from .catalogue import version_on
from .queries import NoSuchArea, language
from .tables import keys_behind
from .words import MADE, vocabulary

Part = Literal["numerator", "denominator", "rest", "missing"]
PARTS: tuple[Part, ...] = ("rest", "numerator", "denominator", "missing")
STATES = {"rest": {WITHIN}, "numerator": {HIT}, "denominator": {WITHIN, HIT}, "missing": {MISSING}}
PAGE = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """One page of what a part of a figure counts: organisations, bodies, areas and sites.

    condition : the rule in words.  next_page : 0 on the last.
    """

    definition: Definition
    part: Part
    label: str
    condition: str
    area_name: str
    on: date
    count: int
    lines: tuple[Named, ...]
    page: int
    next_page: int

    @property
    def noun(self) -> str:
        """What the rows are counted in."""
        if self.of_organisations:
            return gettext("organisations")
        return str((self.definition.texts or {}).get(language(), {}).get("unit", ""))

    @property
    def of_organisations(self) -> bool:
        return self.definition.over == "organisation"


def may_open(area: int, on: date, scope: Scope) -> bool:
    """Whether all rows below the area, or in the site, lie within a scope: only then do they add up to the figure."""
    above = Site.objects.filter(pk=-area).values_list("area", flat=True).first() if area < 0 else area
    span = AreaSpan.objects.on(on).filter(area=above).first()
    return span is not None and span.path.startswith(scope.area_paths or ("~",))


def lists_rows(definition: Definition) -> bool:
    """Whether there are rows to look at: persons are never listed behind a figure."""
    return (
        definition.about not in ("persons", "matters")
        and definition.over not in ("member", "duty")
        and not definition.protected_by
    )


def counts_rows(definition: Definition, part: str) -> bool:
    """Whether a part's number is a number of rows, not of people in them."""
    top, base = definition.counts_in_numerator == "rows", definition.counts_in_denominator == "rows"
    return {"numerator": top, "denominator": base, "rest": top and base, "missing": True}[part]


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
    given = {code: value for code, value in scope_params.items() if code in {p.code for p in definition.params}}
    asked = Question(definition, area, on, given, part)
    start = (page - 1) * PAGE
    if definition.over == "organisation" and definition.aggregation == "sum" and not _beyond(definition):
        count, lines = _organisations(asked, rows_scope, start)
    else:
        count, lines = _from_snapshot(asked, rows_scope, start)
    return Behind(
        definition=definition,
        part=part,
        label=str((definition.texts or {}).get(language(), {}).get(part, part)),
        condition=_in_words(definition, on, given, part),
        area_name=_name_of(area, on),
        on=on,
        count=count,
        lines=tuple(lines[:PAGE]),
        page=page,
        next_page=page + 1 if count > start + PAGE else 0,
    )


def _beyond(definition: Definition) -> bool:
    """Whether it asks for words that the registry does not know, but a snapshot does."""
    known = target_of("organisation").vocabulary()
    named = MADE.findall(f"{definition.scope} {definition.numerator}")
    return any(word.startswith("has_liaison_") and word not in known for word in named)


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows are asked for."""

    definition: Definition
    area: int
    on: date
    params: Mapping[str, int]
    part: Part


def _name_of(area: int, on: date) -> str:
    if area < 0:
        return Site.objects.get(pk=-area).name
    return AreaSpan.objects.on(on).get(area=area).name


def _organisations(asked: Question, scope: Scope, start: int) -> tuple[int, list[Named]]:
    """From the registry as it is now, by the same rules."""
    found = spans_behind(asked.definition, asked.area, asked.on, asked.params, asked.part, scope)
    columns = ("organisation_id", "name", "headcount", "opened_on")
    rows = found.order_by("name", "organisation").values_list(*columns)[start : start + PAGE]
    lines = [
        Named(pk, name, reverse("registry:organisation", args=[pk]), headcount, opened)
        for pk, name, headcount, opened in rows
    ]
    return found.count(), lines


def _from_snapshot(asked: Question, scope: Scope, start: int) -> tuple[int, list[Named]]:
    """From the snapshot that the figure was counted in: ids there, names from the registry."""
    keys = sorted(keys_behind(asked.definition, asked.area, asked.on, asked.params, STATES[asked.part]))
    chosen = keys[start : start + PAGE]
    over = asked.definition.over
    if over == "organisation":
        return len(keys), named_organisations(chosen, scope)
    if over == "place":
        return len(keys), _places(chosen, asked.on)
    return len(keys), named_bodies(chosen, scope)


def _places(ids: list[int], on: date) -> list[Named]:
    """Areas, and sites below zero."""
    areas = names([pk for pk in ids if pk > 0], on)
    sites = dict(Site.objects.filter(pk__in=[-pk for pk in ids if pk < 0]).values_list("pk", "name"))
    return [
        Named(pk, areas.get(pk, ""), reverse("places:area", args=[pk]))
        if pk > 0
        else Named(pk, sites.get(-pk, ""), reverse("places:site", args=[-pk]))
        for pk in ids
    ]


def spans_behind(
    definition: Definition, area: int, on: date, params: Mapping[str, int], part: Part, scope: Scope
) -> "QuerySet[Any]":
    """The organisations' spans that a part of the figure counts; `area` below zero is a site."""
    target = target_of("organisation")
    words = vocabulary(definition)
    unknown = {n.code: Value(False) for n in words.names if n.code not in target.vocabulary()}
    columns = {**unknown, **target.columns(on)}
    within, hit = rules_of(definition, words, on, params)
    spans = target.rows(scope, on)
    if area < 0:
        site = Site.objects.get(pk=-area)
        spans = spans.filter(site=site, area=site.area_id)
    else:
        path = AreaSpan.objects.on(on).get(area=area).path
        spans = spans.filter(area__in=Area.objects.below(path, day=on).values("pk"))
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
