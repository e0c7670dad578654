"""Records by their ids, as other apps list them: name and where its page is, within a scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from lianxin.kit.scope import Scope

from ..models.body import BodySpan
from ..models.imports import Import, seen_on
from ..models.organisation import OrganisationSpan


@dataclass(frozen=True, slots=True)
class Named:
    """A record as a line of somebody else's list."""

    id: int
    name: str
    url: str
    headcount: int | None = None
    opened_on: date | None = None


def named_organisations(ids: Iterable[int], scope: Scope) -> list[Named]:
    """A page of organisations by name, as they are on the scope's day."""
    spans = OrganisationSpan.objects.filter(seen_on(scope.day, Import.hidden()), organisation__in=list(ids))
    rows = spans.within(scope).order_by("name", "organisation")
    columns = ("organisation_id", "name", "headcount", "opened_on")
    return [
        Named(pk, name, reverse("registry:organisation", args=[pk]), headcount, opened)
        for pk, name, headcount, opened in rows.values_list(*columns)
    ]


def named_bodies(ids: Iterable[int], scope: Scope) -> list[Named]:
    """A page of bodies by name, as they are on the scope's day."""
    spans = BodySpan.objects.filter(seen_on(scope.day, Import.hidden()), body__in=list(ids))
    rows = spans.within(scope).order_by("name", "body")
    return [Named(pk, name, reverse("registry:body", args=[pk])) for pk, name in rows.values_list("body_id", "name")]
