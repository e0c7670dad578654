"""The page for somebody who may not: why, which role it takes, and whom to ask."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lianxin.access.actors import AccountActor
from lianxin.access.queries import why
from lianxin.kit.clock import today


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the exception names the act where a view's guard raised it."""
    actor, act = getattr(request, "actor", None), str(exception)
    context: dict[str, Any] = {}
    if isinstance(actor, AccountActor) and "." in act:
        context["why"] = why(actor, act, today())
        context["grants_url"] = reverse("access:accounts") if actor.may("access.give_grant", today()) else ""
    return render(request, "403.html", context, status=403)
