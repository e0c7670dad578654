"""Shapes of input on a matter's page: each step asks for what it needs, and for nothing else."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.access.models import Account
from lianxin.registry.forms import day_field
from lianxin.registry.models import Body

from ..kinds import LEVELS, Step
from ..models import Matter
from ..needs import said
from ..operations.opening import LONGEST
from ..operations.steps import With
from ..words import LEVELS as LEVEL_WORDS
from ..words import RATINGS, SOLVED

NOTES = {
    "reason": pgettext_lazy("of a matter", "Why"),
    "outcome": _("What came of it, in words the person understands"),
    "evidence": _("What proves that it was done"),
}
AMONG_OFFICES = ("object", "keep")
"""Steps whose reason is meant for colleagues: the person reads it only where somebody says so."""
LINES = forms.Textarea(attrs={"rows": 3})
SHORT = forms.Textarea(attrs={"rows": 2})


class StepForm(forms.Form):
    """What a step needs. No field for what it does not."""

    def __init__(
        self,
        *args: Any,
        step: Step,
        bodies: list[tuple[int, str]],
        level: str,
        proposed: int | None = None,
        is_joined: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs["prefix"] = f"step-{step.code}"
        super().__init__(*args, **kwargs)
        self.step = step
        self.label = said((step.zh, step.en))
        noted = [str(text) for need, text in NOTES.items() if need in step.needs]
        if noted:
            self._add("note", forms.CharField(label=" / ".join(noted), max_length=2000, widget=LINES))
            if is_joined and "outcome" in step.needs:
                self.fields["note"].help_text = _(
                    "Those whose matters were joined with this one read it too: nothing about one person alone."
                )
        fields: dict[str, forms.Field] = {
            "rule": forms.CharField(label=_("The rule it rests on"), max_length=300),
            "right_door": forms.CharField(label=_("Where the person may go instead"), max_length=300),
            "owner": forms.TypedChoiceField(
                label=_("Who takes it over"), coerce=int, choices=[("", _("Choose …")), *bodies]
            ),
            "due_on": day_field(_("Due by")),
            "amount": forms.CharField(label=_("Amount in yuan"), max_length=40),
            "consent": forms.BooleanField(label=_("The person agreed to this very step")),
            "two_people": forms.CharField(label=_("The other person who was there"), max_length=60),
        }
        for need, field in fields.items():
            if need in step.needs:
                self._add(need, field)
        if noted:
            label = _("The person reads this on the progress page")
            is_shown = level != "C4" and step.code not in AMONG_OFFICES
            self._add("is_shown", forms.BooleanField(label=label, required=False, initial=is_shown))

        if proposed in dict(bodies) and "owner" in self.fields:
            self.fields["owner"].initial = proposed
            self.fields["owner"].help_text = _("Proposed by the list of duties; choose another where it is wrong.")

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field

    def given(self) -> With:
        """What was entered, as an operation takes it."""
        data = self.cleaned_data
        owner = data.get("owner")
        return With(
            note=data.get("note", ""),
            rule=data.get("rule", ""),
            right_door=data.get("right_door", ""),
            owner=Body.objects.filter(pk=owner).first() if owner else None,
            due_on=data.get("due_on"),
            amount=data.get("amount", ""),
            has_consent=data.get("consent", False),
            second=data.get("two_people", ""),
        )

    @property
    def is_shown(self) -> bool:
        """Whether the person sees the note; a step without words is always seen."""
        return bool(self.cleaned_data.get("is_shown", True))


class NoteForm(forms.Form):
    """Something to write down."""

    text = forms.CharField(label=pgettext_lazy("field", "Note"), max_length=4000, widget=LINES)
    is_shown = forms.BooleanField(label=_("The person reads this on the progress page"), required=False)


class ReasonForm(forms.Form):
    """Why a clock is extended."""

    reason = forms.CharField(label=pgettext_lazy("of a matter", "Why"), max_length=1000, widget=LINES)


class HandlerForm(forms.Form):
    """Somebody who is to handle it, by name or log-in name."""

    account = forms.CharField(label=_("Name or log-in name of the colleague"), max_length=150)

    def clean_account(self) -> Account:
        name = self.cleaned_data["account"].strip()
        here = Account.objects.filter(is_active=True, left_on=None)
        found = list(here.filter(username=name)[:1]) or list(here.filter(label=name)[:2])
        if not found:
            raise ValidationError(_("Nobody has this name or log-in name."))
        if len(found) > 1:
            raise ValidationError(_("Several people have this name: please enter the log-in name."))
        return found[0]


class MergeForm(forms.Form):
    """Another matter that says the same, by its number."""

    into = forms.CharField(
        label=_("Number of the matter it joins"),
        max_length=20,
        help_text=_("Whoever asked here follows that one from then on and reads the answers to it."),
    )
    reason = forms.CharField(label=pgettext_lazy("of a matter", "Why"), max_length=1000, widget=SHORT)

    def clean_into(self) -> Matter:
        found = Matter.objects.filter(number=self.cleaned_data["into"].strip().upper()).first()
        if found is None:
            raise ValidationError(_("There is no matter with this number."))
        return found


class SplitForm(forms.Form):
    """A part that becomes a matter of its own."""

    words = forms.CharField(
        label=_("The part, in the person's words"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    kind = forms.ChoiceField(label=pgettext_lazy("of a matter", "Kind"))

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        if self.initial.get("kind") not in dict(kinds):
            self.initial["kind"] = "request"


class LevelForm(forms.Form):
    """How far a matter is shut."""

    level = forms.ChoiceField(
        label=_("Confidentiality"),
        choices=[(c, LEVEL_WORDS[c]) for c in LEVELS],
        help_text=_("Opened up to C2, everybody in charge of the area reads the words at once, and search finds them."),
    )
    reason = forms.CharField(label=pgettext_lazy("of a matter", "Why"), max_length=1000, widget=SHORT)


class CallForm(forms.Form):
    """How a call-back went. What the person said counts only where the person was reached."""

    is_reached = forms.TypedChoiceField(
        label=_("Was the person reached"),
        choices=[("1", pgettext_lazy("by phone", "Reached")), ("0", pgettext_lazy("by phone", "Not reached"))],
        coerce="1".__eq__,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please say whether the person was reached.")},
    )
    solved = forms.ChoiceField(
        label=_("Solved, the person says"), choices=[("", _("Not said")), *SOLVED.items()], required=False
    )
    rating = forms.TypedChoiceField(
        label=_("How the person rates it"),
        choices=[("", _("Not rated")), *((str(n), text) for n, text in RATINGS.items())],
        coerce=int,
        empty_value=None,
        required=False,
    )
