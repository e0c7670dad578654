"""Blind spots: who should have a body, has none, and was not visited for long."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from lianxin.access.actors import signed_in
from lianxin.figures.queries import NoSnapshot
from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.kit.pages import render_page
from lianxin.kit.tables_out import FORMATS, download
from lianxin.registry.queries.organisations import line_names
from lianxin.registry.queries.places import area_choices

from ..queries.blind_spots import SpotFilter, header, spot_page, table

VIEW = "reach.view_blind_spots"


@performs(VIEW)
def blind_spots(request: HttpRequest) -> HttpResponse:
    """The list, where it clusters, and the way to a list of visits."""
    scope, lines = signed_in(request).scope(VIEW, today()), line_names()
    chosen = SpotFilter.read(request.GET, list(lines))
    number = request.GET.get("page", "1")
    try:
        found = spot_page(chosen, scope, int(number) if number.isdigit() and len(number) < 9 else 1)
    except NoSnapshot as refusal:
        return render_page(request, "reach/blind_spots.html", {"page": None, "why": refusal.sentence})
    context = {
        "page": found,
        "lines": [(code, *names) for code, names in lines.items()],
        "areas": area_choices(scope.area_paths, today()),
        "may_plan": signed_in(request).may("reach.plan_visits", today()),
    }
    return render_page(request, "reach/blind_spots.html", context, part="list")


@performs(VIEW)
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What the filter leaves, as a file."""
    if kind not in FORMATS:
        raise Http404
    chosen = SpotFilter.read(request.GET, list(line_names()))
    rows = table(chosen, signed_in(request).scope(VIEW, today()))
    return download(kind, f"blind-spots-{chosen.line}-{today()}", header(), rows)
