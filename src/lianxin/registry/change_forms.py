"""Shapes of input: a partner's agreement, a body's name and the body above it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import today
from lianxin.kit.scope import Scope

from .forms import DayForm, day_field
from .models.body import Body, BodySpan


class AgreementForm(DayForm):
    """What the partner agreed to do, from when, until when."""

    scope = forms.CharField(
        label=_("What the partner agreed to do"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence: what, for whom, where"),
    )
    until = day_field(_("Ends on"), required=False, help_text=_("Leave empty while no end is agreed"))
    field_order = ("scope", "day", "until")


class BodyChangeForm(forms.Form):
    """A new name, or another body above, from a day on."""

    name = forms.CharField(label=_("Name"), max_length=200)
    above = forms.CharField(
        label=_("Body above"), max_length=200, required=False, help_text=_("Its whole name; empty for none")
    )
    day = day_field(_("Holds from"))

    def __init__(self, *args: Any, span: BodySpan, scope: Scope, **kwargs: Any) -> None:
        kwargs["initial"] = {**self._known(span), "day": today()}
        super().__init__(*args, **kwargs)
        self.span, self.scope = span, scope

    @staticmethod
    def _known(span: BodySpan) -> dict[str, Any]:
        above = BodySpan.objects.filter(body=span.parent_id, valid_until=None).first() if span.parent_id else None
        return {"name": span.name, "above": above.name if above else ""}

    def clean_above(self) -> Body | None:
        """The body named; the one that is there already may lie outside the scope, another may not."""
        text = self.cleaned_data["above"].strip()
        if not text:
            return None
        if text == self.initial["above"]:
            return self.span.parent
        same_line = BodySpan.objects.filter(valid_until=None, body__line=self.span.body.line_id, name=text)
        found = list(same_line.within(self.scope).exclude(body=self.span.body_id).select_related("body")[:2])
        if len(found) != 1:
            several = _("Several bodies bear this name; give one of them another name first.")
            raise ValidationError(several if found else _("No body of this line in your scope has this name."))
        return found[0].body
