"""People: list, page, a new one."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused

from ..forms import AreaForm
from ..operations.people import add_person
from ..queries.organisations import line_names, read_after
from ..queries.people import PersonFilter, person_detail, person_page
from .common import may, page, refused, scope_of

VIEW = "registry.view_people"


class PersonForm(AreaForm):
    """A name and where the person lives or works; nothing else is asked here."""

    name = forms.CharField(label=_("Name"), max_length=60)
    field_order = ("name", "area")


@performs(VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """Search by name; the address holds the state."""
    chosen = PersonFilter.read(request.GET, today())
    return page(
        request,
        "registry/people.html",
        "list",
        chosen=chosen,
        found=person_page(chosen, scope_of(request, VIEW), after=read_after(request.GET.get("after", ""))),
        here=chosen.address(),
        can_add=may(request, "registry.change_person"),
    )


@performs(VIEW)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person, with purposes; contacts are never shown."""
    detail = person_detail(pk, scope_of(request, VIEW))
    if detail is None:
        raise Http404
    return page(request, "registry/person.html", detail=detail, lines=line_names())


@performs("registry.change_person")
def new_person(request: HttpRequest) -> HttpResponse:
    """Enter a person."""
    form = PersonForm(request.POST or None, scope=scope_of(request, "registry.change_person"))
    if form.is_valid():
        try:
            made = add_person(**form.cleaned_data, actor=request.actor, at=now())  # type: ignore[attr-defined]
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:person", made.pk)
    return page(request, "registry/person_form.html", form=form, status=422 if form.errors else 200)
