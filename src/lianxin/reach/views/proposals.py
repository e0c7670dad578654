"""Proposals of shared bodies: list, one proposal with its organisations, the officer's decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Organisation
from lianxin.registry.queries.organisations import line_names
from lianxin.registry.views.common import may, page, scope_of

from ..forms.counts import DecideForm
from ..models import Proposal
from ..operations import proposals as op
from ..queries import proposals as queries
from ..queries.counts import first_open
from .asking import answered, by

VIEW, DECIDE = "reach.view_proposals", "reach.decide_proposal"
STATES = ("open", "started", "founded", "dismissed")


@performs(VIEW)
def proposals(request: HttpRequest) -> HttpResponse:
    """What the machine proposes, the largest first."""
    line, state, number = (request.GET.get(key, "") for key in ("line", "state", "page"))
    at = int(number) if number.isdigit() and int(number[:9]) > 0 else 1
    chosen = state if state in STATES else "open"
    found = queries.proposal_page(scope_of(request, VIEW), line=line, state=chosen, page=at)
    shown: dict[str, Any] = {"line": line, "state": chosen, "lines": line_names(), "can_decide": may(request, DECIDE)}
    return page(request, "reach/proposals.html", found=found, count=first_open(), **shown)


@performs(VIEW)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: why, who, and the decision."""
    found = get_object_or_404(Proposal.objects.within(scope_of(request, VIEW)), pk=pk)
    return _shown(request, found, None)


def _shown(request: HttpRequest, found: Proposal, form: DecideForm | None) -> HttpResponse:
    line = queries.proposal_line(found, today())
    can_decide = Proposal.objects.within(scope_of(request, DECIDE)).open().filter(pk=found.pk).exists()
    form = form or DecideForm(initial=DecideForm.known(line.suggested, today()))
    members = queries.member_lines(found, today())
    status = 422 if form.errors else 200
    shown: dict[str, Any] = {"line": line, "members": members, "form": form, "can_decide": can_decide}
    return page(request, "reach/proposal.html", status=status, count=first_open(), **shown)


@performs(DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Found the body, or start its founding, with the organisations that the officer left ticked."""
    found = get_object_or_404(Proposal.objects.within(scope_of(request, DECIDE)), pk=pk)
    form = DecideForm(request.POST)
    if not answered(form, lambda: _decide(request, found, form)):
        return _shown(request, found, form)
    found.refresh_from_db()
    if found.founding_id:
        return redirect("reach:founding", found.founding_id)
    messages.success(request, _("Done: the body covers the organisations chosen."))
    return redirect("reach:proposal", pk)


def _decide(request: HttpRequest, found: Proposal, form: DecideForm) -> None:
    ticked = {int(x) for x in request.POST.getlist("organisation") if x.isdigit() and len(x) < 18}
    members = found.members.filter(organisation__in=ticked).values("organisation")
    given = dict(form.cleaned_data)
    organisations = list(Organisation.objects.filter(pk__in=members))
    if request.POST.get("how") == "talk":
        given.pop("term_until")
        op.start_proposed(proposal=found, organisations=organisations, **given, **by(request))
    else:
        op.found_proposed(proposal=found, organisations=organisations, **given, **by(request))


@performs(DECIDE)
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not fit, and why."""
    found = get_object_or_404(Proposal.objects.within(scope_of(request, DECIDE)), pk=pk)
    try:
        op.dismiss_proposal(proposal=found, reason=request.POST.get("reason", ""), **by(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("reach:proposal", pk)
    messages.success(request, _("Put aside. It will not be made again for half a year."))
    return redirect(reverse("reach:proposals"))
