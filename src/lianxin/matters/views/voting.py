"""The public pages of a vote: a code, a ballot, a receipt; the result, and everything it takes to recount it.

The code travels in the body of a form, never in an address, so that no log of addresses holds it. No cookie but the
ones that guard the form and keep language and size of type, no script needed, no account.
"""

import json
import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from lianxin.kit import vault
from lianxin.kit.clock import today
from lianxin.kit.guards import PUBLIC, performs
from lianxin.kit.pages import leave_nothing
from lianxin.kit.rates import take
from lianxin.kit.refusals import Refused

from ..forms.elections import BallotForm, CodeForm
from ..models import Election
from ..operations import voting as op
from ..queries import elections as queries

A_MINUTE = 120
"""Tries from one address: a whole workshop may vote behind one."""


def _is_too_often(request: HttpRequest) -> bool:
    word = vault.lookup_word("address", request.META.get("REMOTE_ADDR", ""))[:24]
    return bool(take(f"vote-{word}", limit=A_MINUTE, at_s=time.time()))


@performs(PUBLIC)
def vote(request: HttpRequest) -> HttpResponse:
    """Type the code; fill in the ballot; look at it again; send it."""
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.errors else 200
        return leave_nothing(render(request, "matters/vote_code.html", {"form": form}, status=status))
    if _is_too_often(request):
        return leave_nothing(render(request, "matters/vote_later.html", status=429))
    try:
        return leave_nothing(_ballot(request, form.cleaned_data["code"]))
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return leave_nothing(render(request, "matters/vote_code.html", {"form": form}, status=refusal.status))


def _ballot(request: HttpRequest, code: str) -> HttpResponse:
    """The ballot of a code that works, at the stage the form says. Raises what `open_code` and `cast` raise."""
    _row, election = op.open_code(code)
    candidates, stage = queries.candidates_of(election), request.POST.get("stage", "")
    form = BallotForm(request.POST if stage in ("look", "send") else None, election=election, candidates=candidates)
    context = {"form": form, "code": code, "election": election, "name": queries.name_of(election)}
    context["body"] = queries.body_names({election.body_id}, today()).get(election.body_id, "")
    if stage not in ("look", "send") or not form.is_valid():
        return render(request, "matters/vote_ballot.html", context, status=422 if form.errors else 200)
    choice = form.choice()
    if stage == "send":
        context["receipt"] = op.cast(typed=code, choice=choice)
        context["result"] = reverse("vote:result", args=[election.link])
        return render(request, "matters/vote_receipt.html", context)
    names = dict(candidates)
    context |= {
        "approved": [name for key, name in candidates if key in choice.approved] + [o for o in choice.others if o],
        "against": [names[key] for key in names if key in choice.against],
        "kept": [(field.html_name, field.value()) for field in form if field.value()],
    }
    return render(request, "matters/vote_look.html", context)


@performs(PUBLIC)
def result(request: HttpRequest, link: str) -> HttpResponse:
    """The result, for whoever was told the address."""
    row = get_object_or_404(Election, link=link)
    shown = queries.result_page(row) if row.step in ("counted", "declared", "void") else None
    name = queries.name_of(row)
    body = queries.body_names({row.body_id}, today()).get(row.body_id, "")
    context = {
        "shown": shown,
        "name": name,
        "body": body,
        "link": link,
        "step": row.step,
        "declared_on": row.declared_on,
    }
    return leave_nothing(render(request, "matters/vote_result.html", context))


@performs(PUBLIC)
def ballots(request: HttpRequest, link: str) -> HttpResponse:
    """Everything it takes to recount, as one file."""
    row = get_object_or_404(Election.objects.exclude(kind="rating"), link=link, step__in=("counted", "declared"))
    text = json.dumps(queries.published(row), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="election-{row.pk}.json"'
    return leave_nothing(response)
