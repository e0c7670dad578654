"""The public page of asking: one box, one button, a receipt. No account, no cookie, no script needed."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from lianxin.kit.clock import now
from lianxin.kit.guards import PUBLIC, performs
from lianxin.kit.pages import leave_nothing

from .. import protection
from ..contacts import kind_of
from ..forms.ask import AskForm
from ..operations import ways
from ..operations.opening import Given, Person

WAY = "web"
TOO_MUCH = gettext_lazy(
    "Much came in from this place at once. Everything is still here: please send it again in a minute."
)


def quiet(view: Any) -> Any:
    """A page that leaves nothing behind: not kept by the browser, not named to where its links lead."""

    @wraps(view)
    def kept_quiet(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return leave_nothing(view(request, *args, **kwargs))

    return kept_quiet


@csrf_exempt  # no cookie opens anything here; the signed token of the form stands for it
@performs(PUBLIC)
@quiet
def ask(request: HttpRequest) -> HttpResponse:
    """Say what is needed. Sent twice, the same form makes one matter."""
    if protection.is_too_heavy(request):
        return _page(request, AskForm(), 413)
    form = AskForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _page(request, form, 200)
    token = protection.read_token(request.POST.get("token", ""))
    if token.key and (secret := ways.known(_key(token))):
        return redirect("ask:progress", secret)
    status = _refuse(request, form, token)
    if status != 200:
        return _page(request, form, status)
    return redirect("ask:progress", ways.bring_in(given=_given(form, token), at=now()).secret)


def _key(token: protection.Token) -> str:
    return f"{WAY}:{token.key}"


def _refuse(request: HttpRequest, form: AskForm, token: protection.Token) -> int:
    """Say in the form what is wrong, and as a status; 200 where nothing is."""
    if not form.is_valid():
        return 422
    if form.is_machine or not token.is_good:
        _said(form, _("This page was open for a long time. Everything is still here: please press the button again."))
        return 422
    if token.is_too_fast:
        _said(form, _("That was very quick. Everything is still here: please press the button once more."))
        return 422
    if protection.seconds_to_wait(request, "ask", protection.SENT_A_MINUTE) or protection.all_too_many():
        _said(form, str(TOO_MUCH))
        return 429
    return 200


def _said(form: AskForm, text: str) -> AskForm:
    form.add_error(None, text)
    return form


def _given(form: AskForm, token: protection.Token) -> Given:
    said = form.cleaned_data
    contact = said["contact"].strip()
    return Given(
        words=said["text"],
        way=WAY,
        place=said["place"],
        person=Person(said["name"], kind_of(contact), contact, said["safely"]),
        wishes_secrecy=said["wishes_secrecy"],
        pictures=said["photos"],
        key=_key(token),
    )


def _page(request: HttpRequest, form: AskForm, status: int) -> HttpResponse:
    kept = request.POST.get("token", "") if status in (422, 429) else ""
    token = kept if protection.read_token(kept).is_good else protection.new_token()
    context = {"form": form, "token": token, "leave_url": settings.LEAVE_URL, "is_too_heavy": status == 413}
    response = render(request, "matters/ask.html", context, status=status)
    if status == 429:
        response["Retry-After"] = "60"
    return response
