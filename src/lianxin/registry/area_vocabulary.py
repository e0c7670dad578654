"""What rules may say of areas: their level, who works there, which lines have a valid body of the area."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.places.models import Area, AreaSpan, Scheme
from lianxin.rules.catalogue import Target
from lianxin_methods.rules.vocabulary import Name, Option, Vocabulary

from .models import BodySpan, Line, OrganisationSpan, Term
from .models.imports import Import, seen_on

LEVELS = (
    Option("district", "区", "district"),
    Option("subdistrict", "街道", "subdistrict"),
    Option("community", "社区", "community"),
)


def level_options() -> tuple[Option, ...]:
    """The levels of the scheme in use, and the usual ones."""
    found = {option.code: option for option in LEVELS}
    for levels in Scheme.objects.filter(is_primary=True).values_list("levels", flat=True):
        found.update({one["code"]: Option(one["code"], one["zh"], one["en"]) for one in levels})
    return tuple(found.values())


def vocabulary() -> Vocabulary:
    """The words for areas; each line adds `has_valid_<line>` and `term_until_<line>`."""
    names = [
        Name("level", "enum", "层级", "level", options=level_options()),
        Name("employers", "int", "辖区单位数", "organisations in it", unit_zh="家", unit_en="organisations"),
        Name("workers", "int", "辖区已知的用工人数", "employees in it as far as known", unit_zh="人", unit_en="people"),
    ]
    for code, zh, en in Line.objects.order_by("pk").values_list("code", "name", "name_en"):
        word = code.replace("-", "_")
        names.append(Name(f"has_valid_{word}", "bool", f"有届期内的{zh}区域组织", f"has a valid body of its own: {en}"))
        names.append(Name(f"term_until_{word}", "date", f"{zh}区域组织届满之日", f"end of the term of its body: {en}"))
    return Vocabulary("area", "区域", "Area", tuple(names))


def rows(scope: Scope, day: date) -> "QuerySet[AreaSpan]":
    """Areas of the primary scheme on a day within a scope."""
    return AreaSpan.objects.on(day).filter(area__scheme__is_primary=True, area__in=Area.objects.within(scope))


def columns(day: date) -> Mapping[str, Any]:
    """Where each stored name of the vocabulary is found on the day; names not listed are fields of the span."""
    hidden = Import.hidden()
    inside = AreaSpan.objects.on(day).filter(
        path__gte=OuterRef(OuterRef("path")), path__lt=Concat(OuterRef(OuterRef("path")), Value("~"))
    )
    spans = OrganisationSpan.objects.filter(seen_on(day, hidden), area__in=inside.values("area")).order_by()
    alike = spans.annotate(one=Value(1)).values("one")

    def summed(number: Any) -> Any:
        return Coalesce(Subquery(alike.annotate(n=number).values("n")), 0, output_field=IntegerField())

    found: dict[str, Any] = {"employers": summed(Count("pk")), "workers": summed(Sum("headcount"))}
    terms = Term.objects.seen(hidden).filter(valid_from__lte=day).order_by("-valid_from", "-pk")
    for code in Line.objects.values_list("code", flat=True):
        word = code.replace("-", "_")
        standing = BodySpan.objects.filter(seen_on(day, hidden), form="area", body__line__code=code)
        running = Q(Exists(Term.objects.on(day, hidden).filter(body=OuterRef("body"))))
        found[f"has_valid_{word}"] = Exists(standing.filter(running, area=OuterRef("area")))
        bodies = standing.filter(area=OuterRef(OuterRef("area"))).values("body")
        found[f"term_until_{word}"] = Subquery(terms.filter(body__in=bodies).values("valid_until")[:1])
    return found


AREA = Target(
    code="area",
    label=_("Areas"),
    vocabulary=vocabulary,
    rows=rows,
    columns=columns,
    act="rules.try_rules",
    ref="area_id",
)
