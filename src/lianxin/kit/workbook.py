"""Reading of tables that people keep: .xlsx and .csv, every cell as text, rows numbered as in the file.

Heavy libraries are imported inside the functions: most processes never read a table.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from .refusals import Refused

if TYPE_CHECKING:
    import polars as pl

MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED = 640 * 1024 * 1024
MAX_CELLS = 12_000_000
MAX_COLUMNS = 300
HEAD = 30
"""How far down a header may stand."""
CHUNK = 1024 * 1024

Knows = Callable[[str], bool]
Rows = Sequence[Sequence[str | None]]


class EmptyTable(Refused):
    text = _("There is nothing in this file below a row of headers. Choose another file or another sheet.")


class TooLarge(Refused):
    text = _("This table is too large to read in one go. Split it and import the parts one after the other.")


class NotATable(Refused):
    text = _("This is neither an Excel workbook (.xlsx) nor a .csv file. Open it in Excel and save it as .xlsx.")


class OldWorkbook(Refused):
    text = _("This is a workbook of the old kind (.xls). Open it in Excel and save it as .xlsx.")


class Locked(Refused):
    text = _("This workbook is protected by a password. Remove the password in Excel, save it and choose it again.")


class WebPage(Refused):
    text = _("This is a web page with the name of a workbook. Open it in Excel and save it as .xlsx.")


class Damaged(Refused):
    text = _("This workbook is damaged and cannot be read. Open it in Excel, save it again and choose it again.")


class UnknownLetters(Refused):
    text = _("The letters of this file are neither UTF-8 nor GBK. Open it in Excel and save it as .xlsx.")


class NoSuchSheet(Refused):
    text = _("This workbook has no sheet named “%(sheet)s”. Choose one of its sheets.")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, read (表).

    frame : column `row` (the number of the row in the file, from 1), then `c0`, `c1`, ... as text, null where empty.
    """

    sheet: str
    sheets: tuple[str, ...]
    header_row: int
    headers: tuple[str, ...]
    frame: "pl.DataFrame"


def knows_nothing(header: str) -> bool:
    return False


def read(content: bytes, *, sheet: str = "", header_row: int = 0, knows: Knows = knows_nothing) -> Table:
    """Read one sheet: the one named, else the one whose headers are best known.

    header_row : number of the row of headers in the file; 0 finds it.
    knows : whether a header is one that the caller has a use for.
    Raises EmptyTable, TooLarge, NotATable, OldWorkbook, Locked, WebPage, Damaged, UnknownLetters, NoSuchSheet.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge(len(content))
    if content[:4] == b"PK\x03\x04":
        names, load = _open_workbook(content)
    else:
        _refuse_other_kinds(content)
        names, load = ("",), lambda _name: _csv_frame(content)
    if sheet and sheet not in names:
        raise NoSuchSheet(sheet=sheet)
    found = [_table(name, names, load(name), header_row, knows) for name in ([sheet] if sheet else names)]
    tables = [t for t in found if t is not None]
    if not tables:
        raise EmptyTable()
    return max(tables, key=lambda t: (sum(knows(h) for h in t.headers), -names.index(t.sheet)))


def _refuse_other_kinds(content: bytes) -> None:
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise (Locked if "EncryptedPackage".encode("utf-16-le") in content else OldWorkbook)()
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"mime-version")):
        raise WebPage()
    if content[:2] == b"PK" or start.startswith(
        (b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"rar!", b"7z\xbc\xaf")
    ):
        raise NotATable()


# --- workbooks ---------------------------------------------------------------------------------------------------

_OTHER_KINDS = {"content.xml", "xl/workbook.bin"}
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,7})([0-9]{1,12})[\"']")
_LONG_NUMBER = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="[0-9]+")?(?: t="n")?><v>([0-9]{16,22}|[0-9.]+[eE]\+?(?:1[5-9]|2[0-9]))</v>'
)


def _open_workbook(content: bytes) -> tuple[tuple[str, ...], "Callable[[str], pl.DataFrame]"]:
    import fastexcel

    long_numbers = _inspect(content)
    try:
        reader = fastexcel.read_excel(content)
        names = tuple(reader.sheet_names)
    except BaseException as fault:
        raise _refusal_for(fault) from fault
    if not names:
        raise EmptyTable()

    def load(name: str) -> "pl.DataFrame":
        try:
            frame = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
        except BaseException as fault:
            raise _refusal_for(fault) from fault
        if frame.width > MAX_COLUMNS:
            frame = frame[:, [i for i, column in enumerate(frame) if i < MAX_COLUMNS or column.count()]]
            if frame.width > MAX_COLUMNS:
                raise TooLarge(frame.width)
        frame = frame.rename({old: f"c{i}" for i, old in enumerate(frame.columns)})
        for row, values in long_numbers.items():
            if row <= frame.height:
                frame = _show_as_excel_does(frame, row - 1, values)
        return frame.with_row_index("row", offset=1)

    return names, load


def _show_as_excel_does(frame: "pl.DataFrame", row: int, values: set[float]) -> "pl.DataFrame":
    """Put back the short form of a number of more than 15 digits: it lost its last ones when it was typed."""
    for column in frame.columns:
        text = frame[row, column]
        if text is not None and re.fullmatch(r"[0-9]{16,22}", text) and float(text) in values:
            frame[row, column] = f"{float(text):.14E}"
    return frame


def _refusal_for(fault: BaseException) -> BaseException:
    """What to raise for a fault of the reading library: its panics are not even exceptions."""
    if isinstance(fault, KeyboardInterrupt | SystemExit | MemoryError | Refused):
        return fault
    return Damaged()


def _inspect(content: bytes) -> dict[int, set[float]]:
    """Unpack every part once, counting, before a library is let near it.

    Refuses what unpacks to too much or spans too many cells, whatever the archive claims of itself.
    Returns the rows with numbers too long for a number, so that they are not taken for text.
    """
    long_numbers: dict[int, set[float]] = {}
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > 2000:
                raise TooLarge(len(parts))
            names = {p.filename.lower() for p in parts}
            if not any(n.startswith("xl/workbook") and n.endswith(".xml") for n in names) or names & _OTHER_KINDS:
                raise NotATable()
            if sum(p.file_size for p in parts) > MAX_UNPACKED:
                raise TooLarge()
            for part in parts:
                if part.flag_bits & 1:
                    raise Locked()
                unpacked += _inspect_part(archive, part, MAX_UNPACKED - unpacked, long_numbers)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as fault:
        raise Damaged() from fault
    return long_numbers


def _inspect_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, long_numbers: dict[int, set[float]]
) -> int:
    """Unpack one part in pieces; returns its size. Any part may be a sheet: its name proves nothing."""
    size, tail, last = 0, b"", 0
    columns: set[bytes] = set()
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            size += len(piece)
            if size > left:
                raise TooLarge(size)
            piece = tail + piece
            tail = piece[-200:]
            found = _REFERENCE.findall(piece)
            columns.update(column for column, _row in found)
            last = max(last, *(int(row) for _column, row in found), 0)
            for _column, row, number in _LONG_NUMBER.findall(piece):
                long_numbers.setdefault(int(row), set()).add(float(number))
    if columns and (last + 1) * (max(map(_column_number, columns)) + 1) > MAX_CELLS:
        raise TooLarge()
    return size


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


# --- .csv --------------------------------------------------------------------------------------------------------


def _csv_frame(content: bytes) -> "pl.DataFrame":
    import polars as pl

    text = _decode(content)
    rows: list[list[str]] = []
    cells = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            cells += len(record)
            if cells > MAX_CELLS or len(record) > MAX_COLUMNS:
                raise TooLarge(cells)
            rows.append(record)
    except csv.Error as fault:
        raise NotATable() from fault
    width = max(map(len, rows), default=0)
    if width * len(rows) > MAX_CELLS:
        raise TooLarge(width)
    for record in rows:
        record.extend([""] * (width - len(record)))
    data = {f"c{i}": [r[i] or None for r in rows] for i in range(width)}
    frame = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String))
    return frame.with_row_index("row", offset=1)


def _decode(content: bytes) -> str:
    """Text in UTF-8 with or without mark, in UTF-16 with mark (what Excel calls Unicode text), or in GB 18030."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text
        raise NotATable()
    raise (NotATable if b"\0" in content else UnknownLetters)()


def _is_text(text: str) -> bool:
    """Whether this can be a table in words: no control characters but tabs and line ends."""
    sample = text[:20000]
    return not any(c < " " and c not in "\t\r\n\x0b\x0c" for c in sample)


def _delimiter(text: str) -> str:
    """The separator most of the first lines agree on."""
    lines = [line for line in text[:20000].splitlines()[:HEAD] if line.strip()]
    return max(
        ",\t;，|", key=lambda mark: (sum(mark in line for line in lines), sum(line.count(mark) for line in lines))
    )


# --- headers -----------------------------------------------------------------------------------------------------


def _table(name: str, names: tuple[str, ...], raw: "pl.DataFrame", header_row: int, knows: Knows) -> Table | None:
    import polars as pl

    columns = [c for c in raw.columns if c != "row"]
    if not columns or not raw.height:
        return None
    texts = pl.col(columns).str.strip_chars(" \t\r\n\u3000\ufeff\xa0")
    frame = raw.with_columns(pl.when(texts == "").then(None).otherwise(texts).name.keep())
    head = [list(values) for values in frame.head(max(HEAD, header_row)).select(columns).rows()]
    at = _find_header(head, knows) if not header_row else min(header_row, len(head)) - 1
    headers = _headers(head, at, knows)
    data = frame.slice(at + 1).filter(~pl.all_horizontal(pl.col(columns).is_null()))
    own = [h for h in head[at] if h]
    if len(own) > 1:  # headers printed again on every page are not data
        again = pl.all_horizontal(
            [pl.col(c).eq_missing(pl.lit(h, pl.String)) for c, h in zip(columns, head[at], strict=True)]
        )
        data = data.filter(~again)
    used = [i for i, c in enumerate(columns) if headers[i] or data[c].count()]
    if not used or not data.height:
        return None
    data = data.select("row", *[pl.col(columns[i]).alias(f"c{n}") for n, i in enumerate(used)])
    return Table(name, names, at + 1, tuple(headers[i] for i in used), data)


def _find_header(head: Rows, knows: Knows) -> int:
    """The row that most looks like headers: known words first, else the first row with the most different words."""

    def likeness(at: int) -> tuple[int, int, int]:
        words = {h for h in _headers(head, at, knows) if h}
        return sum(map(knows, words)), sum(not _is_number(w) for w in words), -at

    best = max(range(len(head)), key=likeness)
    if likeness(best)[0]:
        return best
    widest = max(len({c for c in row if c}) for row in head)
    return next((i for i, row in enumerate(head) if len({c for c in row if c}) * 2 > widest), 0)


def _headers(head: Rows, at: int, knows: Knows) -> list[str]:
    """The header of each column; a cell merged with the one above it has its words there."""
    above = head[at - 1] if at else [None] * len(head[at])
    own = [" ".join((h or "").split()) for h in head[at]]
    if sum(c is not None for c in above) < 2:
        return own
    return [h or (" ".join((up or "").split()) if up and knows(up) else "") for h, up in zip(own, above, strict=True)]


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
