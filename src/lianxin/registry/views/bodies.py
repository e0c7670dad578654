"""Bodies: list, page, elections, transfers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused

from ..forms import BodyForm, CoverForm, DayForm, TermForm
from ..models.body import Body, BodySpan
from ..models.organisation import Organisation
from ..operations.bodies import add_body, cover, dissolve_body, open_term, uncover
from ..operations.people import accept_transfer, decline_transfer
from ..queries.bodies import BodyFilter, body_detail, body_page
from ..queries.chips import body_chips
from ..queries.organisations import line_names, read_after
from ..queries.places import area_choices
from ..queries.transfers import transfer_lines, transfer_within
from ..scoping import day_asked
from .common import may, page, refused, scope_of

VIEW, CHANGE, ANSWER = "registry.view_bodies", "registry.change_body", "registry.answer_transfer"


@performs(VIEW)
def bodies(request: HttpRequest) -> HttpResponse:
    """Search and filter; the address holds the state."""
    chosen = BodyFilter.read(request.GET, day_asked(request.GET))
    scope, lines = scope_of(request, VIEW, chosen.day), line_names()
    return page(
        request,
        "registry/bodies.html",
        "list",
        chosen=chosen,
        found=body_page(chosen, scope, after=read_after(request.GET.get("after", ""))),
        here=chosen.address(today=today()),
        chips=body_chips(chosen, lines, today()),
        lines=lines,
        areas=area_choices(scope.area_paths, chosen.day),
        can_change=may(request, CHANGE),
    )


@performs(VIEW)
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One body on a day."""
    detail = body_detail(pk, scope_of(request, VIEW, day_asked(request.GET)))
    if detail is None:
        raise Http404
    return page(
        request,
        "registry/body.html",
        detail=detail,
        lines=line_names(),
        can_change=detail.day == today() and _within(request, pk),
        can_see_people=may(request, "registry.view_people"),
        can_see_duties=may(request, "reach.view_duties"),
        can_see_work=detail.day == today() and may(request, "reach.view_body"),
    )


def _within(request: HttpRequest, pk: int) -> bool:
    return BodySpan.objects.filter(valid_until=None, body=pk).within(scope_of(request, CHANGE)).exists()


@performs(CHANGE)
def hold_election(request: HttpRequest, pk: int) -> HttpResponse:
    """A new term begins."""
    if not _within(request, pk):
        raise Http404
    form = TermForm(request.POST or None, initial={"day": today()})
    if form.is_valid():
        try:
            by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            open_term(body=Body.objects.get(pk=pk), **form.cleaned_data, **by)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:body", pk)
    return page(request, "registry/term_form.html", form=form, pk=pk, status=422 if form.errors else 200)


@performs(CHANGE)
def found_body(request: HttpRequest) -> HttpResponse:
    """A new body, on a line and in an area of the officer's."""
    scope = scope_of(request, CHANGE)
    lines = frozenset(reach.line for reach in scope.reaches)
    form = BodyForm(request.POST or None, scope=scope, lines=lines, initial={"day": today()})
    if form.is_valid():
        try:
            made = add_body(**form.cleaned_data, actor=request.actor, at=now())  # type: ignore[attr-defined]
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:body", made.pk)
    return page(request, "registry/body_form.html", form=form, status=422 if form.errors else 200)


@performs(CHANGE)
def cover_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One more organisation that the body covers."""
    if not _within(request, pk):
        raise Http404
    form = CoverForm(request.POST or None, scope=scope_of(request, CHANGE), initial={"day": today()})
    if form.is_valid():
        try:
            by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            cover(body=Body.objects.get(pk=pk), **form.cleaned_data, **by)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:body", pk)
    return page(request, "registry/cover_form.html", form=form, pk=pk, status=422 if form.errors else 200)


@performs(CHANGE)
@require_POST
def uncover_organisation(request: HttpRequest, pk: int, organisation: int) -> HttpResponse:
    """The body covers it no longer, from today."""
    if not _within(request, pk):
        raise Http404
    by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
    uncover(body=Body.objects.get(pk=pk), organisation=Organisation(pk=organisation), day=today(), **by)
    return redirect("registry:body", pk)


@performs(CHANGE)
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """The body is no more from a day on."""
    if not _within(request, pk):
        raise Http404
    form = DayForm(request.POST or None, initial={"day": today()})
    if form.is_valid():
        try:
            by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            dissolve_body(body=Body.objects.get(pk=pk), day=form.cleaned_data["day"], **by)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:bodies")
    return page(request, "registry/dissolve_form.html", form=form, pk=pk, status=422 if form.errors else 200)


@performs(ANSWER)
def transfers(request: HttpRequest) -> HttpResponse:
    """Memberships offered to bodies of the scope."""
    return page(request, "registry/transfers.html", found=transfer_lines(scope_of(request, ANSWER)))


@performs(ANSWER)
@require_POST
def answer_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the member over, or not."""
    transfer = transfer_within(pk, scope_of(request, ANSWER))
    if transfer is None:
        raise Http404
    answer = accept_transfer if request.POST.get("answer") == "accept" else decline_transfer
    answer(transfer=transfer, day=today(), actor=request.actor, at=now())  # type: ignore[attr-defined]
    return redirect("registry:transfers")
