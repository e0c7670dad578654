"""Memberships: apply, the next step, leave, offer to another body."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now, today
from lianxin.kit.guards import performs
from lianxin.kit.refusals import Refused

from ..forms import JoinForm, OfferForm
from ..models.body import BodySpan
from ..models.person import Membership, Person
from ..operations.people import STEPS, advance_membership, apply_for_membership, leave, offer_transfer
from .common import page, refused, scope_of

CHANGE = "registry.change_person"


def _membership(request: HttpRequest, pk: int) -> Membership:
    """A membership that runs, in a body of the scope."""
    bodies = BodySpan.objects.filter(valid_until=None).within(scope_of(request, CHANGE))
    held = Membership.objects.filter(pk=pk, left_on=None, body__in=bodies.values("body"))
    found = held.select_related("body", "person").first()
    if found is None:
        raise Http404
    return found


@performs(CHANGE)
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """A person applies to a body of the scope."""
    scope = scope_of(request, CHANGE)
    person = Person.objects.known().within(scope).filter(pk=pk).first()
    if person is None:
        raise Http404
    form = JoinForm(request.POST or None, scope=scope, initial={"day": today()})
    if form.is_valid():
        try:
            by = {"actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            apply_for_membership(person=person, **form.cleaned_data, **by)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:person", pk)
    status = 422 if form.errors else 200
    return page(request, "registry/join_form.html", form=form, person=person.name, pk=pk, status=status)


@performs(CHANGE)
@require_POST
def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """The next step is reached today."""
    held, step = _membership(request, pk), request.POST.get("step", "")
    if step not in STEPS[1:]:
        raise Http404
    advance_membership(membership=held, step=step, day=today(), actor=request.actor, at=now())  # type: ignore[attr-defined]
    return redirect("registry:person", held.person_id)


@performs(CHANGE)
@require_POST
def leave_body(request: HttpRequest, pk: int) -> HttpResponse:
    """The person leaves today; no reason is asked."""
    held = _membership(request, pk)
    leave(membership=held, day=today(), actor=request.actor, at=now())  # type: ignore[attr-defined]
    return redirect("registry:person", held.person_id)


@performs(CHANGE)
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the member to another body of the line; nothing moves until it answers."""
    held = _membership(request, pk)
    form = OfferForm(request.POST or None, line=held.body.line_id)
    if form.is_valid():
        try:
            by = {"day": today(), "actor": request.actor, "at": now()}  # type: ignore[attr-defined]
            offer_transfer(membership=held, to_body=form.cleaned_data["body"], **by)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:person", held.person_id)
    status = 422 if form.errors else 200
    return page(
        request, "registry/offer_form.html", form=form, person=held.person.name, pk=held.person_id, status=status
    )
