from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxin.figures import exports
from lianxin.figures import queries as figures
from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from . import queries
from .forms import read


@performs("figures.view_cells")
def coverage(request: HttpRequest) -> HttpResponse:
    """Who is reached and who is missed: an indicator by area, on any day."""
    scope = request.actor.scope("figures.view_cells", today())  # type: ignore[attr-defined]
    asked = read(request.GET, scope, today())
    return render(request, "boards/coverage.html", {"page": queries.coverage_page(asked, scope)})


@performs("figures.view_cells")
def export(request: HttpRequest) -> HttpResponse:
    """The same cells as a csv file; the map's kind is in it."""
    scope = request.actor.scope("figures.view_cells", today())  # type: ignore[attr-defined]
    asked = read(request.GET, scope, today())
    table = figures.coverage_table(
        asked.indicator, area=asked.area, on=asked.on, scope_params=asked.params, actor_scope=scope
    )
    name = f"{asked.indicator}-{table.top.code}-{asked.on:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse("\ufeff" + exports.as_csv(table), content_type="text/csv; charset=utf-8", headers=headers)
