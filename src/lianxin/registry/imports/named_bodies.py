"""Bodies that a roster of organisations names: a covering is proposed where the body is on record, never a body."""

import json
from collections import defaultdict
from typing import Any

import polars as pl

from ..models.body import Covering
from ..models.imports import Import
from .body_records import Bodies, area_paths, lines_by_word, same

LINE_FIELDS = {"union_body": "union", "league_body": "league", "women_body": "women"}
"""Field -> code of the line of the bodies it names."""
SAYS = "has_union"
"""The column that only says whether there is a union."""
Row = dict[str, Any]


def name_bodies(frame: pl.DataFrame, home_path: str) -> pl.DataFrame:
    """Add `bodies` (as JSON: id, since, name of each new covering body), `bodies~` and faults of these columns."""
    mapped = [f for f in (*LINE_FIELDS, SAYS) if f"{f}@" in frame.columns]
    if not mapped:
        return frame.with_columns(pl.lit(None, pl.String).alias("bodies"), pl.lit(False).alias("bodies~"))
    told = frame.filter(pl.any_horizontal(pl.col(mapped).is_not_null()))
    names = told.select(f for f in mapped if f in LINE_FIELDS)
    looked = _Names({n for c in names.columns for n in names[c].drop_nulls().unique()}, home_path)
    looked.coverings(told["ref"].drop_nulls().unique().to_list())
    columns = ("row", "ref", *mapped, *(f"{f}!" for f in mapped))
    found = [looked.row(line) for line in told.select(columns).iter_rows(named=True)]
    schema: dict[str, Any] = {"row": pl.UInt32, "bodies": pl.String, **{f"{f}_fault": pl.String for f in mapped}}
    frame = frame.join(pl.DataFrame(found, schema=schema), on="row", how="left")
    faults = [pl.coalesce(f"{f}!", f"{f}_fault").alias(f"{f}!") for f in mapped]
    frame = frame.with_columns(*faults, pl.col("bodies").is_not_null().alias("bodies~"))
    return frame.drop([f"{f}_fault" for f in mapped])


class _Names:
    def __init__(self, names: set[str], home_path: str) -> None:
        self.bodies, self.home, self.paths = Bodies.read(sorted(names)), home_path, area_paths()
        self.lines = {line.code: line.pk for line in lines_by_word().values()}
        self.taken: dict[int, set[int]] = defaultdict(set)
        self.held: dict[int, set[int]] = defaultdict(set)
        self.by_union: set[int] = set()

    def coverings(self, organisations: list[int]) -> None:
        """What covers the organisations of the file, and what the bodies it names cover."""
        wanted, named = set(organisations), set(self.bodies.by_number)
        rows = Covering.objects.filter(valid_until=None).exclude(born_in__in=Import.hidden())
        for body, organisation, line in rows.values_list("body", "organisation", "body__line__code").iterator(5000):
            if organisation in wanted:
                self.held[organisation].add(body)
                if line == "union":
                    self.by_union.add(organisation)
            if body in named:
                self.taken[body].add(organisation)

    def row(self, line: Row) -> Row:
        """The new coverings of one row, and why it is set aside."""
        found: Row = {"row": line["row"], "bodies": None}
        new = []
        for field, code in LINE_FIELDS.items():
            if line.get(field):
                fault, body = self._look_up(code, line[field], line)
                found[f"{field}_fault"] = fault
                if body is not None and body.id not in self.held.get(line["ref"] or 0, ()):
                    new.append([body.id, body.since.isoformat(), body.name])
        if SAYS in line:
            found[f"{SAYS}_fault"] = self._says(line)
        found["bodies"] = json.dumps(new, ensure_ascii=False) if new else None
        return found

    def _look_up(self, code: str, name: str, line: Row) -> tuple[str | None, Any]:
        named = self.bodies.by_name.get((self.lines.get(code, 0), same(name)), [])
        standing = [b for b in named if b.until is None and not b.is_hidden]
        standing = [b for b in standing if self.paths.get(b.area, "").startswith(self.home)]
        if len(standing) != 1:
            return ("named_two" if standing else "named_unknown"), None
        body = standing[0]
        others = self.taken[body.id] - {line["ref"]}
        if body.form == "own" and others:
            return "named_own", None
        self.taken[body.id].add(line["ref"] or -line["row"])
        return None, body

    def _says(self, line: Row) -> str | None:
        says, named, covered = line[SAYS], line.get("union_body"), line["ref"] in self.by_union
        if says is True and not named and not covered:
            return "union_unnamed"
        if says is False and named:
            return "union_denied"
        return "union_on_record" if says is False and covered else None
