"""One line of the list of duties."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.registry.models import Line

from ..models import Duty
from ..needs import GROUPS, NEEDS, said
from ..seed_words import outside, outside_word


class DutyForm(forms.Form):
    """Need, and who answers for it: everywhere."""

    need = forms.ChoiceField(label=_("Need"))
    line = forms.ModelChoiceField(label=_("Line"), queryset=Line.objects.all(), required=False)
    level = forms.ChoiceField(label=_("At which level"), required=False)
    door = forms.CharField(label=_("Or: not ours, where to go"), max_length=200, required=False)
    source = forms.CharField(label=_("What it rests on"), max_length=200, required=False)
    day = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs = [(code, f"{code} {said(names)}") for code, names in {**GROUPS, **NEEDS}.items()]
        needs += [(code, f"{code} {outside_word(code)}") for code in outside()]
        self.fields["need"].choices = needs  # type: ignore[attr-defined]
        levels = {
            "district": pgettext_lazy("level", "District"),
            "subdistrict": _("Subdistrict"),
            "community": _("Community"),
        }
        self.fields["level"].choices = [("", "—"), *((code, levels[code]) for code, _l in Duty.LEVELS)]  # type: ignore[attr-defined]
        self.fields["line"].label_from_instance = lambda line: said((line.name, line.name_en))  # type: ignore[attr-defined]
