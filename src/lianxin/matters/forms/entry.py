"""Shapes of input where staff take in a call: the caller's words first, all else may follow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kit.scope import Scope
from lianxin.places.addresses import Gazetteer
from lianxin.places.models import Area
from lianxin.registry.choosing import OrganisationName
from lianxin.registry.models import Body, BodySpan, Line, Organisation
from lianxin.registry.naming import organisations_named
from lianxin.registry.queries.places import area_choices

from ..contacts import is_whole
from ..needs import need_choices
from ..operations.opening import LONGEST, Given, Person
from ..queries.kinds_read import kinds_to_choose
from ..words import WAYS

CONTACTS = [
    ("mobile", _("Telephone")),
    ("wechat", _("WeChat")),
    ("email", pgettext_lazy("kind of contact", "E-mail")),
    ("other", pgettext_lazy("kind of contact", "Other")),
]
NUMBERS = [
    ("phone", _("By phone")),
    ("hotline:12345", "12345"),
    ("hotline:12351", "12351"),
    ("hotline:12355", "12355"),
    ("hotline:12338", "12338"),
    ("counter", WAYS["counter"]),
    ("visit", WAYS["visit"]),
]
WRONG_CONTACT = _(
    "This does not look complete: a mobile number has 11 digits, a landline its area code, an address an @. "
    "For anything else choose “Other”."
)
LINE_OF = {"12351": "union", "12355": "league", "12338": "women"}
"""The line that answers a number."""


def bodies_within(scope: Scope) -> list[tuple[int, str]]:
    """Bodies of areas that may have taken something in, by area and name."""
    spans = BodySpan.objects.within(scope).on(scope.day).filter(form="area").order_by("area", "name")
    return list(spans.values_list("body", "name")[:300])


class EntryForm(forms.Form):
    """What somebody said on the phone, at the counter or on a visit."""

    words = forms.CharField(
        label=_("What was said, in the person's own words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
        error_messages={"required": _("Please say in a few words what it is about.")},
    )
    way = forms.ChoiceField(label=_("How it came"), choices=NUMBERS, initial="phone")
    kind = forms.ChoiceField(label=pgettext_lazy("of a matter", "Kind"), initial="request")
    need = forms.ChoiceField(label=_("Need"), required=False)
    area = forms.TypedChoiceField(label=_("Where it is"), required=False, coerce=int, empty_value=None)
    place = forms.CharField(
        label=_("Place, as it was said"), max_length=200, required=False, help_text=_("Street, building, or a name")
    )
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
    body = forms.TypedChoiceField(label=_("Taken in by"), required=False, coerce=int, empty_value=None)
    name = forms.CharField(label=_("What to call the person"), max_length=60, required=False)
    contact_kind = forms.ChoiceField(label=_("Contact by"), choices=CONTACTS, initial="mobile")
    contact = forms.CharField(label=_("Number or address"), max_length=100, required=False)
    safe_rule = forms.CharField(
        label=_("When and how the person may be reached safely"), max_length=200, required=False
    )
    wishes_secrecy = forms.BooleanField(
        label=_("Asks for confidentiality: only named handlers read it, each reading is noted"), required=False
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, scope: Scope, registry: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registry, self.scope = registry, scope
        choices: dict[str, list[Any]] = {
            "kind": list(kinds_to_choose().items()),
            "need": [("", _("To be decided")), *need_choices()],
            "area": [("", _("From the place")), *area_choices(scope.area_paths, scope.day)],
            "body": [("", _("No body yet")), *bodies_within(scope)],
        }
        for field, given in choices.items():
            self.fields[field].choices = given  # type: ignore[attr-defined]

    def clean_organisation(self) -> Organisation | None:
        text = self.cleaned_data["organisation"]
        return organisations_named(text, self.registry)[0] if text else None

    def clean(self) -> dict[str, Any]:
        """A number with a digit too few loses the person; whoever has none says "other"."""
        data = super().clean() or self.cleaned_data
        kind, contact = data.get("contact_kind", ""), data.get("contact", "").strip()
        is_good = is_whole(contact) and ("@" in contact) == (kind == "email")
        if contact and kind in ("mobile", "email") and not is_good:
            self.add_error("contact", WRONG_CONTACT)
        return data

    def given(self) -> Given:
        """What was entered, as an operation takes it."""
        data = self.cleaned_data
        way, _sign, number = data["way"].partition(":")
        line = Line.objects.filter(code=LINE_OF.get(number, "")).first()
        accused = data["organisation"] if data["accuses"] else None
        person = Person(
            data["name"], data["contact_kind"] if data["contact"] else "", data["contact"], data["safe_rule"]
        )
        return Given(
            words=data["words"],
            way=way,
            code=data["kind"],
            place=data["place"],
            area=self._area(),
            need=data["need"],
            line=line,
            body=Body.objects.filter(pk=data["body"]).first() if data["body"] else None,
            organisation=data["organisation"],
            accused=accused,
            wishes_secrecy=data["wishes_secrecy"],
            person=person,
            key=data["key"],
        )

    def _area(self) -> Area | None:
        """The area chosen, or where the place lies; else the officer's own, so that who took it in sees it again."""
        place = self.cleaned_data["place"].strip()
        found = self.cleaned_data["area"] or (Gazetteer.on(self.scope.day).resolve(place).area_id if place else None)
        own = [Area.ids_of(path)[-1] for path in self.scope.area_paths[:1]]
        return Area.objects.filter(pk__in=[found] if found else own).first()
