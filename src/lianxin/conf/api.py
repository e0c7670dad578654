"""The integration API at /api/v1/: OpenAPI 3, tokens or the session of the page, the same scope as everywhere.

Operations live in each app's `api.py` (`router`); here is only what all share: who asks, how often, and how no is said.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer, SessionAuth

from lianxin.access.tokens import actor_of, mark_used, seconds_to_wait, token_of
from lianxin.kit.clock import today
from lianxin.kit.refusals import Refused

from .gather import modules


class TooFast(Refused):
    """More requests in this minute than the token is allowed."""

    status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__()
        self.wait_s = wait_s

    @property
    def sentence(self) -> str:
        return _("This token has made its requests of the minute. Go on in %(wait)s seconds.") % {"wait": self.wait_s}


class Bearer(HttpBearer):
    """`Authorization: Bearer lx_...`; a wrong or expired token is refused even beside a good session."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = token_of(token, today())
        if found is None:
            raise AuthenticationError
        wait_s = seconds_to_wait(found)
        if wait_s:
            raise TooFast(wait_s)
        mark_used(found, today())
        request.user = found.account
        request.actor = actor_of(found)  # type: ignore[attr-defined]
        return found


api = NinjaAPI(
    title="Lianxin",
    version="1",
    urls_namespace="api",
    auth=[Bearer(), SessionAuth()],
    docs_url=None,
    description="The same queries and operations as the pages, inside the same scope. Lists go on with `next`.",
)


def _no(request: HttpRequest, status: int, refused: str, text: str) -> HttpResponse:
    return api.create_response(request, {"refused": refused, "text": text}, status=status)


@api.exception_handler(Refused)
def refused(request: HttpRequest, no: Refused) -> HttpResponse:
    if no.status == 422:
        return api.create_response(request, {"detail": no.sentence}, status=422)
    response = _no(request, no.status, no.code, no.sentence)
    if isinstance(no, TooFast):
        response["Retry-After"] = str(no.wait_s)
    return response


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, no: AuthenticationError) -> HttpResponse:
    response = _no(request, 401, "NotSignedIn", _("Sign in, or send a token that is still good."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, no: PermissionDenied) -> HttpResponse:
    return _no(request, 403, "NotAllowed", _("Neither your grants nor this token allow that."))


@api.exception_handler(Http404)
def missing(request: HttpRequest, no: Http404) -> HttpResponse:
    return _no(request, 404, "NotFound", _("There is no such thing, or you cannot see it."))


@api.exception_handler(HttpError)
def other(request: HttpRequest, no: HttpError) -> HttpResponse:
    if no.status_code == 422:
        return api.create_response(request, {"detail": no.message}, status=422)
    return _no(request, no.status_code, "NotAllowed", no.message)


for label, module in modules("api"):
    if hasattr(module, "router"):
        api.add_router("", module.router, tags=[label])
