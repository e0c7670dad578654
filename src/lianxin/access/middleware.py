"""Puts the actor on the request; asks for the second factor where the installation requires it."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .actors import AccountActor, Stranger
from .models import Account

Next = Callable[[HttpRequest], HttpResponse]
OPEN_WITHOUT = ("/accounts/", "/static/", "/health/", "/kit/")
"""Where somebody without a second factor may go: to make one, to sign out."""


class ActorMiddleware:
    """`request.actor` is who acts: an account with its grants, or a stranger."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = AccountActor(user) if isinstance(user, Account) else Stranger()  # type: ignore[attr-defined]
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads a signed-in person to the page of the second factor until there is one, where the settings require it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and self._lacks_factor(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _lacks_factor(self, request: HttpRequest) -> bool:
        user = request.user
        if not isinstance(user, Account) or request.path.startswith(OPEN_WITHOUT):
            return False
        if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
            return False
        return not Authenticator.objects.filter(user=user).exists()
