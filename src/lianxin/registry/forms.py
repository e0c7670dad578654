"""Shapes of input on the registry's pages."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.places.models import Area

from .codes import BadCreditCode, check_code
from .models.organisation import OrganisationSpan
from .operations.organisations import OrganisationFacts, placed_at
from .queries.places import area_choices
from .words import FACTS, ORGANISATION_KINDS

MODES = [("change", _("It changed on that day")), ("correct", _("It was wrong from the start: set it right"))]
COUNTS = ("headcount", "women", "young_people", "league_members", "union_members")


def day_field(label: Any, **given: Any) -> forms.DateField:
    """A day, picked where the browser can."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


class AreaForm(forms.Form):
    """Where an organisation is: areas of the scope only."""

    area = forms.TypedChoiceField(label=_("Area"), coerce=int)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("Choose …")), *area_choices(scope.area_paths, scope.day)]  # type: ignore[attr-defined]

    def clean_area(self) -> Area:
        return Area.objects.get(pk=self.cleaned_data["area"])


class OrganisationForm(AreaForm):
    """An organisation's facts, and since when they hold."""

    name = forms.CharField(label=FACTS["name"], max_length=200)
    credit_code = forms.CharField(label=FACTS["credit_code"], max_length=30, required=False)
    kind = forms.ChoiceField(label=FACTS["kind"], choices=list(ORGANISATION_KINDS.items()))
    address = forms.CharField(label=FACTS["address"], max_length=300, required=False)
    headcount = forms.IntegerField(label=FACTS["headcount"], min_value=0, required=False)
    women = forms.IntegerField(label=FACTS["women"], min_value=0, required=False)
    young_people = forms.IntegerField(label=FACTS["young_people"], min_value=0, required=False)
    league_members = forms.IntegerField(label=FACTS["league_members"], min_value=0, required=False)
    union_members = forms.IntegerField(label=FACTS["union_members"], min_value=0, required=False)
    is_new_org = forms.BooleanField(label=FACTS["is_new_org"], required=False)
    opened_on = day_field(FACTS["opened_on"], required=False)
    mode = forms.ChoiceField(label=_("What is this"), choices=MODES, initial="change")
    day = day_field(_("Holds from"))
    field_order = ("name", "credit_code", "kind", "address", "area", *COUNTS, "is_new_org", "opened_on", "mode", "day")

    def clean_credit_code(self) -> str:
        try:
            return check_code(self.cleaned_data["credit_code"])
        except BadCreditCode as refusal:
            raise ValidationError(refusal.sentence) from None

    def facts(self, before: OrganisationSpan | None = None) -> OrganisationFacts:
        """What was entered, as facts; an area other than before was decided by the officer."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("mode", "day")}
        if before is None or before.area_id != given["area"].pk:
            given["placed"] = placed_at(given["area"], self.cleaned_data["day"])
            given["is_placed_by_hand"] = True
        return cast(OrganisationFacts, given)

    @staticmethod
    def known(span: OrganisationSpan, day: date) -> dict[str, Any]:
        """What is on record, filled in."""
        names = ("name", "credit_code", "kind", "address", *COUNTS, "is_new_org", "opened_on")
        return {**{name: getattr(span, name) for name in names}, "area": span.area_id, "mode": "change", "day": day}


class TermForm(forms.Form):
    """An election was held."""

    day = day_field(_("Elected on"))
    until = day_field(_("Term ends on"))


class DayForm(forms.Form):
    """From which day something holds."""

    day = day_field(_("From"))


class MergeForm(DayForm):
    """Which of two records stays."""

    keep = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, pair: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [(ref, str(ref)) for ref in pair]  # type: ignore[attr-defined]
