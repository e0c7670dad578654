"""Purposes as pages and notices show them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from lianxin.trail.queries import EntryLine, history

from ..models.consent import FormerNotice, Purpose
from ..words import PURPOSE_BASES, word


@dataclass(frozen=True, slots=True)
class PurposeLine:
    """One purpose in a list, in the reader's language."""

    code: str
    name: str
    basis: str
    basis_text: str
    data_kinds: str
    keep_months: int
    version: int
    since: date | None
    ended_on: date | None
    is_separate: bool
    needs_consent: bool


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Words that were or are read."""

    version: int
    text: str
    text_en: str
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class PurposeDetail:
    """The page of one purpose."""

    line: PurposeLine
    text: str
    """The words of today in the reader's language; in Chinese where nobody wrote others."""
    ask_again_months: int
    notices: tuple[NoticeLine, ...]
    """All versions, the one of today first."""
    history: tuple[EntryLine, ...]


def purpose_lines(*, with_ended: bool = True) -> list[PurposeLine]:
    """All purposes, those that have ended last: one query."""
    rows = Purpose.objects.order_by("pk") if with_ended else Purpose.objects.filter(ended_on=None).order_by("pk")
    return sorted((_line(row) for row in rows), key=lambda line: line.ended_on is not None)


def purpose_detail(code: str) -> PurposeDetail | None:
    """One purpose with the words of all times."""
    row = Purpose.objects.filter(code=code).first()
    if row is None:
        return None
    former = FormerNotice.objects.filter(purpose=row).order_by("-version")
    notices = [NoticeLine(row.notice_version, row.notice, row.notice_en, row.notice_since, None)]
    notices += [NoticeLine(n.version, n.text, n.text_en, n.since, n.until) for n in former]
    return PurposeDetail(
        line=_line(row),
        text=row.notice if _is_chinese() else row.notice_en or row.notice,
        ask_again_months=row.ask_again_months,
        notices=tuple(notices),
        history=tuple(history("registry.purpose", row.pk)),
    )


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _line(row: Purpose) -> PurposeLine:
    return PurposeLine(
        code=row.code,
        name=str(row),
        basis=word(PURPOSE_BASES, row.basis),
        basis_text=row.basis_text,
        data_kinds=row.data_kinds if _is_chinese() else row.data_kinds_en or row.data_kinds,
        keep_months=row.keep_months,
        version=row.notice_version,
        since=row.notice_since,
        ended_on=row.ended_on,
        is_separate=row.is_separate,
        needs_consent=row.basis == "consent",
    )
