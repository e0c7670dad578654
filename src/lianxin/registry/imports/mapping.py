"""Which column of a file is which field: guessed, shown, changed by a person, remembered."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Literal

from lianxin.kit.workbook import Table

from ..models.imports import ImportMapping
from .fields import RosterKind

SAMPLE = 200
_CODE = re.compile(r"^\s*[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-Z]{10}\s*$")
Why = Literal["remembered", "header", "values", "none"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file and what it is taken for; `field` is "" where it is left out."""

    index: int
    header: str
    samples: tuple[str, ...]
    field: str
    why: Why


def headers_digest(headers: tuple[str, ...]) -> str:
    """One digest for a set of headers, in whatever order they stand."""
    return hashlib.sha256(json.dumps(sorted(headers), ensure_ascii=False).encode()).hexdigest()


def guess(kind: RosterKind, table: Table) -> list[Column]:
    """What each column is: as a person said last time for these headers, else by its header, else by its values."""
    head = table.frame.head(SAMPLE)
    known = _remembered(kind, table) or _by_headers(kind, table)
    columns = [
        Column(
            i, header, tuple(dict.fromkeys(v for v in head[f"c{i}"].to_list() if v))[:3], *known.get(i, ("", "none"))
        )
        for i, header in enumerate(table.headers)
    ]
    return _by_values(kind, table, columns)


def _remembered(kind: RosterKind, table: Table) -> dict[int, tuple[str, Why]]:
    kept = ImportMapping.objects.filter(kind=kind.code, headers_digest=headers_digest(table.headers)).first()
    if kept is None:
        return {}
    fields = {f.code for f in kind.fields}
    said = {i: kept.columns.get(header, "") for i, header in enumerate(table.headers)}
    return {i: (field if field in fields else "", "remembered") for i, field in said.items()}


def _by_headers(kind: RosterKind, table: Table) -> dict[int, tuple[str, Why]]:
    """Exact names first, so that a header which only contains a name never takes its place."""
    found: dict[int, tuple[str, Why]] = {}
    taken: set[str] = set()
    for ask in (kind.by_name, kind.by_header):
        for i, header in enumerate(table.headers):
            field = ask(header) if i not in found else None
            if field is not None and field.code not in taken:
                found[i] = (field.code, "header")
                taken.add(field.code)
    return found


def _by_values(kind: RosterKind, table: Table, columns: list[Column]) -> list[Column]:
    """A column of credit codes recognises itself, whatever its header says."""
    code = next((f.code for f in kind.fields if f.reads == "code"), "")
    if not code or any(c.field == code for c in columns):
        return columns
    for at, column in enumerate(columns):
        values = [v for v in table.frame[f"c{at}"].head(SAMPLE).to_list() if v]
        if not column.field and values and sum(bool(_CODE.match(v)) for v in values) * 10 >= len(values) * 6:
            columns[at] = replace(column, field=code, why="values")
            break
    return columns


def best_key(kind: RosterKind, fields: set[str], table: Table, columns: list[Column]) -> str:
    """The best way to recognise records: a code where most rows have one, else the name."""
    at = {c.field: c.index for c in columns if c.field}
    for key, needed in kind.keys.items():
        if set(needed) <= fields and all(table.frame[f"c{at[f]}"].count() * 2 >= table.frame.height for f in needed):
            return key
    return next((key for key, needed in kind.keys.items() if set(needed) <= fields), "")


def remember(kind: RosterKind, headers: tuple[str, ...], chosen: dict[int, str], key: str) -> None:
    """Keep what a person chose, for the next file with the same headers."""
    ImportMapping.objects.update_or_create(
        kind=kind.code,
        headers_digest=headers_digest(headers),
        defaults={"columns": {headers[i]: field for i, field in chosen.items() if field}, "key": key},
    )
