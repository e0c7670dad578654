"""The words a rule may use: names with a type, labels, closed values, and names derived for a day.

A rule sees only declared names, so that whoever reads the vocabulary knows all that any rule can ask.
"""

import keyword
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from sqlglot import exp

from .faults import BadRecord, Language, RuleFault

Type = Literal["bool", "int", "float", "str", "date", "enum"]
Dialect = Literal["sqlite", "postgres", "duckdb", "spark"]
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres", "duckdb", "spark")
Scalar = bool | int | float | str | date
MAX_INT = 2**63 - 1
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
RESERVED = frozenset({"date", "param", "true", "false", "null", "none"})
TYPE_ZH = {"bool": "是或否", "int": "整数", "float": "数", "str": "文字", "date": "日期", "enum": "所列的值"}
TYPE_EN = {"bool": "yes or no", "int": "a whole number", "float": "a number", "str": "text", "date": "a date"}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a closed list."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A name computed for a day, in two forms that must agree on every input.

    of : the stored names it is computed from; all of them missing or one of them, it decides itself what is unknown.
    python : (values of `of`, day) -> value or None.  sql : (columns of `of`, day, dialect) -> expression.
    """

    of: tuple[str, ...]
    python: Callable[[Mapping[str, Scalar | None], date], Scalar | None]
    sql: Callable[[Mapping[str, exp.Expr], date, Dialect], exp.Expr]
    latest: Callable[[int, date], date] | None = None
    """For a count of time since one stored date: the latest date with at least that count on the day (may raise
    ValueError outside the calendar). Comparisons then become comparisons of the column itself, which is what an
    index or a column store is fast at."""
    kind: str = ""
    """Name of the builder in `derive.py`, so that a vocabulary can be written as JSON; empty for one's own."""


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a vocabulary (条件中的名称).

    column : where it is stored; the name itself where empty.
    empty_is_missing : an empty text means that nothing is known.
    zh, en : a noun phrase; for bool a statement ("is one of the new organisations").
    """

    code: str
    type: Type
    zh: str
    en: str
    column: str = ""
    unit_zh: str = ""
    unit_en: str = ""
    options: tuple[Option, ...] = ()
    derived: Derived | None = None
    empty_is_missing: bool = False

    def label(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def option(self, code: str) -> Option | None:
        return next((o for o in self.options if o.code == code), None)

    @property
    def stored_in(self) -> str:
        return self.column or self.code


@dataclass(frozen=True)
class Vocabulary:
    """All names over one kind of record (词汇表). Refuses at construction what no rule could use safely."""

    code: str
    zh: str
    en: str
    names: tuple[Name, ...]
    about_persons: bool = False
    """Rows are persons: counts from 1 to 9 are not shown."""
    by_code: Mapping[str, Name] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {n.code: n for n in self.names})
        if len(self.by_code) != len(self.names):
            raise ValueError(f"vocabulary {self.code}: a name stands twice")
        for name in self.names:
            self._check(name)

    def _check(self, name: Name) -> None:
        if not CODE.fullmatch(name.code) or keyword.iskeyword(name.code) or name.code in RESERVED:
            raise ValueError(f"vocabulary {self.code}: {name.code!r} cannot be a name")
        if (name.type == "enum") != bool(name.options):
            raise ValueError(f"vocabulary {self.code}: {name.code} needs options exactly if its type is enum")
        for source in name.derived.of if name.derived else ():
            if source not in self.by_code or self.by_code[source].derived:
                raise ValueError(f"vocabulary {self.code}: {name.code} is derived from unknown {source!r}")

    def __getitem__(self, code: str) -> Name:
        return self.by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def stored(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The stored names that the given names rest on, each once, in the vocabulary's order."""
        wanted: set[str] = set()
        for code in codes:
            name = self.by_code[code]
            wanted.update(name.derived.of if name.derived else (code,))
        return tuple(n.code for n in self.names if n.code in wanted)


def check_value(name: Name, value: object) -> Scalar:
    """The value as the name's type holds it. Raises RuleFault with what to write instead."""
    checked = _CHECKS[name.type](name, value)
    if checked is None:
        raise _wrong_type(name, value)
    return checked


def _wrong_type(name: Name, value: object) -> RuleFault:
    if name.type == "enum":
        known = ", ".join(f'"{o.code}"' for o in name.options)
        known_zh = "、".join(f'"{o.code}"（{o.zh}）' for o in name.options)
        return RuleFault(f"“{name.zh}”只能取：{known_zh}。", f"{name.code} takes one of {known}.")
    hint = {"date": 'date("2026-03-01")', "bool": "True", "str": '"…"', "int": "25", "float": "0.5"}[name.type]
    zh = f"“{name.zh}”应填{TYPE_ZH[name.type]}，例如 {hint}。"
    return RuleFault(zh, f"{name.code} is {TYPE_EN[name.type]}: write for example {hint}.")


def _check_int(name: Name, value: object) -> Scalar | None:
    if type(value) is int and abs(value) > MAX_INT:
        raise RuleFault("这个整数太大。", "This whole number is too large.")
    return value if type(value) is int else None


def _check_float(name: Name, value: object) -> Scalar | None:
    if type(value) is int and abs(value) < 10**15:
        return float(value)
    if type(value) is not float:
        return None
    if not math.isfinite(value) or (value and not 1e-9 <= abs(value) < 1e15):
        raise RuleFault("这个数太大或太小。", "This number is too large or too small.")
    return value


def _check_str(name: Name, value: object) -> Scalar | None:
    if type(value) is not str:
        return None
    if not is_plain_text(value):
        raise RuleFault("文字里有看不见的控制字符，请删去。", "The text holds control characters: delete them.")
    if value == "" and name.empty_is_missing:
        raise RuleFault(
            f"空白就是不清楚：请写 {name.code} is None。", f"Empty means unknown: write {name.code} is None."
        )
    return value


def is_plain_text(value: str) -> bool:
    """No NUL or other control character, no lone surrogate, no character that reorders what the eye sees."""
    return not any(c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" or c in BIDI for c in value)


BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff\u2028\u2029")

_CHECKS: dict[Type, Callable[[Name, object], Scalar | None]] = {
    "bool": lambda _, v: v if type(v) is bool else None,
    "int": _check_int,
    "float": _check_float,
    "str": _check_str,
    "enum": lambda n, v: v if type(v) is str and n.option(v) else None,
    "date": lambda _, v: v if type(v) is date else None,
}


def known(name: Name, raw: object) -> Scalar | None:
    """A stored value as the evaluator sees it; None is missing. Raises BadRecord for a value of another type."""
    if raw is None or (raw == "" and name.empty_is_missing):
        return None
    try:
        return _READERS[name.type](raw)
    except (TypeError, ValueError):
        raise BadRecord(f"{name.code}: {raw!r} is not {TYPE_EN.get(name.type, 'a code')}")


def _read_bool(raw: object) -> Scalar:
    if isinstance(raw, int) and raw in (0, 1):
        return bool(raw)
    raise TypeError


def _read_int(raw: object) -> Scalar:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw != int(raw) or abs(raw) > MAX_INT:
        raise TypeError
    return int(raw)


def _read_float(raw: object) -> Scalar | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise TypeError
    value = float(raw)
    return None if math.isnan(value) else value


def _read_str(raw: object) -> Scalar:
    if not isinstance(raw, str):
        raise TypeError
    return raw


def _read_date(raw: object) -> Scalar:
    if isinstance(raw, str):
        return read_day(raw)
    if isinstance(raw, datetime) or not isinstance(raw, date):
        raise TypeError
    return raw


def read_day(text: str) -> date:
    """A day written 2026-03-01, and in no other form. Raises ValueError."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


_READERS: dict[Type, Callable[[object], Scalar | None]] = {
    "bool": _read_bool,
    "int": _read_int,
    "float": _read_float,
    "str": _read_str,
    "enum": _read_str,
    "date": _read_date,
}
