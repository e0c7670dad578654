"""The public pages of joining: a code, a short form, a receipt, the own page. No account, no script needed."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from lianxin.kit import vault
from lianxin.kit.clock import now, today
from lianxin.kit.guards import PUBLIC, performs
from lianxin.kit.pages import leave_nothing
from lianxin.kit.rates import take
from lianxin.registry.models import Purpose

from ..forms.joining import JoinForm, TypedCode
from ..models import JoinCode
from ..operations import joining as op
from ..purposes import purpose
from ..queries import joining as queries
from ..words import APPLICANT_STEPS, APPLICATION_STATES
from .asking import answered

A_MINUTE_FROM_ONE = 6
A_MINUTE_TO_ONE_CODE = 60
LOOKS_A_MINUTE = 60


def _is_too_often(request: HttpRequest, what: str, limit: int) -> bool:
    """Whether one address asks more often than people do; the address itself is not kept."""
    word = vault.lookup_word("address", request.META.get("REMOTE_ADDR", ""))[:24]
    return bool(take(f"{what}-{word}", limit=limit, at_s=time.time()))


def _too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "reach/join_later.html", status=429)


@performs(PUBLIC)
def start(request: HttpRequest) -> HttpResponse:
    """Type the code that stands on the sheet."""
    form = TypedCode(request.POST or None)
    if form.is_valid():
        return redirect("joining:join", "".join(form.cleaned_data["code"].split()).upper())
    return render(request, "reach/join_start.html", {"form": form})


@performs(PUBLIC)
def join(request: HttpRequest, code: str) -> HttpResponse:
    """The form behind a code, and the receipt."""
    if _is_too_often(request, "join-look", LOOKS_A_MINUTE):
        return _too_often(request)
    held = op.working_code(code, today())
    purposes = _asked(held)
    form = JoinForm(
        request.POST or None, asked=[(p.code, _name(p)) for p in purposes], initial={"contact_kind": "phone"}
    )
    if request.method == "POST" and form.is_machine:
        return _too_often(request)
    made: list[str] = []
    if form.is_valid() and (_is_too_often(request, "join", A_MINUTE_FROM_ONE) or _is_flooded(held)):
        return _too_often(request)
    if answered(form, lambda: made.append(_send(held, form))):
        return redirect("joining:progress", made[0])
    context = {"form": form, "to": queries.what_for(held, today()), "purposes": [(p, _name(p)) for p in purposes]}
    return leave_nothing(render(request, "reach/join.html", context, status=422 if form.errors else 200))


def _is_flooded(code: JoinCode) -> bool:
    return bool(take(f"join-code-{code.pk}", limit=A_MINUTE_TO_ONE_CODE, at_s=time.time()))


def _asked(code: JoinCode) -> list[Purpose]:
    return [purpose(name) for name in (("founding",) if code.founding_id else op.ASKED)]


def _name(asked: Purpose) -> str:
    return asked.name if (get_language() or "").startswith("zh") else asked.name_en


def _send(code: JoinCode, form: JoinForm) -> str:
    workplace = form.cleaned_data["workplace"]
    given = {"known": form.known(), "workplace": workplace, "answers": form.answers()}
    return op.send_application(code=code, **given, at=now())[1]


@performs(PUBLIC)
def progress(request: HttpRequest, secret: str) -> HttpResponse:
    """The applicant's own page: what became of it."""
    if _is_too_often(request, "join-look", LOOKS_A_MINUTE):
        return _too_often(request)
    found = queries.progress(op.by_secret(secret), today())
    here = request.build_absolute_uri()
    context = {"found": found, "secret": secret, "here": here, "state": APPLICATION_STATES[found.state]}
    context["steps"] = [APPLICANT_STEPS[code] for code in ("applied", "registered", "verified", "active")]
    return leave_nothing(render(request, "reach/join_progress.html", context))


@performs(PUBLIC)
@require_POST
def withdraw(request: HttpRequest, secret: str) -> HttpResponse:
    """The applicant takes it back."""
    op.withdraw(application=op.by_secret(secret), at=now())
    return redirect("joining:progress", secret)
