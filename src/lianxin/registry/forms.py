"""Shapes of input on the registry's pages."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.places.models import Area

from .codes import BadCreditCode, check_code, normalise_code
from .models.body import Body, BodySpan, Line, Post
from .models.organisation import Organisation, OrganisationSpan
from .models.person import Membership, Person
from .operations.organisations import OrganisationFacts, placed_at
from .queries.places import area_choices
from .words import BODY_FORMS, BODY_KINDS, CONTRACT_KINDS, FACTS, ORGANISATION_KINDS, POST_TITLES

MODES = [("change", _("It changed on that day")), ("correct", _("It was wrong from the start: set it right"))]
COUNTS = ("headcount", "women", "young_people", "league_members", "union_members")


def day_field(label: Any, **given: Any) -> forms.DateField:
    """A day, picked where the browser can."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **given)


class AreaForm(forms.Form):
    """Where an organisation is: areas of the scope only."""

    area = forms.TypedChoiceField(label=_("Where it is"), coerce=int)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("Choose …")), *area_choices(scope.area_paths, scope.day)]  # type: ignore[attr-defined]

    def clean_area(self) -> Area:
        return Area.objects.get(pk=self.cleaned_data["area"])


class OrganisationForm(AreaForm):
    """An organisation's facts, and since when they hold."""

    name = forms.CharField(label=FACTS["name"], max_length=200)
    credit_code = forms.CharField(label=FACTS["credit_code"], max_length=30, required=False)
    kind = forms.ChoiceField(label=FACTS["kind"], choices=list(ORGANISATION_KINDS.items()))
    address = forms.CharField(label=FACTS["address"], max_length=300, required=False)
    headcount = forms.IntegerField(label=FACTS["headcount"], min_value=0, required=False)
    women = forms.IntegerField(label=FACTS["women"], min_value=0, required=False)
    young_people = forms.IntegerField(label=FACTS["young_people"], min_value=0, required=False)
    league_members = forms.IntegerField(label=FACTS["league_members"], min_value=0, required=False)
    union_members = forms.IntegerField(label=FACTS["union_members"], min_value=0, required=False)
    is_new_org = forms.BooleanField(label=FACTS["is_new_org"], required=False)
    opened_on = day_field(FACTS["opened_on"], required=False)
    mode = forms.ChoiceField(label=_("What is this"), choices=MODES, initial="change")
    day = day_field(_("Holds from"))
    field_order = ("name", "credit_code", "kind", "address", "area", *COUNTS, "is_new_org", "opened_on", "mode", "day")

    def clean_credit_code(self) -> str:
        try:
            return check_code(self.cleaned_data["credit_code"])
        except BadCreditCode as refusal:
            raise ValidationError(refusal.sentence) from None

    def facts(self, before: OrganisationSpan | None = None) -> OrganisationFacts:
        """What was entered, as facts; an area other than before was decided by the officer."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("mode", "day")}
        if before is None or before.area_id != given["area"].pk:
            given["placed"] = placed_at(given["area"], self.cleaned_data["day"])
            given["is_placed_by_hand"] = True
        return cast(OrganisationFacts, given)

    @staticmethod
    def known(span: OrganisationSpan, day: date) -> dict[str, Any]:
        """What is on record, filled in."""
        names = ("name", "credit_code", "kind", "address", *COUNTS, "is_new_org", "opened_on")
        return {**{name: getattr(span, name) for name in names}, "area": span.area_id, "mode": "change", "day": day}


class TermForm(forms.Form):
    """An election was held."""

    day = day_field(_("Elected on"))
    until = day_field(_("Term ends on"))


class DayForm(forms.Form):
    """From which day something holds."""

    day = day_field(_("From"))


class ContractForm(forms.Form):
    """A collective contract was signed."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(CONTRACT_KINDS.items()))
    number = forms.CharField(label=_("Number of filing"), max_length=40, required=False)
    body = forms.TypedChoiceField(label=_("Signed by the union"), coerce=int, empty_value=None, required=False)
    workers = forms.IntegerField(
        label=_("Workers it holds for"), min_value=1, required=False, help_text=_("Leave empty for all")
    )
    day = day_field(_("Holds from"))
    until = day_field(_("Ends before"))

    def __init__(self, *args: Any, unions: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", _("Not known")), *unions]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        pk = self.cleaned_data["body"]
        return {**self.cleaned_data, "body": Body.objects.get(pk=pk) if pk else None}


class MergeForm(DayForm):
    """Which of two records stays."""

    keep = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, pair: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [(ref, str(ref)) for ref in pair]  # type: ignore[attr-defined]


class BodyForm(AreaForm):
    """A body to found."""

    line = forms.ModelChoiceField(label=_("Line"), queryset=Line.objects.order_by("pk"), to_field_name="code")
    name = forms.CharField(label=FACTS["name"], max_length=200)
    kind = forms.ChoiceField(label=FACTS["kind"], choices=list(BODY_KINDS.items()))
    form = forms.ChoiceField(label=_("Form"), choices=[(c, w) for c, w in BODY_FORMS.items() if c != "site"])
    day = day_field(_("Founded on"))
    term_until = day_field(_("Term ends on"), required=False, help_text=_("Leave empty while nobody is elected"))
    field_order = ("line", "name", "kind", "form", "area", "day", "term_until")

    def __init__(self, *args: Any, lines: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "" not in lines:  # grants for some lines found bodies of those lines only
            choices = Line.objects.filter(code__in=lines).order_by("pk")
            cast("forms.ModelChoiceField[Line]", self.fields["line"]).queryset = choices
        self.fields["line"].label_from_instance = lambda line: line.name  # type: ignore[attr-defined]


class HolderForm(forms.Form):
    """Who holds a post: a member of the body, or somebody else known in the scope by the whole name, or nobody yet."""

    person = forms.TypedChoiceField(label=_("A member"), coerce=int, required=False)
    name = forms.CharField(label=_("Or somebody else, by the whole name"), max_length=60, required=False)
    day = day_field(_("From"))
    mandate_until = day_field(_("Mandate until"), required=False)

    def __init__(self, *args: Any, scope: Scope, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["person"].choices = [("", _("Nobody yet: the post is vacant")), *known_to(body)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        name = " ".join(given.get("name", "").split())
        if name:
            rows = list(Person.objects.known().within(self.scope).filter(name=name)[:2])
            if len(rows) != 1:
                several = _("Several people in your scope bear this name; enter the right one as a member first.")
                self.add_error(
                    "name", several if rows else _("Nobody in your scope bears this name. Enter the person.")
                )
            given["person"] = rows[0].pk if rows else None
        found = Person.objects.known().filter(pk=given.get("person") or 0).first()
        return {**given, "person": found}

    def holder(self) -> dict[str, Any]:
        """What was entered, as the operations take it."""
        return {key: self.cleaned_data[key] for key in ("person", "day", "mandate_until")}


class PostForm(HolderForm):
    """A post to give."""

    title = forms.ChoiceField(label=_("Post"), choices=list(POST_TITLES.items()))
    field_order = ("title", "person", "name", "day", "mandate_until")


def known_to(body: Body) -> list[tuple[int, str]]:
    """Members of a body and those who hold its posts, by name, at most three hundred."""
    held = Membership.objects.filter(body=body, left_on=None).values("person")
    posts = Post.objects.filter(body=body, valid_until=None).exclude(person=None).values("person")
    people = Person.objects.known().filter(Q(pk__in=held) | Q(pk__in=posts)).order_by("name", "pk")
    return list(people.values_list("pk", "name")[:300])


class JoinForm(forms.Form):
    """A person applies to a body, by the body's whole name."""

    body = forms.CharField(label=_("Body, by its whole name"), max_length=200)
    day = day_field(_("Applied on"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def clean_body(self) -> Body:
        return one_body(self.cleaned_data["body"], BodySpan.objects.filter(valid_until=None).within(self.scope))


class OfferForm(forms.Form):
    """The body that is to take a member over, anywhere on the line, by its whole name."""

    body = forms.CharField(label=_("Body that takes the member over, by its whole name"), max_length=200)

    def __init__(self, *args: Any, line: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line

    def clean_body(self) -> Body:
        return one_body(self.cleaned_data["body"], BodySpan.objects.filter(valid_until=None, body__line=self.line))


def one_body(name: str, spans: QuerySet[BodySpan]) -> Body:
    """The body of that name among the spans. Raises ValidationError."""
    rows = list(spans.filter(name=" ".join(name.split())).select_related("body")[:2])
    if len(rows) != 1:
        raise ValidationError(_("Several bodies bear this name.") if rows else _("No body bears this name."))
    return rows[0].body


class CoverForm(forms.Form):
    """An organisation that a body is to cover, by its code or its whole name."""

    organisation = forms.CharField(label=_("Credit code or whole name"), max_length=200)
    day = day_field(_("From"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def clean_organisation(self) -> Organisation:
        text = self.cleaned_data["organisation"].strip()
        spans = OrganisationSpan.objects.filter(valid_until=None).within(self.scope)
        found = list(
            spans.filter(Q(credit_code=normalise_code(text)) | Q(name=text)).select_related("organisation")[:2]
        )
        if len(found) != 1:
            wording = _("Several organisations bear this name; use the credit code.")
            raise ValidationError(wording if found else _("No organisation in your scope has this code or name."))
        return found[0].organisation
