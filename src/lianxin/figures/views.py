"""Pages of figures: a definition with its numbers, the rows behind, an export, the snapshots."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.kit.pages import render_page
from lianxin.registry.scoping import scope_on

from . import pages
from .asked import Asked, read
from .exports import as_csv
from .jobs import take_snapshot
from .queries import CoverageTable, coverage_table
from .rows import PARTS, rows_behind

CELLS, ROWS = "figures.view_cells", "registry.view_organisations"


@require_GET
@performs(CELLS)
def definition(request: HttpRequest, indicator: str) -> HttpResponse:
    """What a figure means, how it is made, what it leaves out, and the way to its rows."""
    asked = read(indicator, request.GET.dict())
    actor = request.actor  # type: ignore[attr-defined]
    page = pages.definition_page(asked, scope_on(actor, CELLS, asked.on), scope_on(actor, ROWS, asked.on))
    return render_page(request, "figures/definition.html", {"page": page}, part="about")


@require_GET
@performs(ROWS)
def rows(request: HttpRequest, indicator: str) -> HttpResponse:
    """The organisations that a part of a figure counts."""
    asked, part = read(indicator, request.GET.dict()), request.GET.get("part", "rest")
    number = request.GET.get("page", "1")
    if part not in PARTS or not number.isdecimal() or not 0 < int(number) < 10_000:
        raise Http404
    scope = scope_on(request.actor, ROWS, asked.on)  # type: ignore[attr-defined]
    found = rows_behind(
        indicator,
        area=asked.area,
        on=asked.on,
        scope_params=asked.params,
        part=part,
        rows_scope=scope,
        page=int(number),
    )
    return render(request, "figures/rows.html", {"found": found, "asked": asked})


@require_GET
@performs(CELLS)
def export(request: HttpRequest, indicator: str) -> HttpResponse:
    """The cells of an area and of all below it, as csv that spreadsheets read as UTF-8."""
    table = _table(request, read(indicator, request.GET.dict()))
    answer = HttpResponse("\ufeff" + as_csv(table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{indicator}-{table.on}.csv"'
    return answer


def _table(request: HttpRequest, asked: Asked) -> CoverageTable:
    scope = scope_on(request.actor, CELLS, asked.on)  # type: ignore[attr-defined]
    area = pages.area_asked(asked, scope)
    return coverage_table(
        asked.indicator, area=area, on=asked.on, scope_params=asked.params, actor_scope=scope, with_sites=True
    )


@require_GET
@performs("figures.view_snapshots")
def snapshots(request: HttpRequest) -> HttpResponse:
    may_take = request.actor.may("figures.take_snapshot", today())  # type: ignore[attr-defined]
    return render(request, "figures/snapshots.html", {"page": pages.snapshot_page(), "may_take": may_take})


@require_POST
@performs("figures.take_snapshot")
def take(request: HttpRequest) -> HttpResponse:
    take_snapshot.using(key="snapshot", by=request.actor).enqueue()  # type: ignore[attr-defined]
    messages.success(request, _("A snapshot is being taken. Figures change to it when it is ready."))
    return redirect("figures:snapshots")
