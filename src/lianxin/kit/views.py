from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from .gallery import samples
from .guards import PUBLIC, performs

YEAR_S = 365 * 24 * 3600


@require_POST
@performs(PUBLIC)
def language(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language in a cookie and go back."""
    response = _back(request)
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie("lx_language", request.POST["language"], max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


@require_POST
@performs(PUBLIC)
def type_size(request: HttpRequest) -> HttpResponse:
    """Keep the size of type in a cookie and go back."""
    response = _back(request)
    size = "large" if request.POST.get("size") == "large" else "normal"
    response.set_cookie("lx_type", size, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the reader came from, never to another site."""
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if is_ours else "/")


@performs("kit.view_gallery")
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state: the visual test."""
    return render(request, "kit/gallery.html", samples())
