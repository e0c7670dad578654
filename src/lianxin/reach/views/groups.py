"""Groups: not reached, beside organisations not reached; loading estimates; bodies that take a group in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.figures.queries import Cell as Figure
from lianxin.figures.queries import NoSnapshot, NoSuchArea, cells
from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.views.common import may, page, scope_of

from ..forms.counts import EstimatesForm, TakeInForm
from ..operations import groups as op
from ..queries import groups as queries
from .asking import answered, by, form_page

VIEW, LOAD = "reach.view_groups", "reach.load_groups"


@performs(VIEW)
def groups(request: HttpRequest) -> HttpResponse:
    """People whom no employer holds together, and how many of them a body reaches."""
    area, scope = request.GET.get("area", ""), scope_of(request, VIEW)
    chosen = int(area) if area.isdigit() and len(area) < 18 else 0
    found = queries.groups_page(scope, area=chosen, group=request.GET.get("group", ""))
    can_load = may(request, LOAD)
    shown: dict[str, Any] = {"can_load": can_load, "loads": queries.estimate_loads() if can_load else []}
    shown["bodies"] = queries.group_bodies(found.chosen.code, scope) if found.chosen else []
    return page(request, "reach/groups.html", page=found, firms=_firms(request, found.area), **shown)


def _firms(request: HttpRequest, area: int) -> list[Figure]:
    """The figures of organisations not reached in the same area, through the one exit of figures."""
    scope = scope_of(request, "figures.view_cells")
    if scope.is_empty or not area:
        return []
    try:
        return [
            cell
            for code in ("establishment_rate", "blind_spot_employers")
            for cell in cells(code, areas=[area], on=today(), scope_params={}, actor_scope=scope)
        ]
    except (NoSnapshot, NoSuchArea):
        return []


@performs(LOAD)
def load_estimates(request: HttpRequest) -> HttpResponse:
    """Read a file of estimates."""
    form = EstimatesForm(request.POST or None, request.FILES or None)
    paths = scope_of(request, LOAD).area_paths

    def act() -> None:
        given, file = form.cleaned_data, form.cleaned_data["file"]
        within = op.areas_within(paths, today())
        named = {"content": file.read(), "file_name": file.name, "source": given["source"]}
        load = op.load_estimates(**named, on=today(), within=within, **by(request))
        said = _("%(new)d new, %(changed)d changed, %(unchanged)d unchanged, %(set_aside)d set aside.")
        counts = {key: load.counts.get(key, 0) for key in ("new", "changed", "unchanged", "set_aside")}
        messages.success(request, said % counts)

    if answered(form, act):
        return redirect("reach:groups")
    lead = _("Aggregates as published: numbers per area, group and year. No list of persons is ever read here.")
    words = {"heading": _("Import estimates of groups"), "lead": lead, "verb": _("Import")}
    return form_page(request, form, **words, back_url=reverse("reach:groups"))


@performs(LOAD)
def take_in(request: HttpRequest) -> HttpResponse:
    """A body takes in people of a group from now on."""
    form = TakeInForm(request.POST or None, scope=scope_of(request, LOAD), initial={"day": today()})

    def act() -> None:
        group, body = form.chosen()
        op.take_in(body=body, group=group, day=form.cleaned_data["day"], **by(request))

    if answered(form, act):
        return redirect("reach:groups")
    lead = _("Its members without an employer then count for this group: by their number, never by name.")
    words = {"heading": _("Say which body takes a group in"), "lead": lead, "verb": _("Save")}
    return form_page(request, form, **words, back_url=reverse("reach:groups"))
