"""What a kind of import is: a declaration of fields and keys. Another kind is another declaration."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Reads = Literal["text", "code", "count", "date", "choice", "yes_no", "area"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a file may have.

    names : headers it goes by, Chinese and English, as `plain` writes them.
    choices : for `choice`, the value of each word in use.
    example : what a right value looks like, shown in the empty box where a row is mended.
    """

    code: str
    label: str | Promise
    reads: Reads
    names: tuple[str, ...]
    limit: int = 200
    is_required: bool = False
    may_be_later: bool = False
    """A date that may lie after today."""
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""


@dataclass(frozen=True)
class ImportKind:
    """A kind of roster (名册种类)."""

    code: str
    label: str | Promise
    fields: tuple[Field, ...]
    keys: dict[str, tuple[str, ...]]
    """Ways to recognise a record, each with the fields it needs, best first."""

    def field(self, code: str) -> Field:
        return next(f for f in self.fields if f.code == code)

    def knows(self, header: str) -> bool:
        """Whether a header is one of ours."""
        return self.by_header(header) is not None

    def by_name(self, header: str) -> Field | None:
        """The field that goes by exactly this header."""
        word = plain(header)
        return next((f for f in self.fields if word in f.names), None)

    def by_header(self, header: str) -> Field | None:
        """The field that goes by this header: its very name, else the longest name it contains."""
        word = plain(header)
        if not word or len(word) > 40:
            return None
        if exact := self.by_name(header):
            return exact
        inside = [(len(n), f.code) for f in self.fields for n in f.names if _stands_in(n, word)]
        return self.field(max(inside)[1]) if inside else None


_REMARK = re.compile(r"[(\[【〔<{].*?[)\]】〕>}]")


def plain(header: str) -> str:
    """A header as names are compared: half-width, lower-case, without remarks in brackets, spaces or marks."""
    text = _REMARK.sub("", unicodedata.normalize("NFKC", header)).lower()
    return "".join(c for c in text if c.isalnum())


def _stands_in(name: str, word: str) -> bool:
    """Long names may stand inside a header; short ones such as `女` mean themselves only."""
    return name in word if not name.isascii() and len(name) >= 3 else name.isascii() and len(name) >= 6 and name in word
