"""What bodies and organisations are on record, to compare a roster of bodies with: read once, asked row by row."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from lianxin.places.models import AreaSpan, Site

from ..codes import normalise_code
from ..models.body import BodySpan, Covering, Line, Term
from ..models.imports import Import
from ..models.organisation import OrganisationSpan
from .body_fields import LINE_WORDS

CHUNK = 500
MANY = 5000
"""More names than this are looked up in everything that is there: cheaper than asking for each."""


@dataclass(frozen=True, slots=True)
class Known:
    """A body on record: its last span."""

    id: int
    line: int
    span: int
    name: str
    kind: str
    form: str
    parent: int | None
    area: int
    site: int | None
    since: date
    until: date | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Employer:
    """An organisation on record that a body may cover."""

    id: int
    code: str
    name: str
    area: int
    since: date


def same(text: str) -> str:
    """A name as names are compared: half-width, lower-case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def spellings(text: str) -> set[str]:
    """How a name may be spelled on record: as it stands, half-width, with the brackets of Chinese."""
    half = unicodedata.normalize("NFKC", text)
    return {text, half, half.replace("(", "（").replace(")", "）")}


def lines_by_word() -> dict[str, Line]:
    """Every word a line goes by in a roster."""
    found: dict[str, Line] = {}
    for line in Line.objects.order_by("pk"):
        words = (line.code, line.name, line.name_en, *LINE_WORDS.get(line.code, ()))
        found |= {same(word): line for word in words if word}
    return found


def _known(hidden: set[int], *facts: Any) -> Known:
    """A row of values as a body; the last one is the import that wrote it."""
    pk, line, span, name, kind, form, parent, area, site, since, until, born = facts
    return Known(pk, line, span, name, kind, form, parent, area, site, since, until, born in hidden)


class Bodies:
    """Bodies on record, found by number, or by line and exact name."""

    def __init__(self, found: Iterable[Known]) -> None:
        self.by_number: dict[int, Known] = {}
        self.by_name: dict[tuple[int, str], list[Known]] = defaultdict(list)
        for body in found:
            self.by_number[body.id] = body
            self.by_name[body.line, same(body.name)].append(body)

    def named(self, line: int, name: str) -> list[Known]:
        """Those of the name that still stand; where there is none, those that are no more."""
        found = self.by_name.get((line, same(name)), [])
        return [b for b in found if b.until is None] or found

    @classmethod
    def read(cls, names: Sequence[str] | None = None, numbers: Sequence[int] = ()) -> "Bodies":
        """All of them, or those asked for by exact name or number."""
        spans = BodySpan.objects.filter(body__merged_into=None)
        if names is not None:
            spans = spans.filter(Q(name__in=[s for n in names for s in spellings(n)]) | Q(body__in=numbers))
        hidden = set(Import.hidden())
        columns = ("body", "body__line", "pk", "name", "kind", "form", "parent", "area", "site", "valid_from")
        rows = spans.order_by("valid_from", "pk").values_list(*columns, "valid_until", "born_in")
        last: dict[int, tuple[Any, ...]] = {row[0]: row for row in rows.iterator(5000)}
        return cls(_known(hidden, *row) for row in last.values())


class Employers:
    """Organisations on record, found by credit code or exact name."""

    def __init__(self, found: Iterable[Employer]) -> None:
        self.by_code: dict[str, Employer] = {}
        self.by_name: dict[str, list[Employer]] = defaultdict(list)
        for employer in found:
            if employer.code:
                self.by_code[employer.code] = employer
            self.by_name[same(employer.name)].append(employer)

    def asked(self, word: str) -> list[Employer]:
        """Those that a word of the roster means: a credit code, or the exact name."""
        by_code = self.by_code.get(normalise_code(word))
        return [by_code] if by_code else self.by_name.get(same(word), [])

    @classmethod
    def read(cls, words: Sequence[str], within: Iterable[int] | None) -> "Employers":
        """Those that the words may mean and that lie in one of the areas; None is everywhere."""
        spans = OrganisationSpan.objects.filter(valid_until=None, organisation__merged_into=None)
        spans = spans.exclude(born_in__in=Import.hidden())
        areas = None if within is None else set(within)
        found = (Employer(*row) for row in _rows(spans, words))
        return cls(e for e in found if areas is None or e.area in areas)


def _rows(spans: "QuerySet[OrganisationSpan]", words: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    columns = ("organisation", "credit_code", "name", "area", "valid_from")
    if len(words) > MANY:
        yield from spans.values_list(*columns).iterator(5000)
        return
    asked = iter(dict.fromkeys(words))
    while part := list(islice(asked, CHUNK)):
        codes = [normalise_code(word) for word in part]
        yield from spans.filter(
            Q(name__in=[s for w in part for s in spellings(w)]) | Q(credit_code__in=codes)
        ).values_list(*columns)


def coverings(bodies: Sequence[int]) -> dict[int, set[int]]:
    """What each body covers now."""
    found: dict[int, set[int]] = defaultdict(set)
    for body, organisation in _of(Covering.objects.filter(valid_until=None), bodies, "organisation"):
        found[body].add(organisation)
    return found


def last_terms(bodies: Sequence[int]) -> dict[int, tuple[int, date, date | None]]:
    """The last term of each body: id, from, until."""
    terms = Term.objects.seen().order_by("valid_from", "pk")
    return {
        body: (pk, since, until) for body, pk, since, until in _of(terms, bodies, "pk", "valid_from", "valid_until")
    }


def _of(rows: "QuerySet[Any]", bodies: Sequence[int], *columns: str) -> Iterator[tuple[Any, ...]]:
    if len(bodies) > MANY:
        wanted = set(bodies)
        yield from (row for row in rows.values_list("body", *columns).iterator(5000) if row[0] in wanted)
        return
    for start in range(0, len(bodies), CHUNK):
        yield from rows.filter(body__in=bodies[start : start + CHUNK]).values_list("body", *columns)


def site_areas(sites: Iterable[int]) -> dict[int, int]:
    return dict(Site.objects.filter(pk__in=list(sites)).values_list("pk", "area"))


def area_paths() -> dict[int, str]:
    return dict(AreaSpan.objects.filter(valid_until=None).values_list("area", "path"))


def parents_of() -> dict[int, int | None]:
    """The body above each body that stands, to find what would hang below itself."""
    return dict(BodySpan.objects.filter(valid_until=None).values_list("body", "parent"))
