"""Shapes of input about purposes."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import today

from .forms import day_field
from .models.consent import Purpose
from .operations.purposes import Notice, PurposeFacts
from .words import PURPOSE_BASES


def notice_field(label: Any, **given: Any) -> forms.CharField:
    """Several lines to read."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 6}), max_length=2000, **given)


class FactsForm(forms.Form):
    """What a purpose says of itself."""

    name = forms.CharField(label=_("Name in Chinese"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)
    basis_text = forms.CharField(label=_("Article or decision it rests on"), max_length=200)
    data_kinds = forms.CharField(label=_("Kinds of data, in Chinese"), max_length=200)
    data_kinds_en = forms.CharField(label=_("Kinds of data, in English"), max_length=200, required=False)
    keep_months = forms.IntegerField(
        label=_("Months kept after it has ended"), min_value=0, max_value=600, help_text=_("0: deleted at once")
    )
    ask_again_months = forms.IntegerField(
        label=_("Months before anybody asks again after a no"), min_value=1, max_value=120, initial=12
    )

    def facts(self) -> PurposeFacts:
        return PurposeFacts(**{name: self.cleaned_data[name] for name in PurposeFacts.__dataclass_fields__})

    @staticmethod
    def known(purpose: Purpose) -> dict[str, Any]:
        """What is on record, filled in."""
        return {name: getattr(purpose, name) for name in PurposeFacts.__dataclass_fields__}


class NoticeForm(forms.Form):
    """The words people read, and from when."""

    text = notice_field(_("What people read, in Chinese"))
    text_en = notice_field(_("What people read, in English"), required=False)
    day = day_field(_("Read from"))

    def notice(self) -> Notice:
        return Notice(self.cleaned_data["text"], self.cleaned_data["text_en"])

    @staticmethod
    def known(purpose: Purpose) -> dict[str, Any]:
        """The words of today, to be changed."""
        return {**asdict(Notice(purpose.notice, purpose.notice_en)), "day": today()}


class PurposeForm(FactsForm, NoticeForm):
    """A purpose to add."""

    code = forms.SlugField(label=_("Short code"), max_length=40, help_text=_("Small Latin letters, digits and _"))
    basis = forms.ChoiceField(label=_("Why the law allows it"), choices=list(PURPOSE_BASES.items()))
    is_separate = forms.BooleanField(
        label=_("It is asked by itself, and may hold sensitive statements"), required=False
    )
    field_order = ("name", "name_en", "code", "basis", "basis_text", "is_separate", "data_kinds", "data_kinds_en")
