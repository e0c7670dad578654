"""Planning and moving visits: officers and organisations in reach only."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.places.calendar import WorkingDays
from lianxin.registry.models import Organisation
from lianxin.registry.queries.cards import OrganisationCard, organisation_cards, organisation_ids

from ..operations.visits import plan_visits
from ..visit_words import PURPOSES

MOST = 300


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class OfficerForm(forms.Form):
    """Whose list, and of which day."""

    officer = forms.TypedChoiceField(label=_("Officer"), coerce=int)
    day = day_field(_("Day"))

    def __init__(self, *args: Any, officers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = officers  # type: ignore[attr-defined]

    def clean_officer(self) -> Account:
        return Account.objects.get(pk=self.cleaned_data["officer"])


class MoveForm(OfficerForm):
    """Another day, or another officer."""

    @staticmethod
    def day_in(text: str) -> date | None:
        """A day as an address writes it."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None


class PlanForm(OfficerForm):
    """Who goes where, from which day on, and how many a day."""

    each_day = forms.IntegerField(label=_("Visits a day"), min_value=1, max_value=40, initial=8)
    purpose = forms.ChoiceField(label=_("What for"), choices=list(PURPOSES.items()))
    field_order = ("officer", "day", "each_day", "purpose")

    def __init__(self, *args: Any, scope: Scope, chosen: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = dict.fromkeys(int(text) for text in chosen if text.isdigit() and len(text) < 18)
        wanted = list(asked)[:MOST]
        inside = organisation_ids(scope).filter(organisation__in=wanted).values_list("organisation", flat=True)
        self.within = set(inside)
        cards = organisation_cards(self.within, scope.day)
        self.cards: list[OrganisationCard] = [cards[pk] for pk in wanted if pk in cards]

    def clean(self) -> dict[str, Any]:
        if not self.cards:
            self.add_error(None, _("Nothing is chosen. Go back and tick some organisations."))
        return super().clean() or {}

    @transaction.atomic
    def plan(self, *, actor: Actor, at: datetime) -> int:
        """Spread the visits over working days; returns how many are new. Raises what `plan_visits` raises."""
        given, calendar, made = self.cleaned_data, WorkingDays.read(), 0
        ids, day = [card.id for card in self.cards], given["day"]
        for start in range(0, len(ids), given["each_day"]):
            part = [Organisation(pk=pk) for pk in ids[start : start + given["each_day"]]]
            by: dict[str, Any] = {"officer": given["officer"], "purpose": given["purpose"], "actor": actor, "at": at}
            made += len(plan_visits(day=day, organisations=part, **by))
            day = calendar.add_working_days(day, 1)
        return made
