"""What the registry's views share: the part of a page a fragment request wants, and the scope of a page."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxin.kit.clock import today
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope

from ..scoping import scope_on


def scope_of(request: HttpRequest, act: str, day: date | None = None) -> Scope:
    """Where the person who asks may do this, looking at a day."""
    return scope_on(request.actor, act, day or today())  # type: ignore[attr-defined]


def may(request: HttpRequest, act: str) -> bool:
    """Whether the person may do this anywhere today."""
    return bool(request.actor.may(act, today()))  # type: ignore[attr-defined]


def page(request: HttpRequest, template: str, part: str = "", status: int = 200, **context: Any) -> HttpResponse:
    """The whole page, or only its list where HTMX asks for that."""
    is_part = part and getattr(request, "htmx", False) and not request.htmx.boosted  # type: ignore[attr-defined]
    response = render(request, f"{template}#{part}" if is_part else template, context, status=status)
    if part:
        response["Vary"] = "HX-Request"
    return response


def refused(form: Any, refusal: Refused) -> None:
    """Put a refusal into the form it answers, so that nothing typed is lost."""
    form.add_error(None, refusal.sentence)
