"""The list of matters, and one matter."""

import base64
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.registry.queries.places import area_choices
from lianxin.registry.views.asking import by
from lianxin.registry.views.common import may, page, scope_of

from ..models import Matter, Photo
from ..needs import need_choices
from ..operations import reading
from ..queries.desk_chips import chips
from ..queries.desk_list import NAME_HANDLERS, VIEW, MatterFilter, kind_choices, matter_page, sealed_page
from ..queries.desk_record import seen_by
from .record_page import record_page


@performs(VIEW)
def matters(request: HttpRequest) -> HttpResponse:
    """Open ones first, by when they are due; the address holds the state."""
    chosen, scope, may_name = MatterFilter.read(request.GET), scope_of(request, VIEW), may(request, NAME_HANDLERS)
    after, is_sealed = request.GET.get("after", ""), chosen.show == "sealed" and may_name
    actor = request.actor  # type: ignore[attr-defined]
    if is_sealed:
        found = sealed_page(actor, scope_of(request, NAME_HANDLERS), now(), after=after)
    else:
        found = matter_page(chosen, actor, scope, now(), after=after)
    words: dict[str, Any] = {
        "chips": chips(chosen, may_name=may_name),
        "kinds": kind_choices(),
        "needs": need_choices(),
    }
    places: dict[str, Any] = {
        "areas": area_choices(scope.area_paths, today()),
        "here": chosen.address(show=chosen.show),
    }
    can: dict[str, Any] = {"can_enter": may(request, "matters.take_in"), "is_sealed": is_sealed}
    return page(request, "matters/matters.html", "list", chosen=chosen, found=found, **words, **places, **can)


@performs(VIEW)
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter; words of C3 and C4 only after they were opened."""
    return record_page(request, pk)


@performs(VIEW)
@require_POST
def open_words(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with words and notes open, where its handler asked for them: it stands in the trail."""
    return record_page(request, pk, opens=True)


@performs(VIEW)
@require_POST
def open_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with who asks, and how to reach the person: it stands in the trail."""
    found = seen_by(Matter.objects.filter(pk=pk), request.actor, now()).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    person = reading.read_requester(matter=found, **by(request))
    return record_page(request, pk, person=person, opens=not found.is_shut)


@performs(VIEW)
def photo(request: HttpRequest, pk: int, photo: str) -> HttpResponse:
    """A picture that was sent along."""
    return picture(request, pk, photo)


def picture(request: HttpRequest, pk: int, photo: str) -> HttpResponse:
    """A picture of a matter, never kept by whoever carries it."""
    row = get_object_or_404(Photo.objects.select_related("matter"), matter=pk, pk=photo)
    content = reading.read_photo(photo=row, **by(request))
    answer = HttpResponse(base64.b64decode(content), content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    return answer
