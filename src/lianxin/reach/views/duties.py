"""What is owed: the list, one obligation, its switch, and the part of a record's page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused
from lianxin.kit.tables_out import FORMATS, download
from lianxin.registry.queries.organisations import line_names
from lianxin.registry.queries.places import area_choices
from lianxin.registry.scoping import day_asked
from lianxin.registry.views.common import may, page, scope_of

from ..models import Obligation
from ..operations.duties import switch_obligation
from ..queries import duties as queries
from ..queries.obligations import obligation_lines, past_versions
from ..queries.one_record import record_duties

VIEW, KINDS, SWITCH = queries.VIEW, "reach.view_obligations", "reach.switch_obligation"


@performs(VIEW)
def duties(request: HttpRequest) -> HttpResponse:
    """Filter and walk through what is owed; the address holds the state."""
    chosen = queries.DutyFilter.read(request.GET, min(day_asked(request.GET), today()))
    scope = scope_of(request, VIEW, chosen.day)
    found = queries.duty_page(chosen, scope, after=request.GET.get("after", ""))
    return page(
        request,
        "reach/duties.html",
        chosen=chosen,
        found=found,
        parts=queries.parts(chosen, found.tally),
        chips=queries.chips(chosen, chosen.day),
        ways=[(word, chosen.address(by=by), by == chosen.by) for by, word in queries.BYS.items()],
        here=chosen.address(),
        met_url=chosen.address(state="met"),
        kept=[
            (name, getattr(chosen, name)) for name in ("state", "line", "code", "force", "by") if getattr(chosen, name)
        ],
        areas=area_choices(scope.area_paths, chosen.day),
        lines=line_names(),
    )


@performs(VIEW)
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What the list shows, as a file."""
    if kind not in FORMATS:
        raise Http404
    chosen = queries.DutyFilter.read(request.GET, min(day_asked(request.GET), today()))
    rows = queries.table(chosen, scope_of(request, VIEW, chosen.day))
    return download(kind, f"obligations-{chosen.day}", queries.header(), rows)


@performs(VIEW)
def duties_of(request: HttpRequest, target: str, ref: int) -> HttpResponse:
    """What one organisation, body or area owes."""
    if target not in queries.PLACES:
        raise Http404
    day = day_asked(request.GET)
    found = record_duties(target, ref, scope_of(request, VIEW, day), day)
    if found is None:
        raise Http404
    return page(request, "reach/duties_of.html", "part", found=found)


@performs(KINDS)
def obligations(request: HttpRequest) -> HttpResponse:
    """Every obligation with its source, on or off."""
    found = obligation_lines(today())
    return page(request, "reach/obligations.html", found=found)


@performs(KINDS)
def obligation(request: HttpRequest, code: str, reason: str = "", fault: str = "") -> HttpResponse:
    """What one obligation says, where that stands, and who switched it."""
    made = get_object_or_404(Obligation, code=code)
    line = next(iter(obligation_lines(today(), [code])), None)
    if line is None:
        raise Http404
    return page(
        request,
        "reach/obligation.html",
        status=422 if fault else 200,
        line=line,
        versions=past_versions(made),
        reason=reason,
        fault=fault,
        can_switch=may(request, SWITCH),
        can_list=may(request, VIEW),
    )


@require_POST
@performs(SWITCH)
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Let it hold here, or no longer, with a reason."""
    made = get_object_or_404(Obligation, code=code)
    reason, is_on = request.POST.get("reason", "")[:300], request.POST.get("to") == "on"
    try:
        by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
        switch_obligation(obligation=made, is_on=is_on, reason=reason, day=today(), **by)
    except Refused as refusal:
        return obligation(request, code, reason=reason, fault=refusal.sentence)
    messages.success(request, _("Saved. The lists follow within minutes."))
    return redirect("reach:obligation", code)
