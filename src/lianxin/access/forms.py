"""Shapes of input of the pages of accounts, grants and tokens."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kit.actor import Actor
from lianxin.kit.clock import today
from lianxin.kit.scope import Scope

from .models import Account
from .nodes import KINDS, Choice, line_choices
from .operations.tokens import FASTEST_PER_MINUTE
from .queries import own_acts
from .roles import ROLES
from .texts import act_text


class Day(forms.DateInput):
    """A date with the browser's own picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-control"}, format="%Y-%m-%d")


def text_input(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **attrs})


def select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class AccountForm(forms.Form):
    """A new account: who, and where the account belongs."""

    label = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60, widget=text_input(autocomplete="off"))
    username = forms.RegexField(
        r"^[a-zA-Z0-9._-]{2,40}$",
        label=_("Log-in name"),
        help_text=_("2 to 40 letters, digits, dots or dashes."),
        widget=text_input(autocomplete="off"),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("For a forgotten password. Optional."),
        widget=forms.EmailInput(attrs={"class": "form-control"}),
    )
    home = forms.TypedChoiceField(label=_("Belongs to"), coerce=int, widget=select())

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home"].choices = [(c.ref, c.label) for c in KINDS["area"].find("", scope, 1000)]  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """Leave-taking: from when, and who takes over."""

    on = forms.DateField(label=_("From which day"), initial=today, widget=Day())
    to = forms.ModelChoiceField(
        label=_("Who takes over"), queryset=Account.objects.none(), required=False, widget=select()
    )

    def __init__(self, *args: Any, scope: Scope, leaver: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Account.objects.within(scope).filter(left_on=None, is_active=True).exclude(pk=leaver.pk)
        field = self.fields["to"]
        field.queryset = colleagues.order_by("label", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = lambda account: f"{account.label} ({account.username})"  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """A grant: role, line, where, from when until when. `find` narrows the places to choose from."""

    role = forms.ChoiceField(label=_("Role"), choices=lambda: list(ROLES.items()), widget=select())
    line = forms.ChoiceField(label=_("Line"), required=False, widget=select())
    kind = forms.ChoiceField(label=_("Reaches"), initial="area", widget=select())
    find = forms.CharField(label=_("Find by name"), required=False, max_length=60, widget=text_input())
    ref = forms.TypedChoiceField(label=_("Where"), coerce=int, widget=select())
    valid_from = forms.DateField(label=_("From"), initial=today, widget=Day())
    valid_until = forms.DateField(
        label=_("Until before"), required=False, help_text=_("Empty: until it is ended."), widget=Day()
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [("", _("All lines")), *line_choices()]
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(code, kind.name) for code, kind in KINDS.items()]  # type: ignore[attr-defined]
        self.fields["ref"].choices = [(c.ref, c.label) for c in self._places(scope)]  # type: ignore[attr-defined]

    def _places(self, scope: Scope) -> list[Choice]:
        asked = self.data if self.is_bound else self.initial
        kind = KINDS.get(asked.get("kind", "area"), KINDS["area"])
        return kind.find(asked.get("find", ""), scope, 1000 if kind is KINDS["area"] else 50)

    @property
    def finds_nothing(self) -> bool:
        """Whether a name was looked for in vain."""
        asked = self.data if self.is_bound else self.initial
        return bool(asked.get("find")) and not self.fields["ref"].choices  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """From which day a grant no longer holds."""

    on = forms.DateField(label=_("From which day"), initial=today, widget=Day())


class TokenForm(forms.Form):
    """A token: what uses it, what it may do, until when, how often."""

    label = forms.CharField(label=_("What uses it"), max_length=60, widget=text_input())
    acts = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )
    expires_on = forms.DateField(label=_("Good until before"), widget=Day())
    rate_per_minute = forms.IntegerField(
        label=_("Requests a minute at most"),
        min_value=1,
        max_value=FASTEST_PER_MINUTE,
        initial=120,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["acts"].choices = [(act, act_text(act)) for act in own_acts(actor, today())]  # type: ignore[attr-defined]
        self.fields["expires_on"].initial = today() + timedelta(days=180)
