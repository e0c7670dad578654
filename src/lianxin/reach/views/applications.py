"""Codes and applications for those who answer them."""

from datetime import timedelta
from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from qrcode import QRCode
from qrcode.image.svg import SvgPathImage

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.models import BodySpan
from lianxin.registry.operations.people import STEPS, advance_membership
from lianxin.registry.views.common import may, page, scope_of

from ..forms.joining import CodeForm, RefusalForm
from ..models import Application, JoinCode
from ..operations import joining as op
from ..queries import joining as queries
from ..words import APPLICATION_STATES
from .asking import answered, by, form_page
from .foundings import HANDLE, _mine

VIEW, ANSWER = queries.VIEW, queries.ANSWER


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 18 else 0


def _waiting(request: HttpRequest, pk: str) -> Application:
    return get_object_or_404(Application.objects.within(scope_of(request, ANSWER)), pk=pk)


@performs(VIEW)
def applications(request: HttpRequest) -> HttpResponse:
    """Who wants to join, and the codes that are out."""
    scope, body = scope_of(request, VIEW), _number(request.GET.get("body", ""))
    counts = queries.state_counts(scope)
    state = request.GET.get("state", "") if request.GET.get("state", "") in counts else "applied"
    return page(
        request,
        "reach/applications.html",
        found=queries.application_lines(scope, state=state, body=body),
        states=[(code, APPLICATION_STATES[code], n) for code, n in counts.items()],
        state=state,
        codes=queries.code_lines(scope, body=body),
        waiting=counts["applied"],
        can_answer=may(request, ANSWER),
    )


@performs(ANSWER)
@require_POST
def take_in(request: HttpRequest, pk: str) -> HttpResponse:
    """Enter the applicant as a registered member."""
    op.take_in(application=_waiting(request, pk), organisation=0, day=today(), **by(request))
    return redirect("reach:applications")


@performs(ANSWER)
def refuse(request: HttpRequest, pk: str) -> HttpResponse:
    """Say no, with a reason."""
    held, form = _waiting(request, pk), RefusalForm(request.POST or None)
    if answered(form, lambda: op.refuse(application=held, **form.cleaned_data, day=today(), **by(request))):
        return redirect("reach:applications")
    lead = _("The applicant reads the reason on the own page. What was sent is deleted.")
    return form_page(request, form, heading=_("Refuse the application"), lead=lead, verb=_("Refuse it"))


@performs(ANSWER)
@require_POST
def advance(request: HttpRequest, pk: str) -> HttpResponse:
    """The next step of a membership that came of an application."""
    held, step = _waiting(request, pk), request.POST.get("step", "")
    if held.membership is None or step not in STEPS[2:]:
        raise Http404
    advance_membership(membership=held.membership, step=step, day=today(), **by(request))
    return redirect(f"{reverse('reach:applications')}?state=registered")


@performs(ANSWER)
def make_code(request: HttpRequest, body: int) -> HttpResponse:
    """A new code for a body."""
    span = BodySpan.objects.filter(valid_until=None, body=body).within(scope_of(request, ANSWER)).first()
    if span is None:
        raise Http404
    form, made = CodeForm(request.POST or None, initial={"until": today() + timedelta(days=90)}), []
    if answered(form, lambda: made.append(op.make_code(body=span.body, **form.cleaned_data, **by(request)).pk)):
        return redirect("reach:code_sheet", made[0])
    words = {"heading": _("Make a code to join with"), "lead": span.name, "verb": _("Make it")}
    return form_page(request, form, **words, back=("registry:body", body))


@performs(HANDLE)
def make_founding_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A new code for a founding: what comes of it is seen by its handlers only."""
    held = _mine(request, pk)
    form, made = CodeForm(request.POST or None, initial={"until": today() + timedelta(days=30)}), []
    if answered(form, lambda: made.append(op.make_code(founding=held, **form.cleaned_data, **by(request)).pk)):
        return redirect("reach:code_sheet", made[0])
    words = {"heading": _("Make a code to join with"), "lead": held.name, "verb": _("Make it")}
    return form_page(request, form, **words, back=("reach:founding", pk))


def _code(request: HttpRequest, pk: int) -> JoinCode:
    found = queries.code_within(pk, request.actor, scope_of(request, ANSWER))  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


@performs(ANSWER)
def code_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet to print or to show on a screen: the code to scan, and to type."""
    held = _code(request, pk)
    url = request.build_absolute_uri(reverse("joining:join", args=[held.code]))
    start = request.build_absolute_uri(reverse("joining:start"))
    words = (f"{held.code[:4]} {held.code[4:]}", queries.what_for(held, today()))
    return page(request, "reach/code_sheet.html", code=held, drawn=drawn(url), start=start, typed=words[0], to=words[1])


def drawn(url: str) -> SafeString:
    """A QR code as an SVG element of our own making."""
    code = QRCode(border=2, image_factory=SvgPathImage)
    code.add_data(url)
    out = BytesIO()
    code.make_image().save(out)
    svg = out.getvalue().decode()
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308 - drawn here from an address of ours


@performs(ANSWER)
@require_POST
def revoke_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code works no more."""
    op.revoke_code(code=_code(request, pk), **by(request))
    return redirect("reach:applications")
