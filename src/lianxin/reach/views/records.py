"""The part of a body's page that reach adds, and the page of an area."""

from django.http import Http404, HttpRequest, HttpResponse

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.scoping import day_asked
from lianxin.registry.views.common import page
from lianxin.registry.words import word

from ..queries import records as queries
from ..words import SITE_KINDS


@performs(queries.VIEW_BODY)
def body_work(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits at a body: asked for by its page, and a page of its own."""
    found = queries.body_work(pk, request.actor, today())  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return page(request, "reach/body_work.html", "work", found=found)


@performs(queries.VIEW_AREA)
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of all lines in an area on a day."""
    day = min(day_asked(request.GET), today())
    found = queries.area_work(pk, request.actor, day)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    sites = [(pk, name, word(SITE_KINDS, kind)) for pk, name, kind in found.sites]
    return page(request, "reach/area.html", found=found, sites=sites, day=day, is_today=day == today())
