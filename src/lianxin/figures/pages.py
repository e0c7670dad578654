"""What the pages of figures show: a definition with its numbers, the snapshots there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from lianxin.kit.scope import Scope
from lianxin_methods.indicators.compute import rules_of
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.rules.text import sentence

from . import snapshots
from .asked import Asked
from .catalogue import Version, edition
from .models import Snapshot
from .queries import Cell, NoSnapshot, NoSuchArea, cells, language, top_areas
from .rows import PARTS, Part, counts_rows, lists_rows, may_open
from .words import vocabulary
from .writing import written


@dataclass(frozen=True, slots=True)
class Door:
    """The way from a figure to its rows."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class DefinitionPage:
    """A definition as people read it, with the numbers of one area and day (指标定义)."""

    definition: Definition
    name: str
    texts: Mapping[str, Any]
    cell: Cell | None
    doors: tuple[Door, ...]
    scope_rule: str
    numerator_rule: str
    versions: tuple[Version, ...]
    command: str
    asked: Asked
    export_url: str

    @property
    def written(self) -> str:
        """The value of the cell with its unit."""
        return written(self.cell.value if self.cell else None, self.definition.unit)


def definition_page(asked: Asked, scope: Scope, rows_scope: Scope) -> DefinitionPage:
    """Raises NoSuchIndicator, NoSuchArea, NotOffered, DayAhead."""
    known = edition(asked.indicator)
    definition = known.on(asked.on).definition
    cell = _cell(asked, scope)
    words = vocabulary(definition)
    spoken = "en" if language() == "en" else "zh"
    params = {c: v for c, v in asked.params.items() if c in {p.code for p in definition.params}}
    thresholds = "".join(command_option(code, value) for code, value in params.items())
    within, hit = rules_of(definition, words, asked.on, params)
    where = f" --area {cell.code}" if cell else ""
    return DefinitionPage(
        definition=definition,
        name=definition.en if spoken == "en" else definition.zh,
        texts=(definition.texts or {}).get(spoken, {}),
        cell=cell,
        doors=_doors(definition, cell, asked, rows_scope) if cell else (),
        scope_rule=sentence(within, words, "en" if spoken == "en" else "zh"),
        numerator_rule=sentence(hit, words, "en" if spoken == "en" else "zh") if hit else "",
        versions=known.versions,
        command=f"lianxin figures {definition.code}{where} --on {asked.on}{thresholds}",
        asked=asked,
        export_url=f"{reverse('figures:export', args=[asked.indicator])}?{asked.address}",
    )


def command_option(code: str, value: int) -> str:
    """A threshold as the command takes it."""
    return f" --{code} {value}" if code in ("headcount", "months") else f" --param {code}={value}"


def area_asked(asked: Asked, scope: Scope) -> int:
    """The area asked for, or the top of what may be seen. Raises NoSuchArea."""
    found = asked.area or next(iter(top_areas(asked.on, scope)), 0)
    if not found:
        raise NoSuchArea(area="", day=asked.on)
    return found


def _cell(asked: Asked, scope: Scope) -> Cell | None:
    try:
        area = area_asked(asked, scope)
        return cells(asked.indicator, areas=[area], on=asked.on, scope_params=asked.params, actor_scope=scope)[0]
    except NoSnapshot:
        return None


def _doors(definition: Definition, cell: Cell, asked: Asked, rows_scope: Scope) -> tuple[Door, ...]:
    """Ways to the rows, where the figure is shown, counts organisations, and the rows may be opened."""
    if not cell.shown or not lists_rows(definition) or not may_open(cell.area, asked.on, rows_scope):
        return ()
    found = []
    for part in PARTS:
        counted = _count(definition, cell, part)
        if counted:
            address = urlencode({"area": cell.area, "on": asked.on.isoformat(), **asked.params, "part": part})
            label = str((definition.texts or {}).get(language(), {}).get(part, part))
            found.append(Door(label, counted, f"{reverse('figures:rows', args=[asked.indicator])}?{address}"))
    return tuple(found)


def _count(definition: Definition, cell: Cell, part: Part) -> int:
    """How many organisations a part counts; 0 where it counts people instead."""
    if not counts_rows(definition, part):
        return 0
    return {"numerator": cell.numerator, "denominator": cell.denominator, "rest": cell.rest, "missing": cell.missing}[
        part
    ] or 0


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    number: int
    state: str
    taken_at: datetime
    rows: int
    mib: float
    seconds: float
    digest: str


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    lines: tuple[SnapshotLine, ...]
    is_stale: bool


def snapshot_page(limit: int = 40) -> SnapshotPage:
    """The newest snapshots, and whether facts were written since the last."""
    rows = Snapshot.objects.order_by("-number")[:limit]
    lines = tuple(
        SnapshotLine(
            row.number,
            row.state,
            row.taken_at,
            row.rows,
            round(sum(f["bytes"] for f in row.frames.values()) / 2**20, 1),
            row.seconds,
            row.digest[:12],
        )
        for row in rows
    )
    return SnapshotPage(lines, snapshots.is_stale(snapshots.latest()))
