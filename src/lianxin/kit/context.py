"""What every page of the shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .navigation import DESK, FIELD, address, entries


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names of the installation, the reader's choices, and where this person may go (worked out when drawn)."""
    return {
        "site_name": settings.SITE_NAME,
        "demonstration": settings.DEMONSTRATION,
        "large_type": getattr(request, "large_type", False),
        "navigation": SimpleLazyObject(lambda: entries(request, DESK)),
        "field_navigation": SimpleLazyObject(lambda: entries(request, FIELD)),
        "search_url": address("desk:search"),
        "account_url": address("access:me") or "/",
    }
