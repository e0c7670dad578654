"""Reads the address of the coverage page."""

from datetime import date

from django import forms
from django.http import QueryDict

from lianxin.figures import queries as figures
from lianxin.kit.scope import Scope

from .queries import Asked

DEFAULT = "establishment_rate"


class CoverageForm(forms.Form):
    """The parts of the address that are the same for every indicator; thresholds are read by the definition."""

    indicator = forms.SlugField(required=False)
    area = forms.IntegerField(required=False, min_value=-(2**62), max_value=2**62)
    on = forms.DateField(required=False)
    before = forms.DateField(required=False)
    drawer = forms.CharField(required=False)


class BoardForm(forms.Form):
    """The address of the board of a body."""

    on = forms.DateField(required=False)
    months = forms.IntegerField(required=False, min_value=1, max_value=99)


def read(query: QueryDict, scope: Scope, day: date) -> Asked:
    """What is asked for; a part that cannot be read falls back to its default.

    Raises what `figures.queries` raises for an indicator, day or threshold that does not exist.
    """
    form = CoverageForm(query)
    form.is_valid()
    given = form.cleaned_data
    on = given.get("on") or day
    indicator = given.get("indicator") or DEFAULT
    thresholds = {k: int(str(v)) for k, v in query.items() if k not in form.fields and str(v).isdecimal()}
    sheet = figures.open_sheet(indicator, on, {})
    params = {k: v for k, v in thresholds.items() if k in sheet.params}
    area = given.get("area") or _home(scope, on)
    return Asked(indicator, area, on, given.get("before"), {**sheet.params, **params}, bool(given.get("drawer")))


def _home(scope: Scope, on: date) -> int:
    """Where the page opens: the area of the person's own grant, else the top of the tree."""
    if scope.area_paths:
        return int(scope.area_paths[0][-figures.SEGMENT :], 36)
    tops = figures.top_areas(on, scope)
    if not tops:
        raise figures.NoSuchArea(area="", day=on)
    return tops[0]
