"""Shapes of input of the public page: one box, and what may be added."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..contacts import is_whole
from ..operations.opening import LONGEST
from ..words import RATINGS as RATING_WORDS
from .photos import TakesPhotos, photos_field

RATINGS = [(str(level), text) for level, text in RATING_WORDS.items()]


def text_field(label: Any, **given: Any) -> forms.CharField:
    """A box for words, not shown again by Back. Too many are refused by the form, never cut off by the browser."""
    rows = given.pop("rows", 3)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}), **given)


class AskForm(TakesPhotos):
    """What is needed; where, pictures, how to be reached and the wish for secrecy may be added."""

    text = text_field(
        _("What is it about?"),
        rows=6,
        error_messages={"required": _("Please write in a few words what it is about.")},
    )
    place = forms.CharField(
        label=_("Where"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Street, building, firm, or what stands nearby"),
    )
    photos = photos_field()
    name = forms.CharField(
        label=_("What to call you"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact = forms.CharField(
        label=_("Phone or e-mail"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Without it all answers are on the page of progress only."),
    )
    safely = forms.CharField(
        label=_("When and how contact is safe"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    wishes_secrecy = forms.BooleanField(label=_("Keep it secret: only named handlers may read it"), required=False)
    subject = forms.CharField(required=False, label=_("Leave this empty"))
    """A trap for machines: nobody who reads the page fills it in."""

    PLAIN = ("text",)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if len(text) > LONGEST:
            said = _("The text has %(n)s characters; at most %(most)s can be sent. Please shorten it; nothing is lost.")
            raise forms.ValidationError(said % {"n": len(text), "most": LONGEST})
        return text

    def clean_contact(self) -> str:
        contact = str(self.cleaned_data["contact"]).strip()
        if contact and not is_whole(contact):
            raise forms.ValidationError(
                _(
                    "This does not look complete. A mobile number has 11 digits, a landline its area code; "
                    "or write an e-mail address, or WeChat and your name there."
                )
            )
        return contact

    @property
    def is_machine(self) -> bool:
        return bool(self.data.get("subject"))

    @property
    def has_more(self) -> bool:
        """Whether anything beyond the one box was touched: then it is shown open."""
        touched = {*self.errors} | {name for name in self.fields if self.data.get(name)}
        return bool(touched & {"place", "photos", "name", "contact", "safely", "wishes_secrecy"})


class SayForm(TakesPhotos):
    """An answer to a question of ours, or something to add."""

    text = text_field(_("What would you like to add?"), max_length=LONGEST)
    photos = photos_field()


class NotSolvedForm(forms.Form):
    """What is still open."""

    text = text_field(_("What is still open?"), max_length=LONGEST, required=False)


class RateForm(forms.Form):
    """How it went, in five levels."""

    rating = forms.TypedChoiceField(
        label=_("How was it handled?"), choices=RATINGS, coerce=int, widget=forms.RadioSelect
    )
