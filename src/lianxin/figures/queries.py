"""The one exit of figures: every number that leaves the house passes here, and hidden ones do not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import today
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope
from lianxin.places.models import Shape
from lianxin_methods.indicators.definition import BadParameter, Definition, RuleUsed
from lianxin_methods.indicators.units import UnknownFact
from lianxin_methods.rules.faults import Language, RuleFault

from . import snapshots
from .catalogue import Edition, Version, edition
from .snapshots import Held
from .tables import Sheet, SiteSheet, number, sheet, site_sheet

Reason = Literal["", "protected", "no_one_in_scope", "not_reached"]
SEGMENT = 5
SITE = "site"
"""Level of the cells of sites. A site's cell has the id of the site below zero for its area."""


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


class ScopeUnusable(Refused):
    """The stored rule that the scope is taken from asks for what a snapshot does not hold."""

    text = _("The rule “%(rule)s” cannot be counted on %(day)s: %(why)s")
    status = 422


class NoSnapshot(Refused):
    text = _("No snapshot of the facts has been taken yet. It comes by itself within minutes.")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure with all that makes it one (指标格). Numbers are None where it is not shown.

    area : id of an area, or of a site below zero.
    value : numerator / denominator for a rate, the numerator for a count, the median of a curve; None where it is
        undefined or not shown.
    low, high : interval of a median; high is open where None.
    margin : of a survey figure; None for a full count.
    unplaced : in scope, but placed no further down than this area.
    kind : of a site: building, park, business_area, venue.
    rule : the stored rule that the scope was taken from; None where the definition's own scope held.
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
    low: float | None = None
    high: float | None = None
    kind: str = ""
    rule: RuleUsed | None = None

    @property
    def site(self) -> int:
        """Id of the site, 0 for an area."""
        return max(-self.area, 0)

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

    children : the areas directly below, or the sites of a lowest area; the worst first, those without a value last.
    below : all areas below, for the map, in the order of their paths; with the sites, where those were asked for.
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
    seen = visible(found, actor_scope)
    if areas is None:
        return [_cell(found, i) for i in range(len(found.tree)) if seen[i]]
    return [_cell_of(found, area, seen) for area in areas]


def coverage_table(
    indicator: str,
    *,
    area: int,
    on: date,
    scope_params: Mapping[str, int] | None = None,
    compared_on: date | None = None,
    actor_scope: Scope | None,
    with_sites: bool = False,
) -> CoverageTable:
    """An area, those below it, and the way down to it; compared with another day if one is given.

    with_sites : go down to the sites everywhere below; those of a lowest area always come along.
    """
    known = edition(indicator)
    found = open_sheet(indicator, on, scope_params or {}, known=known)
    other = open_sheet(indicator, compared_on, scope_params or {}, known=known) if compared_on else None
    seen, definition = visible(found, actor_scope), found.version.definition
    top = _compared(found, _cell_of(found, area, seen), other)
    at = -1 if area < 0 else found.tree.position(area)
    above = _site_area(found, area) if area < 0 else at
    children = [_compared(found, cell, other) for cell in _children(found, at)] if at >= 0 else []
    below, parents = _below(found, at, with_sites) if at >= 0 else ((), {})
    way = [_cell(found, i) for i in (*reversed(found.tree.above(above)), above)]
    return CoverageTable(
        definition=definition,
        version=found.version,
        on=on,
        params=found.params,
        top=top.cell,
        children=tuple(sorted(children, key=lambda c: _worst_first(c.cell, definition))),
        below=below,
        parents=parents,
        above=(*way, top.cell) if area < 0 else tuple(way),
        compared_on=compared_on,
        top_compared=top,
        is_schematic=not Shape.objects.on(on).filter(is_schematic=False).exists(),
        snapshot=found.held,
        hidden_children=sum(not c.cell.shown for c in children),
    )


def _children(found: Sheet, at: int) -> list[Cell]:
    """The areas right below, or the sites of a lowest area."""
    if found.tree.size[at] > 1:
        return [_cell(found, int(c)) for c in found.tree.children(at)]
    sites = site_sheet(found)
    return [_site_cell(found, sites, s) for s in (sites.sites.at == at).nonzero()[0].tolist()]


def _below(found: Sheet, at: int, with_sites: bool) -> tuple[tuple[Cell, ...], dict[int, int]]:
    """All cells below a position in the order of the tree, and what each lies in."""
    ids, parent = found.tree.ids, found.tree.parent
    cells: list[Cell] = []
    parents: dict[int, int] = {}
    for i in range(at, at + int(found.tree.size[at])):
        if i > at:
            cells.append(_cell(found, i))
            parents[int(ids[i])] = int(ids[parent[i]])
        if found.tree.size[i] == 1 and (with_sites or i == at):
            inside = _children(found, i)
            cells += inside
            parents |= {cell.area: int(ids[i]) for cell in inside}
    return tuple(cells), parents


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
    known, held = edition(indicator), snapshots.latest()
    for day in days:
        table = open_sheet(indicator, day, scope_params or {}, known=known, held=held)
        try:
            found.append(_cell_of(table, area, visible(table, actor_scope)))
        except NoSuchArea:
            found.append(None)
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
    """Id of the area with a code in the tree of figures on a day; of a site (s123) below zero. Raises NoSuchArea."""
    found = open_sheet(indicator, on, {})
    seen = visible(found, actor_scope)
    if code[:1] == "s" and code[1:].isdecimal():
        return _cell_of(found, -int(code[1:]), seen).area
    for at, (known, is_seen) in enumerate(zip(found.tree.codes, seen, strict=True)):
        if known == code and is_seen:
            return int(found.tree.ids[at])
    raise NoSuchArea(area=code, day=on)


def top_areas(on: date, actor_scope: Scope | None) -> list[int]:
    """The uppermost areas whose cells may be seen: where a page starts."""
    found = open_sheet("establishment_rate", on, {})
    seen = visible(found, actor_scope)
    return [int(found.tree.ids[i]) for i in range(len(found.tree)) if seen[i] and found.tree.parent[i] < 0]


def open_sheet(
    indicator: str,
    on: date,
    params: Mapping[str, int],
    *,
    known: Edition | None = None,
    held: Held | None = None,
) -> Sheet:
    """The table from the newest snapshot. Raises NoSuchIndicator, NotOffered, DayAhead, NoSnapshot, ScopeUnusable."""
    held = held or snapshots.latest()
    if held is None:
        raise NoSnapshot
    if on > today():
        raise DayAhead(day=on)
    known = known or edition(indicator)
    version = known.on(on)
    idle = {p.code for v in known.versions for p in v.definition.params} - {p.code for p in version.definition.params}
    try:
        return sheet(held, version, on, {code: value for code, value in params.items() if code not in idle})
    except BadParameter as bad:
        raise NotOffered(why=str(bad)) from bad
    except (RuleFault, UnknownFact) as fault:
        why = fault.text(language()) if isinstance(fault, RuleFault) else str(fault)
        raise ScopeUnusable(rule=version.definition.scope_rule or indicator, day=on, why=why) from fault


def language() -> Language:
    return "en" if (get_language() or "").startswith("en") else "zh"


def visible(found: Sheet, scope: Scope | None) -> list[bool]:
    """Areas below the same top as something in the scope."""
    if scope is None:
        return [True] * len(found.tree)
    roots = {int(path[:SEGMENT], 36) for path in scope.area_paths}
    seen: list[bool] = []
    for i, above in enumerate(found.tree.parent.tolist()):
        seen.append(seen[above] if above >= 0 else int(found.tree.ids[i]) in roots)
    return seen


def _cell_of(found: Sheet, area: int, seen: list[bool]) -> Cell:
    """The cell of an area, or of a site (below zero). Raises NoSuchArea."""
    at = _site_area(found, area) if area < 0 else found.tree.position(area)
    if at < 0 or not seen[at]:
        raise NoSuchArea(area=f"s{-area}" if area < 0 else area, day=found.day)
    if area >= 0:
        return _cell(found, at)
    sites = site_sheet(found)
    return _site_cell(found, sites, sites.sites.ids.tolist().index(-area))


def _site_area(found: Sheet, area: int) -> int:
    """Position of the area that a site (below zero) lies in, -1 where there is no such site on the day."""
    sites = site_sheet(found).sites
    at = (sites.ids == -area).nonzero()[0]
    return int(sites.at[at[0]]) if len(at) else -1


def _cell(found: Sheet, i: int) -> Cell:
    shown, tree = bool(found.shown[i]), found.tree
    median = (None, None, None)
    if found.medians is not None:
        median = tuple(number(v) for v in found.medians[i].tolist())  # type: ignore[assignment]
    named = Named(int(tree.ids[i]), tree.codes[i], tree.names[i], tree.levels[i])
    numbers = (int(found.numerator[i]), int(found.denominator[i]), int(found.missing[i]), int(found.unplaced[i]))
    return cell_made(found, named, shown, numbers, median)


def _site_cell(found: Sheet, sites: SiteSheet, s: int) -> Cell:
    site = int(sites.sites.ids[s])
    named = Named(-site, f"s{site}", sites.sites.names[s], SITE, sites.sites.kinds[s])
    numbers = (int(sites.numerator[s]), int(sites.denominator[s]), int(sites.missing[s]), 0)
    return cell_made(found, named, bool(sites.shown[s]), numbers, (None, None, None))


class Named(NamedTuple):
    """What a cell is about."""

    area: int
    code: str
    name: str
    level: str
    kind: str = ""


def cell_made(
    found: Sheet,
    named: Named,
    shown: bool,
    numbers: tuple[int, int, int, int],
    median: tuple[float | None, float | None, float | None],
) -> Cell:
    definition = found.version.definition
    numerator, denominator, missing, unplaced = numbers
    value: float | None = median[0] if shown else None
    if shown and definition.unit in ("count", "yuan"):
        value = float(numerator)
    elif shown and denominator and definition.is_divided:
        value = numerator / denominator
    undefined: Reason = "not_reached" if definition.aggregation == "curve" and denominator else "no_one_in_scope"
    return Cell(
        indicator=definition.code,
        version=definition.number,
        area=named.area,
        code=named.code,
        name=named.name,
        level=named.level,
        on=found.day,
        params=found.params,
        shown=shown,
        reason="protected" if not shown else "" if value is not None else undefined,
        numerator=numerator if shown else None,
        denominator=denominator if shown else None,
        missing=missing if shown else None,
        value=value,
        unplaced=unplaced if shown else None,
        snapshot=found.held.number,
        taken_at=found.held.taken_at,
        low=median[1] if shown else None,
        high=median[2] if shown else None,
        kind=named.kind,
        rule=definition.used,
    )


def _compared(found: Sheet, cell: Cell, other: Sheet | None) -> Compared:
    before: Cell | None = None
    if other is not None:
        try:
            before = _cell_of(other, cell.area, [True] * len(other.tree))
        except NoSuchArea:
            before = None
    if before is None or before.value is None or cell.value is None:
        return Compared(cell, before, None)
    return Compared(cell, before, cell.value - before.value)


def _worst_first(cell: Cell, definition: Definition) -> tuple[bool, float, str]:
    value = cell.value or 0.0
    return cell.value is None, -value if definition.lower_is_better else value, cell.code
