"""Tables on their way out: .csv and .xlsx, written row by row so that memory stays flat.

A cell that a spreadsheet would take for a formula is written as text with an apostrophe before it: names and addresses
come from outside, and `=HYPERLINK(...)` in a name must never run on an officer's machine.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO

from django.http import HttpResponseBase, StreamingHttpResponse

Cell = str | int | float | date | None
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return "'" + text if text.lstrip(" \u3000\ufeff").startswith(_RISKY) or text.startswith(_RISKY) else text


def plain(cell: Cell) -> str | int | float:
    """A cell as it is written: empty for unknown, days as ISO, text made harmless."""
    if cell is None:
        return ""
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    return neutral(cell) if isinstance(cell, str) else cell


class _Echo(io.StringIO):
    def take(self) -> str:
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in pieces, UTF-8 with the mark that Excel needs to read Chinese."""
    out = _Echo()
    writer = csv.writer(out)
    writer.writerow([plain(name) for name in header])
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow([plain(cell) for cell in row])
        if number % 500 == 0:
            yield out.take().encode()
    yield out.take().encode()


def write_xlsx(target: IO[bytes] | Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """A workbook with one sheet, written in constant memory. Returns the number of rows without the header."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    number = 0
    with xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        _write_row(sheet, 0, header)
        for number, row in enumerate(rows, start=1):  # noqa: B007
            _write_row(sheet, number, row)
    return number


def _write_row(sheet: object, number: int, cells: Sequence[Cell]) -> None:
    for column, cell in enumerate(cells):
        value = plain(cell)
        if isinstance(value, str):
            sheet.write_string(number, column, value)  # type: ignore[attr-defined]
        else:
            sheet.write_number(number, column, value)  # type: ignore[attr-defined]


def write_csv(target: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """A csv file. Returns the number of rows without the header."""
    count = _Counted(rows)
    for chunk in csv_chunks(header, count):
        target.write(chunk)
    return count.seen


class _Counted:
    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        self.rows, self.seen = rows, 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self.rows:
            self.seen += 1
            yield row


def download(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    """A table as a file to keep: csv is streamed, a workbook is made first in a temporary file."""
    if kind == "csv":
        chunks: Iterable[bytes] = csv_chunks(header, rows)
    else:
        import tempfile

        made = tempfile.TemporaryFile()  # noqa: SIM115
        write_xlsx(made, header, rows)
        made.seek(0)
        chunks = iter(lambda: made.read(65536), b"")
    response = StreamingHttpResponse(chunks, content_type=FORMATS[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
