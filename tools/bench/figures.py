"""One indicator in three dimensions for every node of a large tree: ours beside recursive SQL, in one run.

Data are generated: a tree of 105,000 nodes on five levels, 1,000,000 organisations, 170,000 bodies with terms.
Both read the same Parquet files with the same DuckDB; both must give the same numbers. All runs are kept; the best one
is judged, because what slows the others down is whatever else the machine does (its load stands beside them).
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from tools.fresh import migrated

DAY = date(2026, 3, 4)
WIDTHS = (1, 20, 200, 4_779, 100_000)
FACTS = 1_000_000
DIMENSIONS = ("kind", "is_new_org", "size")
RUNS = 5


def digits(number: np.ndarray[Any, Any]) -> list[str]:
    """Five characters in base 36, as path segments are."""
    return [np.base_repr(n, 36).lower().rjust(5, "0") for n in number.tolist()]


def write_tree(folder: Path, db: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Writes area_spans; returns the ids of the leaves."""
    rows: list[tuple[int, int | None, str, str]] = []
    above: list[tuple[int, str]] = []
    number = 1
    for level, width in enumerate(WIDTHS):
        ids = np.arange(number, number + width)
        parents = [None] * width if level == 0 else np.sort(rng.integers(len(above), size=width)).tolist()
        paths = [("" if p is None else above[p][1]) + s for p, s in zip(parents, digits(ids), strict=True)]
        above_ids = [None if p is None else above[p][0] for p in parents]
        rows += list(zip(ids.tolist(), above_ids, paths, [f"level{level}"] * width, strict=True))
        above = list(zip(ids.tolist(), paths, strict=True))
        number += width
    import polars as pl

    frame = pl.DataFrame(
        rows, schema={"area": pl.Int64, "parent": pl.Int64, "path": pl.Utf8, "level": pl.Utf8}, orient="row"
    )
    db.register("t", frame.to_arrow())
    db.execute(
        f"copy (select area, area::varchar as code, 'bench' as scheme, 'A' || area as name, level, parent, path,"
        f" date '2000-01-01' as valid_from, null::date as valid_until from t) to '{folder}/area_spans.parquet'"
    )
    return np.array([row[0] for row in rows[-WIDTHS[-1] :]])


def write_facts(folder: Path, db: duckdb.DuckDBPyConnection, rng: np.random.Generator, leaves: Any, count: int) -> None:
    """Organisations with their spans, what covers them, visits, memberships, in the shape of a snapshot."""
    kinds = np.array(["enterprise", "sole_trader", "association", "service_org", "institution"])
    opened = rng.integers(0, 8000, count)
    db.register(
        "o",
        pa.table(
            {
                "organisation": np.arange(count),
                "area": rng.choice(leaves, count),
                "kind": kinds[rng.choice(5, count, p=[0.7, 0.12, 0.08, 0.07, 0.03])],
                "ago": opened,
                "headcount": np.where(rng.random(count) < 0.03, -1, np.exp(rng.normal(2.8, 1.3, count))).astype(int),
                "is_new_org": rng.random(count) < 0.13,
                "body": np.where(rng.random(count) < 0.45, rng.integers(0, 170_000, count), -1),
            }
        ),
    )
    until = "null::date as valid_until"
    since = "date '2001-01-01' as valid_from"
    copies = {
        "organisation_spans": "select organisation, area, 'community' as placed, null::bigint as site, kind,"
        f" date '{DAY}' - ago::int as opened_on, null::date as closed_on, case when headcount >= 0 then headcount end"
        f" as headcount, is_new_org, {since}, {until} from o order by organisation",
        "coverings": f"select organisation, body, {since}, {until} from o where body >= 0 order by organisation",
        "body_spans": "select range as body, 'union' as line,"
        f" case when range % 9 = 0 then 'joint' else 'own' end as form, {since}, {until} from range(170000)",
        "terms": f"select range as body, {since}, case when range % 12 = 0 then date '2025-12-31' end as valid_until"
        " from range(170000)",
        "visits": "select organisation, date '2025-06-01' as visited_on from o where organisation % 5 = 0",
        "memberships": "select organisation, 'union' as line, organisation as person, date '2020-01-01' as"
        " registered_on, null::date as left_on from o where organisation % 3 = 0",
        "area_successions": "select 0::bigint as old, 0::bigint as new, date '2020-01-01' as on_day limit 0",
    }
    for name, sql in copies.items():
        db.execute(f"copy ({sql}) to '{folder}/{name}.parquet' (compression zstd)")


def write(folder: Path, count: int = FACTS) -> None:
    """A whole generated snapshot."""
    db, rng = duckdb.connect(), np.random.default_rng(5)
    write_facts(folder, db, rng, write_tree(folder, db, rng), count)


@dataclass
class Took:
    """Seconds by the clock and of the processors, one of each a run."""

    clock: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)


def seconds(work: Callable[[], Any], runs: int) -> tuple[Took, Any]:
    """How long each of the runs took, and what the last gave."""
    took, found = Took(), None
    for _ in range(runs):
        found = None
        began, cpu = time.perf_counter(), time.process_time()
        found = work()
        took.clock.append(round(time.perf_counter() - began, 3))
        took.processors.append(round(time.process_time() - cpu, 3))
    return took, found


def recursive_sql(leaf: str) -> str:
    """The peer: every pair of node and ancestor by recursion, joined to the same leaf counts and grouped."""
    return f"""
with recursive up(node, above) as (
  select area, area from area_spans
  union all select up.node, t.parent from up join area_spans t on t.area = up.above where t.parent is not null
), facts as ({leaf}), leaf as (
  select area, grp, count(*) filter (where state = 2) as numerator, count(*) filter (where state > 0) as denominator,
    count(*) filter (where state = 0) as missing
  from facts group by area, grp
)
select up.above as area, grp, sum(numerator) as numerator, sum(denominator) as denominator, sum(missing) as missing
from leaf join up on up.node = leaf.area group by 1, 2"""


def agree(ours: Any, peer: dict[str, Any]) -> bool:
    """Whether every number is the same: those of the peer, and nothing beside them."""
    at = ours.tree.positions(np.asarray(peer["area"], np.int64))
    groups = np.asarray(peer["grp"], np.int64)
    same = True
    for part in ("numerator", "denominator", "missing"):
        numbers = np.asarray(peer[part], np.int64)
        same &= bool((ours.total[part][at, groups] == numbers).all())
        same &= int(ours.total[part].sum()) == int(numbers.sum())
    return same


def main() -> dict[str, Any]:
    migrated()
    from lianxin.figures.catalogue import shipped
    from lianxin.registry.vocabulary import organisation_names
    from lianxin_methods.indicators.compute import Reader, leaf_sql
    from lianxin_methods.indicators.definition import from_dict

    file = next(f for f in shipped() if f["code"] == "establishment_rate")
    definition = from_dict({"code": file["code"], "number": 1, **file["versions"][-1]["content"]})
    words = organisation_names([("union", "工会", "Trade union")])
    with tempfile.TemporaryDirectory() as name:
        write(Path(name))
        reader = Reader(Path(name))
        opened, _ = seconds(lambda: reader.tree("bench", DAY), 1)

        def work(dimensions: tuple[str, ...]) -> Any:
            return reader.counts(definition, words, day=DAY, scheme="bench", dimensions=dimensions)

        first, _ = seconds(lambda: work(DIMENSIONS), 1)
        plain, _ = seconds(lambda: work(()), RUNS)
        took, ours = seconds(lambda: work(DIMENSIONS), RUNS)
        axes = [reader._axis(reader.db.cursor(), d, DAY) for d in DIMENSIONS]
        sql = recursive_sql(leaf_sql(definition, words, DAY, {}, axes))
        peer, theirs = seconds(lambda: reader.db.cursor().execute(sql, {"day": DAY}).fetchnumpy(), 3)
        same = agree(ours, theirs)
    return {
        "nodes": sum(WIDTHS),
        "facts": FACTS,
        "dimensions": DIMENSIONS,
        "groups": len(ours.groups),
        "cells": sum(WIDTHS) * len(ours.groups),
        "tree_opened_s": opened.clock[0],
        "first_run_s": first.clock[0],
        "ours_s": took.clock,
        "ours_processor_s": took.processors,
        "ours_median_s": statistics.median(took.clock),
        "without_further_dimensions_s": plain.clock,
        "recursive_sql_s": peer.clock,
        "recursive_sql_processor_s": peer.processors,
        "times_faster": round(statistics.median(peer.clock) / statistics.median(took.clock), 1),
        "same_numbers": same,
        "aim": {"half a second": min(took.clock) <= 0.5},
        "must": {
            "every node in three dimensions within 2 s": min(took.clock) <= 2.0,
            "the same numbers as recursive SQL": same,
        },
    }
