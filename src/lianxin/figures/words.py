"""What the rules of indicators may say of each unit."""

import re
from dataclasses import replace

from lianxin.places.models import Scheme, SiteNetwork
from lianxin.registry.models import Line
from lianxin.rules.catalogue import target_of
from lianxin_methods.indicators.definition import Definition
from lianxin_methods.rules.derive import months_since
from lianxin_methods.rules.vocabulary import Name, Option, Vocabulary

MADE = re.compile(r"\b(?:has_(?:valid|own|venue|liaison)|members)_[a-z][a-z0-9_]*\b")
SAID = {"has_liaison_league": ("有团组织的联络员", "has named a liaison for the league")}
SITE_KINDS = (
    Option("building", "楼宇", "building"),
    Option("park", "园区", "park"),
    Option("business_area", "商圈", "business area"),
)
PLACE = (
    Name("is_site", "bool", "是楼宇、园区或商圈", "is a building, park or business area"),
    Name("organisations", "int", "单位数", "number of organisations", unit_zh="家", unit_en=""),
)
BODY = (
    Name("line", "str", "条线", "line"),
    Name("form", "str", "组织形式", "form"),
    Name("kind", "str", "组织类型", "kind of body"),
    Name("has_running_term", "bool", "届期未满", "has a running term"),
)
TERM = (
    *BODY[:3],
    Name("ended_on", "date", "届满日期", "end of the term"),
    Name(
        "months_since_end",
        "int",
        "届满后月数",
        "time since the end of the term",
        unit_zh="个月",
        unit_en="months",
        derived=months_since("ended_on"),
    ),
    Name("is_renewed", "bool", "已经换届", "was elected anew"),
    Name(
        "days_waited",
        "int",
        "届满到换届的天数",
        "time from the end of the term to the election",
        unit_zh="天",
        unit_en="days",
    ),
)
MEMBER = (
    Name("line", "str", "条线", "line"),
    Name("is_verified", "bool", "已实名认证", "is verified"),
)
DESK = (
    Name("desks", "int", "工作人员数", "number of staff", unit_zh="人", unit_en="people"),
    Name("bodies", "int", "本级组织数", "number of bodies of the area", unit_zh="个", unit_en=""),
    Name("minutes", "int", "填报分钟数", "minutes of entry", unit_zh="分钟", unit_en="min"),
)

DUTY = (
    Name("line", "str", "条线", "line"),
    Name("target", "str", "由谁来做", "kind of record that owes it"),
    Name("is_must", "bool", "属于必须", "is an obligation and no hint"),
    Name("is_due", "bool", "应当做", "is owed"),
    Name("is_met", "bool", "已经做到", "is met"),
)
_WORK = (
    Name("kind", "str", "事项类型", "kind of matter"),
    Name("outcome", "str", "结果", "outcome"),
    Name("state", "str", "状态", "state"),
)
_SENT_IN = (
    Name("is_sent_in", "bool", "由群众提出", "was sent in by people"),
    Name("knows_contact", "bool", "所属类型有首次联系这一环", "is of a kind with a step of first contact"),
)
MATTER = (
    *_WORK,
    *_SENT_IN,
    Name("arrived_in_period", "bool", "在本期内收到", "arrived in the period"),
    Name("contact_fell_due", "bool", "首次联系的时限在本期内到期", "first contact fell due in the period"),
    Name("is_contacted_in_time", "bool", "按时联系到本人", "the person was reached in time"),
    Name("fell_due", "bool", "办理时限在本期内到期", "fell due in the period"),
    Name("is_done_in_time", "bool", "按时办理", "was dealt with in time"),
    Name("closed_in_period", "bool", "在本期内办结", "was closed in the period"),
    Name("is_back_soon", "bool", "办结后很快重办", "was reopened soon"),
    Name("is_answered_at_first", "bool", "首次联系时就已答复", "was answered at first contact"),
    Name("mediation_ended", "bool", "调解在本期内结束", "the mediation ended in the period"),
    Name("has_agreement", "bool", "达成协议", "there is an agreement"),
    Name("mediation_fell_due", "bool", "调解在本期内结束，或已超期", "the mediation ended in the period or is overdue"),
    Name("is_mediated_in_time", "bool", "在法定时限内结束", "it ended within the time of the law"),
    Name("answer_fell_due", "bool", "答复期限在本期内到期", "the answer fell due in the period"),
    Name("is_answered_in_time", "bool", "按时答复", "it was answered in time"),
    Name("sent_in_period", "bool", "在本期内发出", "was sent in the period"),
    Name("is_over_or_late", "bool", "已结束，或已超期", "is over, or overdue"),
    Name("is_back_in_time", "bool", "按时有了结果", "its outcome came back in time"),
    Name("ended_in_period", "bool", "在本期内结束", "ended in the period"),
    Name("yuan", "int", "金额", "amount", unit_zh="元", unit_en="yuan"),
    Name("is_recurring", "bool", "所属主题此前已经办理过", "belongs to a theme that was dealt with before"),
)
CALL = (
    Name("is_reached", "bool", "已接通", "the person was reached"),
    Name("is_own", "bool", "由本人在网上填写", "was given by the person on the own page"),
    Name("solved", "str", "是否解决", "solved"),
    Name("rating", "int", "评价（1 至 5）", "rating from 1 to 5", unit_zh="", unit_en=""),
    Name("is_last_answer", "bool", "是该事项最近一次有效回答", "is the last valid answer about the matter"),
    Name("is_last_rating", "bool", "是该事项最近一次评价", "is the last rating of the matter"),
)
DISPATCH = (
    Name("is_objected", "bool", "承办方提出异议", "was objected to"),
    Name("is_moved", "bool", "改派给了别的组织", "was moved to another body"),
)
SEAT = (Name("is_active", "bool", "本期内有联系或提案的记录", "met electors or proposed something in the period"),)
LISTED = (Name("is_inspected", "bool", "已经检查过", "was inspected"),)
INSPECTION = (
    Name("findings", "int", "查出的问题", "findings", unit_zh="个", unit_en=""),
    Name("general", "int", "查出的一般问题", "general findings", unit_zh="个", unit_en=""),
    Name("major", "int", "查出的重大隐患", "major hazards", unit_zh="个", unit_en=""),
)
FINDING = (
    *_WORK[1:],
    Name("grade", "str", "等级", "grade"),
    Name("fell_due", "bool", "整改期限在本期内到期", "its day fell in the period"),
    Name("is_overdue", "bool", "已经超期、还没有销号", "is past its day and still open"),
    Name("is_mended_in_time", "bool", "按期整改、复查通过", "was seen mended by its day"),
)
CLOSURE = (
    Name("is_rechecked", "bool", "由没有经办过的人复查通过", "was checked by somebody who had not worked on it"),
)
UNITS = {"body": BODY, "term": TERM, "member": MEMBER, "desk": DESK, "duty": DUTY, "matter": MATTER}
UNITS |= {"seat": SEAT, "listed": LISTED, "inspection": INSPECTION, "finding": FINDING, "closure": CLOSURE}
UNITS |= {"call_back": CALL, "dispatch": DISPATCH, "contact_spell": (*_WORK, *_SENT_IN)}
UNITS["closing_spell"] = UNITS["contact_spell"]


def vocabulary(definition: Definition) -> Vocabulary:
    """The words of the unit; those of lines and networks that nobody has set up yet too, if the indicator asks."""
    known = _known(definition.over)
    texts = f"{definition.scope} {definition.numerator}"
    made = set(MADE.findall(texts)) | ({f"has_valid_{definition.line}"} if definition.line else set())
    added = tuple(Name(code, "bool", *SAID.get(code, (code, code))) for code in sorted(made) if code not in known)
    return replace(known, names=(*known.names, *added)) if added else known


def _known(over: str) -> Vocabulary:
    if over == "organisation":
        return target_of("organisation").vocabulary()
    if over == "place":
        return Vocabulary("place", "区域和场所", "Place", (*PLACE, _place_kind(), *_standing()))
    return Vocabulary(over, over, over, UNITS[over])


def _place_kind() -> Name:
    """Levels of the areas and kinds of sites."""
    levels = Scheme.objects.filter(is_primary=True).values_list("levels", flat=True).first() or []
    options = tuple(Option(level["code"], level["zh"], level["en"]) for level in levels)
    return Name("kind", "enum", "类别", "kind of place", options=options + SITE_KINDS)


def _standing() -> list[Name]:
    """has_valid_<line>, has_venue_<network>."""
    lines = Line.objects.order_by("pk").values_list("code", "name", "name_en")
    networks = SiteNetwork.objects.order_by("pk").values_list("code", "name")
    bodies = [
        Name(f"has_valid_{c.replace('-', '_')}", "bool", f"有届期内的{zh}组织", f"has a valid body of: {en}")
        for c, zh, en in lines
    ]
    venues = [
        Name(f"has_venue_{c.replace('-', '_')}", "bool", f"有开放的{name}", f"has an open venue of: {name}")
        for c, name in networks
    ]
    return [*bodies, *venues]
