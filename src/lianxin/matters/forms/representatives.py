"""Shapes of input at the desk of representatives."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.access.models import Account
from lianxin.kit.scope import Scope
from lianxin.places.models import Area
from lianxin.registry.forms import AreaForm, day_field

from ..models import JointGroup


class GroupForm(AreaForm):
    """A joint group in an area of the scope."""

    name = forms.CharField(label=pgettext_lazy("representatives", "Name of the group"), max_length=100)


class MandateForm(forms.Form):
    """For whom a representative stands."""

    account = forms.ModelChoiceField(label=_("Account"), queryset=Account.objects.none(), required=False)
    unit = forms.CharField(label=_("Electing unit, if there are several"), max_length=100, required=False)
    electors = forms.IntegerField(label=_("Electors"), min_value=1, required=False)
    group = forms.ModelChoiceField(label=_("Joint group"), queryset=JointGroup.objects.none(), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts, groups = self.fields["account"], self.fields["group"]
        accounts.queryset = Account.objects.within(scope).filter(left_on=None).order_by("label", "pk")  # type: ignore[attr-defined]
        accounts.label_from_instance = lambda row: row.label  # type: ignore[attr-defined]
        areas = Area.objects.within(scope).values("pk")
        groups.queryset = JointGroup.objects.on(scope.day).filter(area__in=areas).order_by("name")  # type: ignore[attr-defined]
        groups.label_from_instance = lambda row: row.name  # type: ignore[attr-defined]


class MeetingForm(forms.Form):
    """A meeting with electors."""

    day = day_field(pgettext_lazy("representatives", "Held on"))
    topic = forms.CharField(label=_("Topic"), max_length=120)
    place = forms.CharField(label=_("Meeting place"), max_length=100, required=False)
    present = forms.IntegerField(label=_("How many came"), min_value=1)


class ProposalForm(forms.Form):
    """A proposal to put forward."""

    title = forms.CharField(label=_("In one line"), max_length=120)
    words = forms.CharField(label=_("What is the matter, and what should be done"), widget=forms.Textarea)
    may_be_shown = forms.BooleanField(label=_("Everybody may read it, with its answer"), required=False)


class ReasonForm(forms.Form):
    """Why the author takes a step."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
