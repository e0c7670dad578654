"""Full counts: progress, who is not done yet, the visit list, liaisons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lianxin.access.models import Account
from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused
from lianxin.kit.tables_out import FORMATS, download
from lianxin.registry.models import Organisation
from lianxin.registry.queries.cards import organisation_ids
from lianxin.registry.views.common import may, page, scope_of

from ..forms.counts import AIMS, CountForm, LiaisonForm, PlanForm
from ..models import CountSet
from ..operations import counts as op
from ..operations.visits import plan_visits
from ..queries import counts as queries
from .asking import answered, by, form_page

VIEW, CHANGE, PLAN = "reach.view_counts", "reach.change_counts", "reach.plan_visits"


@performs(VIEW)
def counts(request: HttpRequest) -> HttpResponse:
    """The first count that is open."""
    lines = queries.count_lines()
    if lines:
        return count(request, lines[0].id)
    can_change = may(request, CHANGE)
    return page(request, "reach/counts.html", lines=[], chosen=None, can_change=can_change)


@performs(VIEW)
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one count has come, by area."""
    found, scope = get_object_or_404(CountSet, pk=pk), scope_of(request, VIEW)
    chosen = queries.PendingFilter.read(request.GET)
    reading = queries.Reading(found, today())
    return page(
        request,
        "reach/counts.html",
        lines=queries.count_lines(),
        chosen=found,
        reading=reading,
        progress=queries.progress(reading, scope, chosen.area),
        can_change=may(request, CHANGE),
    )


@performs(VIEW)
def pending(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is not done yet, neighbours together, ready to be put on a visit list."""
    found, scope = get_object_or_404(CountSet, pk=pk), scope_of(request, VIEW)
    chosen, number = queries.PendingFilter.read(request.GET), request.GET.get("page", "")
    reading = queries.Reading(found, today())
    at = int(number) if number.isdigit() and int(number[:9]) > 0 else 1
    officers = queries.officers(scope_of(request, PLAN)) if may(request, PLAN) else []
    return page(
        request,
        "reach/counts_pending.html",
        count=found,
        reading=reading,
        chosen=chosen,
        found=queries.pending_page(reading, scope, chosen, at),
        here=chosen.address(),
        form=PlanForm(officers=officers, initial={"day": today(), "officer": request.user.pk}) if officers else None,
        can_name=may(request, "reach.name_liaison"),
    )


@performs("reach.export_counts")
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Those not done yet, as a file."""
    if kind not in FORMATS:
        raise Http404
    found, scope = get_object_or_404(CountSet, pk=pk), scope_of(request, "reach.export_counts")
    reading, chosen = queries.Reading(found, today()), queries.PendingFilter.read(request.GET)
    words = {True: _("done"), False: _("not done"), None: _("Not known")}
    header = [_("Name"), _("Credit code"), _("Where it is"), _("Address"), *(aim.name for aim in reading.aims)]
    rows = (
        [line.name, line.credit_code, line.area.full, line.address, *(words[done] for done in line.done)]
        for line in queries.every_pending(reading, scope, chosen)
    )
    return download(kind, f"{found.code}-{today()}", header, rows)


@performs(PLAN)
@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the organisations chosen on an officer's list."""
    found, scope = get_object_or_404(CountSet, pk=pk), scope_of(request, PLAN)
    form = PlanForm(request.POST, officers=queries.officers(scope))
    back = f"{reverse('reach:count_pending', args=[found.pk])}?{request.POST.get('here', '')}"
    if form.is_valid():
        organisations = _chosen(request, scope)
        officer, day = Account.objects.get(pk=form.cleaned_data["officer"]), form.cleaned_data["day"]
        try:
            made = plan_visits(officer=officer, day=day, organisations=organisations, purpose="survey", **by(request))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            said = ngettext("%(n)d visit is on the list now.", "%(n)d visits are on the list now.", len(made))
            messages.success(request, said % {"n": len(made)})
    return redirect(back)


def _chosen(request: HttpRequest, scope: Any) -> list[Organisation]:
    """Organisations ticked on the page, within the scope."""
    ticked = [int(pk) for pk in request.POST.getlist("organisation") if pk.isdigit() and len(pk) < 18]
    return list(Organisation.objects.filter(pk__in=ticked).filter(pk__in=organisation_ids(scope)))


@performs("reach.name_liaison")
@require_POST
def name_liaison(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation named somebody whom the line may turn to."""
    found, scope = get_object_or_404(CountSet, pk=pk), scope_of(request, "reach.name_liaison")
    form = LiaisonForm({"organisation": request.POST.get("liaison"), "line": found.line})
    here = Organisation.objects.filter(pk__in=organisation_ids(scope.on_line(found.line)))
    if not form.is_valid():
        raise Http404
    organisation = get_object_or_404(here, pk=form.cleaned_data["organisation"])
    op.name_liaison(organisation=organisation, line=found.line, day=today(), **by(request))
    return redirect(f"{reverse('reach:count_pending', args=[found.pk])}?{request.POST.get('here', '')}")


@performs(CHANGE)
def new_count(request: HttpRequest) -> HttpResponse:
    """Open a full count."""
    form = CountForm(request.POST or None, initial=CountForm.usual())

    def act() -> None:
        given = {key: form.cleaned_data[key] for key in ("code", "name", "universe", "due_on")}
        line = form.cleaned_data["line"].code if form.cleaned_data["line"] else ""
        op.open_count(**given, line=line, aims=form.aims(), on=today(), **by(request))

    if answered(form, act):
        return redirect("reach:counts")
    lead = _("Whom it is about and what must be done are rules: everybody can read them, and each is dated.")
    return form_page(
        request,
        form,
        heading=_("Open a full count"),
        lead=lead,
        verb=_("Open the count"),
        back_url=reverse("reach:counts"),
    )


@performs(CHANGE)
def edit_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Say anew whom it is about and what must be done."""
    found = get_object_or_404(CountSet, pk=pk)
    form = CountForm(request.POST or None, initial=_known(found))
    form.fields.pop("code")
    form.fields.pop("line")

    def act() -> None:
        given = {key: form.cleaned_data[key] for key in ("name", "universe", "due_on")}
        op.change_count(count_set=found, **given, aims=form.aims(), on=today(), **by(request))

    if answered(form, act):
        return redirect("reach:count", found.pk)
    return form_page(
        request,
        form,
        heading=_("Change the count"),
        lead="",
        verb=_("Save"),
        back_url=reverse("reach:count", args=[pk]),
    )


def _known(count_set: CountSet) -> dict[str, Any]:
    known: dict[str, Any] = {key: getattr(count_set, key) for key in ("name", "universe", "due_on")}
    for aim in count_set.aims.filter(position__lte=AIMS):
        known |= {f"name{aim.position}": aim.name, f"rule{aim.position}": aim.rule}
    return known
