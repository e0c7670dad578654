"""A body's name and the body above it, from a day on."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.guards import performs

from ..change_forms import BodyChangeForm
from ..models.body import BodySpan
from ..operations.bodies import change_body
from .asking import answered, by, form_page
from .common import scope_of

ACT = "registry.change_body"


@performs(ACT)
def edit_body(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename it, or hang it under another body; what was before stays in its history."""
    scope = scope_of(request, ACT)
    spans = BodySpan.objects.filter(valid_until=None, body=pk).within(scope)
    span = spans.select_related("body", "parent").first()
    if span is None:
        raise Http404
    form = BodyChangeForm(request.POST or None, span=span, scope=scope)

    def change() -> None:
        facts = {"name": form.cleaned_data["name"], "parent": form.cleaned_data["above"]}
        change_body(body=span.body, day=form.cleaned_data["day"], **facts, **by(request))

    if answered(form, change):
        return redirect("registry:body", pk)
    words = {"heading": _("Change “%(name)s”") % {"name": span.name}, "verb": _("Save")}
    lead = _("What it was called before, and what it hung under, stays with its days.")
    return form_page(request, form, **words, lead=lead, back=reverse("registry:body", args=[pk]))
