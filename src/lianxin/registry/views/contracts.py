"""Collective contracts on an organisation's page: enter one, end one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused

from ..forms import ContractForm, DayForm
from ..models.contract import CollectiveContract
from ..operations import contracts as op
from ..queries.organisation import unions_of
from .common import page, refused
from .organisations import CHANGE, _span_or_404


@performs(CHANGE)
def add_contract(request: HttpRequest, pk: int) -> HttpResponse:
    """A collective contract was signed."""
    span = _span_or_404(request, CHANGE, pk)
    form = ContractForm(request.POST or None, unions=unions_of(pk, today()), initial={"day": today()})
    if form.is_valid():
        try:
            by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            op.sign_contract(organisation=span.organisation, **by, **form.facts())
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:organisation", pk)
    status = 422 if form.errors else 200
    return page(request, "registry/contract_form.html", form=form, name=span.name, pk=pk, status=status)


@performs(CHANGE)
def end_contract(request: HttpRequest, pk: int, contract: int) -> HttpResponse:
    """It ended before its day."""
    span = _span_or_404(request, CHANGE, pk)
    found = CollectiveContract.objects.filter(pk=contract, organisation=pk).first()
    if found is None:
        raise Http404
    form = DayForm(request.POST or None, initial={"day": today()})
    if form.is_valid():
        try:
            by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            op.end_contract(contract=found, day=form.cleaned_data["day"], **by)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:organisation", pk)
    status = 422 if form.errors else 200
    return page(request, "registry/contract_form.html", form=form, name=span.name, pk=pk, ends=found, status=status)
