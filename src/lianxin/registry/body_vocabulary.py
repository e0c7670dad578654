"""What rules may say of bodies: their line, term, posts and whom they cover."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from lianxin.kit.scope import Scope
from lianxin.places.models import AreaSpan
from lianxin.rules.catalogue import Target
from lianxin_methods.rules.derive import months_between, months_since
from lianxin_methods.rules.vocabulary import Name, Option, Vocabulary

from .area_vocabulary import level_options
from .models import BodySpan, Line, Membership, OrganisationSpan, Post, Term
from .models.imports import Import, seen_on
from .words import BODY_FORMS, BODY_KINDS, Text

HEADS = ("chair", "full_time_chair", "secretary")
COMMITTEE = (*HEADS, "vice_chair", "member")
PEOPLE, MONTHS = ("", "人", "people"), ("", "个月", "months")
"""Column, and the unit in Chinese and English."""
NAMES = (
    Name("members", "int", "会员（团员）人数", "number of members", *PEOPLE),
    Name("covers", "int", "覆盖的单位数", "organisations that it covers", unit_zh="家", unit_en="organisations"),
    Name("workers", "int", "所覆盖单位的用工人数", "employees of the organisations it covers", *PEOPLE),
    Name("women", "int", "所覆盖单位的女职工人数", "women employed by the organisations it covers", *PEOPLE),
    Name("women_at_least", "int", "已知的女职工人数", "women employed there as far as known", *PEOPLE),
    Name("committee_seats", "int", "委员名额", "seats of its committee", unit_zh="名", unit_en="seats"),
    Name("representatives", "int", "会员代表人数", "number of representatives", *PEOPLE),
    Name("has_chair", "bool", "有在任的主席（书记）", "has a chair or secretary in office"),
    Name("has_full_time_chair", "bool", "有专职主席", "has a full-time chair"),
    Name("chair_vacant_since", "date", "主席（书记）空缺之日", "without chair or secretary since"),
    Name(
        "months_chair_vacant",
        "int",
        "主席（书记）空缺的月数",
        "time without chair or secretary",
        *MONTHS,
        derived=months_since("chair_vacant_since"),
    ),
    Name("chair_in_committee", "bool", "主席在居民委员会任职", "its chair holds a post in the residents' committee"),
    Name("has_women_committee", "bool", "建有女职工委员会", "has a women workers' committee"),
    Name("has_women_member", "bool", "设有女职工委员", "has a member for women workers"),
    Name("founded_on", "date", "成立日期", "founded on"),
    Name("has_term", "bool", "在届期内", "its term is running"),
    Name("term_from", "date", "最近一届开始之日", "start of the last term"),
    Name("term_until", "date", "最近一届届满之日", "end of the last term"),
    Name(
        "term_months",
        "int",
        "最近一届的任期",
        "length of the last term",
        *MONTHS,
        derived=months_between("term_from", "term_until"),
    ),
    Name(
        "months_since_term_end",
        "int",
        "届满至今的月数",
        "time since the end of the last term",
        *MONTHS,
        derived=months_since("term_until"),
    ),
)


def options(words: Mapping[str, Text]) -> tuple[Option, ...]:
    """Codes with their words as the choices of a name."""

    def said(language: str) -> list[str]:
        with override(language):
            return [str(word) for word in words.values()]

    return tuple(Option(*row) for row in zip(words, said("zh-hans"), said("en"), strict=True))


def vocabulary() -> Vocabulary:
    lines = tuple(Option(*row) for row in Line.objects.order_by("pk").values_list("code", "name", "name_en"))
    first = (
        Name("line", "enum", "条线", "line", options=lines or (Option("none", "无", "none"),)),
        Name("kind", "enum", "组织类型", "kind of body", options=options(BODY_KINDS)),
        Name("form", "enum", "组建形式", "form", options=options(BODY_FORMS)),
        Name("area_level", "enum", "所在区域的层级", "level of its area", options=level_options()),
    )
    return Vocabulary("body", "组织", "Body", (*first, *NAMES))


def rows(scope: Scope, day: date) -> "QuerySet[BodySpan]":
    """Bodies on a day within a scope."""
    return BodySpan.objects.on(day).within(scope)  # type: ignore[attr-defined,no-any-return]


def columns(day: date) -> Mapping[str, Any]:
    """Where each stored name of the vocabulary is found on the day; names not listed are fields of the span."""
    hidden, body = Import.hidden(), OuterRef("body")
    level = AreaSpan.objects.on(day).filter(area=OuterRef("area")).values("level")[:1]
    last = Term.objects.seen(hidden).filter(body=body, valid_from__lte=day).order_by("-valid_from", "-pk")
    spans = BodySpan.objects.filter(seen_before(day, hidden), body=body).order_by().values("body")
    return {
        "line": F("body__line__code"),
        "area_level": Subquery(level),
        **_of_covered(day, hidden),
        **_of_posts(day, hidden),
        "founded_on": Subquery(spans.annotate(first=Min("valid_from")).values("first")),
        "has_term": Exists(Term.objects.on(day, hidden).filter(body=body)),
        "term_from": Subquery(last.values("valid_from")[:1]),
        "term_until": Subquery(last.values("valid_until")[:1]),
    }


def seen_before(day: date, hidden: list[int]) -> Q:
    """Recorded rows that began by the day, without those of an unfinished import."""
    return Q(valid_from__lte=day) & (Q(born_in=None) | ~Q(born_in__in=hidden))


def _of_covered(day: date, hidden: list[int]) -> dict[str, Any]:
    """Sums over the organisations that a body covers; a sum is unknown as soon as one number is."""
    held = seen_on(day, hidden) & seen_on(day, hidden, "organisation__coverings__")
    covered = OrganisationSpan.objects.filter(held, organisation__coverings__body=OuterRef("body")).order_by()

    def known(field: str) -> Any:
        summed = covered.values("organisation__coverings__body").annotate(n=Sum(field)).values("n")
        return Coalesce(Subquery(summed), 0, output_field=IntegerField())

    def whole(field: str, line: str = "") -> Any:
        gap = Q(Exists(covered.filter(**{field: None})))
        wrong_line = ~Q(body__line__code=line) if line else Q(pk=None)
        return Case(When(gap | wrong_line, then=Value(None)), default=known(field), output_field=IntegerField())

    current = Q(registered_on__lte=day) & (Q(left_on=None) | Q(left_on__gt=day))
    enrolled = Membership.objects.filter(current, body=OuterRef("body")).order_by().values("body")
    on_record = Coalesce(Subquery(enrolled.annotate(n=Count("pk")).values("n")), 0)
    declared = Coalesce(whole("union_members", "union"), whole("league_members", "league"))
    number = covered.values("organisation__coverings__body").annotate(n=Count("pk")).values("n")
    return {
        "members": Coalesce(NullIf(on_record, 0), declared, output_field=IntegerField()),
        "covers": Coalesce(Subquery(number), 0),
        "workers": whole("headcount"),
        "women": whole("women"),
        "women_at_least": known("women"),
    }


def _of_posts(day: date, hidden: list[int]) -> dict[str, Any]:
    """Posts that stand on the day. What was never entered is unknown: no chair's post, no further seat."""
    posts = Post.objects.on(day).filter(body=OuterRef("body")).order_by()
    heads = posts.filter(title__in=HEADS)
    held, vacant = Q(Exists(heads.exclude(person=None))), heads.filter(person=None)
    since = vacant.values("body").annotate(first=Min("valid_from")).values("first")

    def number(titles: tuple[str, ...]) -> Any:
        return Subquery(posts.filter(title__in=titles).values("body").annotate(n=Count("pk")).values("n"))

    entered = Q(Exists(posts.filter(title__in=("member", "vice_chair"))))
    women = BodySpan.objects.filter(seen_on(day, hidden), parent=OuterRef("body"), kind="women_workers_committee")
    return {
        "committee_seats": Case(When(entered, then=number(COMMITTEE)), output_field=IntegerField()),
        "representatives": number(("representative",)),
        "has_chair": Case(When(held, then=Value(True)), When(Exists(vacant), then=Value(False))),
        "has_full_time_chair": Exists(posts.filter(title="full_time_chair").exclude(person=None)),
        "chair_vacant_since": Case(When(~held, then=Subquery(since))),
        "chair_in_committee": Case(When(held & Q(Exists(_committees(day, hidden))), then=_sits_there(day, hidden))),
        "has_women_committee": Exists(women),
        "has_women_member": Exists(posts.filter(title="women_member").exclude(person=None)),
    }


def _committees(day: date, hidden: list[int]) -> "QuerySet[BodySpan]":
    return BodySpan.objects.filter(seen_on(day, hidden), kind="residents_committee", area=OuterRef("area"))


def _sits_there(day: date, hidden: list[int]) -> Exists:
    """Somebody in office as head of the body holds a post in a residents' committee of its area."""
    there = Post.objects.on(day).filter(person=OuterRef("person"))
    spans = BodySpan.objects.filter(seen_on(day, hidden), kind="residents_committee")
    there = there.filter(Exists(spans.filter(body=OuterRef("body"), area=OuterRef(OuterRef(OuterRef("area"))))))
    heads = Post.objects.on(day).filter(body=OuterRef("body"), title__in=HEADS).exclude(person=None)
    return Exists(heads.filter(Exists(there)))


BODY = Target(
    code="body",
    label=_("Bodies"),
    vocabulary=vocabulary,
    rows=rows,
    columns=columns,
    act="rules.try_rules",
    ref="body_id",
)
