"""What stands behind the scope nodes of bodies and organisations, for whoever gives grants."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.access.nodes import Choice, NodeKind
from lianxin.kit.scope import Scope

from .models.body import BodySpan, Line
from .models.imports import Import, seen_on
from .models.organisation import OrganisationSpan
from .search import holding


def _find_body(text: str, scope: Scope, limit: int) -> list[Choice]:
    named = holding("body", text, "body_id")
    spans = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope).order_by("name", "body")
    found = spans.filter(named.condition) if named else spans
    return [Choice(ref, name) for ref, name in found.values_list("body", "name")[:limit]]


def _body_label(ref: int, scope: Scope) -> str | None:
    spans = BodySpan.objects.filter(seen_on(scope.day, Import.hidden()), body=ref).within(scope)
    return spans.values_list("name", flat=True).first()


def _find_organisation(text: str, scope: Scope, limit: int) -> list[Choice]:
    named = holding("organisation", text, "organisation_id")
    spans = OrganisationSpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope, is_wide=True)
    found = spans.filter(named.condition) if named else spans
    rows = found.order_by("name", "organisation").values_list("organisation", "name")[:limit]
    return [Choice(ref, name) for ref, name in rows]


def _organisation_label(ref: int, scope: Scope) -> str | None:
    spans = OrganisationSpan.objects.filter(seen_on(scope.day, Import.hidden()), organisation=ref).within(scope)
    return spans.values_list("name", flat=True).first()


def _bodies(scope: Scope) -> QuerySet[Any, Any]:
    return BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope).values("body")


def _organisations(scope: Scope) -> QuerySet[Any, Any]:
    return OrganisationSpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope).values("organisation")


NODES = {
    "body": NodeKind(_("One body"), _find_body, _body_label, _bodies),
    "organisation": NodeKind(_("One organisation"), _find_organisation, _organisation_label, _organisations),
}


def lines() -> list[tuple[str, str]]:
    """The lines a grant may be bound to."""
    return list(Line.objects.order_by("pk").values_list("code", "name"))
