"""Organisations as a visitor needs them: name, address, place, counts declared. Two or three queries for any number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from lianxin.kit.scope import Scope
from lianxin.places.models import Site

from ..models.imports import Import, seen_on
from ..models.organisation import Organisation, OrganisationSpan, Visit
from .organisations import _lines_covering
from .places import UNKNOWN, AreaName, area_names

COUNTS = ("headcount", "women", "young_people", "league_members", "union_members")


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """One organisation on a day, as it is shown at its door."""

    id: int
    name: str
    address: str
    area: AreaName
    site: str
    counts: Mapping[str, int | None]
    """Field of COUNTS -> number as declared; None is unknown."""
    opened_on: date | None
    visited_on: date | None
    lines: tuple[str, ...]
    """Codes of the lines that cover it on the day."""

    @property
    def headcount(self) -> int | None:
        return self.counts["headcount"]


def organisation_cards(ids: Iterable[int], day: date) -> dict[int, OrganisationCard]:
    """Cards of those that are there on the day, by id."""
    wanted, hidden = set(ids), Import.hidden()
    spans = list(OrganisationSpan.objects.filter(seen_on(day, hidden), organisation__in=wanted))
    if not spans:
        return {}
    areas = area_names({s.area_id for s in spans}, day)
    sites = dict(Site.objects.filter(pk__in={s.site_id for s in spans if s.site_id}).values_list("pk", "name"))
    visits = Visit.objects.filter(organisation__in=wanted, visited_on__lte=day).order_by()
    visited: dict[int, Any] = dict(
        visits.values("organisation").annotate(last=Max("visited_on")).values_list("organisation", "last")
    )
    covered = _lines_covering([s.organisation_id for s in spans], day, hidden)
    return {
        s.organisation_id: OrganisationCard(
            id=s.organisation_id,
            name=s.name,
            address=s.address,
            area=areas.get(s.area_id, UNKNOWN),
            site=sites.get(s.site_id or 0, ""),
            counts={field: getattr(s, field) for field in COUNTS},
            opened_on=s.opened_on,
            visited_on=visited.get(s.organisation_id),
            lines=tuple(sorted(covered.get(s.organisation_id, ()))),
        )
        for s in spans
    }


def organisation_ids(scope: Scope) -> "QuerySet[Any, Any]":
    """Ids of the organisations that are there on the scope's day inside the scope, as a subquery."""
    spans = OrganisationSpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
    found: QuerySet[Any, Any] = spans.order_by().values("organisation")
    return found


def last_names(ids: Iterable[int]) -> dict[int, str]:
    """The latest name of each, whether it is still there or not."""
    spans = OrganisationSpan.objects.filter(organisation__in=set(ids)).exclude(born_in__in=Import.hidden())
    return dict(spans.order_by("valid_from", "pk").values_list("organisation", "name"))


def merged_into(pk: int) -> int:
    """The record in which the history of this one goes on; itself where it was not merged."""
    seen: set[int] = set()
    while pk not in seen:
        seen.add(pk)
        after = Organisation.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
        if after is None:
            return pk
        pk = after
    return pk
