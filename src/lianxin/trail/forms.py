from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .queries import EntryFilter, known_acts


class EntryFilterForm(forms.Form):
    """Which audit entries to show; every field may stay empty."""

    act = forms.ChoiceField(label=_("What was done"), required=False)
    actor = forms.CharField(label=_("Who"), required=False, max_length=100)
    subject_kind = forms.CharField(label=_("Kind of record"), required=False, max_length=60)
    subject_id = forms.IntegerField(label=_("Number of the record"), required=False, min_value=1)
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [("", _("Everything")), *known_acts()]  # type: ignore[attr-defined]

    def chosen(self) -> EntryFilter:
        """The filter; a field that is wrong does not filter."""
        self.is_valid()
        return EntryFilter(**{name: value for name, value in self.cleaned_data.items() if value})
