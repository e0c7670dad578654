"""Shapes of input on the way of a founding."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account
from lianxin.kit.scope import Scope
from lianxin.places.models import Site
from lianxin.registry.forms import AreaForm, day_field
from lianxin.registry.models import Body, BodySpan, Line, Organisation
from lianxin.registry.naming import organisations_named
from lianxin.registry.words import BODY_FORMS, BODY_KINDS, POST_TITLES

from ..operations.founders import Known
from ..operations.foundings import Elected
from ..words import PARTS

CONTACTS = [("phone", _("Telephone")), ("wechat", _("WeChat")), ("email", _("E-mail"))]


class UpperField(forms.TypedChoiceField):
    """Bodies of the scope's areas and above that may approve: the federations of the line."""

    @staticmethod
    def choices_for(line: str, day: date) -> list[tuple[str, Any]]:
        spans = BodySpan.objects.on(day).filter(form="area").select_related("body__line").order_by("area", "name")
        spans = spans.filter(body__line__code=line) if line else spans
        return [("", _("To be chosen later")), *((str(s.body_id), s.name) for s in spans[:400])]


class StartForm(AreaForm):
    """A founding to start: for whom, where, in which form."""

    line = forms.ModelChoiceField(label=_("Line"), queryset=Line.objects.order_by("pk"), to_field_name="code")
    form = forms.ChoiceField(label=_("Form"), choices=list(BODY_FORMS.items()))
    kind = forms.ChoiceField(label=_("Kind"), choices=list(BODY_KINDS.items()))
    name = forms.CharField(label=_("Working name"), max_length=200)
    site = forms.ModelChoiceField(
        label=_("Building, park or business area"), queryset=Site.objects.none(), required=False
    )
    upper = UpperField(label=_("Body above, which approves"), coerce=int, required=False, empty_value=None)
    organisations = forms.CharField(
        label=_("Organisations"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: credit code or whole name"),
    )
    day = day_field(_("First talk on"))
    is_guarded = forms.BooleanField(
        label=_("Protect it: only named handlers know of it until the body above is asked"), required=False
    )
    field_order = ("line", "form", "kind", "name", "area", "site", "upper", "organisations", "day", "is_guarded")

    def __init__(self, *args: Any, scope: Scope, lines: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.scope = scope
        chosen = Line.objects.order_by("pk")
        chosen = chosen if "" in lines else chosen.filter(code__in=lines)
        self.fields["line"].queryset = chosen  # type: ignore[attr-defined]
        self.fields["line"].label_from_instance = lambda line: line.name  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.on(scope.day).within(scope).order_by("name")  # type: ignore[attr-defined]
        self.fields["site"].label_from_instance = lambda site: site.name  # type: ignore[attr-defined]
        line = self.data.get("line") or self.initial.get("line") or ""
        self.fields["upper"].choices = UpperField.choices_for(line if not self.data else "", scope.day)  # type: ignore[attr-defined]

    def clean_organisations(self) -> list[Organisation]:
        return organisations_named(self.cleaned_data["organisations"], self.scope)

    def clean_upper(self) -> Body | None:
        pk = self.cleaned_data["upper"]
        return Body.objects.filter(pk=pk).first() if pk else None


class ChangeForm(forms.Form):
    """What may still change on the way."""

    name = forms.CharField(label=_("Working name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(BODY_KINDS.items()))
    upper = UpperField(label=_("Body above, which approves"), coerce=int, required=False, empty_value=None)
    is_guarded = forms.BooleanField(
        label=_("Protect it: only named handlers know of it until the body above is asked"), required=False
    )

    def __init__(self, *args: Any, line: str, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upper"].choices = UpperField.choices_for(line, day)  # type: ignore[attr-defined]

    def clean_upper(self) -> Body | None:
        pk = self.cleaned_data["upper"]
        return Body.objects.filter(pk=pk).first() if pk else None


class HandlerForm(forms.Form):
    """A colleague who is to handle it as well, by log-in name."""

    username = forms.CharField(label=_("Log-in name of the colleague"), max_length=40)

    def clean_username(self) -> Account:
        found = Account.objects.filter(username=self.cleaned_data["username"].strip(), is_active=True).first()
        if found is None:
            raise ValidationError(_("Nobody has this log-in name."))
        return found


class PartyForm(forms.Form):
    """One more organisation."""

    organisation = forms.CharField(label=_("Credit code or whole name"), max_length=200)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def clean_organisation(self) -> Organisation:
        return organisations_named(self.cleaned_data["organisation"], self.scope)[0]


class FounderForm(forms.Form):
    """Somebody who agreed to found: the least that is needed to reach the person."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    part = forms.ChoiceField(label=_("Takes part as"), choices=list(PARTS.items()))
    contact_kind = forms.ChoiceField(label=_("Contact by"), choices=CONTACTS, required=False)
    contact = forms.CharField(
        label=_("Number or address"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    organisation = forms.TypedChoiceField(label=_("Works at"), coerce=int, required=False)
    has_agreed = forms.BooleanField(label=_("The person read the words above and agreed to them"), required=False)

    def __init__(self, *args: Any, parties: tuple[tuple[int, int, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", _("Not said")), *((o, name) for _p, o, name in parties)]  # type: ignore[attr-defined]

    def known(self) -> Known:
        given = self.cleaned_data
        return Known(given["name"], given["contact_kind"], given["contact"], given["organisation"] or 0)


class WhenForm(forms.Form):
    """On which day."""

    day = day_field(_("On"))


class AnswerForm(forms.Form):
    """The answer of the body above."""

    answer = forms.ChoiceField(choices=[("approve", ""), ("send_back", "")])
    reason = forms.CharField(
        label=_("Reason, if it is sent back"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class StopForm(forms.Form):
    """Nothing comes of it."""

    reason = forms.CharField(label=_("Why, without naming anybody"), max_length=200)


class ElectionForm(forms.Form):
    """The election: how many could vote and came, and who was chosen for which post."""

    day = day_field(_("Held on"))
    eligible = forms.IntegerField(label=_("Could vote"), min_value=1)
    present = forms.IntegerField(label=_("Came"), min_value=1)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        titles = [("", _("Not elected")), *POST_TITLES.items()]
        for number, (_key, name) in enumerate(people):
            self.fields[f"title_{number}"] = forms.ChoiceField(label=name, choices=titles, required=False)
            votes = forms.IntegerField(label=_("Votes for %(name)s") % {"name": name}, min_value=0, required=False)
            self.fields[f"votes_{number}"] = votes

    def elected(self) -> dict[UUID, Elected]:
        """Who was chosen: key of the person -> post and votes."""
        found = {}
        for number, (key, _name) in enumerate(self.people):
            if title := self.cleaned_data[f"title_{number}"]:
                found[UUID(key)] = Elected(title, self.cleaned_data[f"votes_{number}"])
        return found


class RegisterForm(forms.Form):
    """From when the body is there, and until when its first term runs."""

    day = day_field(_("Registered on"))
    term_until = day_field(_("First term ends on"))
