"""Registers side by side: how they overlap, what no list holds, and whether that may be asked of them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any

from django.db.models import Max, Q

from lianxin.kit.scope import Scope
from lianxin.places.models import SEGMENT, Area, AreaSpan
from lianxin.registry.models import Import, OrganisationSpan
from lianxin.rules.lookup import language
from lianxin_methods.recapture.chapman import Overlap, chapman, stratified
from lianxin_methods.recapture.independence import Checked, Independence, examine, is_uneven, without_the_lists
from lianxin_methods.result import Estimate

from ..models import Listing, Register, RegisterLoad


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A register with how many it names in the scope, and how many of them the registry does not know."""

    id: int
    code: str
    name: str
    source: str
    is_walk: bool
    named: int
    unknown: int
    last_on: date | None
    """The latest day from which it names somebody."""


@dataclass(frozen=True, slots=True)
class OverlapLine:
    """Two registers: on both, on one only. kinds: how large the shared part is of either."""

    first: RegisterLine
    second: RegisterLine
    overlap: Overlap

    @property
    def of_first(self) -> float | None:
        length = self.overlap.lengths[0]
        return self.overlap.both / length if length else None

    @property
    def of_second(self) -> float | None:
        length = self.overlap.lengths[1]
        return self.overlap.both / length if length else None


@dataclass(frozen=True, slots=True)
class Missing:
    """What no list holds. estimate : of all there are, by the way that may be trusted.

    by_check : the two lists hang together, so that the walk took the place of comparing them.
    at_first : what comparing the two lists alone would have said, where that was not trusted.
    """

    first: RegisterLine
    second: RegisterLine
    walk: RegisterLine | None
    estimate: Estimate
    seen: int
    independence: Independence | None
    is_uneven: bool
    by_check: bool
    at_first: Estimate | None

    @property
    def unseen(self) -> tuple[int, int, int]:
        """About how many no list holds, and between which numbers."""
        values = (self.estimate.value, self.estimate.lower, self.estimate.upper)
        low, middle, high = sorted(max(round((v or 0.0) - self.seen), 0) for v in values)
        return middle, low, high

    @property
    def copies(self) -> bool:
        """The lists copy from each other, rather than avoid each other."""
        ratio = self.independence.odds_ratio.value if self.independence else None
        return ratio is not None and ratio > 1


@dataclass(frozen=True)
class RegistersPage:
    registers: tuple[RegisterLine, ...]
    overlaps: tuple[OverlapLine, ...]
    missing: Missing | None


@dataclass(frozen=True, slots=True)
class UnknownLine:
    """An organisation that a register names and the registry does not know."""

    credit_code: str
    name: str
    address: str
    registers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadLine:
    """A file that was read."""

    id: int
    file_name: str
    on: date
    counts: dict[str, int]
    faults: tuple[dict[str, Any], ...]
    loaded_at: datetime
    loaded_by: str


@dataclass(frozen=True)
class _Named:
    """Somebody that at least one register names: which, and where they are."""

    stratum: str
    registers: frozenset[int]


def register_name(row: Register) -> str:
    return row.name_en or row.name if language() == "en" else row.name


def registers_page(scope: Scope, *, first: int = 0, second: int = 0, walk: int = 0) -> RegistersPage:
    """Registers, overlaps of every two, and the estimate for the two chosen (else the two longest): five queries."""
    rows = list(Register.objects.order_by("pk"))
    named, lengths, unknown = _named(scope)
    last = dict(Listing.objects.on(scope.day).order_by().values_list("register").annotate(Max("valid_from")))
    lines = tuple(
        RegisterLine(r.pk, r.code, register_name(r), r.source, r.is_walk, lengths[r.pk], unknown[r.pk], last.get(r.pk))
        for r in rows
    )
    lists = sorted((x for x in lines if not x.is_walk and x.named), key=lambda x: -x.named)
    by_id = {x.id: x for x in lines}
    chosen = [by_id[pk] for pk in dict.fromkeys((first, second)) if pk in by_id and not by_id[pk].is_walk]
    chosen += [x for x in lists if x not in chosen]
    walks = sorted((x for x in lines if x.is_walk and x.named), key=lambda x: (x.id != walk, -x.named))
    overlaps = tuple(OverlapLine(a, b, _overlap(named, a.id, b.id)) for a, b in combinations(lists, 2))
    missing = _missing(named, chosen[0], chosen[1], walks[0] if walks else None) if len(chosen) > 1 else None
    return RegistersPage(lines, overlaps, missing)


def _named(scope: Scope) -> tuple[list[_Named], Counter[int], Counter[int]]:
    """Everybody that a register names within the scope; organisations that are gone count nowhere."""
    day = scope.day
    here = OrganisationSpan.objects.within(scope).on(day)
    area_of = dict(here.filter(closed_on=None).values_list("organisation", "area"))
    areas = Area.objects.within(scope).values("pk")
    reached = Q(organisation__isnull=False) | Q(area__in=areas)
    found: dict[tuple[str, int | str], set[int]] = defaultdict(set)
    place: dict[tuple[str, int | str], int] = {}
    lengths: Counter[int] = Counter()
    unknown: Counter[int] = Counter()
    listings = Listing.objects.on(day).filter(reached)
    for register, organisation, code, area in listings.values_list("register", "organisation", "credit_code", "area"):
        if organisation and organisation not in area_of:
            continue
        key: tuple[str, int | str] = ("id", organisation) if organisation else ("code", code)
        found[key].add(register)
        place[key] = area_of[organisation] if organisation else area
        lengths[register] += 1
        unknown[register] += organisation is None
    paths = dict(AreaSpan.objects.on(day).filter(area__in=set(place.values())).values_list("area", "path"))
    named = [_Named(paths.get(place[key], "")[: 2 * SEGMENT], frozenset(lists)) for key, lists in found.items()]
    return named, lengths, unknown


def _overlap(named: list[_Named], first: int, second: int) -> Overlap:
    both = sum(first in x.registers and second in x.registers for x in named)
    ones = sum(first in x.registers for x in named)
    others = sum(second in x.registers for x in named)
    return Overlap(both, ones - both, others - both)


def _missing(named: list[_Named], first: RegisterLine, second: RegisterLine, walk: RegisterLine | None) -> Missing:
    by_stratum: dict[str, list[_Named]] = defaultdict(list)
    for somebody in named:
        by_stratum[somebody.stratum].append(somebody)
    strata = [_overlap(part, first.id, second.id) for part in by_stratum.values()]
    uneven = is_uneven(strata)
    compared = stratified(strata) if uneven else chapman(_overlap(named, first.id, second.id))
    if walk is None:
        return Missing(first, second, None, compared, compared.n, None, uneven, False, None)
    checked = [_checked(part, first.id, second.id, walk.id) for part in by_stratum.values()]
    found = examine(checked)
    seen = sum(s.lists.seen + s.neither for s in checked)
    if found.is_warning:
        return Missing(first, second, walk, without_the_lists(checked), seen, found, uneven, True, compared)
    return Missing(first, second, walk, compared, seen, found, uneven, False, None)


def _checked(named: list[_Named], first: int, second: int, walk: int) -> Checked:
    met = [x for x in named if walk in x.registers]
    left = [x for x in named if walk not in x.registers]
    neither = sum(first not in x.registers and second not in x.registers for x in met)
    return Checked(_overlap(met, first, second), neither, _overlap(left, first, second))


def unknown_lines(scope: Scope, limit: int = 100_000) -> list[UnknownLine]:
    """Whom registers name within the scope and the registry does not know, ready to be imported there."""
    areas = Area.objects.within(scope).values("pk")
    rows = Listing.objects.on(scope.day).filter(organisation=None, area__in=areas).select_related("register")
    by_code: dict[str, list[Listing]] = defaultdict(list)
    for row in rows.order_by("credit_code", "register"):
        by_code[row.credit_code].append(row)
    return [
        UnknownLine(code, same[0].name, same[0].address, tuple(register_name(x.register) for x in same))
        for code, same in list(by_code.items())[:limit]
    ]


def load_lines(register: Register, limit: int = 10) -> list[LoadLine]:
    """The latest files of a register."""
    rows = RegisterLoad.objects.filter(register=register).order_by("-pk")[:limit]
    return [LoadLine(x.pk, x.file_name, x.on, x.counts, tuple(x.faults), x.loaded_at, x.loaded_by) for x in rows]


def applied_imports(scope: Scope, limit: int = 20) -> list[tuple[int, str]]:
    """Imports of organisations whose rows may be taken for a register."""
    rows = Import.objects.within(scope).filter(kind="organisations", state="applied").order_by("-pk")[:limit]
    return [(x.pk, f"{x.file_name}（{x.effective_on.isoformat()}）") for x in rows]
