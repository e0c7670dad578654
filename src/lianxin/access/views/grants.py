"""Grants, and who may do what."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.scope import Scope

from ..actors import signed_in
from ..forms import EndForm, GrantForm
from ..models import Account, Grant, ScopeNode
from ..nodes import KINDS
from ..operations import grants as op
from ..queries import preview, right_groups
from ..roles import ROLES


@performs("access.give_grant")
def give_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """A new grant: first what it would reach, then the button that gives it."""
    scope = signed_in(request).scope("access.give_grant", today())
    account = get_object_or_404(Account.objects.within(scope), pk=pk)
    if request.method != "POST" and ("find_now" in request.GET or not request.GET):
        form = GrantForm(initial=request.GET.dict(), scope=scope)  # nothing is asked for yet, so nothing is missing
        return render(request, "access/give_grant.html", {"form": form, "account": account, "preview": None})
    form = GrantForm(request.POST or request.GET, scope=scope)
    if not form.is_valid():
        return render(request, "access/give_grant.html", {"form": form, "account": account, "preview": None})
    given = dict(form.cleaned_data)
    node = _node(given.pop("kind"), given.pop("ref"), scope, request.method == "POST")
    if request.method != "POST":
        seen = preview(given["role"], node, today())
        return render(request, "access/give_grant.html", {"form": form, "account": account, "preview": seen})
    given.pop("find")
    op.give_grant(account=account, node=node, actor=signed_in(request), at=now(), **given)
    messages.success(request, _("The grant is given."))
    return redirect("access:account", pk=pk)


def _node(kind: str, ref: int, scope: Scope, is_kept: bool) -> ScopeNode:
    label = KINDS[kind].label(ref, scope)
    if label is None:
        raise Http404
    if is_kept:
        return op.found_node(kind=kind, ref=ref, label=label)
    return ScopeNode(kind=kind, label=label, **({"area_id": ref} if kind == "area" else {"ref": ref}))


@performs("access.end_grant")
def end_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant on a day."""
    scope = signed_in(request).scope("access.end_grant", today())
    grant = get_object_or_404(Grant.objects.within(scope).select_related("account", "node"), pk=pk)
    form = EndForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "grant": grant, "role": ROLES.get(grant.role, grant.role)}
        return render(request, "access/end_grant.html", context, status=422 if form.errors else 200)
    op.end_grant(grant=grant, on=form.cleaned_data["on"], actor=signed_in(request), at=now())
    messages.success(request, _("The grant ends on that day."))
    return redirect("access:account", pk=grant.account_id)


@performs("access.view_rights")
def rights(request: HttpRequest) -> HttpResponse:
    """Who may do what: the table of rights in words."""
    return render(request, "access/rights.html", {"groups": right_groups(), "roles": ROLES})
