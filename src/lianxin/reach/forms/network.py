"""Shapes of input on the network: informal groups and the pattern."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.places.models import Site
from lianxin.registry.forms import AreaForm, day_field
from lianxin.registry.models import Line

from ..words import GROUP_KINDS, SITE_KINDS


class GroupForm(AreaForm):
    """A group that counts: a name of its own, where, about how many; nobody's name."""

    line = forms.ModelChoiceField(label=_("Line"), queryset=Line.objects.order_by("pk"), to_field_name="code")
    name = forms.CharField(label=_("Name of the group"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(GROUP_KINDS.items()))
    site = forms.ModelChoiceField(
        label=_("Building, park or business area"), queryset=Site.objects.none(), required=False
    )
    people = forms.IntegerField(label=_("About how many people"), min_value=1, required=False)
    day = day_field(_("From"))
    field_order = ("line", "name", "kind", "area", "site", "people", "day")

    def __init__(self, *args: Any, scope: Scope, lines: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        chosen = Line.objects.order_by("pk")
        self.fields["line"].queryset = chosen if "" in lines else chosen.filter(code__in=lines)  # type: ignore[attr-defined]
        self.fields["line"].label_from_instance = lambda line: line.name  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.on(scope.day).within(scope).order_by("name")  # type: ignore[attr-defined]
        self.fields["site"].label_from_instance = lambda site: site.name  # type: ignore[attr-defined]


class PatternForm(forms.Form):
    """What the network of a line is made of."""

    levels = forms.MultipleChoiceField(
        label=_("Bodies of areas, level by level"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sites = forms.MultipleChoiceField(
        label=_("A body at every site of these kinds"),
        choices=list(SITE_KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    rest = forms.BooleanField(label=_("N: all other bodies and the informal groups"), required=False)
    day = day_field(_("From"))

    def __init__(self, *args: Any, levels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["levels"].choices = list(levels.items())  # type: ignore[attr-defined]

    def parts(self) -> list[dict[str, Any]]:
        """The pattern in its order: areas from the top down, sites, the rest."""
        given = self.cleaned_data
        found: list[dict[str, Any]] = [{"level": code} for code in given["levels"]]
        found += [{"site": kind} for kind in given["sites"]]
        return [*found, {"rest": True}] if given["rest"] else found
