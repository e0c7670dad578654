from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from . import queries
from .forms import read


@performs("figures.view_cells")
def coverage(request: HttpRequest) -> HttpResponse:
    """Who is reached and who is missed: an indicator by area, on any day."""
    actor = request.actor  # type: ignore[attr-defined]
    scope = actor.scope("figures.view_cells", today())
    asked = read(request.GET, scope, today())
    page = queries.coverage_page(asked, scope, actor.scope("registry.view_organisations", today()))
    return render(request, "boards/coverage.html", {"page": page})
