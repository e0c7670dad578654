"""Blind spots: organisations that should have a body of a line, have none, and were not visited for long (空白点).

Worked out for the whole land from the newest snapshot, once for each line and day, and kept in this process: numbers
only. A page then takes its part of it, and reads names for the thirty rows that it shows.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from lianxin.figures import snapshots, tables
from lianxin.figures.queries import NoSnapshot
from lianxin.figures.words import vocabulary
from lianxin.kit.scope import Scope
from lianxin.kit.tables_out import Cell
from lianxin.places.models import Site
from lianxin.registry.queries.cards import OrganisationCard, organisation_cards
from lianxin.registry.queries.organisations import line_names
from lianxin.rules.history import history_of
from lianxin.rules.lookup import params_on
from lianxin_methods.indicators.compute import HIT, MISSING, Asked
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.indicators.rollup import Tree

from ..models import PlannedVisit, VisitRecord

IntArray = NDArray[np.int64]
SILENT = "visits.silent_months"
RULES: dict[str, tuple[str, ...]] = {"league": ("league.in_scope", "league.branch")}
"""Line -> stored rules that say who should have a body, the first in force counts; `<line>.in_scope` otherwise."""
PAGE = 30
TOP = 8
KEEP = 12


@dataclass(frozen=True)
class Spots:
    """All blind spots of a line on a day, the largest first; those of which it cannot be said stand apart.

    key, at, site, headcount : int (n,), position in the tree, -1 for unknown.  is_unsure : the rule lacks a fact.
    """

    tree: Tree
    key: IntArray
    at: IntArray
    site: IntArray
    headcount: IntArray
    is_unsure: NDArray[np.bool_]
    taken_at: datetime

    def only(self, chosen: NDArray[np.bool_]) -> "Spots":
        parts = {name: getattr(self, name)[chosen] for name in ("key", "at", "site", "headcount", "is_unsure")}
        return replace(self, **parts)


@dataclass(frozen=True, slots=True)
class SpotFilter:
    """Which blind spots: what stands in the address."""

    line: str
    area: int = 0
    site: int = 0
    is_unsure: bool = False
    is_unplanned: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, str], lines: list[str]) -> "SpotFilter":
        def number(name: str) -> int:
            text = asked.get(name, "")
            return int(text) if text.isdigit() and len(text) < 18 else 0

        line = asked.get("line", "")
        chosen = line if line in lines else next(iter(lines), "")
        flags = {"is_unsure": asked.get("unsure") == "1", "is_unplanned": asked.get("unplanned") == "1"}
        return cls(chosen, number("area"), number("site"), **flags)

    def address(self, **changes: object) -> str:
        """The query part of the address with some fields changed."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        said: dict[str, object] = {"line": changed.line}
        said |= {name: getattr(changed, name) for name in ("area", "site") if getattr(changed, name)}
        said |= {"unsure": 1} if changed.is_unsure else {}
        return urlencode(said | ({"unplanned": 1} if changed.is_unplanned else {}))


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where they lie close together. `unknown`: of how many the headcount is not known."""

    ref: int
    name: str
    where: str
    count: int
    workers: int
    unknown: int
    address: str
    """The query part that shows only these."""


@dataclass(frozen=True, slots=True)
class SpotPage:
    """One page of the list, with what it adds up to and where it lies."""

    chosen: SpotFilter
    rule: str
    months: int
    taken_at: datetime | None
    count: int
    workers: int
    unknown: int
    unsure: int
    unplanned: int
    rows: tuple[tuple[OrganisationCard, date | None], ...]
    """Each with the day a visit is planned for, if one is."""
    communities: tuple[Cluster, ...]
    sites: tuple[Cluster, ...]
    site_name: str
    page: int
    pages: int


_lock = threading.Lock()
_kept: "OrderedDict[tuple[object, ...], Spots]" = OrderedDict()


def rule_of(line: str, day: date) -> tuple[str, str]:
    """Code and text of the rule that says who should have a body of the line; empty where none is in force."""
    for code in RULES.get(line, (f"{line}.in_scope",)):
        history = history_of(code)
        found = history.on(day) if history else None
        if found:
            return code, found.text
    return "", ""


def silent_months(day: date) -> int:
    value = params_on(day).get(SILENT)
    return int(value.value) if value and isinstance(value.value, int | float) else 12


def spots(line: str, day: date) -> Spots | None:
    """All blind spots of a line; None where no rule says who should have a body. Raises NoSnapshot."""
    held = snapshots.latest()
    if held is None:
        raise NoSnapshot
    code, text = rule_of(line, day)
    if not code:
        return None
    months = silent_months(day)
    named = tuple(sorted((v.code, str(v.value)) for v in params_on(day).values() if v.code in text))
    key = (str(held.folder), line, day, text, months, named)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _work_out(held, line, day, text, months)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEEP:
            _kept.popitem(last=False)
    return made


def _work_out(held: snapshots.Held, line: str, day: date, text: str, months: int) -> Spots:
    """One scan: those not covered and not visited are the scope, the stored rule is what is asked of them."""
    word = line.replace("-", "_")
    there = 'kind != "union" and (closed_on is None or closed_on > param("day"))'
    silent = f"not has_valid_{word} and (visited_on is None or months_since_visit >= {months})"
    names = {"code": "blind_spots", "number": 1, "zh": "", "en": "", "unit": "count", "line": line}
    rules = {"scope": f"{there} and {silent}", "numerator": text, "stored": params_on(day)}
    definition = Definition(**names, **rules)  # type: ignore[arg-type]
    reader, scheme = tables.reader(held), tables.scheme_code()
    asked = Asked(day, scheme, {})
    wanted = ("site", "key", "headcount")
    rows, at = reader.listed(definition, vocabulary(definition), asked=asked, wanted=wanted)
    chosen = np.flatnonzero((rows["state"] == HIT) | (rows["state"] == MISSING))
    order = chosen[np.lexsort((rows["key"][chosen], -rows["headcount"][chosen]))]
    taken = {name: rows[name][order] for name in wanted}
    is_unsure = rows["state"][order] == MISSING
    return Spots(reader.tree(scheme, day), **taken, at=at[order], is_unsure=is_unsure, taken_at=held.taken_at)


def within(found: Spots, scope: Scope) -> Spots:
    """Those in areas of the scope, or reached one by one, that nobody recorded a visit to since the snapshot."""
    is_in = np.isin(found.key, sorted(scope.refs("organisation")))
    for path in scope.area_paths:
        is_in |= _below(found, int(path[-5:], 36))
    since = VisitRecord.objects.filter(received_at__gte=found.taken_at, organisation__isnull=False)
    visited = list(since.values_list("organisation", flat=True))
    return found.only(is_in & ~np.isin(found.key, visited))


def _below(found: Spots, area: int) -> NDArray[np.bool_]:
    first = found.tree.position(area)
    if first < 0:
        return np.zeros(len(found.key), bool)
    return (found.at >= first) & (found.at < first + int(found.tree.size[first]))


def chosen_spots(chosen: SpotFilter, scope: Scope) -> tuple[Spots | None, Spots | None]:
    """All in the scope for the line, and those that the filter leaves."""
    everything = spots(chosen.line, scope.day)
    if everything is None:
        return None, None
    mine = within(everything, scope)
    if chosen.area:
        mine = mine.only(_below(mine, chosen.area))
    if chosen.site:
        mine = mine.only(mine.site == chosen.site)
    shown = mine.only(mine.is_unsure == chosen.is_unsure)
    if chosen.is_unplanned:
        shown = shown.only(~np.isin(shown.key, _planned_ids()))
    return mine, shown


def _planned_ids() -> list[int]:
    return list(PlannedVisit.objects.open().exclude(organisation=None).values_list("organisation", flat=True))


def spot_page(chosen: SpotFilter, scope: Scope, page: int = 1) -> SpotPage:
    """One page: a constant number of queries, whatever lies below. Raises NoSnapshot."""
    code, _text = rule_of(chosen.line, scope.day)
    mine, shown = chosen_spots(chosen, scope)
    if mine is None or shown is None:
        return SpotPage(chosen, "", 0, None, 0, 0, 0, 0, 0, (), (), (), "", 1, 1)
    count, known = len(shown.key), shown.headcount >= 0
    pages = max(1, -(-count // PAGE))
    at = min(max(page, 1), pages)
    ids = shown.key[(at - 1) * PAGE : at * PAGE].tolist()
    cards = organisation_cards(ids, scope.day)
    stops = PlannedVisit.objects.open().filter(organisation__in=ids).order_by("-day")
    planned = dict(stops.values_list("organisation", "day"))
    return SpotPage(
        chosen=chosen,
        rule=code,
        months=silent_months(scope.day),
        taken_at=shown.taken_at,
        count=count,
        workers=int(shown.headcount[known].sum()),
        unknown=int((~known).sum()),
        unsure=int(mine.is_unsure.sum()),
        unplanned=int((~np.isin(shown.key, _planned_ids())).sum()),
        rows=tuple((cards[pk], planned.get(pk)) for pk in ids if pk in cards),
        communities=_communities(shown, chosen),
        sites=_sites(shown, chosen),
        site_name=Site.objects.filter(pk=chosen.site).values_list("name", flat=True).first() or "",
        page=at,
        pages=pages,
    )


def _sums(group: IntArray, found: Spots) -> list[tuple[int, int, int, int]]:
    """For each group: its number, organisations, known workers, organisations of unknown headcount; most first."""
    numbers, which = np.unique(group, return_inverse=True)
    count = np.bincount(which, minlength=len(numbers))
    known = found.headcount >= 0
    workers = np.bincount(which, np.where(known, found.headcount, 0), len(numbers)).astype(np.int64)
    unknown = np.bincount(which, ~known, len(numbers)).astype(np.int64)
    order = np.lexsort((numbers, -workers, -count))[:TOP]
    return [(int(numbers[i]), int(count[i]), int(workers[i]), int(unknown[i])) for i in order]


def _communities(found: Spots, chosen: SpotFilter) -> tuple[Cluster, ...]:
    tree = found.tree
    lowest = (found.at >= 0) & (tree.size[found.at] == 1)
    here = found.only(lowest)
    made = []
    for at, count, workers, unknown in _sums(here.at, here):
        area, above = int(tree.ids[at]), int(tree.parent[at])
        address = chosen.address(area=area, site=0)
        made.append(
            Cluster(area, tree.names[at], tree.names[above] if above >= 0 else "", count, workers, unknown, address)
        )
    return tuple(made)


def _sites(found: Spots, chosen: SpotFilter) -> tuple[Cluster, ...]:
    here = found.only(found.site >= 0)
    sums = _sums(here.site, here)
    known = {s.pk: s for s in Site.objects.filter(pk__in=[s[0] for s in sums])}
    tree, made = found.tree, []
    for pk, count, workers, unknown in sums:
        site = known.get(pk)
        at = tree.position(site.area_id) if site else -1
        where = tree.names[at] if at >= 0 else ""
        name = site.name if site else _("Site no longer on record")
        made.append(Cluster(pk, name, where, count, workers, unknown, chosen.address(site=pk)))
    return tuple(made)


def spot_ids(chosen: SpotFilter, scope: Scope, limit: int) -> list[int]:
    """Ids of what the filter leaves, the largest first."""
    _mine, shown = chosen_spots(chosen, scope)
    return [] if shown is None else shown.key[:limit].tolist()


def header() -> list[str]:
    """Column names of the export."""
    fixed = [
        _("Name"),
        _("Address"),
        _("Community"),
        _("Subdistrict"),
        _("Building or park"),
        _("Employees"),
        _("Opened on"),
        _("Last visited"),
    ]
    return fixed + [_("Covered by %(line)s") % {"line": zh} for zh, _en in line_names().values()]


def table(chosen: SpotFilter, scope: Scope, batch: int = 1000) -> Iterator[list[Cell]]:
    """One row an organisation, read in batches."""
    yes, no, lines = _("Yes"), _("No"), list(line_names())
    ids = spot_ids(chosen, scope, 1_000_000)
    for start in range(0, len(ids), batch):
        cards = organisation_cards(ids[start : start + batch], scope.day)
        for pk in ids[start : start + batch]:
            if pk in cards:
                card = cards[pk]
                where = [card.area.name, card.area.above] if card.area.level == "community" else ["", card.area.name]
                covered = [yes if line in card.lines else no for line in lines]
                known = [card.headcount, card.opened_on, card.visited_on]
                yield [card.name, card.address, *where, card.site, *known, *covered]
