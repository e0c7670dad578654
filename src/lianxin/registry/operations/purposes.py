"""Purposes: those that come with the product, new ones, new words, their end."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import yaml
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import SYSTEM, Actor
from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models.consent import FormerNotice, Purpose

SHIPPED = Path(__file__).parents[1] / "data" / "purposes.yaml"


class CodeTaken(Refused):
    text = _("There is a purpose “%(name)s” with this short code already.")


class NoticeMissing(Refused):
    text = _("A purpose needs words that people read before they answer.")


class NoticeInThePast(Refused):
    text = _("New words hold from %(day)s at the earliest: what people read before stays as it was.")


class PurposeEnded(Refused):
    text = _("“%(purpose)s” has ended: nothing new is taken for it.")


@dataclass(frozen=True, slots=True)
class PurposeFacts:
    """What a purpose says of itself, apart from the words people read."""

    name: str
    name_en: str
    basis_text: str
    keep_months: int
    data_kinds: str = ""
    data_kinds_en: str = ""
    ask_again_months: int = 12


@dataclass(frozen=True, slots=True)
class Notice:
    """Words that people read before they answer."""

    text: str
    text_en: str = ""


@transaction.atomic
def add_purpose(
    *,
    code: str,
    basis: str,
    facts: PurposeFacts,
    notice: Notice,
    actor: Actor,
    at: datetime,
    is_separate: bool = False,
    day: date | None = None,
) -> Purpose:
    """A new reason to hold personal data; its basis never changes. Raises CodeTaken, NoticeMissing."""
    if (held := Purpose.objects.filter(code=code).first()) is not None:
        raise CodeTaken(held, name=held.name)
    if not notice.text.strip():
        raise NoticeMissing()
    words = {"notice": notice.text.strip(), "notice_en": notice.text_en.strip(), "notice_since": day}
    made = Purpose.objects.create(code=code, basis=basis, is_separate=is_separate, **asdict(facts), **words)
    record("registry.purpose.added", made, actor=actor, at=at, code=code)
    return made


@transaction.atomic
def change_purpose(*, purpose: Purpose, facts: PurposeFacts, actor: Actor, at: datetime) -> Purpose:
    """Change name, article, kinds of data or how long it is kept."""
    held = Purpose.objects.select_for_update().get(pk=purpose.pk)
    fields = [name for name, value in asdict(facts).items() if getattr(held, name) != value]
    for name in fields:
        setattr(held, name, getattr(facts, name))
    if fields:
        held.save(update_fields=fields)
        record("registry.purpose.changed", held, actor=actor, at=at, fields=fields)
    return held


@transaction.atomic
def write_notice(*, purpose: Purpose, notice: Notice, day: date, actor: Actor, at: datetime) -> Purpose:
    """New words, as the next version. Those read before are kept, and answers go on naming the version they answered.

    Raises NoticeMissing, NoticeInThePast.
    """
    held = Purpose.objects.select_for_update().get(pk=purpose.pk)
    text, text_en = notice.text.strip(), notice.text_en.strip()
    if not text:
        raise NoticeMissing(held)
    if (text, text_en) == (held.notice, held.notice_en):
        return held
    if held.notice_since and day < held.notice_since:
        raise NoticeInThePast(held, day=held.notice_since)
    FormerNotice.objects.create(
        purpose=held,
        version=held.notice_version,
        text=held.notice,
        text_en=held.notice_en,
        since=held.notice_since,
        until=day,
    )
    held.notice, held.notice_en, held.notice_since = text, text_en, day
    held.notice_version += 1
    held.save(update_fields=["notice", "notice_en", "notice_since", "notice_version"])
    record("registry.purpose.worded", held, actor=actor, at=at, version=held.notice_version)
    return held


@transaction.atomic
def end_purpose(*, purpose: Purpose, day: date | None, actor: Actor, at: datetime) -> None:
    """From the day nothing new is taken for it, what is held stays as long as it says; None takes it up again."""
    Purpose.objects.filter(pk=purpose.pk).update(ended_on=day)
    act = "registry.purpose.ended" if day else "registry.purpose.reopened"
    record(act, purpose, actor=actor, at=at, **({"day": day.isoformat()} if day else {}))


def refuse_ended(purpose: Purpose, day: date) -> None:
    """Raise PurposeEnded where nothing new may be taken for the purpose."""
    if purpose.ended_on and purpose.ended_on <= day:
        raise PurposeEnded(purpose, purpose=str(purpose))


@cache
def _pack() -> dict[str, dict[str, object]]:
    return {row["code"]: row for row in yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))}


def load_purposes(*, actor: Actor, at: datetime) -> int:
    """Write down the purposes that come with the product and are not there yet; how many."""
    there = set(Purpose.objects.values_list("code", flat=True))
    missing = [code for code in _pack() if code not in there]
    for code in missing:
        _add_shipped(code, actor, at)
    return len(missing)


def purpose(code: str) -> Purpose:
    """The stored purpose of a code; one that comes with the product is written down at its first use."""
    held = Purpose.objects.filter(code=code).first()
    return held or _add_shipped(code, SYSTEM, now())


def _add_shipped(code: str, actor: Actor, at: datetime) -> Purpose:
    row = dict(_pack()[code])
    notice = Notice(str(row.pop("notice")), str(row.pop("notice_en")))
    basis, separate = str(row.pop("basis")), bool(row.pop("is_separate", False))
    row.pop("code")
    facts = PurposeFacts(**row)  # type: ignore[arg-type]
    return add_purpose(code=code, basis=basis, is_separate=separate, facts=facts, notice=notice, actor=actor, at=at)
