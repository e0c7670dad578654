"""Lists of visits at the desk: shown, printed, planned, moved, cancelled."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.access.actors import signed_in
from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope
from lianxin.registry.queries.organisations import line_names

from ..forms.plans import MOST, MoveForm, PlanForm
from ..models import PlannedVisit
from ..operations import visits as op
from ..queries.blind_spots import SpotFilter, spot_ids
from ..queries.visit_lists import VisitFilter, day_list, officers, visit_page
from ..queries.visits import stop_lines
from ..visit_words import COUNTS, OUTCOMES

VIEW, PLAN = "reach.view_visits", "reach.plan_visits"


def _scope(request: HttpRequest, act: str) -> Scope:
    return signed_in(request).scope(act, today())


@performs(VIEW)
def visits(request: HttpRequest) -> HttpResponse:
    """A week of lists: mine, a colleague's, or everybody's in reach."""
    scope = _scope(request, VIEW)
    chosen = VisitFilter.read(request.GET, today(), signed_in(request).id)
    return render(
        request,
        "reach/visits.html",
        {
            "page": visit_page(chosen, scope),
            "officers": officers(scope),
            "today": today(),
            "may_plan": signed_in(request).may(PLAN, today()),
        },
    )


@performs(VIEW)
def print_visits(request: HttpRequest) -> HttpResponse:
    """One officer's list of a day on paper, to be filled in by hand and entered later."""
    chosen = VisitFilter.read({"officer": request.GET.get("officer", "")}, today(), signed_in(request).id)
    scope, me = _scope(request, VIEW), signed_in(request).id
    officer = chosen.officer or me
    if officer != me and officer not in dict(officers(scope)):
        raise Http404
    day = MoveForm.day_in(request.GET.get("day", "")) or today()
    context = {"list": day_list(officer, day, scope), "outcomes": OUTCOMES, "counts": COUNTS}
    return render(request, "reach/visits_print.html", context)


def _visit_or_404(request: HttpRequest, pk: int) -> PlannedVisit:
    found = PlannedVisit.objects.within(_scope(request, PLAN)).select_related("officer").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@performs(PLAN)
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One stop: move it, give it to a colleague, put it first, cancel it."""
    found, choices = _visit_or_404(request, pk), officers(_scope(request, PLAN))
    form = MoveForm(request.POST or None, officers=choices, initial={"day": found.day, "officer": found.officer_id})
    if request.method == "POST" and _done(request, form, found):
        return redirect(f"{reverse('reach:visits')}?officer={found.officer_id}")
    stop = stop_lines([found], today())[0]
    return render(request, "reach/visit.html", {"stop": stop, "form": form}, status=422 if form.errors else 200)


def _done(request: HttpRequest, form: MoveForm, found: PlannedVisit) -> bool:
    """Whether what was asked was done; the refusal stands in the form otherwise."""
    by: dict[str, Any] = {"visit": found, "actor": signed_in(request), "at": now()}
    what = request.POST.get("do")
    try:
        if what == "cancel":
            op.cancel_visit(**by)
            messages.success(request, _("The visit is off the list."))
        elif what == "first":
            op.put_first(**by)
        elif form.is_valid():
            op.move_visit(**by, day=form.cleaned_data["day"], officer=form.cleaned_data["officer"])
            messages.success(request, _("The visit is moved."))
        else:
            return False
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    return True


def _chosen(request: HttpRequest, scope: Scope) -> list[str]:
    """Ids ticked on the page before, or all that its filter leaves, the largest first."""
    if request.method == "POST":
        return request.POST.getlist("o")
    if request.GET.get("all"):
        lines = list(line_names())
        return [str(pk) for pk in spot_ids(SpotFilter.read(request.GET, lines), scope, MOST)]
    return request.GET.getlist("o")


@performs(PLAN)
def plan(request: HttpRequest) -> HttpResponse:
    """Organisations chosen elsewhere become visits: whose, when, what for; nothing is written before the last click."""
    scope = _scope(request, PLAN)
    form = PlanForm(
        request.POST if request.POST.get("confirm") else None,
        scope=scope,
        officers=officers(scope),
        chosen=_chosen(request, scope),
        initial={"day": today(), "officer": signed_in(request).id, "purpose": request.GET.get("purpose", "blind_spot")},
    )
    if form.is_valid():
        try:
            made = form.plan(actor=signed_in(request), at=now())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            said = ngettext("%(n)s visit is on the list.", "%(n)s visits are on the list.", made) % {"n": made}
            messages.success(request, said)
            officer, day = form.cleaned_data["officer"], form.cleaned_data["day"]
            return redirect(f"{reverse('reach:visits')}?officer={officer.pk}&since={day:%Y-%m-%d}")
    return render(request, "reach/visits_plan.html", {"form": form}, status=422 if form.errors else 200)
