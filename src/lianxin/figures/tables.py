"""Tables of cells: worked out from a snapshot, protected, kept. Only `queries` reads them.

A table is made for all areas at once, because what is hidden in one depends on the others. Nothing of a hidden cell
leaves this module: its numbers are dropped here, before anything is kept or handed on.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from lianxin.places.models import Scheme
from lianxin.rules.catalogue import target_of
from lianxin_methods.indicators.compute import Counts, Reader
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.indicators.rollup import Tree, own_of
from lianxin_methods.privacy.suppress import Need, protect, small
from lianxin_methods.rules.vocabulary import Name, Vocabulary

from .catalogue import Version
from .models import Cell, Table
from .snapshots import Held

SMALLEST = 10
"""Cells about fewer are not shown. The domain allows no less than 5."""
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


_lock = threading.Lock()
_sheets: "OrderedDict[tuple[object, ...], Sheet]" = OrderedDict()
_readers: "OrderedDict[str, Reader]" = OrderedDict()


def reader(held: Held) -> Reader:
    """The open snapshot, kept for this process."""
    key = str(held.folder)
    with _lock:
        if key not in _readers:
            _readers[key] = Reader(held.folder)
        _readers.move_to_end(key)
        while len(_readers) > KEEP_READERS:
            _readers.popitem(last=False)
        return _readers[key]


def forget() -> None:
    """Drop what this process keeps; for tests, which use the same numbers again."""
    with _lock:
        _sheets.clear()
        _readers.clear()


def scheme_code() -> str:
    """The scheme that figures use; empty on an empty installation."""
    return Scheme.objects.filter(is_primary=True).values_list("code", flat=True).first() or ""


def params_key(params: Mapping[str, int]) -> str:
    return "&".join(f"{code}={value}" for code, value in params.items())


def sheet(held: Held, version: Version, day: date, params: Mapping[str, int]) -> Sheet:
    """The cells, from memory, from the rows kept, or worked out now. Raises BadParameter."""
    chosen = version.definition.chosen(params)
    key = (str(held.folder), version.id, day, params_key(chosen))
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


def vocabulary(definition: Definition) -> Vocabulary:
    """The words of organisations; those of the indicator's line too where nobody has set that line up yet."""
    known = target_of("organisation").vocabulary()
    codes = (f"has_valid_{definition.line}", f"has_own_{definition.line}") if definition.line else ()
    added = tuple(Name(code, "bool", code, code) for code in codes if code not in known)
    return replace(known, names=(*known.names, *added)) if added else known


def work_out(held: Held, version: Version, day: date, params: Mapping[str, int]) -> Sheet:
    """Count, roll up, protect."""
    source, scheme = reader(held), scheme_code()
    found = source.counts(version.definition, vocabulary(version.definition), day=day, scheme=scheme, params=params)
    shown = ~hidden_cells(version.definition, found, source.weights(scheme, day))
    numerator, denominator, missing = (
        np.where(shown, found.total[part][:, 0], 0) for part in ("numerator", "denominator", "missing")
    )
    unplaced = np.where(shown, own_of(found.tree, found.total["denominator"][:, 0]), 0)
    return Sheet(held, version, day, params, found.tree, shown, numerator, denominator, missing, unplaced)


def hidden_cells(definition: Definition, found: Counts, order: IntArray) -> NDArray[np.bool_]:
    """Cells about fewer than SMALLEST, and what would reveal them."""
    numerator, denominator, units = (found.total[part][:, 0] for part in ("numerator", "denominator", "units"))
    rest = denominator - numerator
    sensitive = small(denominator, SMALLEST) | small(units, SMALLEST)
    needs = [Need((0, 1))]
    parts = np.column_stack([numerator, rest])
    if definition.about == "persons":
        few, others = small(numerator, SMALLEST), small(rest, SMALLEST)
        sensitive |= few | others
        needs += [Need((0,), few), Need((1,), others)]
        if (own_of(found.tree, rest) < 0).any():  # declared headcounts below the members: the rest may be negative
            parts = np.column_stack([numerator, denominator])
            needs = [Need((0,), few | others), Need((1,), sensitive)]
    return protect(found.tree, parts, sensitive & (denominator > 0), needs, k=SMALLEST, order=order)


@transaction.atomic
def keep(made: Sheet) -> bool:
    """Keep a table as rows for all processes; whether it was new."""
    if len(made.tree) > LARGEST_KEPT:
        return False
    table, is_new = Table.objects.get_or_create(
        snapshot_id=made.held.id, version_id=made.version.id, day=made.day, params=params_key(made.params)
    )
    if is_new:
        Cell.objects.bulk_create((_row(made, table, i) for i in range(len(made.tree))), batch_size=2000)
    return is_new


def _row(made: Sheet, table: Table, i: int) -> Cell:
    if not made.shown[i]:
        return Cell(table=table, area_id=int(made.tree.ids[i]), shown=False)
    return Cell(
        table=table,
        area_id=int(made.tree.ids[i]),
        shown=True,
        numerator=int(made.numerator[i]),
        denominator=int(made.denominator[i]),
        missing=int(made.missing[i]),
        unplaced=int(made.unplaced[i]),
    )


def _read(held: Held, version: Version, day: date, params: Mapping[str, int]) -> Sheet | None:
    """A table that was kept: one query for it and its cells."""
    columns = ("area", "shown", "numerator", "denominator", "missing", "unplaced")
    rows = Cell.objects.filter(
        table__snapshot=held.id, table__version=version.id, table__day=day, table__params=params_key(params)
    ).values_list(*columns)
    found = np.array([[0 if v is None else int(v) for v in row] for row in rows], np.int64).reshape(-1, len(columns))
    tree = reader(held).tree(scheme_code(), day)
    at = tree.positions(found[:, 0])
    if len(found) != len(tree) or (at < 0).any() or not len(found):
        return None
    placed = np.empty_like(found)
    placed[at] = found
    _, shown, *numbers = placed.T
    return Sheet(held, version, day, params, tree, shown.astype(bool), *numbers)
