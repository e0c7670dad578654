"""A row of a roster of bodies, and what its cells say."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..models.body import Line as OrgLine
from .body_fields import ENDINGS
from .body_records import Known
from .fields import Line

_SPLIT = re.compile(r"[、;；,，|/\n\r\t]+")


@dataclass(slots=True)
class Row:
    """A row of the file on its way through the checks."""

    number: int
    said: Line
    """Value of each field that could be read."""
    written: Line
    faults: list[Line]
    line: OrgLine | None = None
    key: tuple[int, str] | None = None
    on: Known | None = None
    facts: Line = field(default_factory=dict)
    covers: list[int] = field(default_factory=list)
    term: tuple[date, date] | None = None
    first: "Row | None" = None
    parent: "Row | None" = None
    depth: int = 0

    def fault(self, where: str, code: str, **details: Any) -> None:
        """Set the row aside, once for each field."""
        if all(f["field"] != where for f in self.faults):
            self.faults.append({"field": where, "code": code, **({"details": details} if details else {})})

    @property
    def is_sound(self) -> bool:
        return not self.faults


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def words_in(text: str | None) -> list[str]:
    """The organisations that a cell names."""
    return list(dict.fromkeys(w.strip() for w in _SPLIT.split(text or "") if w.strip()))


def kind_by_name(name: str | None) -> str | None:
    """The kind that a name ends with."""
    bare = re.sub(r"[(（][^)）]*[)）]$", "", (name or "").strip())
    return next((kind for ending, kind in ENDINGS if bare.endswith(ending)), None)


def form_by_covers(row: Row) -> str | None:
    return "joint" if len(row.covers) > 1 else "own" if row.covers else None


def depth_of(row: Row) -> int:
    """How many rows of the file stand above; a later row about a body comes after the body."""
    depth, above, seen = 0, row.first or row.parent, 0
    while above is not None and seen < 100:
        depth, above, seen = depth + 1, above.first or above.parent, seen + 1
    return depth
