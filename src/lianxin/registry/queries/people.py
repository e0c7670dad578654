"""People as lists and one page show them: no more than the work needs."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from lianxin.kit.scope import Scope
from lianxin.trail.queries import EntryLine, history

from ..models.body import BodySpan
from ..models.imports import Import, seen_on
from ..models.organisation import OrganisationSpan
from ..models.person import Membership, Person, Transfer, few_within
from ..search import RARE, Named, matching
from ..words import MEMBERSHIP_STATES, word
from .places import UNKNOWN, AreaName, area_names

PAGE = 30
STEPS = ("active", "verified", "registered", "applied")


def state_on(membership: Membership, day: date) -> str:
    """The state a membership had on the day: left, active, verified, registered or applied."""
    if membership.left_on and membership.left_on <= day:
        return "left"
    for step in STEPS:
        reached = getattr(membership, f"{step}_on")
        if reached and reached <= day:
            return step
    return ""


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """Which people: what stands in the address of a list."""

    day: date
    q: str = ""
    body: int = 0

    @classmethod
    def read(cls, asked: Mapping[str, str], day: date) -> "PersonFilter":
        body = asked.get("body", "")
        return cls(day, asked.get("q", "").strip()[:60], int(body) if body.isdigit() and len(body) < 18 else 0)

    def address(self, **changes: Any) -> str:
        said = {"q": self.q, "body": self.body, **changes}
        return urlencode({key: value for key, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class MembershipLine:
    id: int
    body: int
    body_name: str
    organisation: int
    organisation_name: str
    state: str
    since: date
    left_on: date | None
    offered_to: str = ""
    """The body it is offered to, while that one has not answered."""

    @property
    def state_word(self) -> str:
        return word(MEMBERSHIP_STATES, self.state)

    @property
    def next_step(self) -> str:
        """The step that may be taken next, as the operation names it; empty where none is left."""
        return {"applied": "registered_on", "registered": "verified_on", "verified": "active_on"}.get(self.state, "")


@dataclass(frozen=True, slots=True)
class PersonLine:
    id: int
    name: str
    area: AreaName
    memberships: tuple[MembershipLine, ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    lines: tuple[PersonLine, ...]
    after: str


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """The page of one person, apart from what `queries.privacy` shows."""

    line: PersonLine
    hold_reason: str
    history: tuple[EntryLine, ...]


FEW = 5_000
"""People within a scope, or bearing a name, up to which collecting and sorting is quicker than walking all names."""


def people(chosen: PersonFilter, scope: Scope) -> QuerySet[Person]:
    """People within the scope who answer the filter."""
    found, named = Person.objects.known().within(scope), _named(chosen.q)
    if chosen.body:
        held = Membership.objects.filter(body=chosen.body, left_on=None)
        found = found.filter(pk__in=held.values("person"))
    elif not (named and named.is_rare) and few_within(scope, FEW):
        found = found.near(scope)
    return found.filter(named.condition) if named else found


def _named(query: str) -> Named | None:
    """A rare text finds a name by any part of it; one that thousands bear, such as a surname, by its beginning."""
    found = matching("person", query)
    if found is None:
        return None
    refs = list(found.values_list("ref", flat=True)[: RARE + 1])
    if len(refs) <= RARE:
        return Named(Q(pk__in=refs), is_rare=True)
    start = " ".join(query.split())
    return Named(Q(name__gte=start, name__lt=start + chr(0x10FFFF)), is_rare=False)


def person_page(
    chosen: PersonFilter, scope: Scope, *, after: tuple[str, int] | None = None, limit: int = PAGE
) -> PersonPage:
    """One page by name; nobody counts a million people to show thirty."""
    found = people(chosen, scope)
    if after:
        found = found.filter(name__gte=after[0]).filter(Q(name__gt=after[0]) | Q(pk__gt=after[1]))
    rows = list(found.order_by("name", "pk")[: limit + 1])
    kept = rows[:limit]
    ahead = f"{kept[-1].pk}:{kept[-1].name}" if len(rows) > limit else ""
    return PersonPage(tuple(_lines(kept, chosen.day, only_now=True)), ahead)


def person_detail(pk: int, scope: Scope) -> PersonDetail | None:
    """The page of a person within the scope."""
    person = Person.objects.known().within(scope).filter(pk=pk).first()
    if person is None:
        return None
    day = scope.day
    return PersonDetail(
        line=_lines([person], day, only_now=False)[0],
        hold_reason=person.hold_reason,
        history=tuple(history("registry.person", pk)),
    )


def _lines(rows: list[Person], day: date, *, only_now: bool) -> list[PersonLine]:
    held = Membership.objects.filter(person__in=[p.pk for p in rows]).order_by("-applied_on", "-pk")
    memberships = list(held.filter(left_on=None) if only_now else held)
    hidden = Import.hidden()
    open_offers = Transfer.objects.filter(membership__in=memberships, accepted_on=None, declined_on=None)
    offers = dict(open_offers.values_list("membership", "to_body"))
    named = {m.body_id for m in memberships} | set(offers.values())
    bodies = BodySpan.objects.filter(seen_on(day, hidden), body__in=named)
    firms = {m.organisation_id for m in memberships if m.organisation_id}
    organisations = OrganisationSpan.objects.filter(seen_on(day, hidden), organisation__in=firms)
    body_names = dict(bodies.values_list("body", "name"))
    firm_names = dict(organisations.values_list("organisation", "name"))
    names = area_names({p.area_id for p in rows if p.area_id}, day)
    by_person: dict[int, list[MembershipLine]] = defaultdict(list)
    for m in memberships:
        by_person[m.person_id].append(
            MembershipLine(
                id=m.pk,
                body=m.body_id,
                body_name=body_names.get(m.body_id, ""),
                organisation=m.organisation_id or 0,
                organisation_name=firm_names.get(m.organisation_id or 0, ""),
                state=state_on(m, day),
                since=m.registered_on or m.applied_on,
                left_on=m.left_on,
                offered_to=body_names.get(offers.get(m.pk, 0), ""),
            )
        )
    return [PersonLine(p.pk, p.name, names.get(p.area_id or 0, UNKNOWN), tuple(by_person.get(p.pk, ()))) for p in rows]
