"""Shape of input where the export of a hotline is brought in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.registry.models import Body

from ..operations.hotlines import HOTLINES
from ..words import HOTLINES as HOTLINE_WORDS
from .entry import bodies_within


class HotlineForm(forms.Form):
    """A file, and whose tickets they are."""

    file = forms.FileField(
        label=_("File"), help_text=_("The export as it comes, .xlsx or .csv, at most 64 MB and 50,000 rows.")
    )
    hotline = forms.ChoiceField(label=_("Hotline"), choices=[(code, HOTLINE_WORDS[code]) for code in HOTLINES])
    body = forms.TypedChoiceField(label=_("Taken in by"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", _("No body yet")), *bodies_within(scope)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What was entered, as an operation takes it."""
        data = self.cleaned_data
        body = Body.objects.filter(pk=data["body"]).first() if data["body"] else None
        file = data["file"]
        return {"content": file.read(), "file_name": file.name, "hotline": data["hotline"], "body": body}
