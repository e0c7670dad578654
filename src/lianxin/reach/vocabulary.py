"""What the rules of a full count may say: all that is said of organisations, and what counting itself found out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from lianxin.kit.dated import holds_on
from lianxin.registry import vocabulary as registry
from lianxin.registry.models import Line, Visit
from lianxin.rules.catalogue import Target
from lianxin_methods.rules.vocabulary import Name, Vocabulary

from .models import Liaison, Listing, Register

NOT_MET = ("absent", "moved")
"""Outcomes of a visit at which nobody was spoken to."""


def counted_names(lines: list[tuple[str, str, str]], registers: list[tuple[str, str, str]]) -> Vocabulary:
    """The words of organisations; each line adds `has_liaison_<line>`, each register `on_<register>`."""
    added = [
        Name("contacted_on", "date", "上次联系上的日期", "last spoken to on"),
        Name("was_contacted", "bool", "已经联系上", "was spoken to"),
    ]
    for code, zh, en in lines:
        added.append(Name(f"has_liaison_{_word(code)}", "bool", f"有{zh}联络员", f"has a liaison of: {en}"))
    for code, zh, en in registers:
        added.append(Name(f"on_{_word(code)}", "bool", f"在“{zh}”上", f"is on the list: {en or zh}"))
    names = registry.organisation_names(lines).names
    return Vocabulary("counted", "清点的单位", "Organisation counted", (*names, *added))


def _word(code: str) -> str:
    return code.replace("-", "_")


def vocabulary() -> Vocabulary:
    lines = list(Line.objects.order_by("pk").values_list("code", "name", "name_en"))
    return counted_names(lines, list(Register.objects.order_by("pk").values_list("code", "name", "name_en")))


def columns(day: date) -> Mapping[str, Any]:
    """Where each stored name is found on the day."""
    spoken = Visit.objects.filter(organisation=OuterRef("organisation"), visited_on__lte=day).order_by()
    spoken = spoken.exclude(outcome__in=NOT_MET)
    last = spoken.values("organisation").annotate(last=Max("visited_on")).values("last")
    found: dict[str, Any] = {**registry.columns(day), "contacted_on": Subquery(last), "was_contacted": Exists(spoken)}
    held = Liaison.objects.filter(holds_on(day), organisation=OuterRef("organisation"))
    for code in Line.objects.values_list("code", flat=True):
        found[f"has_liaison_{_word(code)}"] = Exists(held.filter(line=code))
    listed = Listing.objects.filter(holds_on(day), organisation=OuterRef("organisation"))
    for code in Register.objects.values_list("code", flat=True):
        found[f"on_{_word(code)}"] = Exists(listed.filter(register__code=code))
    return found


COUNTED = Target(
    code="counted",
    label=_("Organisations in full counts"),
    vocabulary=vocabulary,
    rows=registry.rows,
    columns=columns,
    act="reach.view_counts",
)
TARGETS = (COUNTED,)
