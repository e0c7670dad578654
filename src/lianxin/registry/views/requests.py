"""Requests about the own data: noted by any officer, answered by the protection officer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from ..models.rights import RightsRequest
from ..operations.requests import answer_request, receive_request, refuse_request
from ..privacy_forms import RefusalForm, RequestForm
from ..queries.requests import ACT, answered_requests, open_requests, request_line, requests_within
from .asking import answered, by, form_page
from .common import page, scope_of
from .privacy import back_to, person_or_404

NOTE = "registry.note_request"


def _request_or_404(request: HttpRequest, pk: int) -> RightsRequest:
    found = requests_within(scope_of(request, ACT)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@performs(ACT)
def requests(request: HttpRequest) -> HttpResponse:
    """Those that wait, and those answered lately."""
    scope = scope_of(request, ACT)
    return page(request, "registry/requests.html", found=open_requests(scope), done=answered_requests(scope))


@performs(ACT)
def one_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and what can be done."""
    line = request_line(pk, scope_of(request, ACT))
    if line is None:
        raise Http404
    return page(request, "registry/request.html", line=line)


@performs(ACT)
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked is done and the person was told."""
    answer_request(request=_request_or_404(request, pk), day=today(), **by(request))
    return redirect("registry:requests")


@performs(ACT)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, and why."""
    held = _request_or_404(request, pk)
    form = RefusalForm(request.POST or None)

    def say_no() -> None:
        refuse_request(request=held, reason=form.cleaned_data["reason"], day=today(), **by(request))

    if answered(form, say_no):
        return redirect("registry:requests")
    words = {"heading": _("Refuse the request"), "verb": _("Refuse, for this reason")}
    lead = _("The person is told the reason and can contest it, with the office or in court.")
    return form_page(request, form, **words, lead=lead, back=reverse("registry:request", args=[pk]))


@performs(NOTE)
def note_request(request: HttpRequest, pk: int) -> HttpResponse:
    """A person asks; the clock begins."""
    person = person_or_404(request, NOTE, pk)
    form = RequestForm(request.POST or None, initial={"day": today()})
    if answered(form, lambda: receive_request(person=person, **form.cleaned_data, **by(request))):
        return redirect("registry:person", pk)
    words = {"heading": _("%(name)s asks about the own data") % {"name": person.name}, "verb": _("Note the request")}
    lead = _("It goes to the data protection officer and is answered within 30 days, free of charge.")
    return form_page(request, form, **words, lead=lead, back=back_to(person))
