"""Pages of areas: the tree, one area, and what can happen to it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from .. import forms, maps, operations, pages, queries
from ..models import Area
from .asking import area_or_404, ask, day_of, scope_of

VIEW, CHANGE = "places.view_areas", "places.change_areas"


@performs(VIEW)
def areas(request: HttpRequest) -> HttpResponse:
    """The tree of areas on a day."""
    day = day_of(request)
    page = pages.tree_page(scope_of(request, VIEW), day, request.LANGUAGE_CODE)
    may_import = request.actor.may("places.import_shapes", today())  # type: ignore[attr-defined]
    return render(request, "places/areas.html", {"page": page, "day": day, "may_import": may_import})


@performs(VIEW)
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """One area on a day: where it lies, what lies in it, its history."""
    scope, day = scope_of(request, VIEW), day_of(request)
    page = pages.area_page(area_or_404(pk, scope), scope, day)
    acts = {"may_change": CHANGE, "may_see_duties": "reach.view_duties", "may_see_work": "reach.view_area"}
    may = {name: request.actor.may(act, today()) for name, act in acts.items()}  # type: ignore[attr-defined]
    return render(request, "places/area.html", {"page": page, "day": day, **may})


@performs(VIEW)
def shapes(request: HttpRequest, pk: int) -> HttpResponse:
    """The outlines of the areas in one, as GeoJSON; `level` goes down further than to those right below."""
    found = area_or_404(pk, scope_of(request, VIEW))
    return JsonResponse(maps.shapes(found, day_of(request), level=request.GET.get("level", "")))


def _form(request: HttpRequest, pk: int, kind: type[forms.DayForm]) -> tuple[Area, forms.DayForm, dict[str, Any]]:
    """The area to be changed, the form for it, and what every such page says."""
    scope, day = scope_of(request, CHANGE), today()
    found = area_or_404(pk, scope)
    lines = queries.area_lines(day, below=scope.area_paths, scheme=found.scheme)
    line = next((x for x in lines if x.id == pk), None)
    if line is None:
        name = queries.names([pk], day).get(pk, found.code)
        raise operations.NotOpen(found, name=name)
    form = kind(request.POST or None, line=line, lines=lines, day=day)
    return found, form, {"lead": line.name, "back": reverse("places:area", args=[pk])}


@performs(CHANGE)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    found, form, words = _form(request, pk, forms.RenameForm)

    def carry_out(who: dict[str, Any]) -> str:
        operations.rename_area(area=found, **form.cleaned_data, **who)
        return str(words["back"])

    texts = {"heading": _("Rename an area"), "verb": _("Rename"), "done": _("The area has its new name.")}
    return ask(request, form, carry_out, **texts, **words)


@performs(CHANGE)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    parent, form, words = _form(request, pk, forms.AddForm)

    def carry_out(who: dict[str, Any]) -> str:
        made = operations.add_area(scheme=parent.scheme, parent=parent, **form.cleaned_data, **who)
        return reverse("places:area", args=[made.pk])

    texts = {"heading": _("Add an area"), "verb": _("Add the area"), "done": _("The area was added.")}
    return ask(request, form, carry_out, **texts, **words)


@performs(CHANGE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    found, form, words = _form(request, pk, forms.MoveForm)

    def carry_out(who: dict[str, Any]) -> str:
        parent = Area.objects.get(pk=form.cleaned_data["parent"])
        operations.move_area(area=found, parent=parent, on=form.cleaned_data["on"], **who)
        return str(words["back"])

    texts = {"heading": _("Move an area"), "verb": _("Move"), "done": _("The area was moved with all in it.")}
    return ask(request, form, carry_out, **texts, **words)


@performs(CHANGE)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    found, form, words = _form(request, pk, forms.MergeForm)

    def carry_out(who: dict[str, Any]) -> str:
        others = Area.objects.filter(pk__in=form.cleaned_data["others"])
        target = form.target(found)  # type: ignore[attr-defined]
        joint = operations.merge_areas(areas=[found, *others], into=target, on=form.cleaned_data["on"], **who)
        return reverse("places:area", args=[joint.pk])

    texts = {"heading": _("Merge areas"), "verb": _("Merge"), "done": _("The areas were merged.")}
    return ask(request, form, carry_out, **texts, **words)


@performs(CHANGE)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    found, form, words = _form(request, pk, forms.SplitForm)

    def carry_out(who: dict[str, Any]) -> str:
        given = form.cleaned_data
        into = form.new_areas()  # type: ignore[attr-defined]
        operations.split_area(area=found, into=into, keeps=given["keeps"], on=given["on"], **who)
        return str(words["back"])

    texts = {"heading": _("Split an area"), "verb": _("Split"), "done": _("The area was split.")}
    return ask(request, form, carry_out, **texts, **words)


@performs(CHANGE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found, form, words = _form(request, pk, forms.CloseForm)

    def carry_out(who: dict[str, Any]) -> str:
        operations.close_area(area=found, on=form.cleaned_data["on"], **who)
        return str(words["back"])

    texts = {"heading": _("Close an area"), "verb": _("Close the area"), "done": _("The area was closed.")}
    return ask(request, form, carry_out, **texts, **words)
