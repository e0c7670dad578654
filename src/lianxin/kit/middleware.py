"""Middleware of every page: content security, plain addresses, language and type size, ways up, refusals."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import is_valid_path
from django.utils import translation

from .navigation import address
from .pages import render_page
from .refusals import Refused

Next = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # ECharts' SVG sets style attributes; style elements stay forbidden
        "script-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicy:
    """No script or style but our own files, nothing from outside."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        return response


class PlainAddresses:
    """Null characters, which no database looks for, are taken out of what an address asks; no path has one."""

    NULL = "%00"

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("QUERY_STRING", "")
        while self.NULL in asked:
            asked = asked.replace(self.NULL, "")
        request.META["QUERY_STRING"] = asked
        if "\0" in request.path_info:
            request.path_info = request.path_info.replace("\0", "/null/")  # found nowhere
        return self.get_response(request)


class Preferences:
    """Language and large type from two cookies; Chinese where nothing was chosen."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get("lx_language", settings.LANGUAGE_CODE)
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        request.large_type = request.COOKIES.get("lx_type") == "large"  # type: ignore[attr-defined]
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class WaysUp:
    """Who opens an address that only takes what is sent to it is led to the page above it.

    Such an address is opened by a reload, a bookmark, or a switch of language on a page that a refused form showed.
    Addresses for machines keep their 405.
    """

    MACHINES = ("/api/", "/open311/")

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or request.path_info.startswith(self.MACHINES):
            return response
        root = request.path.removesuffix(request.path_info)
        return HttpResponseRedirect(root + _above(request.path_info), headers={"Allow": response.get("Allow", "")})


def _above(path: str) -> str:
    """The nearest address above that there is; if it, too, only takes what is sent, that one leads on."""
    while path := path.rstrip("/").rpartition("/")[0]:
        if is_valid_path(f"{path}/"):
            return f"{path}/"
    return "/"


class Refusals:
    """Turns a refusal into its page, its fragment or its JSON, all with the same words."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"refused": exception.code, "text": exception.sentence}, status=exception.status)
        ways = [(label, url) for label, name in exception.leads_to if (url := address(name))]
        said = {"refusal": exception.sentence, "ways": ways}
        return render_page(request, "kit/refused.html", said, part="said", status=exception.status)
