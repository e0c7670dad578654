"""Forms of the pages of rules and parameters."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin_methods.rules.vocabulary import Scalar, read_day

from .catalogue import TARGETS
from .models import Parameter, StoredRule
from .operations import Source


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SourceForm(forms.Form):
    """From which day, and who says so."""

    valid_from = forms.DateField(label=_("Holds from"), widget=DayInput())
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The statute, document or decision it comes from")
    )
    article = forms.CharField(label=_("Article"), max_length=100, required=False)
    is_verified = forms.BooleanField(label=_("I have compared it with the source itself"), required=False)

    def as_source(self) -> Source:
        data = self.cleaned_data
        return Source(data["source"], data["article"], data["is_verified"])


class VersionForm(SourceForm):
    """A new version of a rule."""

    text = forms.CharField(
        label=_("Rule"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})
    )
    in_force = forms.BooleanField(label=_("Put in force from that day"), required=False)
    field_order = ("text",)


class RuleForm(forms.Form):
    """A rule under a code of its own."""

    code = forms.CharField(label=_("Code"), max_length=80, help_text=_("Such as union.in_scope"))
    title = forms.CharField(label=_("Name"), max_length=100)
    title_en = forms.CharField(label=_("English name"), max_length=100, required=False)
    vocabulary = forms.ChoiceField(label=_("Speaks of"))
    severity = forms.ChoiceField(
        label=_("Force"), choices=[("may", _("recommended or allowed")), ("must", _("obligation"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vocabulary"].choices = [(t.code, t.label) for t in TARGETS.values()]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if StoredRule.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is in use already."))
        return code


EXAMPLES = {
    "int": _("Write a whole number, such as 25."),
    "float": _("Write a number, such as 0.5."),
    "date": _("Write a day, such as 2026-03-01."),
    "str": _("Write a text."),
}


class ValueForm(SourceForm):
    """A new value of a parameter, typed as the parameter is."""

    value = forms.CharField(label=_("New value"), max_length=100)
    jurisdiction = forms.RegexField(
        r"^[0-9]{0,12}$",
        label=_("Holds in"),
        required=False,
        help_text=_("Code of the area, such as 4403; empty for the whole country"),
    )
    field_order = ("value", "valid_from", "jurisdiction")

    def __init__(self, *args: Any, parameter: Parameter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = parameter.kind

    def clean_value(self) -> Scalar:
        raw = str(self.cleaned_data["value"]).strip()
        readers: dict[str, type | Any] = {"int": int, "float": float, "date": read_day, "str": str}
        try:
            found: Scalar = readers[self.kind](raw)
        except ValueError:
            raise forms.ValidationError(EXAMPLES[self.kind])
        return found


def initial_day(day: date) -> dict[str, str]:
    return {"valid_from": day.isoformat()}
