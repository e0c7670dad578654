"""Forms of referrals."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.registry.models import Body, Organisation

from ..operations.referrals import To
from ..queries.referrals import FIELDS


class ReferForm(forms.Form):
    """To whom, what for, what goes along, until when."""

    to = forms.ChoiceField(label=_("Refer to"))
    purpose = forms.CharField(
        label=pgettext_lazy("referral", "What for"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence; the person reads it before agreeing."),
    )
    fields_passed = forms.MultipleChoiceField(
        label=_("What goes along"),
        choices=list(FIELDS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as the other side needs."),
    )
    expires_on = forms.DateField(
        label=_("Access ends on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(
        self, data: Any, *, partners: Sequence[tuple[int, str]], bodies: Sequence[tuple[int, str]], day: date
    ) -> None:
        super().__init__(data, initial={"expires_on": day + timedelta(days=60), "fields_passed": ["need", "words"]})
        choices = [(_("Partners"), [(f"partner-{pk}", name) for pk, name in partners])]
        choices += [(_("Bodies"), [(f"body-{pk}", name) for pk, name in bodies])]
        self.fields["to"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    @property
    def side(self) -> To:
        """The side chosen."""
        kind, _sep, ref = self.cleaned_data["to"].partition("-")
        if kind == "partner":
            return To(partner=Organisation.objects.get(pk=int(ref)))
        return To(body=Body.objects.get(pk=int(ref)))


class AnswerForm(forms.Form):
    """What the other side says."""

    note = forms.CharField(
        label=_("Reason or outcome"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person and the handlers read it. Needed to decline and to give the outcome."),
        error_messages={"required": _("Please write the reason, or the outcome: the person waits for it.")},
    )

    def __init__(self, data: Any, *, needs_words: bool) -> None:
        super().__init__(data)
        self.fields["note"].required = needs_words
