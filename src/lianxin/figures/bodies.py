"""The cells of bodies: what each was asked to do, protected as the cells of areas are, and how it is distributed.

Bodies and what no body has add up to what hangs on the area where they stand, whose cell is known: each such family is
protected by itself. Nothing of a hidden cell leaves this module.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lianxin.kit.scope import Scope
from lianxin_methods.indicators.compute import Asked, SiteCounts, bodies_at
from lianxin_methods.indicators.rollup import Tree
from lianxin_methods.indicators.spells import Through, through

from .curves import SPELLS, counted, quantile_of, spells
from .protection import shown_sites
from .queries import Cell, Named, cell_made, open_sheet, visible
from .tables import Sheet, cells_key, number, reader, scheme_code
from .words import vocabulary

BODY = "body"
"""Level of these cells."""
CLASSES = (0.5, 0.8, 0.9, 0.95, 1.0)
"""Limits between the classes that the rates of bodies are counted in; the last class is the full rate."""
LOW_CLASSES = (0.0, 0.05, 0.1, 0.2, 0.5)
"""The same of rates that are good when they are low; the first class is none at all."""
KEEP = 120
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class BodyFigure:
    """One figure of one body (组织的指标).

    through : of a wait, the shares through by fixed times.  spread : sums of the columns that the definition names.
    peers : of a rate, how many bodies shown fall into each class; which ones is not said.
    """

    body: int
    cell: Cell
    through: tuple[Through, ...] = ()
    spread: tuple[int, ...] = ()
    peers: tuple[int, ...] = ()


@dataclass(frozen=True)
class _BodySheet:
    """Numbers are 0, and what is drawn from rows is left out, where a cell is not shown."""

    ids: IntArray
    at: IntArray
    shown: NDArray[np.bool_]
    counts: Mapping[str, IntArray]
    quantiles: NDArray[np.float64]
    through: Mapping[int, tuple[Through, ...]]
    spread: Mapping[int, tuple[int, ...]]
    peers: tuple[int, ...]


_lock = threading.Lock()
_sheets: "OrderedDict[tuple[object, ...], _BodySheet]" = OrderedDict()


def forget() -> None:
    """Drop what this process keeps; for tests, which use the same numbers again."""
    with _lock:
        _sheets.clear()


def body_cells(
    indicator: str,
    *,
    bodies: Iterable[int],
    on: date,
    scope_params: Mapping[str, int] | None = None,
    actor_scope: Scope | None,
) -> list[BodyFigure]:
    """The figure of each body that stands on the day and may be seen: below the top of a grant on an area, or its own.

    Raises what `queries.open_sheet` raises.
    """
    found = open_sheet(indicator, on, scope_params or {})
    seen, own = visible(found, actor_scope), actor_scope.refs("body") if actor_scope else frozenset()
    made, places = _sheet(found), reader(found.held).bodies(scheme_code(), on)
    wanted = [(body, int(places[body])) for body in bodies if places.get(body, -1) >= 0]
    return [_figure(found, made, body, at) for body, at in wanted if seen[at] or body in own]


def _sheet(found: Sheet) -> _BodySheet:
    key = (str(found.held.folder), found.version.id, found.day, cells_key(found.version.definition, found.params))
    with _lock:
        if key in _sheets:
            _sheets.move_to_end(key)
            return _sheets[key]
    made = _curves(found) if found.version.definition.over in SPELLS else _counts(found)
    with _lock:
        _sheets[key] = made
        while len(_sheets) > KEEP:
            _sheets.popitem(last=False)
    return made


def _counts(found: Sheet) -> _BodySheet:
    definition, source = found.version.definition, reader(found.held)
    words, asked = vocabulary(definition), Asked(found.day, scheme_code(), found.params)
    counts = source.at_bodies(definition, words, day=found.day, scheme=scheme_code(), params=found.params)
    shown = shown_sites(definition, counts, found.shown)
    spread: dict[int, tuple[int, ...]] = {}
    if definition.spread:
        rows, _ = source.listed(definition, words, asked=asked, wanted=("body", *definition.spread))
        for body in counts.sites.ids[shown].tolist():
            mine = (rows["body"] == body) & (rows["state"] > 0)
            spread[body] = tuple(int(rows[column][mine].sum()) for column in definition.spread)
    is_rate, none = definition.unit == "percent", np.full((len(shown), 3), np.nan)
    return _sheet_of(counts, shown, none, {}, spread, is_rate=is_rate, is_low=definition.lower_is_better)


def _curves(found: Sheet) -> _BodySheet:
    definition, source = found.version.definition, reader(found.held)
    asked = Asked(found.day, scheme_code(), found.params)
    at, body, waited, event = spells(source, definition, vocabulary(definition), asked)
    bodies = bodies_at(body, at)
    slot, cut = bodies.slots(body, at), len(bodies)
    count = cut + len(found.tree)
    flat = Tree(np.arange(count), np.full(count, -1, np.int64), np.zeros(count, np.int64))
    total = {part: numbers[:, 0] for part, numbers in counted(flat, slot, event).items()}
    counts = SiteCounts(bodies, {p: n[:cut] for p, n in total.items()}, {p: n[cut:] for p, n in total.items()})
    shown = shown_sites(definition, counts, found.shown)
    quantiles, curve = np.full((cut, 3), np.nan), {}
    for i in np.flatnonzero(shown).tolist():
        mine = slot == i
        quantiles[i] = quantile_of(definition, waited[mine], event[mine], found.params)
        curve[int(bodies.ids[i])] = tuple(through(definition.over, waited[mine], event[mine]))
    return _sheet_of(counts, shown, quantiles, curve, {}, is_rate=False)


def _sheet_of(
    counts: SiteCounts,
    shown: NDArray[np.bool_],
    quantiles: NDArray[np.float64],
    curve: Mapping[int, tuple[Through, ...]],
    spread: Mapping[int, tuple[int, ...]],
    *,
    is_rate: bool,
    is_low: bool = False,
) -> _BodySheet:
    kept = {part: np.where(shown, counts.total[part], 0) for part in ("numerator", "denominator", "missing")}
    peers: tuple[int, ...] = ()
    if is_rate:
        some = shown & (kept["denominator"] > 0)
        rates = kept["numerator"][some] / kept["denominator"][some]
        at = np.searchsorted(LOW_CLASSES, rates) if is_low else np.searchsorted(CLASSES, rates, side="right")
        peers = tuple(np.bincount(at, minlength=len(CLASSES) + 1).tolist())
    return _BodySheet(counts.sites.ids, counts.sites.at, shown, kept, quantiles, curve, spread, peers)


def _figure(found: Sheet, made: _BodySheet, body: int, at: int) -> BodyFigure:
    """Of a body without rows the cell says so, unless nothing of its area may be said."""
    place = (made.ids == body).nonzero()[0]
    named = Named(0, f"b{body}", "", BODY)
    if not len(place):
        return BodyFigure(body, cell_made(found, named, bool(found.shown[at]), (0, 0, 0, 0), (None, None, None)))
    i = int(place[0])
    hits, base, missing = (int(made.counts[part][i]) for part in ("numerator", "denominator", "missing"))
    value, low, high = (number(v) for v in made.quantiles[i].tolist())
    cell = cell_made(found, named, bool(made.shown[i]), (hits, base, missing, 0), (value, low, high))
    peers = made.peers if cell.value is not None else ()
    return BodyFigure(body, cell, made.through.get(body, ()), made.spread.get(body, ()), peers)
