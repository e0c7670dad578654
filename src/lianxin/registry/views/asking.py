"""What pages with one form share: a form that an operation answers, and the page around it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused

from .common import page, refused


def answered(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether the form was right and the operation was done; a refusal goes into the form, nothing typed is lost."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as refusal:
        refused(form, refusal)
        return False
    return True


def by(request: HttpRequest) -> dict[str, Any]:
    """Who acts, and when."""
    return {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]


def form_page(request: HttpRequest, form: forms.Form, **words: Any) -> HttpResponse:
    """A page with one form: heading, lead, verb and the address to go back to come in as words."""
    return page(request, "registry/form.html", form=form, status=422 if form.errors else 200, **words)
