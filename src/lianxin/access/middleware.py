"""Puts the actor on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .actors import AccountActor, Stranger
from .models import Account


class ActorMiddleware:
    """`request.actor` is who acts: an account with its grants, or a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = AccountActor(user) if isinstance(user, Account) else Stranger()  # type: ignore[attr-defined]
        return self.get_response(request)
