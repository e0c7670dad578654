"""Pages of sites."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from .. import forms, operations, pages, queries
from ..models import Site
from .asking import ask, day_of, scope_of

VIEW, CHANGE = "places.view_sites", "places.change_sites"


@performs(VIEW)
def sites(request: HttpRequest) -> HttpResponse:
    """Sites within one's scope, by name."""
    day, text = day_of(request), request.GET.get("q", "").strip()
    page = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdigit() else 1
    lines, has_more = pages.site_lines(scope_of(request, VIEW), day, text=text, page=page)
    here = reverse("places:sites")
    links = {"next": pages.address(here, q=text, page=page + 1) if has_more else ""}
    links["previous"] = pages.address(here, q=text, page=page - 1) if page > 1 else ""
    may_change = request.actor.may(CHANGE, today())  # type: ignore[attr-defined]
    shown = {"lines": lines, "day": day, "text": text, "may_change": may_change, "kinds": dict(forms.KINDS)}
    return render(request, "places/sites.html", {**shown, **links})


@performs(VIEW)
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One site."""
    found = _site_or_404(request, pk, VIEW)
    kind, area = dict(forms.KINDS)[found.kind], queries.names([found.area_id], today()).get(found.area_id, "")
    may_change = request.actor.may(CHANGE, today())  # type: ignore[attr-defined]
    networks = list(found.networks.values_list("name", flat=True))
    shown = {"site": found, "kind": kind, "area_name": area, "networks": networks, "may_change": may_change}
    return render(request, "places/site.html", shown)


def _site_or_404(request: HttpRequest, pk: int, act: str) -> Site:
    found = Site.objects.within(scope_of(request, act)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@performs(CHANGE)
def add_site(request: HttpRequest) -> HttpResponse:
    lines = _lines(request)
    form = forms.SiteForm(request.POST or None, lines=lines)

    def carry_out(who: dict[str, Any]) -> str:
        made = operations.add_site(**form.facts(), on=today(), **who)
        return reverse("places:site", args=[made.pk])

    texts = {"heading": _("Add a site"), "verb": _("Add the site"), "done": _("The site was added.")}
    return ask(request, form, carry_out, back=reverse("places:sites"), **texts)


@performs(CHANGE)
def change_site(request: HttpRequest, pk: int) -> HttpResponse:
    found, back = _site_or_404(request, pk, CHANGE), reverse("places:site", args=[pk])
    form = forms.SiteForm(request.POST or None, lines=_lines(request), site=found)

    def carry_out(who: dict[str, Any]) -> str:
        operations.change_site(site=found, **form.facts(), **who)
        return back

    texts = {"heading": _("Correct a site"), "verb": _("Save"), "done": _("The site was corrected.")}
    return ask(request, form, carry_out, back=back, lead=found.name, **texts)


@performs(CHANGE)
def close_site(request: HttpRequest, pk: int) -> HttpResponse:
    found, back = _site_or_404(request, pk, CHANGE), reverse("places:site", args=[pk])
    form = forms.CloseSiteForm(request.POST or None, initial={"on": today()})

    def carry_out(who: dict[str, Any]) -> str:
        operations.close_site(site=found, on=form.cleaned_data["on"], **who)
        return back

    texts = {"heading": _("Close a site"), "verb": _("Close the site"), "done": _("The site was closed.")}
    return ask(request, form, carry_out, back=back, lead=found.name, **texts)


def _lines(request: HttpRequest) -> list[queries.AreaLine]:
    scope = scope_of(request, CHANGE)
    return queries.area_lines(today(), below=scope.area_paths) if scope.area_paths else []
