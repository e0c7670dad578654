"""Shapes of input about one person: consent, statements, contacts, guardians, hold, requests."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import today
from lianxin.kit.scope import Scope

from .attributes import Attribute
from .forms import AreaForm, day_field
from .models.consent import Contact, Guardian, Purpose
from .models.person import Person
from .queries.places import area_names
from .queries.privacy import guardian_lines, purposes_allowed
from .words import CONTACT_KINDS, OPENING_REASONS, RIGHTS_KINDS

LARGEST = 300
ANSWERS = [("yes", _("Agrees")), ("no", _("Does not agree"))]


class PersonForm(AreaForm):
    """A name and where the person lives or works; nothing else is asked here."""

    name = forms.CharField(label=_("Name"), max_length=60)
    field_order = ("name", "area")


class VoiceForm(forms.Form):
    """Who speaks: the person, or a guardian where one is entered."""

    guardian = forms.TypedChoiceField(label=_("Who answers"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, person: Person, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = guardian_lines(person.pk, day)
        if not lines:
            del self.fields["guardian"]
            return
        choices = [(line.id, _("%(name)s, guardian") % {"name": line.name}) for line in lines]
        self.fields["guardian"].choices = [("", _("The person")), *choices]  # type: ignore[attr-defined]

    def clean_guardian(self) -> Guardian | None:
        return Guardian.objects.filter(pk=self.cleaned_data["guardian"]).first()

    def voice(self) -> Guardian | None:
        found: Guardian | None = self.cleaned_data.get("guardian")
        return found


class ConsentForm(VoiceForm):
    """The answer to the words shown above."""

    answer = forms.ChoiceField(label=_("Answer"), choices=ANSWERS, widget=forms.RadioSelect)
    day = day_field(_("Answered on"))
    field_order = ("guardian", "answer", "day")


class StatementForm(VoiceForm):
    """One thing the person states, for a purpose."""

    value = forms.ChoiceField(label=_("What the person says"))
    purpose = forms.ModelChoiceField(label=_("Purpose"), queryset=Purpose.objects.none(), empty_label=None)
    seen_on = day_field(_("Certificate or list seen on"), required=False)
    field_order = ("guardian", "value", "seen_on", "purpose")

    def __init__(self, *args: Any, person: Person, what: Attribute, day: date, **kwargs: Any) -> None:
        super().__init__(*args, person=person, day=day, **kwargs)
        if what.choices:
            self.fields["value"].choices = [("", _("Choose …")), *what.choices.items()]  # type: ignore[attr-defined]
        else:
            self.fields["value"] = forms.IntegerField(label=str(what.name), min_value=1900, max_value=2100)
        self.fields["value"].label = str(what.name)
        allowed = purposes_allowed(person.pk, needs_separate=what.is_sensitive)
        self.fields["purpose"].queryset = Purpose.objects.filter(pk__in=[p.pk for p in allowed])  # type: ignore[attr-defined]
        if not what.needs_proof_day:
            del self.fields["seen_on"]

    def clean_value(self) -> str:
        return str(self.cleaned_data["value"])


class ContactForm(forms.Form):
    """A way to reach the person, for a purpose."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(CONTACT_KINDS.items()))
    value = forms.CharField(
        label=_("Number or address"), max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )
    purpose = forms.ModelChoiceField(label=_("Purpose"), queryset=Purpose.objects.none(), empty_label=None)
    is_safe = forms.BooleanField(
        label=_("A message there is read by nobody else who must not read it"), required=False, initial=True
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = purposes_allowed(person.pk, needs_separate=False)
        self.fields["purpose"].queryset = Purpose.objects.filter(pk__in=[p.pk for p in allowed])  # type: ignore[attr-defined]


class OpeningForm(forms.Form):
    """What a contact is opened for."""

    reason = forms.ChoiceField(
        label=_("What it is opened for"), choices=list(OPENING_REASONS.items()), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("It was left for: %(purpose)s") % {"purpose": contact.purpose}


class GuardianForm(forms.Form):
    """Who speaks for a child: somebody of the scope by name, or a new record."""

    name = forms.CharField(label=_("Name of the guardian"), max_length=60)
    which = forms.TypedChoiceField(label=_("Which one"), coerce=int, empty_value=None, required=False)
    is_new = forms.BooleanField(label=_("Not on record yet: enter the guardian, too"), required=False)
    day = day_field(_("From"))

    def __init__(self, *args: Any, child: Person, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child, self.scope = child, scope
        found = self._found()
        if len(found) < 2:
            del self.fields["which"]
            return
        places = area_names({p.area_id for p in found if p.area_id}, scope.day)
        named = [(p.pk, f"{p.name} · {places[p.area_id].full if p.area_id in places else p.pk}") for p in found]
        self.fields["which"].choices = [("", _("Choose …")), *named]  # type: ignore[attr-defined]

    def _found(self) -> list[Person]:
        name = " ".join(str(self.data.get("name", "")).split())
        if not name:
            return []
        within = Person.objects.known().within(self.scope).exclude(pk=self.child.pk)
        return list(within.filter(name=name).order_by("pk")[:20])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("name") or given.get("is_new"):
            return {**given, "person": None}
        found = self._found()
        chosen = [p for p in found if p.pk == given.get("which")] if len(found) > 1 else found
        if not chosen:
            wording = (
                _("Several people bear this name: choose one.") if found else _("Nobody of this name is on record.")
            )
            raise ValidationError({"which" if found else "name": wording})
        return {**given, "person": chosen[0]}


class HoldForm(forms.Form):
    """Why the law forbids erasing the person for now."""

    reason = forms.CharField(label=_("Reason and article"), max_length=200)


class RequestForm(forms.Form):
    """What the person asks about the own data."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=list(RIGHTS_KINDS.items()), widget=forms.RadioSelect)
    wish = forms.CharField(
        label=_("What is to be set right"),
        max_length=LARGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For a correction; deleted with the answer"),
    )
    day = day_field(_("Received on"))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > today():
            raise ValidationError(_("This day is still to come."))
        return day


class RefusalForm(forms.Form):
    """Why a request is refused, as the person is told."""

    reason = forms.CharField(
        label=_("Why, as the person is told"), max_length=LARGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
