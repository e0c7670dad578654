"""Tables of cells: worked out from a snapshot, protected, kept. Only `queries` reads them.

A table is made for all areas at once, because what is hidden in one depends on the others. Nothing of a hidden cell
leaves this module: its numbers are dropped here, before anything is kept or handed on.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from lianxin.places.models import Scheme
from lianxin_methods.indicators.compute import HIT, WITHIN, Asked, Reader, Sites
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.indicators.durations import durations_sql
from lianxin_methods.indicators.rollup import Tree, own_of

from .catalogue import Version
from .curves import Medians, counted_curves
from .models import Cell, Table
from .protection import hidden_cells, shown_sites
from .snapshots import Held, latest
from .words import vocabulary

KEEP_SHEETS = 160
KEEP_READERS = 2
LARGEST_KEPT = 20_000
"""Areas; a larger table is worked out each time instead of being kept as rows."""
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Sheet:
    """The cells of an indicator for all areas of a day, in the order of `tree`.

    numerator, denominator, missing, unplaced : int (n,), 0 where the cell is not shown.
    unplaced : in scope, but placed no further down than this area.
    """

    held: Held
    version: Version
    day: date
    params: Mapping[str, int]
    tree: Tree
    shown: NDArray[np.bool_]
    numerator: IntArray
    denominator: IntArray
    missing: IntArray
    unplaced: IntArray
    medians: Medians | None = None
    """Of a curve: value, lower and upper limit, float (n, 3), NaN where there is none."""


@dataclass(frozen=True)
class SiteSheet:
    """The cells of the sites of a day; numbers are 0 where the cell is not shown."""

    sites: Sites
    shown: NDArray[np.bool_]
    numerator: IntArray
    denominator: IntArray
    missing: IntArray

    @classmethod
    def empty(cls) -> "SiteSheet":
        none = np.zeros(0, np.int64)
        return cls(Sites(none, none, [], []), none.astype(bool), none, none, none)


_lock = threading.Lock()
_sheets: "OrderedDict[tuple[object, ...], Sheet]" = OrderedDict()
_site_sheets: "OrderedDict[tuple[object, ...], SiteSheet]" = OrderedDict()
_readers: "OrderedDict[str, Reader]" = OrderedDict()


def reader(held: Held) -> Reader:
    """The open snapshot, kept for this process."""
    key = str(held.folder)
    with _lock:
        if key not in _readers:
            taken_at = timezone.make_naive(held.taken_at)
            _readers[key] = Reader(held.folder, taken_at=taken_at)
        _readers.move_to_end(key)
        while len(_readers) > KEEP_READERS:
            _readers.popitem(last=False)
        return _readers[key]


def forget() -> None:
    """Drop what this process keeps; for tests, which use the same numbers again."""
    with _lock:
        _sheets.clear()
        _site_sheets.clear()
        _readers.clear()


def scheme_code() -> str:
    """The scheme that figures use; empty on an empty installation."""
    return Scheme.objects.filter(is_primary=True).values_list("code", flat=True).first() or ""


def cells_key(definition: Definition, params: Mapping[str, int]) -> str:
    """What makes two tables of a version and day the same: thresholds, and what the stored rule says."""
    used = definition.used
    rule = f"@{used.code}:{used.number}:{used.digest}" if used else ""
    return "&".join(f"{code}={value}" for code, value in params.items()) + rule


def sheet(held: Held, version: Version, day: date, params: Mapping[str, int]) -> Sheet:
    """The cells, from memory, from the rows kept, or worked out now. Raises BadParameter."""
    chosen = version.definition.chosen(params)
    key = (str(held.folder), version.id, day, cells_key(version.definition, chosen))
    with _lock:
        if key in _sheets:
            _sheets.move_to_end(key)
            return _sheets[key]
    made = _read(held, version, day, chosen) or work_out(held, version, day, chosen)
    with _lock:
        _sheets[key] = made
        while len(_sheets) > KEEP_SHEETS:
            _sheets.popitem(last=False)
    return made


def work_out(held: Held, version: Version, day: date, params: Mapping[str, int]) -> Sheet:
    """Count, roll up, protect."""
    source, scheme, definition = reader(held), scheme_code(), version.definition
    words = vocabulary(definition)
    medians: Medians | None = None
    if definition.aggregation == "curve":
        found, medians = counted_curves(source, definition, words, day=day, scheme=scheme, params=params)
    else:
        found = source.counts(definition, words, day=day, scheme=scheme, params=params)
    shown = ~hidden_cells(definition, found, source.weights(scheme, day))
    numerator, denominator, missing = (
        np.where(shown, found.total[part][:, 0], 0) for part in ("numerator", "denominator", "missing")
    )
    unplaced = np.where(shown, own_of(found.tree, found.total["denominator"][:, 0]), 0)
    if medians is not None:
        medians = np.where(shown[:, None], medians, np.nan)
    return Sheet(held, version, day, params, found.tree, shown, numerator, denominator, missing, unplaced, medians)


def site_sheet(made: Sheet) -> SiteSheet:
    """The cells of the sites of a day: worked out when somebody goes that far down, and kept in memory only."""
    key = (str(made.held.folder), made.version.id, made.day, cells_key(made.version.definition, made.params))
    with _lock:
        if key in _site_sheets:
            _site_sheets.move_to_end(key)
            return _site_sheets[key]
    definition = made.version.definition
    if definition.aggregation == "curve":
        found = SiteSheet.empty()
    else:
        counts = reader(made.held).at_sites(
            definition, vocabulary(definition), day=made.day, scheme=scheme_code(), params=made.params
        )
        shown = shown_sites(definition, counts, made.shown)
        found = SiteSheet(
            counts.sites, shown, *(np.where(shown, counts.total[p], 0) for p in ("numerator", "denominator", "missing"))
        )
    with _lock:
        _site_sheets[key] = found
        while len(_site_sheets) > KEEP_SHEETS:
            _site_sheets.popitem(last=False)
    return found


def keys_behind(definition: Definition, area: int, day: date, params: Mapping[str, int], states: set[int]) -> list[int]:
    """Ids of the rows of some states that the newest snapshot counts in an area, or in a site (below zero)."""
    held = latest()
    if held is None:
        return []
    source, scheme, words = reader(held), scheme_code(), vocabulary(definition)
    tree, sites = source.tree(scheme, day), source.sites(scheme, day)
    if area < 0:
        at = sites.at[sites.positions(np.array([-area]))[0]]
        first, last = at, at + 1
    else:
        first = tree.position(area)
        last = first + int(tree.size[first])
    chosen = Asked(day, scheme, definition.chosen(params))
    if definition.aggregation == "curve":
        place, rows = source.durations(durations_sql(definition, words, day, chosen.params), day=day, scheme=scheme)
        state = np.where(rows["is_met"].astype(bool), HIT, WITHIN)
        inside = (place >= first) & (place < last) & np.isin(state, list(states))
        return [int(key) for key in rows["key"][inside]]
    found = source.keys(definition, words, asked=chosen, first=first, last=last, site=max(-area, 0))
    return [key for key, state in found if state in states]


@transaction.atomic
def keep(made: Sheet) -> bool:
    """Keep a table as rows for all processes; whether it was new."""
    if len(made.tree) > LARGEST_KEPT:
        return False
    table, is_new = Table.objects.get_or_create(
        snapshot_id=made.held.id,
        version_id=made.version.id,
        day=made.day,
        params=cells_key(made.version.definition, made.params),
    )
    if is_new:
        Cell.objects.bulk_create((_row(made, table, i) for i in range(len(made.tree))), batch_size=2000)
    return is_new


def _row(made: Sheet, table: Table, i: int) -> Cell:
    if not made.shown[i]:
        return Cell(table=table, area_id=int(made.tree.ids[i]), shown=False)
    value, low, high = (None, None, None) if made.medians is None else map(number, made.medians[i].tolist())
    return Cell(
        table=table,
        area_id=int(made.tree.ids[i]),
        value=value,
        low=low,
        high=high,
        shown=True,
        numerator=int(made.numerator[i]),
        denominator=int(made.denominator[i]),
        missing=int(made.missing[i]),
        unplaced=int(made.unplaced[i]),
    )


def number(value: float) -> float | None:
    """A number, or None for NaN."""
    return None if value != value else value


def _read(held: Held, version: Version, day: date, params: Mapping[str, int]) -> Sheet | None:
    """A table that was kept: one query for it and its cells."""
    columns = ("area", "shown", "numerator", "denominator", "missing", "unplaced", "value", "low", "high")
    rows = Cell.objects.filter(
        table__snapshot=held.id,
        table__version=version.id,
        table__day=day,
        table__params=cells_key(version.definition, params),
    ).values_list(*columns)
    loaded = list(rows)
    found = np.array([[0 if v is None else int(v) for v in row[:6]] for row in loaded], np.int64).reshape(-1, 6)
    tree = reader(held).tree(scheme_code(), day)
    at = tree.positions(found[:, 0])
    if len(found) != len(tree) or (at < 0).any() or not len(found):
        return None
    placed = np.empty_like(found)
    placed[at] = found
    _, shown, numerator, denominator, missing, unplaced = placed.T
    medians: Medians | None = None
    if version.definition.aggregation == "curve":
        medians = np.full((len(tree), 3), np.nan)
        medians[at] = [[np.nan if v is None else v for v in row[6:]] for row in loaded]
    is_shown = shown.astype(bool)
    return Sheet(held, version, day, params, tree, is_shown, numerator, denominator, missing, unplaced, medians)
