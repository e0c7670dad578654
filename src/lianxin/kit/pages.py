"""What pages hand to components, and how a page answers with a part of itself."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


@dataclass(frozen=True, slots=True)
class Count:
    """One part of a tally (一个计数): counts that add up to the whole; an address makes it a filter."""

    label: str
    count: int
    unit: str = ""
    url: str = ""
    verb: str = ""
    icon: str = ""
    is_on: bool = False


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """The page, or, where HTMX asked, only its part `{% partialdef part %}`: one address answers both."""
    is_fragment = part and getattr(request, "htmx", False) and not request.htmx.boosted  # type: ignore[attr-defined]
    response = render(request, f"{template}#{part}" if is_fragment else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def leave_nothing(response: HttpResponse) -> HttpResponse:
    """A page behind a secret: not kept by the browser, not found by a search, not named to where its links lead."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"  # not no-referrer: posts would carry no origin and be refused
    response["X-Robots-Tag"] = "noindex"
    return response
