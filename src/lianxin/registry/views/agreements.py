"""Agreements with partners, on the organisation's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from ..change_forms import AgreementForm
from ..forms import DayForm
from ..models.organisation import Agreement, OrganisationSpan
from ..operations.agreements import end_agreement, sign_agreement
from .asking import answered, by, form_page
from .common import scope_of

ACT = "registry.change_agreement"


def _span_or_404(request: HttpRequest, pk: int) -> OrganisationSpan:
    spans = OrganisationSpan.objects.filter(valid_until=None, organisation=pk).within(scope_of(request, ACT))
    found = spans.select_related("organisation").first()
    if found is None:
        raise Http404
    return found


@performs(ACT)
def new_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisation becomes a partner."""
    span = _span_or_404(request, pk)
    form = AgreementForm(request.POST or None, initial={"day": today()})
    if answered(form, lambda: sign_agreement(organisation=span.organisation, **form.cleaned_data, **by(request))):
        return redirect("registry:organisation", pk)
    words = {"heading": _("An agreement with %(name)s") % {"name": span.name}, "verb": _("Enter the agreement")}
    lead = _("A partner sees only what its part needs, and only as long as the agreement runs.")
    return form_page(request, form, **words, lead=lead, back=reverse("registry:organisation", args=[pk]))


@performs(ACT)
def end(request: HttpRequest, pk: int, agreement: int) -> HttpResponse:
    """The agreement ends on a day."""
    span, held = _span_or_404(request, pk), get_object_or_404(Agreement, pk=agreement, organisation=pk)
    form = DayForm(request.POST or None, initial={"day": today()})
    if answered(form, lambda: end_agreement(agreement=held, **form.cleaned_data, **by(request))):
        return redirect("registry:organisation", pk)
    words = {"heading": _("End the agreement with %(name)s") % {"name": span.name}, "verb": _("End the agreement")}
    return form_page(request, form, **words, lead=held.scope, back=reverse("registry:organisation", args=[pk]))
