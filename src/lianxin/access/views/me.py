"""One's own page: preferences, security, tokens, own grants, and why one may not see a thing."""

from allauth.account.views import password_reset
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import PUBLIC, SIGNED_IN, performs

from ..actors import signed_in
from ..forms import TokenForm
from ..may import MAY
from ..models import Account, ApiToken
from ..operations import accounts, tokens
from ..queries import grant_lines, right_groups, token_lines, why


@performs(PUBLIC)
def forgotten(request: HttpRequest) -> HttpResponse:
    """A forgotten password: by e-mail where the installation has it, else whom to ask."""
    if settings.HAS_MAIL:
        return password_reset(request)  # type: ignore[no-any-return]
    return render(request, "access/forgotten.html")


@performs(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """My account: what I am granted, how I sign in, my tokens."""
    actor = signed_in(request)
    act = request.GET.get("why", "")
    context = {
        "grants": grant_lines(actor.account, today()),
        "tokens": token_lines(actor.account, today()),
        "has_second_factor": Authenticator.objects.filter(user=actor.account).exists(),
        "groups": right_groups(),
        "why": why(actor, act, today()) if act in MAY else None,
        "asked": act,
        "may_make_token": actor.may("access.make_token", today()),
    }
    return render(request, "access/me.html", context)


@performs("access.make_token")
def make_token(request: HttpRequest) -> HttpResponse:
    """A new token, whose secret is shown this once."""
    actor = signed_in(request)
    form = TokenForm(request.POST or None, actor=actor)
    if not form.is_valid():
        return render(request, "access/form.html", {"form": form, "what": "token"}, status=422 if form.errors else 200)
    token, secret = tokens.make_token(account=actor.account, actor=actor, at=now(), **form.cleaned_data)
    response = render(request, "access/token.html", {"token": token, "secret": secret})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@performs(SIGNED_IN)
def revoke_my_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my tokens."""
    token = get_object_or_404(ApiToken, pk=pk, account=request.user.pk)
    tokens.revoke_token(token=token, actor=signed_in(request), at=now())
    messages.success(request, _("The token no longer works."))
    return redirect("access:me")


@require_POST
@performs("access.revoke_token")
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token of somebody I look after."""
    scope = signed_in(request).scope("access.revoke_token", today())
    inside = Account.objects.looked_after(scope)
    token = get_object_or_404(ApiToken, pk=pk, account__in=inside)
    tokens.revoke_token(token=token, actor=signed_in(request), at=now())
    messages.success(request, _("The token no longer works."))
    return redirect("access:account", pk=token.account_id)


@require_POST
@performs(SIGNED_IN)
def end_my_sessions(request: HttpRequest) -> HttpResponse:
    """Sign me out everywhere but here."""
    account = signed_in(request).account
    accounts.end_sessions(account=account, actor=signed_in(request), at=now())
    update_session_auth_hash(request, account)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("access:me")
