"""What is asked for when areas, sites and the calendar are changed."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import Area, Site, SiteNetwork
from .operations import NewArea
from .queries import AreaLine

DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DayForm(forms.Form):
    """The day from which a change holds, and the areas that may be named in it."""

    on = forms.DateField(label=_("From the day"), widget=DAY_INPUT)

    def __init__(self, *args: Any, line: AreaLine, lines: list[AreaLine], day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line, self.lines = line, lines
        self.fields["on"].initial = day
        self.order_fields([*(name for name in self.fields if name != "on"), "on"])
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the area."""

    def choices(self, lines: list[AreaLine]) -> list[tuple[str, str]]:
        names = {line.id: line.name for line in self.lines}
        return [(str(x.id), f"{names.get(x.parent_id or 0, '')} {x.name}".strip()) for x in lines]

    def below(self) -> list[AreaLine]:
        return [x for x in self.lines if x.parent_id == self.line.id]


class RenameForm(DayForm):
    name = forms.CharField(label=_("New name"), max_length=100)

    def prepare(self) -> None:
        self.fields["name"].initial = self.line.name


class CloseForm(DayForm):
    pass


class AddForm(DayForm):
    """An area to be founded right below this one."""

    name = forms.CharField(label=_("Name"), max_length=100)
    code = forms.CharField(label=_("Code"), max_length=40)
    level = forms.ChoiceField(label=_("Level"))

    def prepare(self) -> None:
        used = [x.level for x in self.lines if x.path.startswith(self.line.path)]
        lower = list(dict.fromkeys(x for x in used if x != self.line.level)) or [self.line.level]
        self.fields["level"].choices = [(x, x) for x in lower]  # type: ignore[attr-defined]


class MoveForm(DayForm):
    parent = forms.ChoiceField(label=_("New area above"))

    def prepare(self) -> None:
        depth = self.line.depth - 1
        uppers = [x for x in self.lines if x.depth == depth and x.id != self.line.parent_id]
        self.fields["parent"].choices = self.choices(uppers)  # type: ignore[attr-defined]


class MergeForm(DayForm):
    others = forms.MultipleChoiceField(label=_("Areas to join with it"), widget=forms.CheckboxSelectMultiple)
    name = forms.CharField(
        label=_("Name of the joint area"),
        max_length=100,
        required=False,
        help_text=_("Leave name and code empty if the others go over into this area, which stays."),
    )
    code = forms.CharField(label=_("Code of the joint area"), max_length=40, required=False)

    def prepare(self) -> None:
        same = [x for x in self.lines if x.level == self.line.level and x.id != self.line.id]
        beside = sorted(same, key=lambda x: x.parent_id != self.line.parent_id)
        self.fields["others"].choices = self.choices(beside)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("name")) != bool(given.get("code")):
            raise ValidationError(_("A new area needs both a name and a code."))
        return given

    def target(self, area: Area) -> Area | NewArea:
        given = self.cleaned_data
        return NewArea(given["code"], given["name"]) if given["code"] else area


class SplitForm(DayForm):
    """Parts, one a line, and for each area inside the number of its part."""

    parts = forms.CharField(
        label=_("Parts"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One part a line: code, space, name."),
    )
    keeps = forms.BooleanField(label=_("The area itself stays; the parts are split off from it"), required=False)

    def prepare(self) -> None:
        numbers = [("", _("stays"))] + [(str(n), _("part %(n)s") % {"n": n}) for n in range(1, 9)]
        for child in self.below():
            self.fields[f"child{child.id}"] = forms.ChoiceField(label=child.name, choices=numbers, required=False)

    def clean_parts(self) -> list[tuple[str, str]]:
        rows = [line.split(None, 1) for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        if not all(len(row) == 2 for row in rows):
            raise ValidationError(_("Write one part a line: code, space, name."))
        return [(code, name.strip()) for code, name in rows]

    def new_areas(self) -> list[NewArea]:
        chosen = {c.id: self.cleaned_data.get(f"child{c.id}") for c in self.below()}
        areas = {a.pk: a for a in Area.objects.filter(pk__in=chosen)}
        parts = []
        for number, (code, name) in enumerate(self.cleaned_data["parts"], 1):
            children = tuple(areas[pk] for pk, part in chosen.items() if part == str(number))
            parts.append(NewArea(code, name, children=children))
        return parts


KINDS = [
    ("building", _("Building")),
    ("park", _("Park")),
    ("business_area", _("Business area")),
    ("venue", _("Venue")),
]


class SiteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    area = forms.ChoiceField(label=_("Lies in"))
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    lon = forms.FloatField(label=_("Longitude (WGS 84)"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (WGS 84)"), required=False, min_value=-90, max_value=90)
    networks = forms.ModelMultipleChoiceField(
        label=_("Networks"), queryset=SiteNetwork.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, lines: list[AreaLine], site: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {line.id: line.name for line in lines}
        lowest = [x for x in lines if not x.areas_inside]
        choices = [(str(x.id), f"{names.get(x.parent_id or 0, '')} {x.name}".strip()) for x in lowest]
        self.fields["area"].choices = choices  # type: ignore[attr-defined]
        networks = SiteNetwork.objects.order_by("name")
        self.fields["networks"].queryset = networks  # type: ignore[attr-defined]
        self.fields["networks"].label_from_instance = lambda network: network.name  # type: ignore[attr-defined]
        if site is not None:
            for name in ("name", "kind", "address", "lon", "lat"):
                self.fields[name].initial = getattr(site, name)
            self.fields["area"].initial = str(site.area_id)
            self.fields["networks"].initial = list(site.networks.values_list("pk", flat=True))

    def facts(self) -> dict[str, Any]:
        """What was entered, with the area itself."""
        given = dict(self.cleaned_data)
        return {**given, "area": Area.objects.get(pk=given["area"])}


class CloseSiteForm(forms.Form):
    on = forms.DateField(label=_("From the day"), widget=DAY_INPUT)


class CalendarForm(forms.Form):
    file = forms.FileField(
        label=_("Table of the year (.csv or .xlsx)"),
        help_text=_("Columns: day, working (yes or no), name. Only days that differ from Monday to Friday."),
    )
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("Such as the number of the notice."))


class ShapesForm(forms.Form):
    file = forms.FileField(label=_("Outlines (GeoJSON)"))
    datum = forms.ChoiceField(
        label=_("Datum of the coordinates"),
        choices=[("gcj02", _("GCJ-02 (maps in China)")), ("wgs84", "WGS 84 (GPS)"), ("bd09", "BD-09 (Baidu)")],
    )
    on = forms.DateField(label=_("From the day"), widget=DAY_INPUT)
    source = forms.CharField(label=_("Source"), max_length=200)
