"""The page of progress behind a secret link, and what can be done there."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import PUBLIC, performs
from lianxin.kit.refusals import Refused

from .. import protection
from ..forms.ask import RATINGS, NotSolvedForm, RateForm, SayForm
from ..models import Matter, Referral
from ..operations import calling, referrals, ways
from ..operations.happening import Requesting
from ..operations.reading import read_words
from ..operations.steps import take_step
from ..queries.progress import STAGES
from ..queries.progress import progress as progress_of
from ..queries.referrals import referrals_of
from .ask import TOO_MUCH, quiet

DECIDED = ("confirm", "withdraw")


class TooOften(Refused):
    text = _("This page is being asked for too often from here. Please try again in a minute.")
    status = 429


def _matter(request: HttpRequest, secret: str) -> Matter:
    if protection.seconds_to_wait(request, "ask-look", protection.LOOKS_A_MINUTE):
        raise TooOften()
    return ways.by_secret(secret)


def _page(
    request: HttpRequest, secret: str, form: Any = None, *, with_words: bool = False, status: int = 422
) -> HttpResponse:
    matter = _matter(request, secret)
    found = progress_of(matter, now(), with_words=with_words)
    context = {
        "found": found,
        "secret": secret,
        "stages": STAGES,
        "ratings": RATINGS,
        "referrals": referrals_of(matter, today(), opens=with_words),
        "form": form,
        "say": form if isinstance(form, SayForm) else SayForm(auto_id="say_%s"),
        "unsolved": form if isinstance(form, NotSolvedForm) else NotSolvedForm(auto_id="open_%s"),
        "here": request.build_absolute_uri(f"/ask/p/{secret}/"),
        "leave_url": settings.LEAVE_URL,
        "shows_words": with_words,
        "own_words": read_words(matter=matter, actor=Requesting(matter.pk), at=now()).text if with_words else "",
    }
    return render(request, "matters/ask_progress.html", context, status=200 if form is None else status)


@performs(PUBLIC)
@quiet
def progress(request: HttpRequest, secret: str) -> HttpResponse:
    """Where it stands, what comes next, by when, who leads."""
    return _page(request, secret)


@csrf_exempt  # the secret in the address is what allows it
@performs(PUBLIC)
@require_POST
@quiet
def words(request: HttpRequest, secret: str) -> HttpResponse:
    """The same page with the words, because they were asked for."""
    return _page(request, secret, with_words=True)


def _done(
    request: HttpRequest, secret: str, form: Any, act: Callable[[Matter, dict[str, Any]], object]
) -> HttpResponse:
    """Do what a form asks for; a refusal goes into the form, nothing typed is lost."""
    matter = _matter(request, secret)
    if form.is_valid():
        try:
            act(matter, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("ask:progress", secret)
    return _page(request, secret, form)


def _too_heavy() -> SayForm:
    """What to say of more than can be sent at once; nothing of it was read."""
    form = SayForm({}, auto_id="say_%s")
    form.errors.clear()
    form.add_error(
        None, gettext("This is more than can be sent at once. Please go back, leave out photos, and send it again.")
    )
    return form


@csrf_exempt
@performs(PUBLIC)
@require_POST
@quiet
def say(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer a question of ours, or add something."""
    if protection.is_too_heavy(request):
        return _page(request, secret, _too_heavy(), status=413)
    form = SayForm(request.POST, request.FILES, auto_id="say_%s")
    if protection.seconds_to_wait(request, "ask-say", protection.SENT_A_MINUTE):
        form.add_error(None, TOO_MUCH)
        return _page(request, secret, form, status=429)
    return _done(
        request,
        secret,
        form,
        lambda matter, said: ways.say(matter=matter, text=said["text"], pictures=said["photos"], at=now()),
    )


@csrf_exempt
@performs(PUBLIC)
@require_POST
@quiet
def not_solved(request: HttpRequest, secret: str) -> HttpResponse:
    """It is not solved: on with it; once closed, it is taken up again, once."""
    form = NotSolvedForm(request.POST, auto_id="open_%s")
    return _done(request, secret, form, lambda matter, said: ways.go_on(matter=matter, text=said["text"], at=now()))


@csrf_exempt
@performs(PUBLIC)
@require_POST
@quiet
def rate(request: HttpRequest, secret: str) -> HttpResponse:
    """One of five levels, after contact."""

    def act(matter: Matter, said: dict[str, Any]) -> None:
        calling.rate(matter=matter, solved="", actor=Requesting(matter.pk), at=now(), **said)

    return _done(request, secret, RateForm(request.POST), act)


@csrf_exempt
@performs(PUBLIC)
@require_POST
@quiet
def decide(request: HttpRequest, secret: str, step: str) -> HttpResponse:
    """Confirm the outcome, or take it back."""
    if step not in DECIDED:
        raise Http404
    return _done(
        request,
        secret,
        forms.Form(request.POST),
        lambda matter, _said: take_step(matter=matter, code=step, actor=Requesting(matter.pk), at=now()),
    )


@csrf_exempt
@performs(PUBLIC)
@require_POST
@quiet
def referral(request: HttpRequest, secret: str, pk: int, said: str) -> HttpResponse:
    """Yes or no to one referral, or the consent taken back."""
    asked = get_object_or_404(
        Referral.objects.select_related("matter__parent"), pk=pk, matter__parent=_matter(request, secret)
    )

    def act(matter: Matter, _said: dict[str, Any]) -> None:
        who: dict[str, Any] = {"referral": asked, "actor": Requesting(matter.pk), "at": now()}
        if said == "back":
            referrals.take_back(**who)
        else:
            referrals.consent(is_given=said == "yes", **who)

    return _done(request, secret, forms.Form(request.POST), act)
