"""What rules may say of organisations; of bodies and areas, see the modules beside this one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Case, Exists, Max, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from lianxin.kit.scope import Scope
from lianxin.rules.catalogue import Target
from lianxin_methods.rules.derive import has_come, months_since
from lianxin_methods.rules.vocabulary import Name, Option, Vocabulary

from .area_vocabulary import AREA
from .body_vocabulary import BODY
from .models import BodySpan, CollectiveContract, Covering, Line, OrganisationSpan, Term, Visit
from .models.imports import Import, seen_on

KINDS = (
    Option("enterprise", "企业", "enterprise"),
    Option("sole_trader", "个体工商户", "sole trader"),
    Option("association", "社会团体", "association"),
    Option("service_org", "民办非企业单位", "private service organisation"),
    Option("foundation", "基金会", "foundation"),
    Option("agency", "机关", "agency"),
    Option("institution", "事业单位", "public institution"),
    Option("union", "工会", "trade union"),
    Option("other", "其他", "other"),
)
PLACED = (
    Option("community", "到社区", "to the community"),
    Option("subdistrict", "到街道", "to the subdistrict"),
    Option("none", "待落位", "to be placed"),
)
NAMES = (
    Name("kind", "enum", "单位类型", "kind of organisation", options=KINDS),
    Name("is_new_org", "bool", "属于两新组织", "is one of the new organisations"),
    Name("headcount", "int", "用工人数", "number of employees", unit_zh="人", unit_en="people"),
    Name("women", "int", "女职工人数", "number of women employed", unit_zh="人", unit_en="people"),
    Name("young_people", "int", "14 至 35 岁人数", "number of people aged 14 to 35", unit_zh="人", unit_en="people"),
    Name("league_members", "int", "团员人数", "number of league members", unit_zh="人", unit_en="people"),
    Name("union_members", "int", "会员人数", "number of union members", unit_zh="人", unit_en="people"),
    Name("opened_on", "date", "开业日期", "opened on"),
    Name("closed_on", "date", "注销日期", "closed on"),
    Name("is_closed", "bool", "已经注销", "is closed", derived=has_come("closed_on")),
    Name(
        "months_open",
        "int",
        "开业月数",
        "time since opening",
        unit_zh="个月",
        unit_en="months",
        derived=months_since("opened_on"),
    ),
    Name("placed", "enum", "地址落位", "how far its address is placed", options=PLACED),
    Name("has_credit_code", "bool", "有统一社会信用代码", "has a credit code"),
    Name("has_site", "bool", "在登记的楼宇或园区内", "lies in a registered building or park"),
    Name("has_valid_body", "bool", "有届期内的组织", "has a valid body of any line"),
    Name("has_contract", "bool", "有集体合同在有效期内", "has a collective contract in force"),
    Name("visited_on", "date", "上次走访日期", "last visited on"),
    Name(
        "months_since_visit",
        "int",
        "距上次走访月数",
        "time since the last visit",
        unit_zh="个月",
        unit_en="months",
        derived=months_since("visited_on"),
    ),
)


def organisation_names(lines: list[tuple[str, str, str]]) -> Vocabulary:
    """The words for organisations; each line (code, zh, en) adds `has_valid_<line>` and `has_own_<line>`."""
    added: list[Name] = []
    for code, zh, en in lines:
        word = code.replace("-", "_")
        added.append(Name(f"has_valid_{word}", "bool", f"有届期内的{zh}组织", f"has a valid body of: {en}"))
        added.append(Name(f"has_own_{word}", "bool", f"有单独建立的{zh}组织", f"has its own body of: {en}"))
    return Vocabulary("organisation", "单位", "Organisation", (*NAMES, *added))


def vocabulary() -> Vocabulary:
    return organisation_names(list(Line.objects.order_by("pk").values_list("code", "name", "name_en")))


def rows(scope: Scope, day: date) -> "QuerySet[OrganisationSpan]":
    """Organisations on a day within a scope."""
    return OrganisationSpan.objects.on(day).within(scope)  # type: ignore[attr-defined,no-any-return]


def covered(day: date, hidden: list[int], *, line: str = "", form: str = "") -> Exists:
    """Whether a body that stands on the day and has a running term covers the organisation; line and form narrow it."""
    terms = Term.objects.on(day, hidden).filter(body=OuterRef("body"))
    standing = BodySpan.objects.filter(seen_on(day, hidden), body=OuterRef("body"))
    standing = standing.filter(form=form) if form else standing
    found = Covering.objects.filter(seen_on(day, hidden), organisation=OuterRef("organisation"))
    found = found.filter(body__line__code=line) if line else found
    return Exists(found.filter(Exists(terms), Exists(standing)))


def columns(day: date) -> Mapping[str, Any]:
    """Where each stored name of the vocabulary is found on the day; names not listed are fields of the span."""
    hidden = Import.hidden()
    visits = Visit.objects.filter(organisation=OuterRef("organisation"), visited_on__lte=day).order_by()
    last = visits.values("organisation").annotate(last=Max("visited_on")).values("last")
    found: dict[str, Any] = {
        "has_credit_code": Case(When(credit_code="", then=Value(False)), default=Value(True)),
        "has_site": Case(When(site=None, then=Value(False)), default=Value(True)),
        "has_valid_body": covered(day, hidden),
        "has_contract": Exists(CollectiveContract.objects.on(day).filter(organisation=OuterRef("organisation"))),
        "visited_on": Subquery(last),
    }
    for code in Line.objects.values_list("code", flat=True):
        word = code.replace("-", "_")
        found[f"has_valid_{word}"] = covered(day, hidden, line=code)
        found[f"has_own_{word}"] = covered(day, hidden, line=code, form="own")
    return found


ORGANISATION = Target(
    code="organisation",
    label=_("Organisations"),
    vocabulary=vocabulary,
    rows=rows,
    columns=columns,
    act="rules.try_rules",
    ref="organisation_id",
)
TARGETS = (ORGANISATION, BODY, AREA)
