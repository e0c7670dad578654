"""Leaf counts of an indicator for a day, from the Parquet files of a snapshot, by DuckDB.

Only what the rules ask is joined. Every organisation is counted once, in the area it hangs on that day, so counts add
up the tree. An area that has ended hands its organisations to the one it went over into; if that is not clear, to the
lowest area above that holds all of it (there they wait to be placed), so no sum above changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from lianxin_methods.rules.nodes import Node, names_in
from lianxin_methods.rules.params import resolve
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.sql import columns_of, predicate
from lianxin_methods.rules.vocabulary import Vocabulary

from .definition import Definition
from .rollup import Tree, count_up, roll_up, tree_of

SEGMENT = 5
PARTS = ("numerator", "denominator", "missing", "units")
"""units: organisations in scope, whatever is summed."""
MISSING, WITHIN, HIT = 0, 1, 2
"""States of an organisation: it cannot be said; in the denominator only; in the numerator too."""
HOLDS = "{t}.valid_from <= $day and ({t}.valid_until is null or {t}.valid_until > $day)"
COLUMNS = {
    "has_site": "o.site is not null",
    "months_open": "o.opened_on",
}
SIZES = "case when o.headcount is null then -1 else (o.headcount >= 10)::int + (o.headcount >= 25)::int"
SIZES += " + (o.headcount >= 100)::int + (o.headcount >= 500)::int end"
DIMENSIONS = {"kind": "o.kind", "is_new_org": "o.is_new_org", "placed": "o.placed", "size": SIZES}


@dataclass(frozen=True)
class Counts:
    """Sums for every area of a tree.

    total : part of `PARTS` -> int (areas, groups), what an area holds with all below it.
    groups : values of the dimensions asked for, one tuple a group; a single empty tuple without dimensions.
    outside : organisations of no area of the tree.
    """

    tree: Tree
    total: dict[str, NDArray[np.int64]]
    groups: list[tuple[object, ...]]
    outside: int


class Reader:
    """Reads one snapshot. Views are made once; trees are kept by scheme and day."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self.folder = folder
        self.db = duckdb.connect(config={"threads": threads})
        for file in sorted(folder.glob("*.parquet")):
            name, path = file.stem.replace('"', ""), str(file).replace("'", "''")
            self.db.execute(f"create view \"{name}\" as select * from read_parquet('{path}')")
        self._trees: dict[tuple[str, date], Tree] = {}
        self._homes: dict[tuple[str, date], dict[int, int]] = {}
        self._axes: dict[tuple[str, date], tuple[str, list[object]]] = {}
        self._ever: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    def tree(self, scheme: str, day: date) -> Tree:
        """The areas of a scheme on a day."""
        key = (scheme, day)
        if key not in self._trees:
            sql = "select area, path, code, name, level from area_spans s where scheme = $scheme and "
            rows = self.db.cursor().execute(sql + HOLDS.format(t="s"), {"scheme": scheme, "day": day}).fetchnumpy()
            labels = {f"{word}s": rows[word].tolist() for word in ("code", "name", "level")}
            self._trees[key] = tree_of(np.asarray(rows["area"], np.int64), rows["path"].tolist(), SEGMENT, **labels)
        return self._trees[key]

    def home(self, scheme: str, day: date, areas: Sequence[int]) -> dict[int, int]:
        """Where facts of areas that are not in the tree of the day belong: position in the tree, or -1."""
        known = self._homes.setdefault((scheme, day), {})
        todo = [area for area in areas if area not in known]
        if todo:
            finder = _Homes(self.db, self.tree(scheme, day), scheme, day)
            known.update({area: finder.home(area) for area in todo})
        return known

    def weights(self, scheme: str, day: date) -> NDArray[np.int64]:
        """Organisations that ever hung on an area or below it: a size that hardly changes from day to day."""
        tree = self.tree(scheme, day)
        if self._ever is None:
            sql = "select area, count(distinct organisation) as n from organisation_spans group by area"
            rows = self.db.cursor().execute(sql).fetchnumpy()
            self._ever = np.asarray(rows["area"], np.int64), np.asarray(rows["n"], np.int64)
        areas, counts = self._ever
        at = tree.positions(areas)
        own = np.bincount(at[at >= 0], counts[at >= 0], len(tree)).astype(np.int64)
        return roll_up(tree, own)

    def counts(
        self,
        definition: Definition,
        vocabulary: Vocabulary,
        *,
        day: date,
        scheme: str,
        params: Mapping[str, int] | None = None,
        dimensions: Sequence[str] = (),
    ) -> Counts:
        """An indicator for every area of the scheme, in any further dimensions. Raises ValueError, RuleFault."""
        if definition.aggregation != "sum":
            raise ValueError(f"{definition.code}: {definition.aggregation} does not add up a tree")
        tree = self.tree(scheme, day)
        cursor = self.db.cursor()
        axes = [self._axis(cursor, d, day) for d in dimensions]
        groups = _product([values for _, values in axes])
        sql = leaf_sql(definition, vocabulary, day, params or {}, axes)
        rows = {name: np.asarray(v) for name, v in cursor.execute(sql, {"day": day}).fetchnumpy().items()}
        at = self._places(tree, scheme, day, rows["area"].astype(np.int64))
        placed = at >= 0
        outside = int((rows["state"][~placed] != MISSING).sum())
        if outside or not placed.all():
            rows, at = {name: values[placed] for name, values in rows.items()}, at[placed]
        return Counts(tree, _parts(definition, tree, at, rows, len(groups)), groups, outside)

    def _places(self, tree: Tree, scheme: str, day: date, areas: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where each fact belongs in the tree, -1 if nowhere."""
        at = tree.positions(areas)
        lost = np.flatnonzero(at < 0)
        if len(lost):
            homes = self.home(scheme, day, sorted(set(areas[lost].tolist())))
            at[lost] = [homes[area] for area in areas[lost].tolist()]
        return at

    def _axis(self, cursor: duckdb.DuckDBPyConnection, dimension: str, day: date) -> tuple[str, list[object]]:
        key = (dimension, day)
        if key not in self._axes:
            expression = DIMENSIONS[dimension]
            sql = f"select distinct {expression} as v from organisation_spans o where {HOLDS.format(t='o')} order by v"
            self._axes[key] = expression, [row[0] for row in cursor.execute(sql, {"day": day}).fetchall()]
        return self._axes[key]


def _parts(
    definition: Definition, tree: Tree, at: NDArray[np.int64], rows: dict[str, NDArray[Any]], groups: int
) -> dict[str, NDArray[np.int64]]:
    """Each part summed up the tree."""
    state, group = rows["state"], rows["grp"].astype(np.int64)

    def summed(which: NDArray[np.bool_], measure: str = "rows") -> NDArray[np.int64]:
        weight = None if measure == "rows" else rows[measure][which].astype(np.int64)
        return count_up(tree, at[which], group[which], groups, weight)

    within, hit = state != MISSING, state == HIT
    units = summed(within)
    base, top = definition.counts_in_denominator, definition.counts_in_numerator
    return {
        "numerator": summed(hit, top),
        "denominator": units if base == "rows" else summed(within, base),
        "missing": summed(~within),
        "units": units,
    }


def _product(axes: list[list[object]]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = [()]
    for values in axes:
        found = [(*left, value) for left in found for value in values]
    return found


def rules_of(
    definition: Definition, vocabulary: Vocabulary, day: date, params: Mapping[str, int]
) -> tuple[Node, Node | None]:
    """Scope and numerator with their parameters looked up. Raises RuleFault, BadParameter."""
    values = definition.values(params, day)
    scope = resolve(parse(definition.scope, vocabulary, values), vocabulary, values)
    if not definition.numerator:
        return scope, None
    return scope, resolve(parse(definition.numerator, vocabulary, values), vocabulary, values)


def leaf_sql(
    definition: Definition,
    vocabulary: Vocabulary,
    day: date,
    params: Mapping[str, int],
    axes: Sequence[tuple[str, list[object]]] = (),
) -> str:
    """One scan over the organisations of the day, a row for each that is in scope or may be; `$day` stays a parameter.

    Counting them is left to NumPy, which needs a quarter of the time that grouping by area takes.
    """
    scope, numerator = rules_of(definition, vocabulary, day, params)
    asked = set(names_in(scope)) | set(names_in(numerator) if numerator else ())
    stored = vocabulary.stored(asked)
    measures = {definition.counts_in_numerator, definition.counts_in_denominator}
    columns, joins = _sources(stored, definition, measures)
    wanted = ", ".join(f'{expression} as "{name}"' for name, expression in columns.items())
    is_in = predicate(scope, vocabulary, day=day, dialect="duckdb", columns=columns_of("e")).sql("duckdb")
    hit = (
        predicate(numerator, vocabulary, day=day, dialect="duckdb", columns=columns_of("e")).sql("duckdb")
        if numerator
        else "true"
    )
    sums = "".join(f', coalesce("{m}", 0)::bigint as "{m}"' for m in sorted(measures - {"rows"}))
    return f"""
with employers as (
  select o.area, {_group(axes)} as grp, {wanted}
  from organisation_spans o {joins}
  where {HOLDS.format(t="o")}
), judged as (select e.*, ({is_in}) as within, ({hit}) as hit from employers e)
select area, grp, case when within and hit then {HIT} when within and not hit then {WITHIN} else {MISSING} end::tinyint
  as state{sums}
from judged where within is not false"""


def _group(axes: Sequence[tuple[str, list[object]]]) -> str:
    """The number of a row's group: its values' positions along the axes, the last axis fastest."""
    number = "0"
    for expression, values in axes:
        whens = " ".join(f"when {_literal(value)} then {i}" for i, value in enumerate(values) if value is not None)
        null = values.index(None) if None in values else 0
        place = f"(case {expression} {whens} else {null} end)" if whens else str(null)
        number = f"({number}) * {len(values)} + {place}"
    return number


def _literal(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _sources(stored: Sequence[str], definition: Definition, measures: set[str]) -> tuple[dict[str, str], str]:
    """Where each stored name and measure comes from, and the joins that brings."""
    columns: dict[str, str] = {}
    joins: list[str] = []
    for name in stored:
        if name.startswith(("has_valid_", "has_own_")):
            columns[name] = _covered(name)
        elif name == "visited_on":
            columns[name] = "visit.visited_on"
            joins.append(
                "left join (select organisation, max(visited_on) as visited_on from visits"
                " where visited_on <= $day group by 1) visit on visit.organisation = o.organisation"
            )
        else:
            columns[name] = COLUMNS.get(name, f'o."{name}"')
    for measure in sorted(measures - {"rows"}):
        columns[measure] = f'o."{measure}"'
        if measure == "members":
            columns[measure] = "coalesce(member.members, 0)"
            joins.append(
                "left join (select organisation, count(distinct person) as members from memberships"
                f" where line = {_literal(definition.line)} and registered_on <= $day"
                " and (left_on is null or left_on > $day) group by 1) member on member.organisation = o.organisation"
            )
    return columns or {"organisation": "o.organisation"}, "\n  ".join(joins)


def _covered(name: str) -> str:
    """A body that stands on the day and whose term runs covers the organisation; the word narrows line and form."""
    own = name.startswith("has_own_")
    line = name.removeprefix("has_own_" if own else "has_valid_")
    narrowed = "" if line == "body" and not own else f" and replace(b.line, '-', '_') = {_literal(line)}"
    narrowed += " and b.form = 'own'" if own else ""
    return (
        f"o.organisation in (select c.organisation from coverings c where {HOLDS.format(t='c')} and c.body in"
        f" (select b.body from body_spans b where {HOLDS.format(t='b')}{narrowed} and b.body in"
        f" (select t.body from terms t where {HOLDS.format(t='t')})))"
    )


class _Homes:
    """Follows areas through mergers and splits to the tree of a day."""

    def __init__(self, db: duckdb.DuckDBPyConnection, tree: Tree, scheme: str, day: date) -> None:
        self.tree = tree
        cursor = db.cursor()
        self.next: dict[int, list[int]] = {}
        sql = "select old, new from area_successions where on_day <= $day"
        for old, new in cursor.execute(sql, {"day": day}).fetchall():
            self.next.setdefault(old, []).append(new)
        sql = "select area, parent from area_spans where scheme = $s order by valid_from <= $d, valid_from"
        self.parent: dict[int, int | None] = dict(cursor.execute(sql, {"s": scheme, "d": day}).fetchall())

    def home(self, area: int) -> int:
        found = sorted(self._ends(area, frozenset()))
        if not found:
            above = self.parent.get(area)
            return -1 if above is None else self._at(above)
        shared: list[int] | None = None
        for position in found:
            line = [position, *self.tree.above(position)]
            shared = line if shared is None else [p for p in shared if p in line]
        return shared[0] if shared else -1

    def _at(self, area: int) -> int:
        position = self.tree.position(area)
        return position if position >= 0 else self.home(area)

    def _ends(self, area: int, seen: frozenset[int]) -> set[int]:
        """Positions of the areas of the day that an area went over into."""
        position = self.tree.position(area)
        if position >= 0:
            return {position}
        later = [new for new in self.next.get(area, []) if new not in seen]
        return {end for new in later for end in self._ends(new, seen | {area})}
