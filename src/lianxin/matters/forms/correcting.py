"""Shape of input where a matter is put right."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kit.scope import Scope
from lianxin.places.models import Area
from lianxin.registry.choosing import OrganisationName
from lianxin.registry.models import Organisation
from lianxin.registry.naming import organisations_named

from ..models import Matter
from ..operations.correcting import TITLE_LONGEST, Corrected, may_change_kind
from ..queries.desk_record import organisation_name
from ..queries.kinds_read import kinds_to_choose


class CorrectForm(forms.Form):
    """Kind, title, place and organisation of a matter, as they stand, to be changed. No title where it is shut, no kind
    where a step was taken."""

    code = forms.ChoiceField(label=pgettext_lazy("of a matter", "Kind"))
    title = forms.CharField(
        label=_("One line for lists"), max_length=TITLE_LONGEST, help_text=_("What it is about, without names.")
    )
    area = forms.TypedChoiceField(label=_("Where it is"), coerce=int)
    organisation = forms.CharField(
        label=_("Organisation it is about"),
        max_length=200,
        required=False,
        widget=OrganisationName,
        help_text=_("Credit code or whole name; type two characters and choose."),
    )
    accuses = forms.BooleanField(
        label=_("The person complains about this organisation: nobody who acts for it will handle it"), required=False
    )
    reason = forms.CharField(
        label=pgettext_lazy("of a matter", "Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, matter: Matter, areas: list[tuple[int, str]], registry: Scope, **kwargs: Any
    ) -> None:
        self.matter, self.held = matter, matter.accused_id or matter.organisation_id
        self.name = organisation_name(self.held, registry.day)
        kwargs["initial"] = {
            "code": matter.code,
            "title": matter.title,
            "area": matter.area_id,
            "organisation": self.name,
            "accuses": matter.accused_id is not None,
        }
        super().__init__(*args, **kwargs)
        self.registry = registry
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
        self.fields["code"].choices = list(kinds_to_choose().items())  # type: ignore[attr-defined]
        if not may_change_kind(matter) or matter.code not in kinds_to_choose():
            del self.fields["code"]
        if matter.is_shut:
            del self.fields["title"]
        if matter.level == "C4":
            self.fields["organisation"].label = _("Complained about")
            del self.fields["accuses"]
        self.is_sealed = matter.level == "C4"

    def clean_organisation(self) -> Organisation | None:
        text = self.cleaned_data["organisation"].strip()
        if text and text == self.name:
            return Organisation(pk=self.held)  # it may lie outside of what the person sees in the registry
        return organisations_named(text, self.registry)[0] if text else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("accuses") and "organisation" in data and data["organisation"] is None:
            self.add_error("organisation", ValidationError(_("Name the organisation that is complained about.")))
        return data

    def given(self) -> Corrected:
        """What was entered, as an operation takes it."""
        data, matter = self.cleaned_data, self.matter
        about: Organisation | None = data["organisation"]
        is_accused = self.is_sealed or data["accuses"]
        title, area, code = data.get("title", ""), Area(pk=data["area"]), data.get("code", "")
        if (about.pk if about else None) == self.held and is_accused == (self.is_sealed or self.initial["accuses"]):
            return Corrected(title, area, matter.organisation, matter.accused, code)  # they may be two
        return Corrected(title, area, None if self.is_sealed else about, about if is_accused else None, code)
