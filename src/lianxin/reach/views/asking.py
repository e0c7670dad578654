"""What views of reach share: a form that an operation answers, and the page around it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from lianxin.registry.views.asking import answered, by
from lianxin.registry.views.common import page

__all__ = ["answered", "by", "form_page"]


def form_page(request: HttpRequest, form: forms.Form, **words: Any) -> HttpResponse:
    """A page with one form: heading, lead, verb and the way back come in as words."""
    return page(request, "reach/form.html", form=form, status=422 if form.errors else 200, **words)
