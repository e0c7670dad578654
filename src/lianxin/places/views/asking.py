"""Reading a request: the day, the area within the scope; showing a form until it is right."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from lianxin.kit.clock import now, today
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope

from ..models import Area
from ..pages import reached_area


def day_of(request: HttpRequest) -> date:
    """The day asked for with `on`; today where nothing or nonsense is asked."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return today()


def scope_of(request: HttpRequest, act: str) -> Scope:
    """Where the person may do this, today."""
    return request.actor.scope(act, today())  # type: ignore[attr-defined, no-any-return]


def area_or_404(pk: int, scope: Scope) -> Area:
    """An area within the scope; what is outside does not exist."""
    area = reached_area(pk, scope)
    if area is None:
        raise Http404
    return area


def ask(
    request: HttpRequest,
    form: forms.Form,
    carry_out: Callable[[dict[str, Any]], str],
    *,
    heading: str | Promise,
    verb: str | Promise,
    done: str | Promise,
    back: str,
    lead: str | Promise = "",
) -> HttpResponse:
    """Show a form; when it is right, carry it out with who and when, and go where that says.

    A refusal is shown on the form (409), so that nothing has to be entered twice.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                target = carry_out({"actor": request.actor, "at": now()})  # type: ignore[attr-defined]
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
                status = refusal.status
            else:
                messages.success(request, str(done))
                return redirect(target)
    shown = {"form": form, "heading": heading, "verb": verb, "lead": lead, "back": back}
    return render(request, "places/form.html", shown, status=status)
