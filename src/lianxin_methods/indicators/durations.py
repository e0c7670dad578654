"""How long organisations took: from the day they came into scope until the first day a body covered them.

The first day in scope is found by asking the rule on the few days on which its answer can change: the first day of each
span of an organisation, and the days on which a count of months that the rule names is reached. What was known first is
taken to have been so since the organisation opened. Those not covered yet are open ends, at their closing or the day.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lianxin_methods.rules.nodes import Compare, Const, Node, leaves, names_in
from lianxin_methods.rules.sql import columns_of, predicate
from lianxin_methods.rules.vocabulary import Derived, Vocabulary

from .compute import rules_of
from .definition import Definition
from .units import UnknownFact, literal

ELAPSED = {
    "months_since": "(year(d.on_day) - year({c})) * 12 + month(d.on_day) - month({c})"
    " - (day({c}) > day(d.on_day))::int",
    "has_come": "coalesce({c} <= d.on_day, false)",
}
"""Derived words by the kind of their builder, on the day of a row."""
REACHED = "({c} + to_months({n}))::date + (day(({c} + to_months({n}))::date) < day({c}))::int"
"""The first day on which n months are over: a day later where the month has no such day."""
WITHOUT_DAYS = ("has_", "visited_on", "members")
"""Words whose own days the question does not follow."""


def durations_sql(definition: Definition, vocabulary: Vocabulary, day: date, params: Mapping[str, int]) -> str:
    """A row for each organisation that came into scope in the window: area, days, whether it was covered, key."""
    scope, _ = rules_of(definition, vocabulary, day, params)
    asked, derived = set(names_in(scope)), {n.code: n.derived for n in vocabulary.names if n.derived}
    months = {code: d.of[0] for code, d in derived.items() if d.kind == "months_since"}
    plain = replace(vocabulary, names=tuple(replace(n, derived=None) for n in vocabulary.names))
    for name in sorted(asked):
        if name.startswith(WITHOUT_DAYS) and name != "has_credit_code":
            raise UnknownFact(f"{definition.code}: {name} changes on days of its own")
    columns = {name: _on_day(name, derived.get(name)) for name in asked}
    known = "".join(f', {expression} as "{name}"' for name, expression in sorted(columns.items()))
    is_in = predicate(scope, plain, day=day, dialect="duckdb", columns=columns_of("e")).sql("duckdb")
    years = int(definition.chosen(params).get("years", 1))
    return f"""
with spans as (
  select o.* replace (case when row_number() over one = 1 then least(o.valid_from, o.opened_on) else o.valid_from end
    as valid_from) from organisation_spans o
  window one as (partition by o.organisation order by o.valid_from, o.valid_until nulls last)
), days as (
  select o.*, unnest([{", ".join(["o.valid_from", *_changes(scope, months)])}]) as on_day from spans o
), asked as (
  select d.organisation, d.on_day{known} from days d
  where d.on_day >= d.valid_from and (d.valid_until is null or d.on_day < d.valid_until) and d.on_day <= $day
), entered as (
  select e.organisation, min(e.on_day) as entered_on from asked e where {is_in} group by 1
  having min(e.on_day) > ($day - to_years({years}))::date
), last as (
  select organisation, arg_max(area, valid_from) as area, arg_max(closed_on, valid_from) as closed_on,
    case when count(*) = count(valid_until) then max(valid_until) end as gone_on
  from organisation_spans where valid_from <= $day group by 1
), covered as (
  select c.organisation, greatest(c.valid_from, b.valid_from, t.valid_from) as since,
    least(c.valid_until, b.valid_until, t.valid_until) as until
  from coverings c join body_spans b on b.body = c.body and b.line = {literal(definition.line)}
  join terms t on t.body = c.body
), met as (
  select e.organisation, min(greatest(k.since, e.entered_on)) as met_on from entered e join covered k
    on k.organisation = e.organisation and k.since <= $day
    and (k.until is null or k.until > greatest(k.since, e.entered_on))
  group by 1
)
select l.area, e.organisation as key, m.met_on is not null as is_met,
  greatest(coalesce(m.met_on, least($day, coalesce(l.closed_on, $day), coalesce(l.gone_on, $day))) - e.entered_on, 0)
    ::bigint as days
from entered e join last l on l.organisation = e.organisation left join met m on m.organisation = e.organisation"""


def _on_day(name: str, derived: Derived | None) -> str:
    """What a word is on the day of a row. Raises UnknownFact for a kind of count that is not followed."""
    if derived is None:
        return f'd."{name}"'
    if derived.kind not in ELAPSED:
        raise UnknownFact(f"{name} changes on days that are not followed")
    return ELAPSED[derived.kind].format(c=f'd."{derived.of[0]}"')


def _changes(scope: Node, months: Mapping[str, str]) -> list[str]:
    """Days on which a comparison of elapsed months may turn."""
    found: dict[str, None] = {}
    for leaf in leaves(scope):
        if isinstance(leaf, Compare) and leaf.name in months and isinstance(leaf.value, Const):
            for n in (int(leaf.value.value), int(leaf.value.value) + 1):  # type: ignore[arg-type]
                found[REACHED.format(c=f'o."{months[leaf.name]}"', n=n)] = None
    return list(found)
