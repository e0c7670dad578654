"""What an officer notes at the door, from a form or from the outbox of a phone: the same fields, the same checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import now, today
from lianxin_methods.visits.converge import Said

from ..visit_words import COUNTS, OUTCOMES, STEPS

OLDEST = timedelta(days=92)
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class SaidAtDoor:
    """One record as it was written (走访记录)."""

    key: UUID
    kind: str
    """`organisation`, `site` or `area`, and its id."""
    ref: int
    planned: int | None
    visited_on: date
    outcome: str
    step: str
    """Empty for the one that usually follows the outcome."""
    step_on: date | None
    note: str
    counts: tuple[Said, ...]
    written_at: datetime


class RecordForm(forms.Form):
    """Outcome and next step; all else may stay empty."""

    key = forms.UUIDField()
    subject = forms.RegexField(r"^(organisation|site|area):[0-9]{1,17}$")
    planned = forms.IntegerField(required=False, min_value=1, max_value=10**17)
    written_at = forms.DateTimeField(required=False)
    outcome = forms.ChoiceField(
        choices=[(code, text) for code, (text, _icon) in OUTCOMES.items()],
        error_messages={"required": _("Choose how it ended: that is the one thing needed.")},
    )
    step = forms.ChoiceField(choices=[("", ""), *STEPS.items()], required=False)
    step_on = forms.DateField(required=False)
    visited_on = forms.DateField()
    note = forms.CharField(required=False, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in COUNTS:
            self.fields[field] = forms.IntegerField(required=False, min_value=0, max_value=MOST)
            self.fields[f"base_{field}"] = forms.IntegerField(required=False, min_value=0, max_value=MOST)

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> "RecordForm":
        """From a record of the outbox, whose counts stand apart with their bases."""
        flat = {name: item.get(name, "") for name in cls.base_fields}
        counts = item.get("counts")
        for field, count in counts.items() if isinstance(counts, dict) else ():
            if field in COUNTS and isinstance(count, dict):
                flat |= {field: count.get("said"), f"base_{field}": count.get("base")}
        return cls(flat)

    def clean_visited_on(self) -> date:
        day: date = self.cleaned_data["visited_on"]
        if day > today():
            raise ValidationError(_("This day is still to come. Choose the day of the visit."))
        if day < today() - OLDEST:
            raise ValidationError(_("That is too long ago to be entered here."))
        return day

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for part in ("women", "young_people"):
            whole = given.get("headcount")
            if given.get(part) is not None and whole is not None and given[part] > whole:
                self.add_error(part, _("That is more than all staff."))
        return given

    def said(self) -> SaidAtDoor:
        """The record, once the form is valid."""
        given = self.cleaned_data
        kind, _sign, ref = given["subject"].partition(":")
        counts = [Said(f, given[f"base_{f}"], given[f]) for f in COUNTS if given[f] is not None]
        return SaidAtDoor(
            key=given["key"],
            kind=kind,
            ref=int(ref),
            planned=given["planned"],
            visited_on=given["visited_on"],
            outcome=given["outcome"],
            step=given["step"],
            step_on=given["step_on"],
            note=given["note"],
            counts=tuple(counts) if kind == "organisation" else (),
            written_at=given["written_at"] or now(),
        )

    def fault(self) -> str:
        """The first thing that is wrong, in words."""
        return next((str(errors[0]) for errors in self.errors.values()), "")


class ChoiceForm(forms.Form):
    """Which of two numbers holds."""

    key = forms.UUIDField()
    record = forms.UUIDField()
    field = forms.ChoiceField(choices=list(COUNTS.items()))
    chosen = forms.ChoiceField(choices=[("said", ""), ("found", "")])
    seen = forms.IntegerField(required=False, min_value=0, max_value=MOST)
