"""Writing and approving an article."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..needs import need_choices


class DraftForm(forms.Form):
    """A question and its answer, in general words."""

    question = forms.CharField(label=_("The question, as people ask it"), max_length=200)
    answer = forms.CharField(
        label=_("The answer"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("In general words: no names, no places of one person, nothing of a single matter."),
    )
    basis = forms.CharField(label=_("What it rests on"), max_length=200, required=False)
    need = forms.ChoiceField(label=_("Need"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].choices = [("", "—"), *need_choices()]  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """When somebody looks at it again."""

    review_on = forms.DateField(
        label=_("Look at it again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ApproveForm(ReviewForm):
    """The same, with the wording that was read."""

    read = forms.IntegerField(required=False, widget=forms.HiddenInput)
