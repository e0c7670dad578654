"""What a person may see: reaches over areas, bodies, organisations and tasks."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

ReachKind = Literal["area", "body", "organisation", "task"]


@dataclass(frozen=True, slots=True)
class Reach:
    """One granted node. Areas reach their whole subtree by `path`; the others reach one row by `ref`.

    line : code of the line the grant holds for; "" means every line.
    """

    kind: ReachKind
    path: str = ""
    ref: int = 0
    line: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The union of reaches that hold on a day (可见范围). An empty scope sees nothing."""

    day: date
    reaches: tuple[Reach, ...] = field(default=())

    @property
    def area_paths(self) -> tuple[str, ...]:
        """Path prefixes of the areas reached, those inside another left out."""
        paths = sorted({r.path for r in self.reaches if r.kind == "area"})
        kept: list[str] = []
        for path in paths:
            if not kept or not path.startswith(kept[-1]):
                kept.append(path)
        return tuple(kept)

    def refs(self, kind: ReachKind) -> frozenset[int]:
        """Ids of the bodies, organisations or tasks reached one by one."""
        return frozenset(r.ref for r in self.reaches if r.kind == kind)

    def on_line(self, line: str) -> "Scope":
        """The part of this scope that holds for one line."""
        return Scope(self.day, tuple(r for r in self.reaches if r.line in ("", line)))

    @property
    def across_lines(self) -> "Scope":
        """The same areas on every line: for naming a body of another line, never for reading what is its own."""
        return Scope(self.day, tuple(replace(r, line="") if r.kind == "area" else r for r in self.reaches))

    @property
    def is_empty(self) -> bool:
        return not self.reaches
