"""First set-up of an empty installation: its areas, its lines, its first administrator.

Nothing here knows of a certain district: levels, areas and lines are what the answers say.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account
from lianxin.access.operations.accounts import open_account, password_link
from lianxin.access.operations.grants import found_node, give_grant
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.loading import AreaRow, load_areas
from lianxin.places.models import AreaSpan, Scheme
from lianxin.registry.models import Line
from lianxin.registry.operations.lines import add_line
from lianxin.registry.operations.purposes import load_purposes
from lianxin.trail.operations import record

USUAL_LEVELS = (
    ("district", "区", "District"),
    ("subdistrict", "街道", "Subdistrict"),
    ("community", "社区", "Community"),
)
USUAL_LINES = (
    ("union", "工会", "Trade union"),
    ("league", "共青团", "Youth league"),
    ("women", "妇联", "Women's federation"),
)


class AlreadySetUp(Refused):
    text = _("This installation is set up already. To start another one, set LIANXIN_HOME to a new folder.")


class AreasUnread(Refused):
    text = _("The list of areas cannot be read: %(fault)s. It needs a header row and the columns code and name.")


class WeakPassword(Refused):
    text = _("This password is refused: %(faults)s")


class AnswerMissing(Refused):
    text = _("The answers lack “%(what)s”.")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the land, from the top down."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """One line of the federation."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All that an empty installation must be told."""

    levels: tuple[Level, ...]
    areas: tuple[AreaRow, ...]
    areas_from: date
    lines: tuple[LineAnswer, ...]
    username: str
    label: str
    scheme_name: str
    source: str = ""
    email: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What was made. `link` is where the first administrator sets the password, empty where one was given."""

    areas: int
    lines: int
    username: str
    link: str


def is_empty() -> bool:
    """Whether nobody and nothing is here yet."""
    return not (Account.objects.exists() or Scheme.objects.exists() or Line.objects.exists())


@transaction.atomic
def set_up(answers: Answers, *, actor: Actor, at: datetime) -> Result:
    """Write areas, lines and the first administrator, who reaches every area at the top; all of it or nothing.

    Raises AlreadySetUp, WeakPassword, and what the operations on areas, lines and accounts raise.
    """
    if not is_empty():
        raise AlreadySetUp
    scheme = Scheme.objects.create(
        code="own",
        name=answers.scheme_name,
        source=answers.source,
        levels=[{"code": x.code, "zh": x.zh, "en": x.en} for x in answers.levels],
        is_primary=True,
    )
    count = load_areas(scheme=scheme, rows=answers.areas, on=answers.areas_from, actor=actor, at=at)
    for line in answers.lines:
        add_line(code=line.code, name=line.name, name_en=line.name_en, actor=actor, at=at)
    load_purposes(actor=actor, at=at)
    account, link = _first_steward(answers, scheme, actor, at)
    record("conf.installation.set_up", scheme, actor=actor, at=at, areas=count, lines=len(answers.lines))
    return Result(count, len(answers.lines), account.username, link)


def _first_steward(answers: Answers, scheme: Scheme, actor: Actor, at: datetime) -> tuple[Account, str]:
    tops = AreaSpan.objects.filter(area__scheme=scheme, parent=None).order_by("path")
    nodes = [found_node(kind="area", ref=top.area_id, label=top.name) for top in tops]
    account = open_account(
        username=answers.username, label=answers.label, email=answers.email, home=nodes[0], actor=actor, at=at
    )
    for node in nodes:
        give_grant(
            account=account, role="steward", node=node, valid_from=at.date(), valid_until=None, actor=actor, at=at
        )
    if not answers.password:
        return account, password_link(account=account, actor=actor, at=at)
    try:
        validate_password(answers.password, account)
    except ValidationError as fault:
        raise WeakPassword(faults=" ".join(fault.messages)) from fault
    account.set_password(answers.password)
    account.save(update_fields=["password"])
    return account, ""


def read_areas(text: str, levels: tuple[Level, ...]) -> list[AreaRow]:
    """Areas out of a list with a header, in one of three shapes.

    - `code, name, parent, level`: every area a row, its parent named;
    - `code, name`: the parent is the longest code of the list that this code begins with (official statistical
      codes), and the level follows from the depth;
    - `<level>_code, <level>_name` for several levels: a row for each lowest area, with all above it.

    Raises AreasUnread.
    """
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    columns = set(rows[0]) if rows else set()
    if {"code", "name", "parent", "level"} <= columns:
        return [AreaRow(r["code"], r["name"], r["parent"] or "", r["level"]) for r in rows]
    if {"code", "name"} <= columns:
        return by_prefix([(r["code"].strip(), r["name"].strip()) for r in rows], levels)
    wide = [level for level in levels if {f"{level.code}_code", f"{level.code}_name"} <= columns]
    if not wide:
        raise AreasUnread(fault=_("no columns code and name"))
    return _from_wide(rows, wide)


def by_prefix(pairs: Iterable[tuple[str, str]], levels: tuple[Level, ...]) -> list[AreaRow]:
    """Areas whose codes say where they lie: each hangs under the longest code that it begins with."""
    named = {_without_zeros(code): name for code, name in pairs}
    parents = {code: next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in named), "") for code in named}
    rows = []
    for code, name in named.items():
        depth, above = 0, parents[code]
        while above:
            depth, above = depth + 1, parents[above]
        if not name or depth >= len(levels):
            raise AreasUnread(fault=_("%(code)s has no name, or lies deeper than the levels") % {"code": code})
        rows.append(AreaRow(code, name, parents[code], levels[depth].code))
    return rows


def _without_zeros(code: str) -> str:
    """440304000000 -> 440304: twelve-digit codes of upper areas end in groups of zeros."""
    while len(code) > 6 and len(code) % 3 == 0 and code.endswith("000"):
        code = code[:-3]
    return code


def _from_wide(rows: list[dict[str, str]], wide: list[Level]) -> list[AreaRow]:
    found: dict[str, AreaRow] = {}
    for row in rows:
        parent = ""
        for level in wide:
            code = row[f"{level.code}_code"].strip()
            found.setdefault(code, AreaRow(code, row[f"{level.code}_name"].strip(), parent, level.code))
            parent = code
    return list(found.values())
