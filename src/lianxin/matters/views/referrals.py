"""Pages of referrals: offer one, note what the person said, take or decline one that came."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.registry.views.asking import answered, by, form_page
from lianxin.registry.views.common import page

from ..forms.referrals import AnswerForm, ReferForm
from ..models import Matter, Referral
from ..operations import referrals as op
from ..operations.steps import roles_of
from ..queries.bodies_near import bodies_near
from ..queries.referrals import FIELDS, partners_on, received
from .record_page import record_or_404

VIEW = "matters.view_matters"
ANSWERS = ("take", "decline", "outcome")


def _handled(request: HttpRequest, pk: int) -> Matter:
    """A matter that who asks works on; 404 for any other."""
    matter = get_object_or_404(Matter.objects.select_related("kind"), pk=pk)
    if "handler" not in roles_of(matter, request.actor, now()):  # type: ignore[attr-defined]
        raise Http404
    return matter


@performs(VIEW)
def refer(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to give a matter on."""
    matter = record_or_404(request, pk).matter
    form = ReferForm(request.POST or None, partners=partners_on(now()), bodies=bodies_near(matter), day=today())

    def act() -> object:
        given = form.cleaned_data
        said = {"purpose": given["purpose"], "fields": given["fields_passed"], "expires_on": given["expires_on"]}
        return op.offer(matter=matter, to=form.side, **said, **by(request))

    if answered(form, act):
        return redirect("matters:matter", pk)
    lead = _("The person sees to whom, what for and what goes along, and agrees or not. Nothing leaves before.")
    words = {"heading": _("Refer"), "lead": lead, "verb": _("Ask the person")}
    return form_page(request, form, back=reverse("matters:matter", args=[pk]), **words)


@performs(VIEW)
@require_POST
def consented(request: HttpRequest, pk: int, said: str) -> HttpResponse:
    """What the person said to a handler, by word of mouth."""
    referral = get_object_or_404(Referral.objects.select_related("matter__parent"), pk=pk)
    _handled(request, referral.matter.parent_id or 0)
    op.consent(referral=referral, is_given=said == "yes", **by(request))
    return redirect("matters:matter", referral.matter.parent_id)


@performs(op.ANSWER)
def referrals(request: HttpRequest) -> HttpResponse:
    """What was referred to the side that who asks works for."""
    lines = received(request.actor, today())  # type: ignore[attr-defined]
    return page(request, "matters/referrals.html", lines=lines, running=sum(line.runs for line in lines))


def _received(request: HttpRequest, pk: int) -> Referral:
    rows = Referral.objects.select_related("matter__parent", "matter__kind")
    referral = get_object_or_404(rows, pk=pk)
    if not op.receives(referral, request.actor, now()):  # type: ignore[attr-defined]
        raise Http404
    return referral


@performs(op.ANSWER)
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral as the other side reads it."""
    held, code = _received(request, pk), request.POST.get("code", "")
    form = AnswerForm(request.POST or None, needs_words=code in ("decline", "outcome"))
    if code in ANSWERS and answered(
        form, lambda: op.answer(referral=held, code=code, **form.cleaned_data, **by(request))
    ):
        return redirect("matters:referrals" if code != "take" else request.path)
    line = next(line for line in received(request.actor, today()) if line.id == pk)  # type: ignore[attr-defined]
    found = op.read_referral(referral=held, **by(request)) if op.is_readable(held, now()) else {}
    passed = [(FIELDS[name], said) for name, said in found.items() if said]
    shown: dict[str, Any] = {"line": line, "passed": passed, "state": held.matter.state, "form": form}
    if found:
        shown |= {"purpose": op.purpose_of(held), "is_sealed": held.matter.level == "C4"}
    else:
        shown |= {"outcome": op.outcome_of(held)}
    return page(request, "matters/referral.html", status=422 if form.errors else 200, **shown)
