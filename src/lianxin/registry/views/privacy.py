"""What is held about one person: answers, statements, contacts, guardians, hold."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kit.clock import today
from lianxin.kit.guards import performs

from ..attributes import ATTRIBUTES
from ..models.consent import Consent, Contact, Declaration, Guardian, Purpose
from ..models.person import Person
from ..operations import consents as op
from ..operations.people import add_guardian, add_person, change_person, end_guardian
from ..operations.rights import set_hold
from ..privacy_forms import (
    ConsentForm,
    ContactForm,
    GuardianForm,
    HoldForm,
    OpeningForm,
    PersonForm,
    StatementForm,
)
from ..queries.privacy import answer_word, purposes_allowed
from .asking import answered, by, form_page
from .common import may, page, scope_of

CHANGE, ANSWER, OPEN = "registry.change_person", "registry.note_consent", "registry.open_contact"
SENSITIVE, HOLD = "registry.view_sensitive", "registry.hold_person"


def person_or_404(request: HttpRequest, act: str, pk: int) -> Person:
    """The person, inside where the act is allowed."""
    found = Person.objects.known().within(scope_of(request, act)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def back_to(person: Person) -> str:
    return reverse("registry:person", args=[person.pk])


@performs(CHANGE)
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Set name or area right."""
    person = person_or_404(request, CHANGE, pk)
    known = {"name": person.name, "area": person.area_id}
    form = PersonForm(request.POST or None, scope=scope_of(request, CHANGE), initial=known)
    if answered(form, lambda: change_person(person=person, **form.cleaned_data, **by(request))):
        return redirect("registry:person", pk)
    words = {"heading": _("Set right: %(name)s") % {"name": person.name}, "verb": _("Save")}
    lead = _("Name and area. What the person stated is stated anew.")
    return form_page(request, form, **words, lead=lead, back=back_to(person))


@performs(ANSWER)
def answer(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The words of a purpose, and what the person answers."""
    person, purpose = person_or_404(request, ANSWER, pk), get_object_or_404(Purpose, code=code, basis="consent")
    form = ConsentForm(request.POST or None, person=person, day=today(), initial={"day": today()})

    def note() -> None:
        said = {"is_given": form.cleaned_data["answer"] == "yes", "day": form.cleaned_data["day"]}
        op.answer_consent(person=person, purpose=purpose, guardian=form.voice(), **said, **by(request))

    if answered(form, note):
        return redirect("registry:person", pk)
    status = 422 if form.errors else 200
    return page(request, "registry/consent_form.html", form=form, person=person, purpose=purpose, status=status)


@performs(ANSWER)
@require_POST
def withdraw(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The yes is taken back: one press, no reason asked."""
    person = person_or_404(request, ANSWER, pk)
    held = get_object_or_404(Consent, person=person, purpose__code=code, is_given=True, withdrawn_on=None)
    op.withdraw_consent(consent=held, day=today(), **by(request))
    return redirect("registry:person", pk)


@performs(CHANGE)
def state(request: HttpRequest, pk: int, attribute: str) -> HttpResponse:
    """Note one thing the person states."""
    person, what = person_or_404(request, CHANGE, pk), ATTRIBUTES.get(attribute)
    if what is None or (what.is_sensitive and not may(request, SENSITIVE)):
        raise Http404
    if not purposes_allowed(pk, needs_separate=what.is_sensitive):
        return page(request, "registry/ask_first.html", person=person, what=what.name)
    form = StatementForm(request.POST or None, person=person, what=what, day=today(), initial={"seen_on": today()})

    def note() -> None:
        said = {name: form.cleaned_data.get(name) for name in ("value", "purpose", "seen_on")}
        given = {"attribute": attribute, "day": today(), "guardian": form.voice()}
        op.declare(person=person, **said, **given, **by(request))  # type: ignore[arg-type]

    if answered(form, note):
        return redirect("registry:person", pk)
    words = {"heading": _("What %(name)s states") % {"name": person.name}, "verb": _("Note it")}
    lead = _("Only what the person says, for a purpose. What was stated before ends today.")
    return form_page(request, form, **words, lead=lead, back=back_to(person))


@performs(SENSITIVE)
@require_POST
def open_statement(request: HttpRequest, pk: int, statement: int) -> HttpResponse:
    """Read a sensitive answer; that it was read stands in the trail."""
    person = person_or_404(request, SENSITIVE, pk)
    held = get_object_or_404(Declaration.objects.select_related("purpose"), pk=statement, person=person)
    op.open_statement(declaration=held, **by(request))
    return _opened(request, person, str(ATTRIBUTES[held.attribute].name), answer_word(held), str(held.purpose))


def _opened(request: HttpRequest, person: Person, what: str, value: str, purpose: str) -> HttpResponse:
    response = page(request, "registry/opened.html", person=person, what=what, value=value, purpose=purpose)
    add_never_cache_headers(response)
    return response


@performs(ANSWER)
@require_POST
def remove_statement(request: HttpRequest, pk: int, statement: int) -> HttpResponse:
    """Delete one thing the person stated."""
    person = person_or_404(request, ANSWER, pk)
    held = get_object_or_404(Declaration, pk=statement, person=person)
    op.remove_statement(declaration=held, **by(request))
    return redirect("registry:person", pk)


@performs(CHANGE)
def new_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Seal a way to reach the person."""
    person = person_or_404(request, CHANGE, pk)
    if not purposes_allowed(pk, needs_separate=False):
        return page(request, "registry/ask_first.html", person=person, what=_("A contact"))
    form = ContactForm(request.POST or None, person=person)
    if answered(form, lambda: op.add_contact(person=person, day=today(), **form.cleaned_data, **by(request))):
        return redirect("registry:person", pk)
    words = {"heading": _("A contact of %(name)s") % {"name": person.name}, "verb": _("Seal it")}
    lead = _("It is sealed at once. Whoever opens it later says what for, and is recorded.")
    return form_page(request, form, **words, lead=lead, back=back_to(person))


@performs(OPEN)
def open_contact(request: HttpRequest, pk: int, contact: UUID) -> HttpResponse:
    """Say what for, then see it once."""
    person = person_or_404(request, OPEN, pk)
    held = get_object_or_404(Contact.objects.select_related("purpose"), pk=contact, person=person)
    form = OpeningForm(request.POST or None, contact=held)
    if form.is_valid():
        value = op.open_contact(contact=held, reason=form.cleaned_data["reason"], **by(request))
        return _opened(request, person, held.get_kind_display(), value, str(held.purpose))
    words = {"heading": _("Open a contact of %(name)s") % {"name": person.name}, "verb": _("Open it")}
    return form_page(request, form, **words, lead=_("That it was opened stands in the trail."), back=back_to(person))


@performs(ANSWER)
@require_POST
def remove_contact(request: HttpRequest, pk: int, contact: UUID) -> HttpResponse:
    """Forget a way to reach the person."""
    person = person_or_404(request, ANSWER, pk)
    op.remove_contact(contact=get_object_or_404(Contact, pk=contact, person=person), **by(request))
    return redirect("registry:person", pk)


@performs(CHANGE)
def new_guardian(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter who speaks for a child."""
    person, scope = person_or_404(request, CHANGE, pk), scope_of(request, CHANGE)
    form = GuardianForm(request.POST or None, child=person, scope=scope, initial={"day": today()})

    def add() -> None:
        given = form.cleaned_data
        adult = given["person"] or add_person(name=given["name"], area=person.area, **by(request))
        add_guardian(child=person, guardian=adult, day=given["day"], **by(request))

    if answered(form, add):
        return redirect("registry:person", pk)
    words = {"heading": _("A guardian of %(name)s") % {"name": person.name}, "verb": _("Enter the guardian")}
    lead = _("Until the age of 14 a parent or guardian answers for the child.")
    return form_page(request, form, **words, lead=lead, back=back_to(person))


@performs(CHANGE)
@require_POST
def drop_guardian(request: HttpRequest, pk: int, guardian: int) -> HttpResponse:
    """From today the guardian speaks for the child no longer."""
    person = person_or_404(request, CHANGE, pk)
    end_guardian(guardian=get_object_or_404(Guardian, pk=guardian, child=person), day=today(), **by(request))
    return redirect("registry:person", pk)


@performs(HOLD)
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Forbid erasure for a reason of law."""
    person = person_or_404(request, HOLD, pk)
    form = HoldForm(request.POST or None, initial={"reason": person.hold_reason})
    if answered(form, lambda: set_hold(person=person, reason=form.cleaned_data["reason"], **by(request))):
        return redirect("registry:person", pk)
    words = {"heading": _("Keep the record of %(name)s by law") % {"name": person.name}, "verb": _("Forbid erasure")}
    lead = _("While a law asks to keep the record, nobody can erase it. The reason is shown to those who ask.")
    return form_page(request, form, **words, lead=lead, back=back_to(person))


@performs(HOLD)
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Erasure is allowed again."""
    set_hold(person=person_or_404(request, HOLD, pk), reason="", **by(request))
    return redirect("registry:person", pk)
