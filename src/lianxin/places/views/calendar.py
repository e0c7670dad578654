"""Pages of the calendar and of the import of outlines."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from .. import forms, operations, pages, queries
from ..operations.shapes import NotGeoJson
from .asking import ask


@performs("places.view_calendar")
def calendar(request: HttpRequest) -> HttpResponse:
    """The days of a year that differ from Monday to Friday."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and 1949 < int(asked) < 2200 else today().year
    may_import = request.actor.may("places.import_calendar", today())  # type: ignore[attr-defined]
    page = pages.calendar_page(year, today())
    return render(request, "places/calendar.html", {"page": page, "may_import": may_import})


@performs("places.import_calendar")
def import_calendar(request: HttpRequest) -> HttpResponse:
    form = forms.CalendarForm(request.POST or None, request.FILES or None)
    back = reverse("places:calendar")

    def carry_out(who: dict[str, Any]) -> str:
        rows = operations.read_calendar(form.cleaned_data["file"].read())
        years = operations.import_calendar(rows=rows, source=form.cleaned_data["source"], **who)
        return pages.address(back, year=max(years, default=""))

    texts = {"heading": _("Import working days"), "verb": _("Import"), "done": _("The table was taken over.")}
    return ask(request, form, carry_out, back=back, lead=_("A year that is there already is replaced."), **texts)


@performs("places.import_shapes")
def import_shapes(request: HttpRequest) -> HttpResponse:
    form = forms.ShapesForm(request.POST or None, request.FILES or None, initial={"on": today()})
    scheme, back = queries.primary_scheme(), reverse("places:areas")

    def carry_out(who: dict[str, Any]) -> str:
        given = dict(form.cleaned_data)
        features = operations.read_features(_text(given.pop("file").read()))
        operations.import_shapes(scheme=scheme, features=features, **given, **who)  # type: ignore[arg-type]
        return back

    texts = {"heading": _("Import outlines"), "verb": _("Import"), "done": _("The outlines were taken over.")}
    lead = _("Outlines are matched by the code or the name of the area; schematic cells give way to them.")
    return ask(request, form, carry_out, back=back, lead=lead, **texts)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotGeoJson() from None
