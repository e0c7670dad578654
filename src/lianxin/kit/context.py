"""What every page of the shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .navigation import DESK, FIELD, address, entries, part_links


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names of the installation, the reader's choices, and where this person may go (worked out when drawn).

    surface : the shell of pages that staff and strangers both see, such as errors
    """
    is_staff = getattr(request, "user", None) is not None and request.user.is_authenticated
    return {
        "site_name": settings.SITE_NAME,
        "demonstration": settings.DEMONSTRATION,
        "large_type": getattr(request, "large_type", False),
        "surface": "kit/desk.html" if is_staff else "kit/public.html",
        "navigation": SimpleLazyObject(lambda: entries(request, DESK)),
        "field_navigation": SimpleLazyObject(lambda: [e for e in entries(request, FIELD) if e.url]),
        "part_links": SimpleLazyObject(lambda: part_links(request)),
        "search_url": address("desk:search"),
        "account_url": address("access:me") or "/",
    }
