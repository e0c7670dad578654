"""Pictures sent with a form."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused

from ..operations.opening import Picture
from ..operations.photos import MOST_BYTES, MOST_PHOTOS, PictureTooLarge, TooManyPictures, cleaned


class ManyFiles(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to three pictures, made anew while the form is checked."""

    widget = ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> tuple[Picture, ...]:
        sent = [file for file in data or () if file]
        if len(sent) > MOST_PHOTOS:
            raise forms.ValidationError(str(TooManyPictures.text))
        try:
            return tuple(_pictures(sent))
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


def _pictures(sent: Sequence["File[bytes]"]) -> Iterator[Picture]:
    for file in sent:
        if (file.size or 0) > MOST_BYTES:
            raise PictureTooLarge()
        yield cleaned(file.read())


def photos_field() -> PhotosField:
    """A choice of pictures that may be left out."""
    says = _("At most three. Place and time inside the file are removed.")
    return PhotosField(label=_("Photos"), required=False, help_text=says)


class TakesPhotos(forms.Form):
    """A form with pictures. A browser does not keep chosen files on a page that comes back: then it says so."""

    def full_clean(self) -> None:
        super().full_clean()
        if not self.errors:
            return
        for name in [name for name, field in self.fields.items() if isinstance(field, PhotosField)]:
            if name not in self.errors and self.files.getlist(self.add_prefix(name)):
                self.add_error(name, _("Choose the photos again: the page that came back does not keep them."))
