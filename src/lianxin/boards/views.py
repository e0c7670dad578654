from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.scoping import scope_on

from . import queries
from .bodies import USUAL, bodies_listed, body_board
from .forms import BoardForm, read


@performs("figures.view_cells")
def coverage(request: HttpRequest) -> HttpResponse:
    """Who is reached and who is missed: an indicator by area, on any day."""
    actor = request.actor  # type: ignore[attr-defined]
    scope = actor.scope("figures.view_cells", today())
    asked = read(request.GET, scope, today())
    page = queries.coverage_page(asked, scope, actor.scope("registry.view_organisations", today()))
    return render(request, "boards/coverage.html", {"page": page})


@performs("boards.view_body")
def bodies(request: HttpRequest) -> HttpResponse:
    """Bodies by name, each with the way to its board."""
    scope = request.actor.scope("boards.view_body", today())  # type: ignore[attr-defined]
    chosen, page = bodies_listed(request.GET.dict(), scope, today())
    return render(request, "boards/bodies.html", {"chosen": chosen, "page": page})


@performs("boards.view_body")
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """How a body answers what people bring to it."""
    actor = request.actor  # type: ignore[attr-defined]
    form = BoardForm(request.GET)
    form.is_valid()
    on, months = form.cleaned_data.get("on") or today(), form.cleaned_data.get("months") or USUAL
    scope = scope_on(actor, "boards.view_body", on)
    may_define = actor.may("figures.view_cells", today())
    page = body_board(pk, on=on, months=months, scope=scope, may_define=may_define)
    return render(request, "boards/body.html", {"page": page})
