"""The one exit of figures: every number that leaves the house passes here, and hidden ones do not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import today
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope
from lianxin.places.models import Shape
from lianxin_methods.indicators.definition import BadParameter, Definition

from . import snapshots
from .catalogue import Version, version_on
from .snapshots import Held
from .tables import Sheet, sheet

Reason = Literal["", "protected", "no_one_in_scope"]
SEGMENT = 5


class NoSuchArea(Refused):
    text = _("There is no area “%(area)s” on %(day)s that you may see.")
    status = 404


class NotOffered(Refused):
    """A scope parameter or value that the indicator does not offer."""

    text = _("That threshold is not offered: %(why)s.")
    status = 422


class DayAhead(Refused):
    text = _("%(day)s is still to come: figures are about days that have been.")
    status = 422


class NoSnapshot(Refused):
    text = _("No snapshot of the facts has been taken yet. It comes by itself within minutes.")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure with all that makes it one (指标格). Numbers are None where it is not shown.

    value : numerator / denominator for a rate, the numerator for a count; None where it is undefined or not shown.
    margin : of a survey figure; None for a full count.
    unplaced : in scope, but placed no further down than this area.
    """

    indicator: str
    version: int
    area: int
    code: str
    name: str
    level: str
    on: date
    params: Mapping[str, int]
    shown: bool
    reason: Reason
    numerator: int | None
    denominator: int | None
    missing: int | None
    value: float | None
    unplaced: int | None
    snapshot: int
    taken_at: datetime
    margin: float | None = None

    @property
    def rest(self) -> int | None:
        """In the denominator and not in the numerator."""
        return None if self.numerator is None or self.denominator is None else self.denominator - self.numerator


@dataclass(frozen=True, slots=True)
class Compared:
    """A cell on two days; the change in points (of 1) or in number, None unless both are shown and defined."""

    cell: Cell
    before: Cell | None
    change: float | None


@dataclass(frozen=True)
class CoverageTable:
    """What the coverage page shows of one indicator below one area.

    children : the areas directly below, the worst first; those without a value last.
    below : all areas below, for the map, in the order of their paths.
    above : from the top down to the area itself.  parents : id of each area below -> id of the one above it.
    """

    definition: Definition
    version: Version
    on: date
    params: Mapping[str, int]
    top: Cell
    children: tuple[Compared, ...]
    below: tuple[Cell, ...]
    above: tuple[Cell, ...]
    parents: Mapping[int, int]
    compared_on: date | None
    top_compared: Compared
    is_schematic: bool
    snapshot: Held
    hidden_children: int = field(default=0)


def cells(
    indicator: str,
    *,
    areas: Iterable[int] | None = None,
    on: date,
    scope_params: Mapping[str, int] | None = None,
    actor_scope: Scope | None,
) -> list[Cell]:
    """Cells of an indicator for areas on a day; None for all areas.

    actor_scope : from the act `figures.view_cells`; None is the machine itself (a command, a job). An officer sees the
        cells of every area below the top of the tree that the grant lies in: cells are protected aggregates.
    Raises NoSuchIndicator, NoSuchArea, NotOffered, DayAhead, NoSnapshot.
    """
    found = open_sheet(indicator, on, scope_params or {})
    seen = _visible(found, actor_scope)
    if areas is None:
        return [_cell(found, i) for i in range(len(found.tree)) if seen[i]]
    return [_cell(found, _position(found, area, seen)) for area in areas]


def coverage_table(
    indicator: str,
    *,
    area: int,
    on: date,
    scope_params: Mapping[str, int] | None = None,
    compared_on: date | None = None,
    actor_scope: Scope | None,
) -> CoverageTable:
    """An area, those below it, and the way down to it; compared with another day if one is given."""
    found = open_sheet(indicator, on, scope_params or {})
    other = open_sheet(indicator, compared_on, scope_params or {}) if compared_on else None
    at = _position(found, area, _visible(found, actor_scope))
    children = [_compared(found, int(c), other) for c in found.tree.children(at)]
    definition = found.version.definition
    top = _compared(found, at, other)
    inside = range(at + 1, at + int(found.tree.size[at]))
    ids = found.tree.ids
    return CoverageTable(
        definition=definition,
        version=found.version,
        on=on,
        params=found.params,
        top=top.cell,
        children=tuple(sorted(children, key=lambda c: _worst_first(c.cell, definition))),
        below=tuple(_cell(found, i) for i in inside),
        parents={int(ids[i]): int(ids[found.tree.parent[i]]) for i in inside},
        above=tuple(_cell(found, i) for i in (*reversed(found.tree.above(at)), at)),
        compared_on=compared_on,
        top_compared=top,
        is_schematic=not Shape.objects.on(on).filter(is_schematic=False).exists(),
        snapshot=found.held,
        hidden_children=sum(not c.cell.shown for c in children),
    )


def time_line(
    indicator: str,
    *,
    area: int,
    days: Iterable[date],
    scope_params: Mapping[str, int] | None = None,
    actor_scope: Scope | None,
) -> list[Cell | None]:
    """One area on several days; None for a day on which it did not exist."""
    found: list[Cell | None] = []
    for day in days:
        table = open_sheet(indicator, day, scope_params or {})
        at = table.tree.position(area)
        found.append(_cell(table, at) if at >= 0 and _visible(table, actor_scope)[at] else None)
    return found


def compare(
    indicator: str,
    *,
    area: int,
    on: date,
    before: date,
    scope_params: Mapping[str, int] | None = None,
    actor_scope: Scope | None,
) -> list[Compared]:
    """An area and those directly below it on two days, the area first."""
    table = coverage_table(
        indicator, area=area, on=on, scope_params=scope_params, compared_on=before, actor_scope=actor_scope
    )
    return [table.top_compared, *table.children]


def area_by_code(code: str, on: date, actor_scope: Scope | None, indicator: str = "establishment_rate") -> int:
    """Id of the area with a code in the tree of figures on a day. Raises NoSuchArea."""
    found = open_sheet(indicator, on, {})
    seen = _visible(found, actor_scope)
    for at, (known, is_seen) in enumerate(zip(found.tree.codes, seen, strict=True)):
        if known == code and is_seen:
            return int(found.tree.ids[at])
    raise NoSuchArea(area=code, day=on)


def top_areas(on: date, actor_scope: Scope | None) -> list[int]:
    """The uppermost areas whose cells may be seen: where a page starts."""
    found = open_sheet("establishment_rate", on, {})
    seen = _visible(found, actor_scope)
    return [int(found.tree.ids[i]) for i in range(len(found.tree)) if seen[i] and found.tree.parent[i] < 0]


def open_sheet(indicator: str, on: date, params: Mapping[str, int]) -> Sheet:
    """The table from the newest snapshot. Raises NoSuchIndicator, NotOffered, DayAhead, NoSnapshot."""
    held = snapshots.latest()
    if held is None:
        raise NoSnapshot
    if on > today():
        raise DayAhead(day=on)
    try:
        return sheet(held, version_on(indicator, on), on, params)
    except BadParameter as bad:
        raise NotOffered(why=str(bad)) from bad


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def _visible(found: Sheet, scope: Scope | None) -> list[bool]:
    """Areas below the same top as something in the scope."""
    if scope is None:
        return [True] * len(found.tree)
    roots = {int(path[:SEGMENT], 36) for path in scope.area_paths}
    seen: list[bool] = []
    for i, above in enumerate(found.tree.parent.tolist()):
        seen.append(seen[above] if above >= 0 else int(found.tree.ids[i]) in roots)
    return seen


def _position(found: Sheet, area: int, seen: list[bool]) -> int:
    at = found.tree.position(area)
    if at < 0 or not seen[at]:
        raise NoSuchArea(area=area, day=found.day)
    return at


def _cell(found: Sheet, i: int) -> Cell:
    shown = bool(found.shown[i])
    definition = found.version.definition
    numerator, denominator = int(found.numerator[i]), int(found.denominator[i])
    value: float | None = None
    if shown and definition.unit == "count":
        value = float(numerator)
    elif shown and denominator:
        value = numerator / denominator
    return Cell(
        indicator=definition.code,
        version=definition.number,
        area=int(found.tree.ids[i]),
        code=found.tree.codes[i],
        name=found.tree.names[i],
        level=found.tree.levels[i],
        on=found.day,
        params=found.params,
        shown=shown,
        reason="protected" if not shown else "" if value is not None else "no_one_in_scope",
        numerator=numerator if shown else None,
        denominator=denominator if shown else None,
        missing=int(found.missing[i]) if shown else None,
        value=value,
        unplaced=int(found.unplaced[i]) if shown else None,
        snapshot=found.held.number,
        taken_at=found.held.taken_at,
    )


def _compared(found: Sheet, i: int, other: Sheet | None) -> Compared:
    cell = _cell(found, i)
    at = other.tree.position(cell.area) if other else -1
    before = _cell(other, at) if other and at >= 0 else None
    if before is None or before.value is None or cell.value is None:
        return Compared(cell, before, None)
    return Compared(cell, before, cell.value - before.value)


def _worst_first(cell: Cell, definition: Definition) -> tuple[bool, float, str]:
    value = cell.value or 0.0
    return cell.value is None, -value if definition.lower_is_better else value, cell.code
