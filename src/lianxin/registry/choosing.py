"""A field in which an organisation is named: whole names are offered while one types, nothing of it needs a script."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lianxin.kit.scope import Scope

from .models import OrganisationSpan
from .search import holding

OFFERED = 8


def names_holding(text: str, scope: Scope, most: int = OFFERED) -> list[tuple[str, str]]:
    """(what to enter, what stands beside it) of open organisations of the scope whose name holds the text: the name, or
    the credit code where several bear that name."""
    named = holding("organisation", text, "organisation_id")
    if named is None:
        return []
    spans = OrganisationSpan.objects.filter(valid_until=None).within(scope).filter(named.condition)
    rows = list(spans.order_by("name", "pk").values_list("name", "credit_code", "address")[:most])
    names = [name for name, _code, _address in rows]
    return [(name if names.count(name) == 1 or not code else code, f"{name} {address}") for name, code, address in rows]


class OrganisationName(forms.TextInput):
    """A text field called `organisation` with its list of names; asked for with htmx where that is there."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"list": "organisation-names", "autocomplete": "off", **(attrs or {})})

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        asks = {
            "hx-get": reverse("registry:organisation_names"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#organisation-names",
        }
        field = super().render(name, value, {**(attrs or {}), **asks}, renderer)
        return format_html('{}<datalist id="organisation-names"></datalist>', field)
