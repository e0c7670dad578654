"""The export of a hotline (12345, 12351, 12355, 12338), read row by row: which column is what is told by its header."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from lianxin.kit import workbook
from lianxin.kit.refusals import Refused

MOST_ROWS = 50_000
FIELDS: dict[str, tuple[str, ...]] = {
    "ticket": (
        "工单编号",
        "工单号",
        "工单流水号",
        "受理编号",
        "受理单号",
        "诉求编号",
        "流水号",
        "编号",
        "ticket",
        "ticket number",
    ),
    "words": (
        "诉求内容",
        "反映内容",
        "工单内容",
        "来电内容",
        "问题描述",
        "主要内容",
        "诉求描述",
        "内容",
        "content",
        "description",
    ),
    "title": ("工单标题", "诉求标题", "标题", "主题", "title", "subject"),
    "name": ("市民姓名", "来电人姓名", "诉求人姓名", "来电人", "诉求人", "联系人", "姓名", "name", "caller"),
    "contact": ("联系电话", "来电号码", "主叫号码", "手机号码", "联系方式", "手机号", "电话", "手机", "phone"),
    "place": (
        "事发地址",
        "事发地点",
        "诉求地址",
        "发生地址",
        "发生地点",
        "详细地址",
        "所属街道",
        "地址",
        "地点",
        "address",
    ),
    "arrived": ("来电时间", "受理时间", "登记时间", "创建时间", "诉求时间", "提交时间", "时间", "time", "created"),
    "secrecy": ("是否保密", "保密要求", "保密", "confidential"),
}
"""Headers each column goes by, the surest first."""
FAULTS = {
    "no_ticket": _("It has no ticket number, so that a second import could not know it."),
    "no_words": _("It says nothing of what is asked."),
    "twice": _("The same ticket number stands higher up in this file."),
    "no_time": _("Its time cannot be read."),
    "later": _("Its time lies in the future."),
}
_YES = {"是", "保密", "需要", "要求保密", "y", "yes", "true", "1"}
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_DAYS_FROM = datetime(1899, 12, 30)
_BRACKETS = re.compile(r"[（(【\[].*?[)）】\]]")


class NeitherTicketNorWords(Refused):
    text = _("This table needs a column of ticket numbers and one that says what is asked. Please check its headers.")


class TooManyTickets(Refused):
    text = _("An export may have at most %(most)d rows. Please split it.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """One row of an export. fault : key of FAULTS, empty for a row that can be taken."""

    row: int
    number: str = ""
    words: str = ""
    name: str = ""
    contact: str = ""
    place: str = ""
    arrived_at: datetime | None = None
    wishes_secrecy: bool = False
    fault: str = ""


def field_of(header: str) -> str:
    """The field a header names exactly, else the one whose name it holds; empty for none."""
    plain = _plain(header)
    for exact in (True, False):
        for field, names in FIELDS.items():
            if any(plain == n or (not exact and len(n) > 1 and n in plain) for n in names):
                return field
    return ""


def _plain(header: str) -> str:
    return " ".join(_BRACKETS.sub("", header).split()).strip(":：*").lower()


def columns_of(headers: tuple[str, ...]) -> dict[str, int]:
    """Field -> column, surest header first."""
    found: dict[str, int] = {}
    for field, names in FIELDS.items():
        fitting = [(names.index(_plain(h)), i) for i, h in enumerate(headers) if _plain(h) in names]
        loose = [(len(names), i) for i, h in enumerate(headers) if i not in found.values() and field_of(h) == field]
        if best := min(fitting + loose, default=None):
            found[field] = best[1]
    return found


def read_tickets(content: bytes, *, zone: ZoneInfo, at: datetime) -> tuple[dict[str, str], list[Ticket]]:
    """Field -> header of its column, and the rows. Raises what `workbook.read` raises, NeitherTicketNorWords."""
    table = workbook.read(content, knows=lambda header: bool(field_of(header)))
    columns = columns_of(table.headers)
    if "ticket" not in columns or not {"words", "title"} & columns.keys():
        raise NeitherTicketNorWords()
    if table.frame.height > MOST_ROWS:
        raise TooManyTickets(most=MOST_ROWS)
    cells = {field: table.frame[f"c{i}"].to_list() for field, i in columns.items()}
    rows = [{f: " ".join((v[n] or "").split()) for f, v in cells.items()} for n in range(table.frame.height)]
    tickets = list(_tickets(zip(table.frame["row"].to_list(), rows, strict=True), zone, at))
    return {field: table.headers[i] for field, i in columns.items()}, tickets


def _tickets(rows: "Iterator[tuple[int, dict[str, str]]]", zone: ZoneInfo, at: datetime) -> Iterator[Ticket]:
    seen: set[str] = set()
    for row, given in rows:
        ticket = _ticket(row, given, zone, at)
        if not ticket.fault and ticket.number in seen:
            ticket = Ticket(row, fault="twice")
        seen.add(ticket.number)
        yield ticket


def _ticket(row: int, given: dict[str, str], zone: ZoneInfo, at: datetime) -> Ticket:
    title, body = given.get("title", ""), given.get("words", "")
    words = body if not title or title in body else f"{title}\n{body}".strip()
    moment = _moment(given.get("arrived", ""), zone)
    fault = ""
    if not given.get("ticket"):
        fault = "no_ticket"
    elif not words:
        fault = "no_words"
    elif given.get("arrived") and moment is None:
        fault = "no_time"
    elif moment is not None and moment > at:
        fault = "later"
    if fault:
        return Ticket(row, fault=fault)
    secret = given.get("secrecy", "").lower() in _YES
    return Ticket(
        row,
        number=given["ticket"][:60],
        words=words,
        name=given.get("name", "")[:60],
        contact=given.get("contact", "")[:100],
        place=given.get("place", "")[:200],
        arrived_at=moment,
        wishes_secrecy=secret,
    )


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment as exports write it: with dashes, slashes or signs, or as the number of days of a workbook."""
    plain = re.sub(r"[年月/.]", "-", text.replace("日", " ").replace("T", " ").split("+")[0]).strip()
    for form in _FORMS:
        try:
            return datetime.strptime(" ".join(plain.split())[:19], form).replace(tzinfo=zone)
        except ValueError:
            continue
    if re.fullmatch(r"[0-9]{5}([-.][0-9]+)?", plain):
        return (_DAYS_FROM + timedelta(days=float(plain.replace("-", ".")))).replace(tzinfo=zone)
    return None
