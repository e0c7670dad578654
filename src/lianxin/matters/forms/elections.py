"""Shapes of input on the way of an election."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.registry.forms import day_field, known_to
from lianxin.registry.models import Body, BodySpan, Person
from lianxin.registry.models.imports import seen_on
from lianxin_methods.election import OTHER, Box

from ..election_words import KINDS, STATIONS, office_name
from ..models import Election
from ..offices import offices
from ..operations.voting import MOST_WRITTEN_IN, Choice

MOST = 10_000_000
"""No number that is typed is larger: so many ballots and members there are nowhere."""
OFFERED = 1000
"""So many names of bodies are offered while one types."""


class BodyByName(forms.Form):
    """A body of the scope, by its whole name."""

    body = forms.CharField(
        label=_("Body, by its whole name"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "bodies", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def bodies(self) -> list[str]:
        """Names that are offered while one types."""
        spans = BodySpan.objects.filter(seen_on(self.scope.day)).within(self.scope)
        return list(spans.order_by("name").values_list("name", flat=True)[:OFFERED])

    def clean_body(self) -> Body:
        spans = BodySpan.objects.filter(seen_on(self.scope.day)).within(self.scope).select_related("body")
        span = spans.filter(name=self.cleaned_data["body"].strip()).first()
        if span is None:
            raise forms.ValidationError(_("No body of this name is in your scope."))
        return span.body


class CallForm(BodyByName):
    """An election to call."""

    office = forms.ChoiceField(label=_("What is elected"))
    kind = forms.ChoiceField(
        label=_("Kind of election"), choices=[(code, KINDS[code]) for code in ("regular", "by_election")]
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=400, initial=1)
    unit = forms.CharField(label=_("Electing unit, if there are several"), max_length=100, required=False)
    mandate_until = day_field(
        _("Mandate until"),
        required=False,
        help_text=_("Empty: as long as a term of this line usually is; a by-election ends with the mandate of before."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [(code, office_name(code)) for code in offices()]  # type: ignore[attr-defined]


class RatingForm(BodyByName):
    """A yearly rating of a body by its representatives."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)


class RecallForm(forms.Form):
    """Members call for a recall."""

    callers = forms.IntegerField(label=_("How many members call for it"), min_value=1, max_value=MOST)
    eligible = forms.IntegerField(label=_("How many may vote"), min_value=1, max_value=MOST)


class NamesForm(forms.Form):
    """Names for the roll, one a line."""

    names = forms.CharField(label=_("Names, one a line"), widget=forms.Textarea(attrs={"rows": 5}))

    def listed(self) -> list[str]:
        return str(self.cleaned_data["names"]).splitlines()


class RollCountForm(forms.Form):
    """How many may vote, where the list of names stays on paper."""

    count = forms.IntegerField(label=_("How many may vote"), min_value=1, max_value=MOST)


class SettleForm(forms.Form):
    """The roll holds; a number of seats that is not usual needs its reason."""

    deviation = forms.CharField(
        label=_("Reason, if the number of seats is not the usual one"), max_length=300, required=False
    )


class NomineeForm(forms.Form):
    """Somebody who agreed to stand."""

    person = forms.TypedChoiceField(label=_("Member of the body"), coerce=int)
    nominated_by = forms.CharField(label=_("Put forward by"), max_length=100, required=False)
    station = forms.ChoiceField(label=_("Place at work"), choices=list(STATIONS.items()), required=False)
    has_agreed = forms.BooleanField(label=_("Agreed to stand, and to the name on the ballot and in the result"))

    def __init__(self, *args: Any, election: Election, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = set(election.nominees.values_list("person", flat=True))
        free = [(pk, name) for pk, name in known_to(election.body) if pk not in standing]
        self.fields["person"].choices = [("", _("Choose …")), *free]  # type: ignore[attr-defined]
        if "managers" in election.terms:
            self.fields["station"].required = True
        if offices()[election.office].bars(election.body.line.code):
            self.fields["says_unrelated"] = forms.BooleanField(
                label=_("Says to be no close relative of the head of the firm"),
                help_text=_("Trade Union Law, article 10"),
            )

    def given(self) -> dict[str, Any]:
        """The fields, with the person found."""
        given = {k: v for k, v in self.cleaned_data.items() if k != "has_agreed"}
        return {**given, "person": Person.objects.known().get(pk=given["person"])}


class CandidatesForm(forms.Form):
    """The candidates hold; more managers than is usual, or fewer front-line workers, need a reason."""

    deviation = forms.CharField(
        label=_("Reason, if more managers or fewer front-line workers stand than the rule says"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, is_asked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_asked:
            del self.fields["deviation"]


class OpenForm(forms.Form):
    """Ballot boxes for paper; none where everybody votes with a code."""

    boxes = forms.CharField(
        label=_("Ballot boxes for paper, one a line"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )

    def listed(self) -> list[str]:
        return str(self.cleaned_data["boxes"]).splitlines()


class CodesForm(forms.Form):
    """How many codes to print."""

    count = forms.IntegerField(label=_("How many codes"), min_value=1, max_value=5000)


class GivenForm(forms.Form):
    """Who was handed a ballot, by number on the roll."""

    numbers = forms.CharField(
        label=_("Numbers on the roll"), max_length=2000, help_text=_("Such as 3, 8, 12-40; no order is kept.")
    )
    means = forms.ChoiceField(label=_("Handed out"), choices=[("paper", _("Paper ballot")), ("code", _("Voting code"))])

    def clean_numbers(self) -> list[int]:
        found: list[int] = []
        for part in filter(None, re.split(r"[\s,，、;；]+", str(self.cleaned_data["numbers"]))):
            span = re.fullmatch(r"(\d{1,7})(?:[-–—~～至](\d{1,7}))?", part)
            first, last = (int(span[1]), int(span[2] or span[1])) if span else (1, 0)
            if not first <= last <= first + 5000:
                raise forms.ValidationError(_("“%(part)s” is not a number."), params={"part": part})
            found += range(first, last + 1)
        return found


def refuse_listed(written: str, candidates: list[tuple[str, str]]) -> None:
    """Whoever stands is chosen by the own line of the ballot: written in as well, the votes would be counted apart."""
    if written in {name for _key, name in candidates}:
        raise forms.ValidationError(
            _("%(name)s stands on the ballot: use the line with this name, do not write it in."),
            params={"name": written},
        )


class BoxForm(forms.Form):
    """What one teller counted in a box."""

    issued = forms.IntegerField(label=_("Ballots handed out"), min_value=0, max_value=MOST)
    found = forms.IntegerField(label=_("Ballots found in the box"), min_value=0, max_value=MOST)
    invalid = forms.IntegerField(label=_("Invalid ones among them"), min_value=0, max_value=MOST, initial=0)
    others = forms.CharField(
        label=_("Names written in: name and votes, one a line"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )

    def __init__(self, *args: Any, candidates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        for key, name in candidates:
            for what, label in (("for", _("%(name)s: for")), ("against", _("%(name)s: against"))):
                self.fields[f"{what}_{key}"] = forms.IntegerField(
                    label=label % {"name": name}, min_value=0, max_value=MOST, initial=0, required=False
                )

    def lines(self) -> list[tuple[str, str, Any, Any]]:
        """Key, name and the two fields of each candidate."""
        return [(key, name, self[f"for_{key}"], self[f"against_{key}"]) for key, name in self.candidates]

    def clean_others(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in filter(None, (line.strip() for line in str(self.cleaned_data["others"]).splitlines())):
            *name, votes = line.split()
            if not name or not re.fullmatch(r"\d{1,7}", votes):
                raise forms.ValidationError(_("“%(line)s”: a name, a space, a number."), params={"line": line})
            key = OTHER + " ".join(name)[:20]
            refuse_listed(key[1:], self.candidates)
            found[key] = found.get(key, 0) + int(votes)
        return found

    def counted(self) -> Box:
        """The numbers, as the count takes them."""
        given = self.cleaned_data
        votes = {w: {k: given[f"{w}_{k}"] or 0 for k, _name in self.candidates} for w in ("for", "against")}
        approved = {**votes["for"], **given["others"]}
        return Box(given["issued"], given["found"], given["invalid"], approved, votes["against"])


class PhrasesForm(forms.Form):
    """The phrases of two key holders."""

    first = forms.CharField(label=_("Phrase of one key holder"), max_length=40, required=False)
    second = forms.CharField(label=_("Phrase of another"), max_length=40, required=False)


class DeclareForm(forms.Form):
    """Who is meant by names written in."""

    def __init__(self, *args: Any, election: Election, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        elected = (election.protocol or {}).get("result", {}).get("elected", [])
        self.written = [key for key in elected if key.startswith(OTHER)]
        for at, key in enumerate(self.written):
            choices = [("", _("Choose …")), *known_to(election.body)]
            self.fields[f"person_{at}"] = forms.TypedChoiceField(label=key[1:], coerce=int, choices=choices)

    def meant(self) -> dict[str, Person]:
        given = {key: self.cleaned_data[f"person_{at}"] for at, key in enumerate(self.written)}
        return {key: Person.objects.known().get(pk=pk) for key, pk in given.items()}


class CodeForm(forms.Form):
    """The code of a voter."""

    code = forms.CharField(
        label=_("Voting code"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class BallotForm(forms.Form):
    """A ballot: for, against or neither for each candidate; names written in. Of a rating: one level."""

    def __init__(self, *args: Any, election: Election, candidates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election, self.candidates = election, candidates
        if election.kind == "rating":
            self.fields["level"] = forms.ChoiceField(
                label=_("How well does the body work?"), choices=candidates, widget=forms.RadioSelect
            )
            return
        for key, name in candidates:
            self.fields[f"c{key}"] = forms.ChoiceField(
                label=name,
                choices=[("for", _("For")), ("against", _("Against")), ("", _("Abstain"))],
                widget=forms.RadioSelect,
                required=False,
            )
        for at in range(min(election.seats, MOST_WRITTEN_IN) if election.kind in ("regular", "by_election") else 0):
            self.fields[f"other{at}"] = forms.CharField(
                label=gettext("Write-in name %(n)s") % {"n": at + 1}, max_length=20, required=False
            )

    def choice(self) -> Choice:
        """What was chosen."""
        given = self.cleaned_data
        if self.election.kind == "rating":
            return Choice(frozenset({given["level"]}))
        chosen = {key: given[f"c{key}"] for key, _name in self.candidates}
        others = tuple(given[name] for name in self.fields if name.startswith("other") and given[name].strip())
        return Choice(
            frozenset(key for key, what in chosen.items() if what == "for"),
            frozenset(key for key, what in chosen.items() if what == "against"),
            others,
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for field in [name for name in given if name.startswith("other")]:
            try:
                refuse_listed(" ".join(given[field].split()), self.candidates)
            except forms.ValidationError as fault:
                self.add_error(field, fault)
        if not self.errors:
            chosen = len(self.choice().ballot().approved)
            if chosen > self.election.seats:
                words = {"seats": self.election.seats, "chosen": chosen}
                raise forms.ValidationError(
                    _("You may choose at most %(seats)s; you chose %(chosen)s. Nothing has been sent yet."),
                    params=words,
                )
        return given


class StopForm(forms.Form):
    """Why an election does not come about."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
