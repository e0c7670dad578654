"""Shapes of input for a periodic review."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.registry.forms import day_field
from lianxin.registry.models import Body, BodySpan

from ..models import Round
from ..operations.reviews import Meeting, NextBeforeMeeting
from ..queries.followed import federations
from .bodies import BodiesField, BodyField, NamesBodies

LINES = forms.Textarea(attrs={"rows": 5})


class MeetingForm(NamesBodies):
    """A meeting that was held."""

    title = forms.CharField(label=_("Name of the meeting"), max_length=80)
    body = BodyField(label=_("Called by"))
    held_on = day_field(_("Held on"))
    bodies = forms.TypedMultipleChoiceField(
        label=_("Who was there"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    others = BodiesField(
        label=_("Others who were there"),
        required=False,
        help_text=_("Bodies of your areas, of whatever line: whole name, one a line."),
    )
    round = forms.TypedChoiceField(label=_("About the round"), coerce=int, empty_value=None, required=False)
    findings = forms.CharField(
        label=_("What the meeting saw"),
        max_length=4000,
        widget=LINES,
        help_text=_("No names of persons. The figures of the day are kept with it."),
    )
    next_on = day_field(_("Next meeting"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        rounds = Round.objects.led_within(scope).order_by("-starts_on").values_list("pk", "title")[:30]
        choices: dict[str, Any] = {
            "bodies": federations(scope.across_lines),
            "round": [("", _("No particular round")), *rounds],
        }
        for field, given in choices.items():
            self.fields[field].choices = given  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("next_on") and given.get("held_on") and given["next_on"] <= given["held_on"]:
            self.add_error("next_on", NextBeforeMeeting.text)
        return given

    def meeting(self, figures: dict[str, Any]) -> Meeting:
        given = self.cleaned_data
        span = BodySpan.objects.on(self.scope.day).select_related("body__line", "area").get(body=given["body"])
        return Meeting(
            title=given["title"],
            area=span.area,
            held_on=given["held_on"],
            findings=given["findings"],
            body=span.body,
            line=span.body.line,
            bodies=list({*Body.objects.filter(pk__in=given["bodies"]), *given["others"]}),
            round=Round.objects.filter(pk=given["round"]).first() if given["round"] else None,
            next_on=given["next_on"],
            figures=figures,
        )


class DecisionForm(NamesBodies):
    """Who does what by when."""

    text = forms.CharField(label=_("What was decided"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    body = BodyField(
        label=_("Who does it"),
        across_lines=True,
        help_text=_("Whole name of a body in your areas, of whatever line; federations are offered first."),
    )
    due_on = day_field(_("Done by"))
    is_own_problem = forms.BooleanField(
        label=_("It is a problem of that body itself: it goes on its list"), required=False
    )
