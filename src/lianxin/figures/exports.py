"""Figures as they leave the house: nested JSON, csv rows, a table in text. All from the cells of `queries`."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from .queries import Cell, CoverageTable

FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "indicator",
    "version",
    "on",
    "area",
    "name",
    "level",
    "value",
    "numerator",
    "denominator",
    "missing",
    "shown",
    "reason",
    "params",
    "snapshot",
    "taken_at",
    "map",
    "kind",
    "low",
    "high",
    "rule",
)


def nested(table: CoverageTable) -> dict[str, Any]:
    """The area with everything below it: each child has the keys of its parent."""
    made = {cell.area: _entry(cell, table) for cell in (table.top, *table.below)}
    for area, above in table.parents.items():
        made[above]["children"].append(made[area])
    return made[table.top.area]


def _entry(cell: Cell, table: CoverageTable) -> dict[str, Any]:
    return {
        "indicator": cell.indicator,
        "on": cell.on.isoformat(),
        "area": cell.code,
        "name": cell.name,
        "level": cell.level,
        "unit": table.definition.unit,
        "value": None if cell.value is None else round(cell.value, 6),
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "missing": cell.missing,
        "shown": cell.shown,
        "reason": cell.reason,
        "params": dict(cell.params),
        "source": {
            "snapshot": cell.snapshot,
            "taken_at": cell.taken_at.isoformat(timespec="seconds"),
            "definition": cell.version,
            "map": map_word(table),
            "rule": None
            if cell.rule is None
            else {"code": cell.rule.code, "version": cell.rule.number, "on": cell.rule.day.isoformat()},
        },
        "site": cell.site or None,
        "kind": cell.kind,
        "low": cell.low,
        "high": cell.high,
        "children": [],
    }


def map_word(table: CoverageTable) -> str:
    """Whether outlines drawn for these areas are real."""
    return "schematic" if table.is_schematic else "as loaded"


def rows(table: CoverageTable) -> Iterable[tuple[object, ...]]:
    for cell in (table.top, *table.below):
        yield (
            cell.indicator,
            cell.version,
            cell.on.isoformat(),
            cell.code,
            plain(cell.name),
            cell.level,
            "" if cell.value is None else round(cell.value, 6),
            *("" if v is None else v for v in (cell.numerator, cell.denominator, cell.missing)),
            "yes" if cell.shown else "no",
            cell.reason,
            "&".join(f"{code}={value}" for code, value in cell.params.items()),
            cell.snapshot,
            cell.taken_at.isoformat(timespec="seconds"),
            map_word(table),
            cell.kind,
            *("" if v is None else v for v in (cell.low, cell.high)),
            f"{cell.rule.code}/{cell.rule.number}" if cell.rule else "",
        )


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(table: CoverageTable) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(table))
    return out.getvalue()


def as_text(table: CoverageTable) -> str:
    """A table for the eye, indented by level."""
    depth = {table.top.area: 0}
    lines = [f"{table.definition.code}  {table.on}  {dict(table.params)}"]
    for cell in (table.top, *table.below):
        depth[cell.area] = depth.get(table.parents.get(cell.area, 0), -1) + 1
        value = "-" if cell.value is None else f"{cell.value:.1%}" if table.definition.unit == "percent" else cell.value
        digits = {"days": 1, "hours": 1, "minutes": 1, "ratio": 2}.get(table.definition.unit)
        value = f"{value:.{digits}f}" if isinstance(value, float) and digits else value
        numbers = f"{cell.numerator} / {cell.denominator}, {cell.missing} missing" if cell.shown else cell.reason
        indent = "  " * depth[cell.area]
        lines.append(f"{indent}{cell.code} {cell.name}: {value}  ({numbers or cell.reason})")
    return "\n".join(lines) + "\n"
