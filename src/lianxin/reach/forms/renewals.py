"""Shapes of input on the way of a renewal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.registry.forms import day_field, known_to
from lianxin.registry.models import Body
from lianxin.registry.words import POST_TITLES


class CandidateForm(forms.Form):
    """Somebody who agreed to stand: one known to the body, or a new name."""

    title = forms.ChoiceField(label=_("For the post"), choices=list(POST_TITLES.items()))
    person = forms.TypedChoiceField(label=_("Known to the body"), coerce=int, required=False)
    name = forms.CharField(label=_("Or somebody new, by name"), max_length=60, required=False)

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("Somebody new")), *known_to(body)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("person") and not given.get("name", "").strip():
            self.add_error("name", _("Choose somebody, or enter a name."))
        return given


class MeetingForm(forms.Form):
    """When those who elect meet."""

    day = day_field(_("Meets on"))


class ResultForm(forms.Form):
    """The result: how many could vote and came, who was elected, until when the new term runs."""

    day = day_field(_("Held on"))
    eligible = forms.IntegerField(label=_("Could vote"), min_value=1)
    present = forms.IntegerField(label=_("Came"), min_value=1)
    term_until = day_field(_("New term ends on"))

    def __init__(self, *args: Any, candidates: list[tuple[int, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        for pk, name, title in candidates:
            label = _("%(name)s, %(title)s: elected") % {"name": name, "title": title}
            self.fields[f"elected_{pk}"] = forms.BooleanField(label=label, required=False)
            votes = _("Votes for %(name)s") % {"name": name}
            self.fields[f"votes_{pk}"] = forms.IntegerField(label=votes, min_value=0, required=False)

    def elected(self) -> dict[int, int | None]:
        """Candidate -> votes, of those elected."""
        given = self.cleaned_data
        return {pk: given[f"votes_{pk}"] for pk, _name, _title in self.candidates if given[f"elected_{pk}"]}
