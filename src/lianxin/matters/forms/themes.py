"""What staff say about a theme."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.places.models import Area


class NameForm(forms.Form):
    """What a theme is called."""

    title = forms.CharField(label=_("Name of the theme"), max_length=80)


class SplitForm(NameForm):
    """Matters that go into a theme of their own."""

    matter = forms.TypedMultipleChoiceField(label=_("Matters"), coerce=int)

    def __init__(self, *args: Any, matters: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = [(pk, pk) for pk in matters]  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """Another theme."""

    into = forms.TypedChoiceField(label=_("Merge into"), coerce=int)

    def __init__(self, *args: Any, others: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = others  # type: ignore[attr-defined]


class JointForm(forms.Form):
    """One matter for all of it."""

    words = forms.CharField(label=_("What has to be done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    area = forms.TypedChoiceField(label=_("Where"), coerce=int)

    def __init__(self, *args: Any, areas: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]

    def clean_area(self) -> Area:
        return Area.objects.get(pk=self.cleaned_data["area"])


class CloseForm(forms.Form):
    """What everyone who sent in a matter of it will read."""

    decision = forms.CharField(label=_("What was decided"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(
        label=_("Why it was decided so"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
