"""What one does on a matter's page: every act is one small form."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import now
from lianxin.kit.guards import performs
from lianxin.registry.views.asking import answered, by, form_page
from lianxin.registry.views.common import scope_of

from ..forms.correcting import CorrectForm
from ..forms.record import CallForm, HandlerForm, LevelForm, MergeForm, NoteForm, ReasonForm, SplitForm
from ..models import Handler, Matter
from ..operations import calling, correcting, handling
from ..operations import steps as op
from ..operations.opening import Given
from ..queries.areas_near import areas_near
from ..queries.desk_list import VIEW, kind_choices
from ..queries.desk_record import seen_by
from .record_page import overtaken_form, record_or_404, record_page, step_form

CORRECT = {
    "heading": _("Correct what stands here"),
    "lead": _("The person's own words stay as they are. What you change is on record, with your reason."),
    "verb": _("Put it right"),
}


def _done(request: HttpRequest, pk: int, name: str, form: forms.Form, act: Callable[[], object]) -> HttpResponse:
    """Back to the page where it was done; else the page with the form as it was filled in."""
    if answered(form, act):
        return redirect("matters:matter", pk)
    return record_page(request, pk, refused=form, name=name)


@performs(VIEW)
@require_POST
def take_step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One step of its kind."""
    record = record_or_404(request, pk)
    if overtaken := overtaken_form(record, code, request.POST):
        return record_page(request, pk, refused=overtaken, name="note", status=409)
    form = step_form(record, code, request.POST)

    def act() -> None:
        op.take_step(matter=record.matter, code=code, given=form.given(), is_shown=form.is_shown, **by(request))

    return _done(request, pk, f"step-{code}", form, act)


@performs(VIEW)
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Something written down."""
    record, form = record_or_404(request, pk), NoteForm(request.POST)
    return _done(request, pk, "note", form, lambda: op.note(matter=record.matter, **form.cleaned_data, **by(request)))


@performs(VIEW)
@require_POST
def heard(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person added is read."""
    op.heard(matter=record_or_404(request, pk).matter, **by(request))
    return redirect("matters:matter", pk)


@performs(VIEW)
@require_POST
def extend(request: HttpRequest, pk: int, clock: str) -> HttpResponse:
    """A clock is lengthened, as its rule allows."""
    record, form = record_or_404(request, pk), ReasonForm(request.POST, prefix="extend")

    def act() -> None:
        op.extend(matter=record.matter, clock=clock, **form.cleaned_data, **by(request))

    return _done(request, pk, "extend", form, act)


@performs(VIEW)
@require_POST
def name_handler(request: HttpRequest, pk: int) -> HttpResponse:
    """One more handler."""
    record, form = record_or_404(request, pk), HandlerForm(request.POST)

    def act() -> None:
        handling.name_handler(matter=record.matter, **form.cleaned_data, **by(request))

    return _done(request, pk, "handler", form, act)


@performs(VIEW)
@require_POST
def release_handler(request: HttpRequest, pk: int, handler: int) -> HttpResponse:
    """One handler less; whoever let go of the own page goes back to the list."""
    record = record_or_404(request, pk)
    row = get_object_or_404(Handler, matter=record.matter, pk=handler, until=None)
    handling.release_handler(handler=row, **by(request))
    is_own = row.account_id == request.actor.id  # type: ignore[attr-defined]
    return redirect("matters:matters") if is_own else redirect("matters:matter", pk)


@performs(VIEW)
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """It says the same as another."""
    record, form = record_or_404(request, pk), MergeForm(request.POST, prefix="merge")
    return _done(
        request, pk, "merge", form, lambda: handling.merge(matter=record.matter, **form.cleaned_data, **by(request))
    )


@performs(VIEW)
@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """A part becomes a matter of its own."""
    record = record_or_404(request, pk)
    form = SplitForm(request.POST, kinds=kind_choices(), prefix="split")

    def act() -> None:
        given = Given(words=form.cleaned_data["words"], code=form.cleaned_data["kind"])
        handling.split(matter=record.matter, given=given, **by(request))

    return _done(request, pk, "split", form, act)


@performs(VIEW)
@require_POST
def set_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut further, or less."""
    record, form = record_or_404(request, pk), LevelForm(request.POST, prefix="level")

    def act() -> None:
        handling.set_level(matter=record.matter, **form.cleaned_data, **by(request))

    return _done(request, pk, "level", form, act)


@performs(VIEW)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """What the desk wrote about it is put right, on a page of its own."""
    record = record_or_404(request, pk)
    if not record.is_handler:
        raise Http404
    registry = scope_of(request, "registry.view_organisations")
    form = CorrectForm(request.POST or None, matter=record.matter, areas=areas_near(record.matter), registry=registry)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        correcting.correct(matter=record.matter, given=form.given(), reason=reason, **by(request))

    if answered(form, act):
        return _back(request, pk)
    return form_page(request, form, back=reverse("matters:matter", args=[pk]), **CORRECT)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page of the matter; to the list where it can be seen no more from here."""
    is_seen = seen_by(Matter.objects.filter(pk=pk), request.actor, now()).exists()  # type: ignore[attr-defined]
    return redirect("matters:matter", pk) if is_seen else redirect("matters:matters")


@performs(VIEW)
@require_POST
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """How a call-back went."""
    record, form = record_or_404(request, pk), CallForm(request.POST, prefix="call")

    def act() -> None:
        given: dict[str, Any] = form.cleaned_data
        calling.call_back(matter=record.matter, **given, **by(request))

    return _done(request, pk, "call", form, act)


@performs(VIEW)
@require_POST
def break_glass(request: HttpRequest, pk: int) -> HttpResponse:
    """An emergency: somebody who may name handlers opens it; the person is told."""
    record, form = record_or_404(request, pk), ReasonForm(request.POST, prefix="glass")

    def act() -> None:
        handling.break_glass(matter=record.matter, **form.cleaned_data, **by(request))

    return _done(request, pk, "glass", form, act)
