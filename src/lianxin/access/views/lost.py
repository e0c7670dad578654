"""Grants whose area is no more."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.scope import Scope
from lianxin.places.models import Area

from ..actors import signed_in
from ..lost import ACT, LostGrant, lost_grants
from ..models import Grant
from ..operations.lost import give_anew, let_end


def _scope(request: HttpRequest) -> Scope:
    return signed_in(request).scope(ACT, today())


def _lost_or_404(request: HttpRequest, pk: int) -> LostGrant:
    for line in lost_grants(_scope(request)):
        if line.pk == pk:
            return line
    raise Http404


@performs(ACT)
def lost(request: HttpRequest) -> HttpResponse:
    """Who sees nothing since an area went over into others."""
    return render(request, "access/lost_grants.html", {"found": lost_grants(_scope(request))})


@performs(ACT)
@require_POST
def answer_lost(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it anew on one of the areas it went into; or let it end."""
    line, by = _lost_or_404(request, pk), {"actor": signed_in(request), "at": now()}
    grant = get_object_or_404(Grant.objects.select_related("account", "node"), pk=pk)
    chosen = [area for area, _name in line.into if str(area) == request.POST.get("area")]
    if "end" in request.POST:
        let_end(grant=grant, **by)  # type: ignore[arg-type]
        messages.success(request, _("The grant has ended."))
    elif chosen:
        give_anew(grant=grant, area=Area.objects.get(pk=chosen[0]), **by)  # type: ignore[arg-type]
        messages.success(request, _("The grant is given."))
    return redirect("access:lost_grants")
