"""The shape of what the pages of an import take in."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import today
from lianxin.kit.scope import Scope
from lianxin.places.models import Area, AreaSpan

from ..models.body import BodySpan, Line
from ..models.consent import Purpose
from ..models.imports import Import
from .kinds import KINDS
from .pages import KEYS


class UploadForm(forms.Form):
    """Choose a file, the day from which it holds, and the area it is about."""

    kind = forms.CharField(widget=forms.HiddenInput)
    file = forms.FileField(label=_("File"), help_text=_("Excel workbook (.xlsx) or .csv, at most 64 MB."))
    effective_on = forms.DateField(
        label=_("Holds from"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Usually today.")
    )
    area = forms.ModelChoiceField(
        label=_("Area"), queryset=Area.objects.none(), help_text=_("Rows outside it are set aside.")
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].initial = today()
        tops = AreaSpan.objects.on(scope.day).filter(path__in=scope.area_paths)
        names = dict(tops.order_by("path").values_list("area_id", "name"))
        area = self.fields["area"]
        area.queryset = Area.objects.filter(pk__in=names)  # type: ignore[attr-defined]
        area.label_from_instance = lambda found: names[found.pk]  # type: ignore[attr-defined]
        area.initial = next(iter(names), None)


class BodiesForm(UploadForm):
    """A roster of bodies, of one line or of several."""

    line = forms.ModelChoiceField(
        label=_("Line"),
        queryset=Line.objects.order_by("pk"),
        to_field_name="code",
        required=False,
        empty_label=_("As each row says"),
        help_text=_("Rows of another line are set aside."),
    )
    field_order = ("kind", "file", "line", "effective_on", "area")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        own = {reach.line for reach in scope.reaches if reach.kind == "area"}
        line: Any = self.fields["line"]
        line.label_from_instance = lambda found: found.name
        if "" not in own:  # grants for some lines bring in bodies of those lines only
            line.queryset = Line.objects.filter(code__in=own).order_by("pk")
            line.required, line.empty_label = True, None


class MembersForm(UploadForm):
    """A roster of the members of one body, and why they are entered."""

    body = forms.IntegerField(label=_("Number of the body on record"), min_value=1, max_value=2**53)
    purpose = forms.ModelChoiceField(
        label=_("What they are entered for"), queryset=Purpose.objects.none(), empty_label=_("Choose …")
    )
    with_contacts = forms.BooleanField(
        label=_("Bring in phones and e-mail addresses too"),
        required=False,
        help_text=_("Only where the purpose needs them. They are sealed; without this tick the column is dropped."),
    )
    field_order = ("kind", "body", "file", "purpose", "with_contacts", "effective_on")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.scope = scope
        del self.fields["area"]
        purpose: Any = self.fields["purpose"]
        purpose.queryset = Purpose.objects.filter(Q(ended_on=None) | Q(ended_on__gt=scope.day)).order_by("pk")
        purpose.label_from_instance = lambda found: f"{found} · {found.basis_text}"
        named = self._span(self.initial.get("body"))
        self.fields["body"].help_text = named.name if named else _("It stands on the page of the body.")

    def _span(self, body: Any) -> BodySpan | None:
        if not str(body or "").isdecimal() or len(str(body)) > 15:
            return None
        spans = BodySpan.objects.on(self.scope.day).filter(body=int(body))
        return spans.within(self.scope).select_related("body", "area").first()  # type: ignore[attr-defined,no-any-return]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        span = self._span(given.get("body"))
        if given.get("body") and span is None:
            self.add_error("body", _("No body of your area and line has this number."))
        if span is not None:
            given["body"], given["area"] = span.body, span.area
        given["wants"] = ["contact"] if given.pop("with_contacts", False) else []
        return given


FORMS: dict[str, type[UploadForm]] = {"bodies": BodiesForm, "members": MembersForm}
"""Form of a kind of roster, where it asks for more than a file, a day and an area."""


class SheetForm(forms.Form):
    """Another sheet, or another row of headers."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(label=_("Row of the headers"), min_value=1, max_value=2000)

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].initial, self.fields["header_row"].initial = batch.sheet, batch.header_row
        self.fields["sheet"].choices = [(s, s) for s in batch.sheets]  # type: ignore[attr-defined]
        if len(batch.sheets) < 2:
            self.fields["sheet"].widget = forms.HiddenInput()


class ColumnsForm(forms.Form):
    """Which column is which field, one list a column, and how records are recognised."""

    key = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = batch.key
        kind = KINDS[batch.kind].offered(batch.wants)
        self.fields["key"].label = str(kind.how)
        self.fields["key"].choices = [(k, KEYS[k]) for k in kind.keys]  # type: ignore[attr-defined]
        choices = [("", _("Leave out")), *((f.code, f.label) for f in kind.fields)]
        for index, (header, _samples) in enumerate(batch.headers):
            self.fields[f"c{index}"] = forms.ChoiceField(
                label=header or _("(no header)"),
                choices=choices,
                required=False,
                initial=batch.columns.get(str(index), ""),
            )

    @property
    def chosen(self) -> dict[int, str]:
        """Number of the column -> field."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return {int(name[1:]): field for name, field in found.items() if field}
