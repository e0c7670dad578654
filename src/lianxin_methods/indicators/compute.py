"""Leaf counts of an indicator for a day, from the Parquet files of a snapshot, by DuckDB.

Only what the rules ask is joined. Every row is counted once, in the area it hangs on that day, so counts add
up the tree. An area that has ended hands its rows to the one it went over into; if that is not clear, to the
lowest area above that holds all of it (there they wait to be placed), so no sum above changes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
from .matter_units import MATTER_UNITS
from .rollup import Tree, count_up, roll_up, tree_of
from .round_units import ROUND_UNITS
from .units import HOLDS, Unit, UnknownFact, literal
from .units import UNITS as OTHERS

SEGMENT = 5
PARTS = ("numerator", "denominator", "missing", "units")
"""units: rows in scope, whatever is summed, or the measure that protection goes by."""
MISSING, WITHIN, HIT = 0, 1, 2
"""States of a row: it cannot be said; in the denominator only; in the numerator too."""
PARAMETER = re.compile(r"\$([a-z_]+)")
SIZES = "case when o.headcount is null then -1 else (o.headcount >= 10)::int + (o.headcount >= 25)::int"
SIZES += " + (o.headcount >= 100)::int + (o.headcount >= 500)::int end"
UNITS: dict[str, Unit] = {**OTHERS, **{unit.code: unit for unit in (*MATTER_UNITS, *ROUND_UNITS)}}
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


@dataclass(frozen=True)
class Sites:
    """The sites of a day: ids, the position of each one's area in the tree, names and kinds."""

    ids: NDArray[np.int64]
    at: NDArray[np.int64]
    names: list[str]
    kinds: list[str]

    def __len__(self) -> int:
        return len(self.ids)

    def positions(self, sites: NDArray[np.int64]) -> NDArray[np.int64]:
        """Position of each site id, -1 for those that are not there."""
        if not len(self):
            return np.full(len(sites), -1, np.int64)
        order = np.argsort(self.ids, kind="stable")
        at = np.minimum(np.searchsorted(self.ids, sites, sorter=order), len(self) - 1)
        return np.where(self.ids[order[at]] == sites, order[at], -1)

    def slots(self, ids: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Position of each id; of what is nowhere here, its position in the tree, counted on after the last."""
        found = self.positions(ids)
        return np.where(found >= 0, found, len(self) + at)


def bodies_at(ids: NDArray[np.int64], at: NDArray[np.int64]) -> Sites:
    """The bodies among some rows, each where its first row counts; -1 is none."""
    known, first = np.unique(ids, return_index=True)
    inside = known >= 0
    return Sites(known[inside], at[first[inside]], [], [])


@dataclass(frozen=True)
class SiteCounts:
    """Sums for every site, and for what lies in no site of its area.

    total : part of `PARTS` -> int (sites,).  elsewhere : part -> int (areas,), by the area it hangs on itself.
    """

    sites: Sites
    total: dict[str, NDArray[np.int64]]
    elsewhere: dict[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the texts of `units` leave open."""

    day: date
    scheme: str
    params: Mapping[str, int]

    def bound(self, sql: str, as_of: datetime) -> dict[str, object]:
        """The values of exactly those parameters that stand in a text."""
        known = {**self.params, "day": self.day, "scheme": self.scheme, "as_of": as_of}
        return {name: known[name] for name in set(PARAMETER.findall(sql))}


class Reader:
    """Reads one snapshot. Views are made once; trees are kept by scheme and day."""

    def __init__(self, folder: Path, *, threads: int = 2, taken_at: datetime | None = None) -> None:
        """taken_at : the moment that the snapshot shows, as the clock on the wall had it; open where it is not said."""
        self.folder, self.taken_at = folder, taken_at
        self.db = duckdb.connect(config={"threads": threads})
        for file in sorted(folder.glob("*.parquet")):
            name, path = file.stem.replace('"', ""), str(file).replace("'", "''")
            self.db.execute(f"create view \"{name}\" as select * from read_parquet('{path}')")
        self._trees: dict[tuple[str, date], Tree] = {}
        self._homes: dict[tuple[str, date], dict[int, int]] = {}
        self._axes: dict[tuple[str, date], tuple[str, list[object]]] = {}
        self._sites: dict[tuple[str, date], Sites] = {}
        self._ever: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    def as_of(self, day: date) -> datetime:
        """Up to when the facts of a day are known: its end, or the moment of the snapshot."""
        end = datetime.combine(day, time()) + timedelta(days=1) - timedelta.resolution
        return end if self.taken_at is None else min(end, self.taken_at)

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
        axes = [self._axis(self.db.cursor(), d, day) for d in dimensions]
        groups = _product([values for _, values in axes])
        asked = Asked(day, scheme, definition.chosen(params or {}))
        rows, at = self._rows(leaf_sql(definition, vocabulary, day, asked.params, axes), asked)
        placed = at >= 0
        outside = int((rows["state"][~placed] != MISSING).sum())
        if outside or not placed.all():
            rows, at = {name: values[placed] for name, values in rows.items()}, at[placed]
        return Counts(tree, _parts(definition, tree, at, rows, len(groups)), groups, outside)

    def at_sites(
        self,
        definition: Definition,
        vocabulary: Vocabulary,
        *,
        day: date,
        scheme: str,
        params: Mapping[str, int] | None = None,
    ) -> "SiteCounts":
        """An indicator for every site in a lowest area: what lies in the site and counts in that area."""
        sites, asked = self.sites(scheme, day), Asked(day, scheme, definition.chosen(params or {}))
        sql = leaf_sql(definition, vocabulary, day, asked.params, wanted=("site",))
        rows, at = self._rows(sql, asked)
        site = sites.positions(_ids(rows["site"]))
        if len(sites):
            site[sites.at[site] != at] = -1
        placed = at >= 0
        slot = np.where(site >= 0, site, len(sites) + at)[placed]
        rows = {name: values[placed] for name, values in rows.items()}
        count = len(sites) + len(self.tree(scheme, day))
        flat = Tree(np.arange(count), np.full(count, -1, np.int64), np.zeros(count, np.int64))
        total = {part: numbers[:, 0] for part, numbers in _parts(definition, flat, slot, rows, 1).items()}
        inside, beside = ({p: n[s] for p, n in total.items()} for s in (slice(len(sites)), slice(len(sites), None)))
        return SiteCounts(sites, inside, beside)

    def at_bodies(
        self,
        definition: Definition,
        vocabulary: Vocabulary,
        *,
        day: date,
        scheme: str,
        params: Mapping[str, int] | None = None,
    ) -> "SiteCounts":
        """An indicator for every body that has rows, where it stands; and for what no body has there."""
        asked = Asked(day, scheme, definition.chosen(params or {}))
        rows, at = self._rows(leaf_sql(definition, vocabulary, day, asked.params, wanted=("body",)), asked)
        placed = at >= 0
        rows = {name: values[placed] for name, values in rows.items()}
        bodies = bodies_at(_ids(rows["body"]), at[placed])
        slot = bodies.slots(_ids(rows["body"]), at[placed])
        count = len(bodies.ids) + len(self.tree(scheme, day))
        flat = Tree(np.arange(count), np.full(count, -1, np.int64), np.zeros(count, np.int64))
        total = {part: numbers[:, 0] for part, numbers in _parts(definition, flat, slot, rows, 1).items()}
        cut = len(bodies.ids)
        return SiteCounts(bodies, {p: n[:cut] for p, n in total.items()}, {p: n[cut:] for p, n in total.items()})

    def keys(
        self, definition: Definition, vocabulary: Vocabulary, *, asked: "Asked", first: int, last: int, site: int = 0
    ) -> list[tuple[int, int]]:
        """Key and state of the rows at positions `first` to before `last` of the tree, in one site if it is given."""
        sql = leaf_sql(definition, vocabulary, asked.day, asked.params, wanted=("site", "key"))
        rows, at = self._rows(sql, asked)
        chosen = (at >= first) & (at < last)
        if site:
            chosen &= _ids(rows["site"]) == site
        return list(zip(rows["key"][chosen].tolist(), rows["state"][chosen].tolist(), strict=True))

    def listed(
        self, definition: Definition, vocabulary: Vocabulary, *, asked: "Asked", wanted: Sequence[str]
    ) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
        """Every row in scope: its state and the numbers wanted, -1 for unknown, and where it belongs in the tree."""
        rows, at = self._rows(leaf_sql(definition, vocabulary, asked.day, asked.params, wanted=wanted), asked)
        return {name: _ids(rows[name]) for name in ("state", *wanted)}, at

    def durations(self, sql: str, *, day: date, scheme: str) -> tuple[NDArray[np.int64], dict[str, NDArray[Any]]]:
        """Rows of `durations.durations_sql` with their positions in the tree; those of no area are left out."""
        rows, at = self._rows(sql, Asked(day, scheme, {}))
        return at[at >= 0], {name: values[at >= 0] for name, values in rows.items()}

    def sites(self, scheme: str, day: date) -> "Sites":
        """The sites of a day that lie in a lowest area of the tree, in the order of the tree; venues are none."""
        key = (scheme, day)
        if key not in self._sites:
            sql = f"select site, area, name, kind from sites s where kind <> 'venue' and {HOLDS.format(t='s')}"
            rows = self.db.cursor().execute(sql + " order by site", {"day": day}).fetchnumpy()
            tree = self.tree(scheme, day)
            at = self._places(tree, scheme, day, np.asarray(rows["area"], np.int64))
            lowest = (at >= 0) & (tree.size[at] == 1) if len(tree) else np.zeros(len(at), bool)
            order = np.flatnonzero(lowest)[np.argsort(at[lowest], kind="stable")]
            names, kinds = ([str(rows[w][i]) for i in order.tolist()] for w in ("name", "kind"))
            self._sites[key] = Sites(np.asarray(rows["site"], np.int64)[order], at[order], names, kinds)
        return self._sites[key]

    def bodies(self, scheme: str, day: date) -> dict[int, int]:
        """Body -> where it stands in the tree on the day, -1 if nowhere."""
        sql = f"select body, area from body_spans b where area is not null and {HOLDS.format(t='b')}"
        rows = self.db.cursor().execute(sql, {"day": day}).fetchnumpy()
        at = self._places(self.tree(scheme, day), scheme, day, np.asarray(rows["area"], np.int64))
        return dict(zip(np.asarray(rows["body"], np.int64).tolist(), at.tolist(), strict=True))

    def _rows(self, sql: str, asked: "Asked") -> tuple[dict[str, NDArray[Any]], NDArray[np.int64]]:
        """Rows of a query with where each belongs in the tree. Raises UnknownFact for a word that no column holds."""
        try:
            bound = asked.bound(sql, self.as_of(asked.day))
            found = self.db.cursor().execute(sql, bound).fetchnumpy()
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            raise UnknownFact(str(error).splitlines()[0]) from error
        rows = {name: np.asarray(v) if not isinstance(v, np.ma.MaskedArray) else v for name, v in found.items()}
        at = self._places(self.tree(asked.scheme, asked.day), asked.scheme, asked.day, rows["area"].astype(np.int64))
        return rows, at

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
    base, top = definition.counts_in_denominator, definition.counts_in_numerator
    return {
        "numerator": summed(hit, top),
        "denominator": summed(within, base),
        "missing": summed(~within),
        "units": summed(within, definition.protected_by or "rows"),
    }


def _ids(values: NDArray[Any]) -> NDArray[np.int64]:
    """Ids of a column in which some are missing: -1 for those."""
    filled = np.ma.filled(np.ma.asarray(values), -1)
    return np.where(np.isnan(filled.astype(float)), -1, filled).astype(np.int64)


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
    *,
    wanted: Sequence[str] = (),
) -> str:
    """One scan over the rows of the day, a row for each that is in scope or may be; `$day` stays a parameter.

    Counting them is left to NumPy, which needs a quarter of the time that grouping by area takes.
    wanted : `site`, `body`, `key` or a column: what is given of each row beside its area, group, state and measures.
    """
    unit = UNITS[definition.over]
    scope, numerator = rules_of(definition, vocabulary, day, params)
    asked = set(names_in(scope)) | set(names_in(numerator) if numerator else ())
    measures = definition.measures
    given = {"site": unit.site, "key": unit.key, "body": unit.body}
    columns, joins = _sources(unit, [*vocabulary.stored(asked), *measures], [n for n in wanted if n not in given])
    columns |= {f"_{name}": given.get(name) or unit.column(name).sql for name in wanted}
    known = "".join(f', {expression} as "{name}"' for name, expression in columns.items())
    is_in = predicate(scope, vocabulary, day=day, dialect="duckdb", columns=columns_of("e")).sql("duckdb")
    hit = "true"
    if numerator:
        hit = predicate(numerator, vocabulary, day=day, dialect="duckdb", columns=columns_of("e")).sql("duckdb")
    sums = "".join(f', coalesce("{m}", 0)::bigint as "{m}"' for m in measures)
    also = "".join(f', "_{name}" as "{name}"' for name in wanted)
    return f"""
with rows_of_day as (
  select {unit.area} as area, {_group(axes)} as grp{known}
  from {unit.rows} {joins}
  where {unit.where}
), judged as (select e.*, ({is_in}) as within, ({hit}) as hit from rows_of_day e)
select area, grp, case when within and hit then {HIT} when within and not hit then {WITHIN} else {MISSING} end::tinyint
  as state{sums}{also}
from judged where within is not false"""


def _group(axes: Sequence[tuple[str, list[object]]]) -> str:
    """The number of a row's group: its values' positions along the axes, the last axis fastest."""
    number = "0"
    for expression, values in axes:
        whens = " ".join(f"when {literal(value)} then {i}" for i, value in enumerate(values) if value is not None)
        null = values.index(None) if None in values else 0
        place = f"(case {expression} {whens} else {null} end)" if whens else str(null)
        number = f"({number}) * {len(values)} + {place}"
    return number


def _sources(unit: Unit, names: Sequence[str], wanted: Sequence[str]) -> tuple[dict[str, str], str]:
    """Where each stored name and measure comes from, and the joins that brings, those of what is wanted too."""
    found = {name: unit.column(name) for name in names}
    every = (*found.values(), *(unit.column(name) for name in wanted))
    joins = dict.fromkeys(column.join for column in every if column.join)
    return {name: column.sql for name, column in found.items()}, "\n  ".join(joins)


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
