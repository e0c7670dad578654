"""People: list, page, a new one."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused

from ..models.person import Person
from ..operations.people import add_person
from ..operations.rights import erase_person, export_person
from ..privacy_forms import PersonForm
from ..queries.organisations import line_names, read_after
from ..queries.people import PersonFilter, person_detail, person_page
from ..queries.privacy import held_about
from .common import may, page, refused, scope_of

VIEW, ERASE = "registry.view_people", "registry.erase_person"
CAN = {
    "erase": "erase_person",
    "change": "change_person",
    "note": "note_consent",
    "open": "open_contact",
    "sensitive": "view_sensitive",
    "hold": "hold_person",
    "ask": "note_request",
}
"""What the page offers, by the act that it takes."""


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
    """One person, with purposes; contacts are masked."""
    detail = person_detail(pk, scope_of(request, VIEW))
    if detail is None:
        raise Http404
    can = _allowed(request, pk)
    held = held_about(pk, today(), sees_sensitive=can["sensitive"])
    return page(request, "registry/person.html", detail=detail, held=held, lines=line_names(), can=can)


def _allowed(request: HttpRequest, pk: int) -> dict[str, bool]:
    """What may be done here with this person; acts that reach equally far are asked for once."""
    scopes = {name: scope_of(request, f"registry.{act}") for name, act in CAN.items()}
    people = Person.objects.known().filter(pk=pk)
    reached = {scope: people.within(scope).exists() for scope in set(scopes.values()) if not scope.is_empty}
    return {name: reached.get(scope, False) for name, scope in scopes.items()}


def _reached(request: HttpRequest, act: str, pk: int) -> Person | None:
    return Person.objects.known().within(scope_of(request, act)).filter(pk=pk).first()


@performs(ERASE)
@require_POST
def copy_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything held about a person, to hand over. Written into the trail, so never a mere link."""
    person = _reached(request, ERASE, pk)
    if person is None:
        raise Http404
    copy = export_person(person=person, actor=request.actor, at=now())  # type: ignore[attr-defined]
    answer = JsonResponse(copy, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="person-{pk}.json"'
    return answer


@performs(ERASE)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more, then the person is a nameless row."""
    person = _reached(request, ERASE, pk)
    if person is None:
        raise Http404
    if request.method == "POST":
        erase_person(person=person, actor=request.actor, at=now())  # type: ignore[attr-defined]
        return redirect("registry:people")
    return page(request, "registry/erase_form.html", person=person.name, pk=pk)


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
