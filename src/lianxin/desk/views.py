from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from . import queries


@performs("desk.view_today")
def today_view(request: HttpRequest) -> HttpResponse:
    """What waits for me, most urgent first."""
    page = queries.today_page(request.actor, today(), request.GET.get("kind", ""))  # type: ignore[attr-defined]
    return render(request, "desk/today.html", {"page": page})


@performs("desk.view_today")
def search(request: HttpRequest) -> HttpResponse:
    """Everything a word finds within what I may see."""
    text = request.GET.get("q", "")[:100]
    hits = queries.found(request.actor, text, today())  # type: ignore[attr-defined]
    return render(request, "desk/search.html", {"kinds": hits, "search_text": text})
