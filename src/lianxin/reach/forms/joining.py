"""Shapes of input of joining: the public page's few fields, and the code that leads to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.registry.forms import day_field

from ..operations.founders import Known
from .foundings import CONTACTS


class TypedCode(forms.Form):
    """The code as it stands on the sheet."""

    code = forms.CharField(
        label=_("Code on the sheet"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class JoinForm(forms.Form):
    """Who joins: name, one contact, the place of work if the person likes, and an answer for each purpose."""

    name = forms.CharField(label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact_kind = forms.ChoiceField(label=_("How can we reach you"), choices=CONTACTS)
    contact = forms.CharField(label=_("Number or address"), max_length=100)
    workplace = forms.CharField(label=_("Where you work"), max_length=100, required=False)
    is_of_age = forms.BooleanField(label=_("I am 14 or older"))
    website = forms.CharField(required=False, label=_("Leave this empty"))
    """A trap for machines: nobody who reads the page fills it in."""

    def __init__(self, *args: Any, asked: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for number, (code, name) in enumerate(asked):
            label = _("I agree: %(purpose)s") % {"purpose": name}
            self.fields[f"yes_{code}"] = forms.BooleanField(label=label, required=number == 0)

    @property
    def is_machine(self) -> bool:
        return bool(self.data.get("website"))

    def known(self) -> Known:
        given = self.cleaned_data
        return Known(given["name"], given["contact_kind"], given["contact"])

    def answers(self) -> dict[str, bool]:
        """Purpose -> yes or no."""
        return {code: bool(self.cleaned_data[f"yes_{code}"]) for code, _name in self.asked}


class CodeForm(forms.Form):
    """A code to make."""

    where = forms.CharField(label=_("Where it will hang or be shown"), max_length=100, required=False)
    until = day_field(_("Works until before"))


class RefusalForm(forms.Form):
    """Why somebody is not entered, in words the person will read."""

    reason = forms.CharField(
        label=_("Reason, as the applicant will read it"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
