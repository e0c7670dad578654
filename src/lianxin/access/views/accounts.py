"""Accounts: the list, one of them, opening, closing, helping back in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.cursors import cursor_of, values_of
from lianxin.kit.guards import performs

from ..actors import signed_in
from ..forms import AccountForm, CloseForm
from ..handover import open_work_of
from ..models import Account
from ..nodes import area_label
from ..operations import accounts as op
from ..operations.grants import found_node
from ..queries import account_lines, account_page

ROWS = 50


@performs("access.view_accounts")
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts inside the scope, fifty a page."""
    scope = signed_in(request).scope("access.view_accounts", today())
    text = request.GET.get("q", "").strip()[:60]
    after = values_of(request.GET.get("after", ""), str, int)
    lines = account_lines(scope, text=text, after=after, limit=ROWS + 1)
    following = cursor_of(lines[ROWS - 1].username, lines[ROWS - 1].pk) if len(lines) > ROWS else ""
    context = {"lines": lines[:ROWS], "text": text, "next": following}
    return render(request, "access/accounts.html", context)


@performs("access.view_accounts")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account with its grants by date."""
    scope = signed_in(request).scope("access.view_accounts", today())
    found = get_object_or_404(Account.objects.within(scope), pk=pk)
    mine = signed_in(request).scope("access.help_account", today())
    context = {
        "page": account_page(found, today()),
        "may_help": pk != request.user.pk and Account.objects.looked_after(mine).filter(pk=pk).exists(),
        "may_grant": pk != request.user.pk and signed_in(request).may("access.give_grant", today()),
    }
    return render(request, "access/account.html", context)


@performs("access.open_account")
def open_account(request: HttpRequest) -> HttpResponse:
    """A new account, which then shows its link to set a password."""
    scope = signed_in(request).scope("access.open_account", today())
    form = AccountForm(request.POST or None, scope=scope)
    if not form.is_valid():
        return render(request, "access/form.html", {"form": form, "what": "open"}, status=422 if form.errors else 200)
    given = dict(form.cleaned_data)
    home = given.pop("home")
    node = found_node(kind="area", ref=home, label=area_label(home, scope) or "")
    made = op.open_account(home=node, actor=signed_in(request), at=now(), **given)
    return redirect("access:account", pk=made.pk)


@performs("access.close_account")
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave-taking: what still lies with the person, and who takes it over."""
    scope = signed_in(request).scope("access.close_account", today())
    leaver = get_object_or_404(Account.objects.looked_after(scope), pk=pk)
    form = CloseForm(request.POST or None, scope=scope, leaver=leaver)
    if not form.is_valid():
        context = {"form": form, "leaver": leaver, "work": open_work_of(pk)}
        return render(request, "access/close.html", context, status=422 if form.errors else 200)
    moved = op.close_account(account=leaver, actor=signed_in(request), at=now(), **form.cleaned_data)
    messages.success(request, _("The account is closed. Things handed over: %(count)s") % {"count": moved})
    return redirect("access:account", pk=pk)


@require_POST
@performs("access.open_account")
def reopen_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody came back."""
    found = _looked_after(request, "access.open_account", pk)
    op.reopen_account(account=found, actor=signed_in(request), at=now())
    messages.success(request, _("The account is open again. Give it grants anew."))
    return redirect("access:account", pk=pk)


@require_POST
@performs("access.help_account")
def password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link to set a password, shown this once."""
    found = _looked_after(request, "access.help_account", pk)
    path = op.password_link(account=found, actor=signed_in(request), at=now())
    context = {"account": found, "link": request.build_absolute_uri(path)}
    response = render(request, "access/password_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@performs("access.help_account")
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """For somebody who lost the phone."""
    found = _looked_after(request, "access.help_account", pk)
    op.reset_second_factor(account=found, actor=signed_in(request), at=now())
    messages.success(request, _("The second factor is removed. It is set up anew at the next log-in."))
    return redirect("access:account", pk=pk)


@require_POST
@performs("access.help_account")
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign an account out everywhere."""
    found = _looked_after(request, "access.help_account", pk)
    op.end_sessions(account=found, actor=signed_in(request), at=now())
    messages.success(request, _("The account is signed out everywhere."))
    return redirect("access:account", pk=pk)


def _looked_after(request: HttpRequest, act: str, pk: int) -> Account:
    scope = signed_in(request).scope(act, today())
    return get_object_or_404(Account.objects.looked_after(scope), pk=pk)
