"""Cells into values, a whole column at a time.

Each reader adds two columns: the value, and the code of the fault where there is no single way to read the cell.
What has one reading is read ("1,200人", full-width digits, Excel's day numbers); what has two is never guessed.
"""

from datetime import date

import polars as pl

from ..codes import _INNER, _INNER_WEIGHTS, _WEIGHTS, ALPHABET
from .fields import Field

UNKNOWN = [
    "-",
    "--",
    "—",
    "——",
    "/",
    "\\",
    "无",
    "不详",
    "未知",
    "暂无",
    "未填",
    "n/a",
    "na",
    "null",
    "none",
    "nan",
    "?",
    "？",
]
"""Words for "not known": the cell counts as empty."""
LARGEST_COUNT = 5_000_000
VALUE, FAULT = "", "!"
"""Endings of the two columns of a field: `headcount` and `headcount!`."""


def read_columns(frame: pl.DataFrame, fields: list[Field], today: date) -> pl.DataFrame:
    """Add value and fault columns for each field; `<code>@` holds the cell as written."""
    frame = frame.rename({f.code: f.code + "@" for f in fields}).rechunk()
    for field in fields:
        frame = _READERS[field.reads](frame, field, today)
    return frame


def _half_width(field: Field) -> pl.Expr:
    """The cell in half-width letters without outer spaces; null where it says "not known"."""
    text = pl.col(field.code + "@").str.normalize("NFKC").str.strip_chars()
    return pl.when(text.str.to_lowercase().is_in(UNKNOWN) | (text == "")).then(None).otherwise(text)


def _read_text(frame: pl.DataFrame, field: Field, today: date) -> pl.DataFrame:
    text = pl.col(field.code + "@").str.replace_all(r"[\x00-\x1f\x7f\u200b-\u200f\u2028\u2029\ufeff]", " ")
    text = text.str.replace_all(r"\s+", " ").str.strip_chars()
    text = pl.when((text == "") | text.str.to_lowercase().is_in(UNKNOWN)).then(None).otherwise(text)
    fault = pl.when(text.str.len_chars() > field.limit).then(pl.lit("too_long"))
    return frame.with_columns(text.alias(field.code), fault.alias(field.code + FAULT))


def _read_code(frame: pl.DataFrame, field: Field, today: date) -> pl.DataFrame:
    """Credit codes, GB 32100: 18 characters of its alphabet, both check digits. See `registry.codes`."""
    raw = _half_width(field)
    as_number = raw.str.contains(r"^[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,2}$")
    code = raw.str.to_uppercase().str.replace_all(r"[\s\-']", "")
    frame = frame.with_columns(code.alias("_code"), as_number.alias("_number"))
    frame = frame.with_columns(_code_fault(pl.col("_code")).alias(field.code + FAULT))
    fault = pl.when("_number").then(pl.lit("code_number")).otherwise(pl.col(field.code + FAULT))
    return frame.with_columns(pl.col("_code").alias(field.code), fault.alias(field.code + FAULT)).drop(
        "_code", "_number"
    )


def _code_fault(code: pl.Expr) -> pl.Expr:
    values = {c: i for i, c in enumerate(ALPHABET)}
    inner = {c: i for i, c in enumerate(_INNER)}
    well_formed = code.str.contains(f"^[{ALPHABET}]{{18}}$")

    def number(place: int, table: dict[str, int]) -> pl.Expr:
        return code.str.slice(place, 1).replace_strict(table, default=0, return_dtype=pl.Int32)

    outer_sum = pl.sum_horizontal([number(i, values) * w for i, w in enumerate(_WEIGHTS)])
    inner_sum = pl.sum_horizontal([number(8 + i, inner) * w for i, w in enumerate(_INNER_WEIGHTS)])
    outer_fits = (31 - outer_sum % 31) % 31 == number(17, values)
    digit = 11 - inner_sum % 11
    expected = (
        pl.when(digit == 10).then(pl.lit("X")).when(digit == 11).then(pl.lit("0")).otherwise(digit.cast(pl.String))
    )
    return (
        pl.when(code.is_null())
        .then(None)
        .when(code.str.len_chars() != 18)
        .then(pl.lit("code_length"))
        .when(~well_formed)
        .then(pl.lit("code_letter"))
        .when(~outer_fits | (code.str.slice(16, 1) != expected))
        .then(pl.lit("code_check"))
    )


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def chinese_number(text: str) -> int | None:
    """A number in Chinese words, such as 一百二十; None where it is not exactly one."""
    total = section = digit = 0
    last_unit = 10**9
    for at, letter in enumerate(text):
        if letter in _DIGITS:
            if at and text[at - 1] in _DIGITS and text[at - 1] not in "零〇":
                return None
            digit = _DIGITS[letter]
        elif letter == "万" and (section or digit):
            total, section, digit, last_unit = (total + section + digit) * 10000, 0, 0, 10**9
        elif letter in _UNITS and (digit or (letter == "十" and not section)) and _UNITS[letter] < last_unit:
            section += (digit or 1) * _UNITS[letter]
            digit, last_unit = 0, _UNITS[letter]
        else:
            return None
    return total + section + digit if text else None


def _read_count(frame: pl.DataFrame, field: Field, today: date) -> pl.DataFrame:
    text = _half_width(field).str.replace_all(r"\s+", "").str.replace(r"(人|名|位|个|员)$", "")
    text = text.str.replace(r"\.0+$", "")
    plain = (
        pl.when(text.str.contains(r"^[0-9]{1,3}([,，'][0-9]{3})+$"))
        .then(text.str.replace_all("[,，']", ""))
        .otherwise(text)
    )
    frame = frame.with_columns(plain.alias("_text"))
    words = (
        frame.filter(pl.col("_text").str.contains(r"^[零〇一二两三四五六七八九十百千万]+$"))["_text"].unique().to_list()
    )
    spelled = {w: known for w in words if (known := chinese_number(w)) is not None}
    number = (
        pl.when(pl.col("_text").str.contains(r"^[0-9]{1,9}$"))
        .then(pl.col("_text").cast(pl.Int64, strict=False))
        .otherwise(pl.col("_text").replace_strict(spelled, default=None, return_dtype=pl.Int64))
    )
    frame = frame.with_columns(number.alias("_number"))
    t, n = pl.col("_text"), pl.col("_number")
    fault = (
        pl.when(t.is_null())
        .then(None)
        .when(n > LARGEST_COUNT)
        .then(pl.lit("count_large"))
        .when(n.is_not_null())
        .then(None)
        .when(t.str.contains(r"^[0-9]+(-|~|—|–|至|到|～)[0-9]+$"))
        .then(pl.lit("count_range"))
        .when(
            t.str.contains(
                r"^(约|大约|近|超|超过|不足|[<>≤≥])[0-9一二两三四五六七八九十百千万]|[0-9十百千万](左右|以上|以下|多|余|来|\+)$"
            )
        )
        .then(pl.lit("count_about"))
        .when(t.str.contains(r"^-[0-9.]+$"))
        .then(pl.lit("count_negative"))
        .when(t.str.contains(r"^[0-9]+\.[0-9]+$"))
        .then(pl.lit("count_fraction"))
        .when(t.str.contains(r"^[0-9]{10,}$"))
        .then(pl.lit("count_large"))
        .otherwise(pl.lit("count_words"))
    )
    frame = frame.with_columns(n.alias(field.code), fault.alias(field.code + FAULT))
    value = pl.when(pl.col(field.code + FAULT).is_null()).then(pl.col(field.code))
    return frame.with_columns(value).drop("_text", "_number")


def _read_date(frame: pl.DataFrame, field: Field, today: date) -> pl.DataFrame:
    text = (
        _half_width(field)
        .str.replace(r"[T ]00:00(:00(\.0+)?)?$", "")
        .str.replace(r"\s+[0-9]{1,2}:[0-9]{2}(:[0-9.]+)?$", "")
    )
    text = (
        text.str.replace_all(r"\s+", "")
        .str.replace("日$|号$", "")
        .str.replace_all("[年月/.]", "-")
        .str.strip_chars_end("-")
    )
    frame = frame.with_columns(text.alias("_text"))
    t = pl.col("_text")
    is_serial = t.str.contains(r"^[1-7][0-9]{4}$")
    compact = t.str.replace(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", "$1-$2-$3")
    backwards = r"^([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})$"
    first = t.str.extract(backwards, 1).cast(pl.Int32, strict=False)
    second = t.str.extract(backwards, 2).cast(pl.Int32, strict=False)
    turned = (
        pl.when((first > 12) | (first == second))
        .then(t.str.replace(backwards, "$3-$2-$1"))
        .when(second > 12)
        .then(t.str.replace(backwards, "$3-$1-$2"))
        .otherwise(compact)
    )
    day = (
        pl.when(is_serial)
        .then(pl.date(1899, 12, 30) + pl.duration(days=t.cast(pl.Int64, strict=False)))
        .when(turned.str.contains(r"^[0-9]{4}-"))
        .then(turned.str.to_date("%Y-%m-%d", strict=False))
    )
    frame = frame.with_columns(day.alias("_day"), turned.alias("_turned"))
    d, turned = pl.col("_day"), pl.col("_turned")
    fault = (
        pl.when(t.is_null())
        .then(None)
        .when(d.is_null() & turned.str.contains(r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$"))
        .then(pl.lit("date_no_such"))
        .when(d.is_null() & t.str.contains(r"^[0-9]{4}(-?[0-9]{1,2})?$"))
        .then(pl.lit("date_no_day"))
        .when(d.is_null() & t.str.contains(r"^[0-9]{1,2}-[0-9]{1,2}-([0-9]{2}|[0-9]{4})$"))
        .then(pl.lit("date_two_ways"))
        .when(d.is_null())
        .then(pl.lit("date_words"))
        .when(d < date(1840, 1, 1))
        .then(pl.lit("date_early"))
        .when((d > today) & pl.lit(not field.may_be_later))
        .then(pl.lit("date_future"))
    )
    frame = frame.with_columns(fault.alias(field.code + FAULT))
    value = pl.when(pl.col(field.code + FAULT).is_null()).then(d)
    return frame.with_columns(value.alias(field.code)).drop("_text", "_day", "_turned")


def _read_choice(frame: pl.DataFrame, field: Field, today: date) -> pl.DataFrame:
    words = _half_width(field).str.to_lowercase().str.replace_all(r"[\s]+", "")
    value = words.replace_strict(dict(field.choices), default=None, return_dtype=pl.String)
    frame = frame.with_columns(words.alias("_words"), value.alias(field.code))
    fault = pl.when(pl.col("_words").is_not_null() & pl.col(field.code).is_null()).then(pl.lit("choice_unknown"))
    return frame.with_columns(fault.alias(field.code + FAULT)).drop("_words")


_YES = dict.fromkeys(["是", "有", "对", "已建", "√", "✓", "y", "yes", "true", "1", "t"], True)
_NO = dict.fromkeys(["否", "不是", "没有", "未建", "×", "✗", "x", "n", "no", "false", "0", "f"], False)


def _read_yes_no(frame: pl.DataFrame, field: Field, today: date) -> pl.DataFrame:
    words = _half_width(field).str.to_lowercase()
    words = pl.when(pl.col(field.code + "@").str.strip_chars() == "无").then(pl.lit("没有")).otherwise(words)
    value = words.replace_strict(_YES | _NO, default=None, return_dtype=pl.Boolean)
    frame = frame.with_columns(words.alias("_words"), value.alias(field.code))
    fault = pl.when(pl.col("_words").is_not_null() & pl.col(field.code).is_null()).then(pl.lit("yes_no_unknown"))
    return frame.with_columns(fault.alias(field.code + FAULT)).drop("_words")


_READERS = {
    "text": _read_text,
    "code": _read_code,
    "count": _read_count,
    "date": _read_date,
    "choice": _read_choice,
    "yes_no": _read_yes_no,
    "area": _read_text,
}
