"""Organisations: list, page, edit, place, export."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused
from lianxin.kit.tables_out import FORMATS, download
from lianxin.places.models import Area

from ..choosing import names_holding
from ..forms import AreaForm, OrganisationForm
from ..models.organisation import Organisation, OrganisationSpan
from ..operations import organisations as op
from ..queries import export as out
from ..queries.chips import organisation_chips
from ..queries.organisation import last_day, organisation_detail
from ..queries.organisations import OrganisationFilter, line_names, organisation_page, read_after
from ..queries.places import area_choices
from ..scoping import day_asked
from ..words import ORGANISATION_KINDS
from .common import may, page, refused, scope_of

VIEW, CHANGE = "registry.view_organisations", "registry.change_organisation"


@performs(VIEW)
def organisations(request: HttpRequest) -> HttpResponse:
    """Search and filter; the address holds the state."""
    chosen = OrganisationFilter.read(request.GET, day_asked(request.GET))
    scope, lines = scope_of(request, VIEW, chosen.day), line_names()
    return page(
        request,
        "registry/organisations.html",
        "list",
        chosen=chosen,
        found=organisation_page(chosen, scope, after=read_after(request.GET.get("after", ""))),
        here=chosen.address(today=today()),
        chips=organisation_chips(chosen, lines, today()),
        lines=lines,
        areas=area_choices(scope.area_paths, chosen.day),
        kinds=ORGANISATION_KINDS.items(),
        can_change=may(request, CHANGE),
        is_today=chosen.day == today(),
    )


@performs(VIEW)
def names(request: HttpRequest) -> HttpResponse:
    """Whole names that hold what is being typed, as choices of a field."""
    text = request.GET.get("organisation", "")
    found = names_holding(text, scope_of(request, VIEW)) if len(text.strip()) > 1 else []
    response = HttpResponse(format_html_join("", '<option value="{}">{}</option>', found))
    response["Cache-Control"] = "no-store"
    return response


@performs("registry.export_organisations")
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What the list shows, as a file."""
    if kind not in FORMATS:
        raise Http404
    chosen = OrganisationFilter.read(request.GET, day_asked(request.GET))
    scope, lines = scope_of(request, "registry.export_organisations", chosen.day), line_names()
    return download(kind, f"organisations-{chosen.day}", out.header(lines), out.table(chosen, scope, lines))


@performs(VIEW)
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation on a day; a closed one as it last was."""
    day = day_asked(request.GET)
    detail = organisation_detail(pk, scope_of(request, VIEW, day))
    if detail is None and (seen := last_day(pk, day)):
        detail = organisation_detail(pk, scope_of(request, VIEW, seen)) if seen != day else None
    if detail is None:
        raise Http404
    can_change = detail.day == today() and _span_within(request, CHANGE, pk) is not None
    return page(
        request,
        "registry/organisation.html",
        detail=detail,
        lines=line_names(),
        can_change=can_change,
        can_agree=detail.day == today() and _span_within(request, "registry.change_agreement", pk) is not None,
        can_see_duties=may(request, "reach.view_duties"),
        is_today=detail.day == today(),
    )


def _span_within(request: HttpRequest, act: str, pk: int) -> OrganisationSpan | None:
    scope = scope_of(request, act)
    spans = OrganisationSpan.objects.filter(valid_until=None, organisation=pk).within(scope)
    return spans.select_related("organisation").first()


def _span_or_404(request: HttpRequest, act: str, pk: int) -> OrganisationSpan:
    span = _span_within(request, act, pk)
    if span is None:
        raise Http404
    return span


@performs(CHANGE)
def edit_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Change from a day on, or set right what was wrong."""
    span, scope = _span_or_404(request, CHANGE, pk), scope_of(request, CHANGE)
    form = OrganisationForm(request.POST or None, scope=scope, initial=OrganisationForm.known(span, today()))
    if form.is_valid():
        try:
            _save(request, form, span)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:organisation", pk)
    return page(
        request, "registry/organisation_form.html", form=form, name=span.name, status=422 if form.errors else 200
    )


def _save(request: HttpRequest, form: OrganisationForm, span: OrganisationSpan) -> None:
    by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
    if form.cleaned_data["mode"] == "correct":
        op.correct_organisation(organisation=span.organisation, **by, **form.facts(span))
    else:
        day = form.cleaned_data["day"]
        op.change_organisation(organisation=span.organisation, day=day, **by, **form.facts(span))


@performs(CHANGE)
def add_organisation(request: HttpRequest) -> HttpResponse:
    """Enter one that no roster brought."""
    scope = scope_of(request, CHANGE)
    form = OrganisationForm(request.POST or None, scope=scope, initial={"day": today(), "kind": "enterprise"})
    form.fields.pop("mode")
    if form.is_valid():
        try:
            by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            made = op.add_organisation(day=form.cleaned_data["day"], **by, **form.facts())
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:organisation", made.pk)
    return page(request, "registry/organisation_form.html", form=form, name="", status=422 if form.errors else 200)


@performs("registry.place_organisation")
def to_place(request: HttpRequest) -> HttpResponse:
    """Those whose address named no place."""
    scope = scope_of(request, "registry.place_organisation")
    chosen = OrganisationFilter(today(), q=request.GET.get("q", "").strip()[:100], placed="none")
    return page(
        request,
        "registry/to_place.html",
        "list",
        chosen=chosen,
        found=organisation_page(chosen, scope, after=read_after(request.GET.get("after", ""))),
        areas=area_choices(scope.area_paths, today()),
    )


@performs("registry.place_organisation")
@require_POST
def place_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer says where it is."""
    act = "registry.place_organisation"
    span, form = _span_or_404(request, act, pk), AreaForm(request.POST, scope=scope_of(request, act))
    if form.is_valid():
        area: Area = form.cleaned_data["area"]
        by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
        op.place_organisation(organisation=Organisation(pk=span.organisation_id), area=area, day=today(), **by)
    return redirect(reverse("registry:to_place"))
