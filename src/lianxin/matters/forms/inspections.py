"""Shapes of input for rounds, for the record at the door, and for the steps of a finding."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.access.models import Account
from lianxin.kit.clock import today
from lianxin.kit.scope import Scope
from lianxin.places.models import Area
from lianxin.registry.forms import day_field
from lianxin.registry.models import OrganisationSpan
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.queries.places import area_choices

from ..checklists import CheckList
from ..inspection_words import ANSWERS, FAMILIES, GRADES, word
from ..kinds import Step
from ..models import StoredList
from ..needs import said
from ..operations.inspections import RECORD, DayWrong, Noted, OnePerson, Place, gaps
from ..operations.problems import DueGone
from ..operations.rounds import MOST, Plan
from ..operations.steps import With
from ..queries.followed import colleagues
from .bodies import BodyField, NamesBodies
from .photos import TakesPhotos, photos_field

LINES = forms.Textarea(attrs={"rows": 3})
LEAST = 2
BETWEEN = format_lazy(_("From {least} to {most}; for more, make several rounds of it."), least=LEAST, most=MOST)


class RoundForm(NamesBodies):
    """A round: where, who leads, what is looked at, how many, and whether they are drawn."""

    title = forms.CharField(label=_("Name of the round"), max_length=80)
    area = forms.TypedChoiceField(label=_("Where"), coerce=int)
    body = BodyField(label=_("Led by"))
    lists = forms.TypedMultipleChoiceField(label=_("Check lists"), coerce=int, widget=forms.CheckboxSelectMultiple)
    starts_on = day_field(pgettext_lazy("round of inspections", "From"))
    ends_on = day_field(pgettext_lazy("round of inspections", "Until"))
    wanted = forms.IntegerField(
        label=_("How many are drawn"),
        min_value=LEAST,
        max_value=MOST,
        initial=20,
        required=False,
        help_text=BETWEEN,
        error_messages={"min_value": BETWEEN, "max_value": BETWEEN},
    )
    least_headcount = forms.IntegerField(
        label=_("Only with at least so many employees"), min_value=0, initial=0, required=False
    )
    names = forms.CharField(
        label=_("Or choose by hand: whole name or credit code, one a line"),
        widget=LINES,
        required=False,
        help_text=_("A list chosen by hand says nothing about the others; no share is worked out from it."),
    )
    is_announced = forms.BooleanField(label=_("Organisations are told before"), required=False, initial=True)
    partner = BodyField(
        label=_("Joint with"),
        across_lines=True,
        required=False,
        help_text=_("Whole name of a body in your areas, of whatever line; empty: nobody."),
    )
    families = forms.MultipleChoiceField(
        label=_("Findings that go to the partner"),
        choices=list(FAMILIES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, scope: Scope, lists: list[StoredList], **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        self.stored = {row.pk: row for row in lists}
        choices: dict[str, Any] = {
            "area": area_choices(scope.area_paths, scope.day),
            "lists": [(row.pk, said((row.list.zh, row.list.en))) for row in lists],
        }
        for field, given in choices.items():
            self.fields[field].choices = given  # type: ignore[attr-defined]

    def clean_names(self) -> list[int]:
        wanted = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        spans = OrganisationSpan.objects.filter(seen_on(self.scope.day, Import.hidden())).within(self.scope)
        found: list[int] = []
        for text in wanted[: MOST + 1]:
            field = "credit_code" if len(text) == 18 and text.isascii() else "name"
            pk = spans.filter(**{field: text}).values_list("organisation", flat=True).first()
            if pk is None:
                raise forms.ValidationError(_("No organisation in scope is called “%(name)s”.") % {"name": text})
            found.append(pk)
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("starts_on") and given.get("ends_on") and given["ends_on"] < given["starts_on"]:
            self.add_error("ends_on", _("It ends before it begins."))
        if not given.get("names") and not given.get("wanted") and not self.errors.keys() & {"names", "wanted"}:
            self.add_error("wanted", _("Say how many are drawn, or choose by hand."))
        self._check_partner(given)
        return given

    def _check_partner(self, given: dict[str, Any]) -> None:
        partner, families = given.get("partner"), given.get("families")
        if partner and not families:
            self.add_error("families", _("Tick what the partner works on, or leave the partner empty."))
        if families and not partner and "partner" not in self.errors:
            self.add_error("partner", _("Name the body that these findings go to."))
        if partner and partner == given.get("body"):
            self.add_error("partner", _("The partner is another body than the one that leads."))

    def plan(self) -> Plan:
        given = self.cleaned_data
        body, partner = given["body"], given["partner"]
        return Plan(
            title=given["title"],
            area=Area.objects.get(pk=given["area"]),
            lists=[self.stored[pk] for pk in given["lists"]],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            line=body.line,
            body=body,
            wanted=given["wanted"] or 0,
            least_headcount=given["least_headcount"] or 0,
            is_announced=given["is_announced"],
            organisations=given["names"],
            partners={partner: given["families"]} if partner else {},
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a check list as the form shows it."""

    label: str
    grade: str
    is_major: bool
    source: str
    answer: BoundField
    words: BoundField
    raised: BoundField
    photos: BoundField


class InspectionForm(TakesPhotos):
    """What two inspectors note, item by item."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    carried_on = day_field(_("Day of the inspection"))
    first = forms.TypedChoiceField(label=_("First inspector"), coerce=int)
    second = forms.TypedChoiceField(
        label=_("Second inspector"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    second_name = forms.CharField(label=_("Or from elsewhere: name and where from"), max_length=60, required=False)
    met = forms.CharField(label=_("Whom you met, by post"), max_length=60, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=LINES)

    def __init__(self, *args: Any, lists: list[CheckList], scope: Scope, me: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lists = lists
        people = colleagues(scope, RECORD, me)
        self.fields["first"].choices = people  # type: ignore[attr-defined]
        self.fields["second"].choices = [("", _("Choose …")), *people]  # type: ignore[attr-defined]
        for checked in lists:
            for item in checked.items:
                name = f"{checked.code}-{item.code}"
                label = said((item.zh, item.en))
                self.fields[f"a-{name}"] = forms.ChoiceField(
                    label=label, choices=list(ANSWERS.items()), required=False, widget=forms.RadioSelect
                )
                self.fields[f"w-{name}"] = forms.CharField(
                    label=_("What was found"), max_length=500, required=False, widget=LINES
                )
                self.fields[f"m-{name}"] = forms.BooleanField(label=_("It is a major hazard here"), required=False)
                self.fields[f"p-{name}"] = photos_field()

    @property
    def heads(self) -> list[BoundField]:
        return [self[name] for name in ("carried_on", "first")]

    @property
    def seconds(self) -> list[BoundField]:
        """Of these one is needed: a colleague, or somebody from elsewhere."""
        return [self["second"], self["second_name"]]

    def clean(self) -> dict[str, Any]:
        """Every gap at its place, all at once."""
        given = super().clean() or {}
        self._check_second(given)
        if (day := given.get("carried_on")) and day > today():
            self.add_error("carried_on", DayWrong.text)
        left, silent = gaps(self.lists, self._by_place("a", given), self._by_place("w", given))
        for code, item in left:
            if f"a-{code}-{item}" not in self.errors:
                self.add_error(f"a-{code}-{item}", _("Not answered yet."))
        for code, item in silent:
            self.add_error(f"w-{code}-{item}", _("Say in a few words what was found."))
        return given

    def _check_second(self, given: dict[str, Any]) -> None:
        second, name = given.get("second"), given.get("second_name", "").strip()
        if not second and not name and not self.errors.keys() & {"second", "second_name"}:
            self.add_error("second", OnePerson.text)
        elif second and name:
            self.add_error("second_name", _("Choose a colleague, or name somebody from elsewhere, not both."))
        elif second and second == given.get("first"):
            self.add_error("second", _("That is the first inspector. Choose somebody else."))

    def _by_place(self, kind: str, given: dict[str, Any]) -> dict[Place, str]:
        places = [(checked.code, item.code) for checked in self.lists for item in checked.items]
        return {place: given.get(f"{kind}-{place[0]}-{place[1]}", "") for place in places}

    def parts(self) -> Iterator[tuple[str, list[Row]]]:
        """Each list with its rows."""
        for checked in self.lists:
            rows = []
            for item in checked.items:
                name, is_major = f"{checked.code}-{item.code}", item.grade == "major"
                fields = [self[f"{kind}-{name}"] for kind in "awmp"]
                label = said((item.zh, item.en))
                source = said((item.source, item.source_en))
                rows.append(Row(label, word(GRADES, item.grade), is_major, source, *fields))
            yield said((checked.zh, checked.en)), rows

    def noted(self) -> Noted:
        given = self.cleaned_data
        places = [(checked.code, item.code) for checked in self.lists for item in checked.items]
        return Noted(
            key=given["key"],
            carried_on=given["carried_on"] or today(),
            first=Account.objects.get(pk=given["first"]),
            second=Account.objects.filter(pk=given["second"]).first() if given["second"] else None,
            second_name=given["second_name"],
            met=given["met"],
            answers=self._by_place("a", given),
            words=self._by_place("w", given),
            pictures={place: given[f"p-{place[0]}-{place[1]}"] for place in places},
            raised=frozenset(place for place in places if given[f"m-{place[0]}-{place[1]}"]),
            note=given["note"],
        )


def _not_past(day: date) -> None:
    if day < today():
        raise forms.ValidationError(DueGone.text)


class FindingForm(TakesPhotos):
    """What a step on the way of a finding needs; photos where something was seen."""

    SEEN = frozenset({"evidence", "outcome", "reason"})

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "reason": pgettext_lazy("of a matter", "Why"),
            "outcome": _("What was said or decided"),
            "evidence": _("What was handed in, or seen on the spot"),
        }
        for need, label in words.items():
            if need in step.needs:
                self.fields["note"] = forms.CharField(label=label, max_length=2000, widget=LINES)
        if "rule" in step.needs:
            self.fields["rule"] = forms.CharField(label=_("By which rule"), max_length=200)
        if "due_on" in step.needs:
            self.fields["due_on"] = day_field(_("Mended by"), validators=[_not_past])
        if self.SEEN & set(step.needs):
            self.fields["photos"] = photos_field()
        self.needs_owner = "owner" in step.needs

    def given(self) -> With:
        data = self.cleaned_data
        facts: dict[str, object] = {"owner": "employer"} if self.needs_owner else {}
        return With(note=data.get("note", ""), rule=data.get("rule", ""), due_on=data.get("due_on"), facts=facts)


class LeaveOutForm(forms.Form):
    """Why an organisation is not inspected."""

    reason = forms.CharField(label=pgettext_lazy("of a matter", "Why"), max_length=500, widget=LINES)
