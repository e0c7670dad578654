"""Shapes of input on the way of a body's own problem."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.access.models import Account
from lianxin.kit.scope import Scope
from lianxin.registry.forms import day_field
from lianxin.registry.models import BodySpan

from ..inspection_words import SOURCES
from ..models import Matter
from ..operations.problems import FiveInPlace, Listing, PublicWords
from ..queries.followed import colleagues
from ..queries.problems import MEND, found_matter
from .bodies import BodyField, NamesBodies
from .photos import TakesPhotos, photos_field

FEW = forms.Textarea(attrs={"rows": 2})
LINES = forms.Textarea(attrs={"rows": 4})
FIRST = [(code, name) for code, name in SOURCES.items() if code not in ("review", "theme", "inspection")]


class ListForm(NamesBodies):
    """A problem as it is first entered."""

    body = BodyField(label=_("Whose problem it is"))
    source = forms.ChoiceField(label=_("Where it was seen"), choices=FIRST)
    number = forms.CharField(
        label=_("Number of the matter it came from"),
        max_length=20,
        required=False,
        help_text=_("The problem then stands beside the matter; who asked is not carried over."),
    )
    title = forms.CharField(label=_("In one line"), max_length=60)
    words = forms.CharField(label=_("What is wrong, as the body sees it"), max_length=2000, widget=LINES)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def clean_number(self) -> Matter | None:
        number = self.cleaned_data["number"].strip()
        found = found_matter(number, self.scope)
        if number and found is None:
            raise forms.ValidationError(_("No open matter of this number is in your scope."))
        return found

    def listing(self) -> Listing:
        given = self.cleaned_data
        span = BodySpan.objects.on(self.scope.day).select_related("body__line", "area").get(body=given["body"])
        return Listing(
            words=given["words"],
            body=given["body"],
            area=span.area,
            source=given["source"],
            title=given["title"],
            line=span.body.line,
            source_matter=given["number"],
            key=f"problem:{given['key']}" if given["key"] else "",
        )


class PlanForm(forms.Form):
    """The five things that must be in place."""

    owner = forms.TypedChoiceField(label=_("Who answers for it"), coerce=int)
    measure = forms.CharField(label=_("What is done"), max_length=2000, widget=LINES)
    resources = forms.CharField(label=_("Money, people, rooms"), max_length=500, widget=FEW)
    due_on = day_field(_("Mended by"))
    fallback = forms.CharField(label=_("If that does not hold"), max_length=500, widget=FEW)

    def __init__(self, *args: Any, scope: Scope, me: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = colleagues(scope, MEND, me)  # type: ignore[attr-defined]

    def five(self) -> FiveInPlace:
        given = dict(self.cleaned_data)
        return FiveInPlace(owner=Account.objects.get(pk=given.pop("owner")), **given)


class EvidenceForm(TakesPhotos):
    """By what one sees that it is mended."""

    evidence = forms.CharField(label=_("How can one see that it is fixed?"), max_length=2000, widget=LINES)
    photos = photos_field()


class PublicForm(forms.Form):
    """The words for everybody."""

    title = forms.CharField(label=_("For everybody: in one line"), max_length=80)
    problem = forms.CharField(label=_("For everybody: what the problem was"), max_length=500, widget=FEW)
    done = forms.CharField(
        label=_("For everybody: what was done"),
        max_length=1000,
        widget=LINES,
        help_text=_("No names of persons or firms, no numbers by which one could be found."),
    )

    def words(self) -> PublicWords:
        given = self.cleaned_data
        return PublicWords(given["title"], given["problem"], given["done"])


class PassForm(PublicForm):
    """What the checker saw, and the words for everybody."""

    seen = forms.CharField(
        label=_("How it was checked, and what was seen"),
        max_length=2000,
        widget=LINES,
        help_text=_("Kept with the problem; not published."),
    )
    field_order = ("seen", "title", "problem", "done")


class CorrectForm(PublicForm):
    """What everybody reads, put right."""

    reason = forms.CharField(
        label=_("Why it is changed"), max_length=500, widget=FEW, help_text=_("Kept with the problem; not published.")
    )


class WithdrawForm(forms.Form):
    """Why it is taken off the public page."""

    reason = forms.CharField(
        label=_("Why it is taken off"), max_length=500, widget=FEW, help_text=_("Kept with the problem; not published.")
    )


class BackForm(forms.Form):
    """Why it goes back."""

    reason = forms.CharField(label=_("What is still missing"), max_length=2000, widget=LINES)


class LookForm(forms.Form):
    """What the second look found."""

    outcome = forms.ChoiceField(
        label=_("The second look"),
        choices=[
            ("held", pgettext_lazy("second look", "It has held: strike it off the list")),
            ("back", pgettext_lazy("second look", "It is back: mend it anew")),
        ],
        widget=forms.RadioSelect,
    )
    result = forms.CharField(label=_("What was seen; everybody reads it"), max_length=500, widget=LINES)

    @property
    def is_back(self) -> bool:
        return bool(self.cleaned_data["outcome"] == "back")
