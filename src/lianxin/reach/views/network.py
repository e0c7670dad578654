"""The network: patterns, what is missing, vacant chairs, informal groups."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.models import Line
from lianxin.registry.scoping import day_asked
from lianxin.registry.views.common import may, page, scope_of

from ..forms.network import GroupForm, PatternForm
from ..models import InformalGroup
from ..operations import network as op
from ..queries import network as queries
from ..queries.renewals import term_page
from .asking import answered, by, form_page

VIEW, CHANGE, SET = queries.VIEW, queries.CHANGE, "reach.set_pattern"


@performs(VIEW)
def network(request: HttpRequest) -> HttpResponse:
    """The pattern of every line on a day, with what it lacks."""
    scope = scope_of(request, VIEW, day_asked(request.GET))
    terms = term_page(scope)
    return page(
        request,
        "reach/network.html",
        found=queries.patterns(scope),
        day=scope.day,
        is_today=scope.day == today(),
        overdue=terms.overdue,
        soon=terms.soon,
        vacant=queries.vacant_count(scope),
        can_set=may(request, SET),
    )


@performs(VIEW)
def missing(request: HttpRequest, line: str, key: str) -> HttpResponse:
    """Areas or sites without an elected body, each with what mends it."""
    held = get_object_or_404(Line, code=line)
    scope = scope_of(request, VIEW).on_line(line)
    part = next((p for f in queries.patterns(scope) if f.line == line for p in f.parts if p.key == key), None)
    if part is None:
        raise Http404
    found = queries.missing_lines(held, key, scope)
    return page(request, "reach/missing.html", found=found, line=held, what=part, can_start=may(request, CHANGE))


@performs(VIEW)
def vacancies(request: HttpRequest) -> HttpResponse:
    """Head posts that nobody holds."""
    found = queries.vacant_chairs(scope_of(request, VIEW), line=request.GET.get("line", "")[:20])
    return page(request, "reach/vacancies.html", found=found, can_fill=may(request, "registry.change_body"))


@performs(VIEW)
def informal_groups(request: HttpRequest) -> HttpResponse:
    """Groups that count without their members' names."""
    found = queries.group_lines(scope_of(request, VIEW), line=request.GET.get("line", "")[:20])
    return page(request, "reach/informal_groups.html", found=found, can_change=may(request, CHANGE))


@performs(CHANGE)
def add_group(request: HttpRequest) -> HttpResponse:
    """One more group."""
    scope = scope_of(request, CHANGE)
    lines = frozenset(reach.line for reach in scope.reaches)
    form = GroupForm(request.POST or None, scope=scope, lines=lines, initial={"day": today()})
    if answered(form, lambda: op.add_group(**form.cleaned_data, **by(request))):
        return redirect("reach:informal_groups")
    lead = _("Where it meets and about how many take part; nobody's name is asked for.")
    return form_page(request, form, heading=_("Enter a group"), lead=lead, verb=_("Save"))


@performs(CHANGE)
@require_POST
def end_group(request: HttpRequest, pk: int) -> HttpResponse:
    """The group is no more."""
    groups = InformalGroup.objects.on(today()).within(scope_of(request, CHANGE))  # type: ignore[attr-defined]
    op.end_group(group=get_object_or_404(groups, pk=pk), day=today(), **by(request))
    return redirect("reach:informal_groups")


@performs(SET)
def set_pattern(request: HttpRequest, line: str) -> HttpResponse:
    """What the network of a line is meant to be made of."""
    held = get_object_or_404(Line, code=line)
    parts, _is_set = queries.parts_on(held, today(), queries.level_words())
    known = {
        "levels": [p["level"] for p in parts if "level" in p],
        "sites": [p["site"] for p in parts if "site" in p],
        "rest": any("rest" in p for p in parts),
        "day": today(),
    }
    form = PatternForm(request.POST or None, levels=queries.level_words(), initial=known)

    def act() -> None:
        op.set_pattern(line=held, parts=form.parts(), day=form.cleaned_data["day"], **by(request))

    if answered(form, act):
        return redirect("reach:network")
    return form_page(request, form, heading=_("Set the pattern"), lead=held.name, verb=_("Save"))
