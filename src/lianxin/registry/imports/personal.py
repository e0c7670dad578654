"""Files about people: what is not needed is dropped before anything is kept, and what is kept is sealed or masked."""

import base64
import csv
import io
import re
import unicodedata
from dataclasses import replace
from datetime import date

import polars as pl
from django.utils.translation import gettext_lazy as _

from lianxin.kit import vault
from lianxin.kit.refusals import Refused
from lianxin.kit.workbook import Table

from .fields import RosterKind, plain

SEALED = "sealed:"
"""How a sealed cell begins, in a row that waits."""
HIDDEN = "＊＊＊"
_ID_HEADERS = ("身份证", "证件号", "公民身份", "idcard", "idnumber", "idno", "identitynumber", "identitycard")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])([1-9][0-9]{16}[0-9Xx])(?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class IdNumbers(Refused):
    text = _(
        "The column “%(header)s” holds ID numbers (row %(row)s). They are not kept here for any purpose. "
        "Delete the column and choose the file again."
    )


class TooManyRows(Refused):
    text = _("%(rows)d rows; a file of this kind may have at most %(most)d. Split it and import the parts.")


def is_id_number(text: str) -> bool:
    """Whether a text is an ID number of GB 11643: a day of birth in it, and the check digit right."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", text):
        return False
    try:
        born = date.fromisoformat(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return born.year >= 1850 and "10X98765432"[total % 11] == text[17].upper()


def refuse_id_numbers(table: Table) -> None:
    """ID numbers are never stored, not even until somebody looked. Raises IdNumbers."""
    for index, header in enumerate(table.headers):
        word, column = plain(header), table.frame[f"c{index}"]
        if any(name in word for name in _ID_HEADERS):
            raise IdNumbers(header=header, row=table.header_row)
        likely = table.frame.filter(column.str.contains(r"[0-9][0-9 -]{15,}[0-9Xx０-９]"))
        for row, text in likely.select("row", f"c{index}").iter_rows():
            half = re.sub(r"(?<=[0-9])[ -](?=[0-9Xx])", "", unicodedata.normalize("NFKC", text))
            if any(is_id_number(found) for found in _ID_NUMBER.findall(half)):
                raise IdNumbers(header=header or str(index + 1), row=row)


def only_known(kind: RosterKind, table: Table) -> tuple[Table, list[str]]:
    """The table with the columns that the kind has a use for, and the headers of those dropped."""
    kept = [i for i, header in enumerate(table.headers) if kind.by_header(header)]
    dropped = [h for i, h in enumerate(table.headers) if i not in kept]
    columns = [pl.col(f"c{i}").alias(f"c{n}") for n, i in enumerate(kept)]
    headers = tuple(table.headers[i] for i in kept)
    narrow = replace(table, sheets=(table.sheet,), headers=headers, frame=table.frame.select("row", *columns))
    return narrow, [h for h in dropped if h]


def as_file(table: Table) -> bytes:
    """The table as .csv, every row where it stood, so that the numbers of rows stay those of the file."""
    out = io.StringIO()
    writer = csv.writer(out)
    at = 1
    for row, *cells in [(table.header_row, *table.headers), *table.frame.iter_rows()]:
        while at < row:
            writer.writerow([""] * len(table.headers))
            at += 1
        writer.writerow([cell or "" for cell in cells])
        at += 1
    return out.getvalue().encode()


def masked(text: str) -> str:
    """Enough of a cell to tell what its column holds."""
    return text[:1] + "＊" * min(len(text) - 1, 6)


def without_numbers(text: str) -> str:
    """A first value of a column of something else, without numbers that point to a person."""
    return re.sub(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", HIDDEN, text) if not is_id_number(text.strip()) else HIDDEN


def seal(content: bytes, *, where: str) -> bytes:
    return vault.seal(base64.b64encode(content).decode(), where=where)


def unseal(sealed: bytes, *, where: str) -> bytes:
    return base64.b64decode(vault.unseal(sealed, where=where))


def seal_cell(text: str, *, batch: int, row: int) -> str:
    """A cell as it waits in a staged row; sealed already, it stays as it is."""
    if text.startswith(SEALED):
        return text
    sealed = vault.seal(text, where=f"registry.stagedrow:{batch}:{row}")
    return SEALED + base64.b64encode(sealed).decode()


def open_cell(text: str, *, batch: int, row: int) -> str:
    if not text.startswith(SEALED):
        return text
    return vault.unseal(base64.b64decode(text.removeprefix(SEALED)), where=f"registry.stagedrow:{batch}:{row}")


def shown(text: str) -> str:
    """A cell as a page or a file may show it."""
    return HIDDEN if text.startswith(SEALED) else text
