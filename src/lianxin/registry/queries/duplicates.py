"""Pairs of records that may be one, side by side."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.kit.templatetags.lx import listed

from ..models.consent import Contact
from ..models.duplicate import DuplicatePair, Merge
from ..models.imports import Import, seen_on
from ..models.organisation import OrganisationSpan
from ..models.person import Person
from ..scoping import scope_on
from ..words import FACTS
from .organisations import OrganisationLine, _lines
from .people import PersonLine
from .people import _lines as _person_lines

PAGE = 20
REASONS: dict[str, str | Promise] = {
    "same_code": _("The organisation code inside the credit code is the same"),
    "same_name": _("The name is the same but for legal form and place"),
    "similar_name": _("The name differs by one slip, or one holds the other"),
    "same_address": _("The address is the same"),
    "same_area": _("Both are in the same area"),
    "same_contact": _("Both left the same contact"),
    "same_body": _("Both belong to one body, from one workplace"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both records."""

    label: str
    first: str
    second: str

    @property
    def is_same(self) -> bool:
        return self.first == self.second


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two records side by side."""

    id: int
    kind: str
    first: int
    second: int
    first_name: str
    second_name: str
    reasons: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge that can still be taken back."""

    id: int
    kind: str
    kept: int
    kept_name: str
    on_day: date


def pairs_within(scope: Scope, kind: str) -> QuerySet[DuplicatePair]:
    """Pairs still to decide, both records of which lie within the scope."""
    reached = _within(scope, kind)
    first, second = (Exists(reached.filter(_is(kind, OuterRef(side)))) for side in ("first", "second"))
    return DuplicatePair.objects.filter(first, second, kind=kind, state="proposed")


def _within(scope: Scope, kind: str) -> Any:
    """Records within the scope on its day, to be asked one by one: pairs are few, records a million."""
    if kind == "person":
        return Person.objects.known().within(scope)
    return OrganisationSpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)


def waiting_pairs(actor: Actor, day: date, most: int) -> int:
    """How many pairs wait for this actor, counted up to `most`."""
    scope = scope_on(actor, "registry.decide_duplicates", day)
    return sum(pairs_within(scope, kind).order_by()[:most].count() for kind in ("organisation", "person"))


def pair_lines(scope: Scope, kind: str, limit: int = PAGE) -> list[PairLine]:
    """Pairs to decide, the surest first: a constant number of queries."""
    found = list(pairs_within(scope, kind).order_by("found_at", "pk")[: limit * 5])
    found.sort(key=lambda pair: (-len(pair.reasons), pair.pk))
    return _beside(kind, found[:limit], scope.day)


def pair_within(pk: int, scope: Scope) -> DuplicatePair | None:
    """One pair still to decide, if both its records lie within the scope."""
    pair = DuplicatePair.objects.filter(pk=pk).first()
    return pairs_within(scope, pair.kind).filter(pk=pk).first() if pair else None


def _beside(kind: str, pairs: list[DuplicatePair], day: date) -> list[PairLine]:
    ids = {i for pair in pairs for i in (pair.first, pair.second)}
    facts = _people(ids, day) if kind == "person" else _organisations(ids, day)
    return [
        PairLine(
            id=pair.pk,
            kind=kind,
            first=pair.first,
            second=pair.second,
            first_name=facts[pair.first][0],
            second_name=facts[pair.second][0],
            reasons=tuple(str(REASONS.get(code, code)) for code in pair.reasons),
            rows=tuple(
                Row(label, a, b)
                for (label, a), (_label, b) in zip(facts[pair.first][1], facts[pair.second][1], strict=True)
            ),
        )
        for pair in pairs
        if pair.first in facts and pair.second in facts
    ]


Facts = tuple[str, list[tuple[str, str]]]


def _organisations(ids: set[int], day: date) -> dict[int, Facts]:
    hidden = Import.hidden()
    spans = list(OrganisationSpan.objects.filter(seen_on(day, hidden), organisation__in=ids))
    return {line.id: (line.name, _organisation_facts(line)) for line in _lines(spans, day, hidden)}


def _organisation_facts(line: OrganisationLine) -> list[tuple[str, str]]:
    return [
        (str(FACTS["name"]), line.name),
        (str(FACTS["credit_code"]), line.credit_code),
        (str(FACTS["kind"]), line.kind_word),
        (str(FACTS["address"]), line.address),
        (str(FACTS["area"]), line.area.full),
        (str(FACTS["headcount"]), "" if line.headcount is None else str(line.headcount)),
        (str(FACTS["opened_on"]), line.opened_on.isoformat() if line.opened_on else ""),
    ]


def _people(ids: set[int], day: date) -> dict[int, Facts]:
    people = list(Person.objects.known().filter(pk__in=ids))
    kinds: dict[int, set[str]] = {}
    for person, kind in Contact.objects.filter(person__in=ids).values_list("person", "kind"):
        kinds.setdefault(person, set()).add(kind)
    lines = _person_lines(people, day, only_now=True)
    return {line.id: (line.name, _person_facts(line, kinds.get(line.id, set()))) for line in lines}


def _person_facts(line: PersonLine, kinds: set[str]) -> list[tuple[str, str]]:
    bodies = sorted(f"{m.body_name}（{m.state_word}）" for m in line.memberships)
    return [
        (str(FACTS["name"]), line.name),
        (str(FACTS["area"]), line.area.full),
        (str(_("Memberships")), listed(bodies)),
        (str(_("Contacts held")), listed(sorted(kinds))),
    ]


def recent_merges(scope: Scope, kind: str, limit: int = 10) -> list[MergeLine]:
    """Merges not taken back whose kept record lies within the scope, newest first."""
    within = Exists(_within(scope, kind).filter(_is(kind, OuterRef("kept"))))
    found = list(Merge.objects.filter(within, kind=kind, split_at=None).order_by("-pk")[:limit])
    kept = {m.kept for m in found}
    if kind == "person":
        shown = dict(Person.objects.filter(pk__in=kept).values_list("pk", "name"))
    else:
        rows = OrganisationSpan.objects.filter(seen_on(scope.day), organisation__in=kept)
        shown = dict(rows.values_list("organisation", "name"))
    return [MergeLine(m.pk, kind, m.kept, shown.get(m.kept, ""), m.on_day) for m in found]


def merge_within(pk: int, scope: Scope) -> Merge | None:
    """A merge not taken back whose kept record lies within the scope."""
    merge = Merge.objects.filter(pk=pk, split_at=None).first()
    if merge is None:
        return None
    return merge if _within(scope, merge.kind).filter(_is(merge.kind, merge.kept)).exists() else None


def _is(kind: str, ref: int | OuterRef) -> Q:
    """The condition that a row of `_within` is this record."""
    return Q(pk=ref) if kind == "person" else Q(organisation=ref)
