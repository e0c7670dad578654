"""Shapes of input of full counts, registers, proposals and groups."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.registry.forms import day_field
from lianxin.registry.models import Body, BodySpan, Line

from ..models import Group
from ..operations.counts import Aim

AIMS = 3
USUAL = (
    (_("Contacted"), "was_contacted"),
    (
        _("Fully recorded"),
        "headcount is not None and young_people is not None and league_members is not None",
    ),
    (_("Has a branch or a liaison"), "has_valid_league or has_liaison_league"),
)
"""What the league's survey of new organisations asks for, to begin with."""
CODE = forms.RegexField(
    label=_("Code"),
    regex=r"^[a-z][a-z0-9_]{0,29}$",
    help_text=_("Small letters, digits and “_”; rules name it by this code."),
)


class CountForm(forms.Form):
    """A full count: whom it is about, and up to three statements of what must be done."""

    code = CODE
    name = forms.CharField(label=_("Name"), max_length=60)
    line = forms.ModelChoiceField(
        label=_("Line"), queryset=Line.objects.order_by("pk"), to_field_name="code", required=False
    )
    universe = forms.CharField(label=_("Whom it is about (rule)"), widget=forms.Textarea(attrs={"rows": 3}))
    due_on = day_field(_("To be done by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].label_from_instance = lambda line: line.name  # type: ignore[attr-defined]
        for n in range(1, AIMS + 1):
            needed = n == 1
            label, rule = _("Hundred per cent no. %(n)d"), _("Rule of no. %(n)d")
            self.fields[f"name{n}"] = forms.CharField(label=label % {"n": n}, max_length=40, required=needed)
            self.fields[f"rule{n}"] = forms.CharField(
                label=rule % {"n": n}, widget=forms.Textarea(attrs={"rows": 2}), required=needed
            )

    @staticmethod
    def usual() -> dict[str, Any]:
        """The survey of new organisations, to be changed as the decision says."""
        known: dict[str, Any] = {"universe": "is_new_org"}
        for n, (name, rule) in enumerate(USUAL, 1):
            known |= {f"name{n}": name, f"rule{n}": rule}
        return known

    def aims(self) -> list[Aim]:
        given = self.cleaned_data
        rows = ((given[f"name{n}"], "", given[f"rule{n}"]) for n in range(1, AIMS + 1))
        return [(name, en, rule) for name, en, rule in rows if name and rule]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for n in range(1, AIMS + 1):
            if bool(given.get(f"name{n}")) != bool(given.get(f"rule{n}")):
                raise ValidationError(_("A hundred per cent needs both a name and a rule."))
        return given


class PlanForm(forms.Form):
    """Who visits them, and when."""

    officer = forms.TypedChoiceField(label=_("Officer"), coerce=int)
    day = day_field(_("Day"))

    def __init__(self, *args: Any, officers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = list(officers)  # type: ignore[attr-defined]


class RegisterForm(forms.Form):
    """A new register."""

    code = CODE
    name = forms.CharField(label=_("Name"), max_length=60)
    source = forms.CharField(label=_("Who keeps it"), max_length=200, required=False)
    is_walk = forms.BooleanField(
        label=_("Organisations met on a walk through places drawn at random"),
        required=False,
        help_text=_("Only such a walk can show whether two other lists copy from each other."),
    )


class LoadForm(forms.Form):
    """A file of a register, or an import that was one."""

    file = forms.FileField(label=_("File (.xlsx or .csv)"), required=False)
    batch = forms.TypedChoiceField(
        label=_("Or take the rows of an import"), coerce=int, required=False, empty_value=None
    )
    on = day_field(_("As of"))
    is_whole = forms.BooleanField(label=_("This file is the whole list: whoever is not in it has left"), required=False)

    def __init__(self, *args: Any, imports: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].choices = [("", _("No import")), *imports]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("file")) == bool(given.get("batch")):
            raise ValidationError(_("Choose either a file or an import."))
        return given


class DecideForm(forms.Form):
    """What an officer decides on a proposal: the name, the day, whether it was elected already."""

    name = forms.CharField(label=_("Name of the body"), max_length=200)
    day = day_field(_("From the day"))
    term_until = day_field(_("Term runs until (if it was elected already)"), required=False)

    @staticmethod
    def known(name: str, day: date) -> dict[str, Any]:
        return {"name": name, "day": day}

    def clean_term_until(self) -> date | None:
        until: date | None = self.cleaned_data["term_until"]
        if until and until < self.cleaned_data.get("day", until) + timedelta(days=1):
            raise ValidationError(_("A term ends after the day it begins. Please check the two days."))
        return until


class EstimatesForm(forms.Form):
    """A file of estimates."""

    file = forms.FileField(
        label=_("File (.xlsx or .csv)"),
        help_text=_("Columns: group, area, year, number of people, and where known the margin (±)."),
    )
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Such as the yearbook or the platform’s report with its date.")
    )


class TakeInForm(forms.Form):
    """A body takes in people of a group."""

    group = forms.ModelChoiceField(label=_("Group"), queryset=Group.objects.order_by("pk"), to_field_name="code")
    body = forms.TypedChoiceField(label=_("Body"), coerce=int)
    day = day_field(_("From the day"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].label_from_instance = lambda group: group.name  # type: ignore[attr-defined]
        spans = BodySpan.objects.within(scope).on(scope.day).exclude(form="own").order_by("name")
        rows = spans.values_list("body", "name")[:1000]
        self.fields["body"].choices = list(rows)  # type: ignore[attr-defined]

    def chosen(self) -> tuple[Group, Body]:
        return self.cleaned_data["group"], Body.objects.get(pk=self.cleaned_data["body"])


class LiaisonForm(forms.Form):
    """An organisation has named somebody for a line."""

    line = forms.ModelChoiceField(queryset=Line.objects.order_by("pk"), to_field_name="code")
    organisation = forms.IntegerField(min_value=1)
