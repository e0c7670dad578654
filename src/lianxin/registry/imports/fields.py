"""What a kind of roster is: a declaration of fields and keys, and what it does at each step of the road all share."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import polars as pl
from django.db.models import QuerySet
from django.utils.functional import Promise

from ..models.imports import Import, StagedRow

if TYPE_CHECKING:
    from .placing import Places

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
    is_personal: bool = False
    """About a person, in a roster of something else: left out unless somebody asks for it."""
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""


Line = dict[str, Any]


@dataclass(slots=True)
class Staged:
    """A row as it is to be staged: the columns of `StagedRow` but the import."""

    row: int
    state: str
    title: str = ""
    key: str = ""
    ref: int = 0
    span: int = 0
    placed: str = ""
    values: Line = field(default_factory=dict)
    written: Line = field(default_factory=dict)
    differences: Line = field(default_factory=dict)
    faults: list[Line] = field(default_factory=list)
    fault_group: str = ""
    digest: str = ""


class Pending(NamedTuple):
    """What of a staged row is needed to write it."""

    id: int
    state: str
    ref: int
    span: int
    values: Line
    row: int


def pending(rows: "QuerySet[StagedRow]") -> list[Pending]:
    return [Pending(*row) for row in rows.values_list(*Pending._fields)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Under what terms the rows of a file are checked.

    only : the cells of the one row that is being mended, so that not the whole record need be read.
    """

    batch: Import
    places: "Places"
    today: date
    only: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found: how many rows, what becomes of them, and the rows themselves in the order of writing."""

    height: int
    counts: dict[str, int]
    rows: Iterator[Staged]
    notes: Line


@dataclass(frozen=True)
class RosterKind(ABC):
    """A kind of roster (名册种类). Reading, staging, batches, flip, undo and pages are the same for all of them."""

    code: str
    label: str | Promise
    fields: tuple[Field, ...]
    keys: dict[str, tuple[str, ...]]
    """Ways to recognise a record, each with the fields it needs, best first."""
    one: str | Promise = ""
    """What one row is about."""
    how: str | Promise = ""
    """The question how one is recognised."""
    is_placed: bool = False
    """Whether its rows have addresses that lead to a community, a subdistrict or nowhere."""
    is_personal: bool = False
    """About people: what is not needed is dropped before anything is kept, and what is kept is sealed or masked."""
    most: int = 0
    """The most rows of one file, where all are written in one step; 0 is any number."""

    @abstractmethod
    def check(self, raw: pl.DataFrame, asked: Asked) -> Checked:
        """What becomes of each row. raw : `row` and the cells as written, by field code."""

    def offered(self, wants: Sequence[str]) -> "RosterKind":
        """The kind with the fields that may be mapped: those about people only where somebody asked for them."""
        return replace(self, fields=tuple(f for f in self.fields if not f.is_personal or f.code in wants))

    def kept(self, written: Mapping[str, str], batch: Import, row: int) -> Line:
        """Cells of a row that is set aside, as they are kept until it is mended."""
        return dict(written)

    def beside(self, checked: Staged, other: StagedRow) -> list[str] | None:
        """A mended row about the same record as another that goes in: fields that differ; None where both go in."""
        return sorted(f for f, v in checked.values.items() if other.values.get(f) != v and not f.endswith("_id"))

    @abstractmethod
    def prepare(self, batch: Import, rows: Sequence[Pending]) -> Any:
        """All that needs no lock, before a step writes its rows."""

    @abstractmethod
    def write(self, batch: Import, rows: Sequence[Pending], prepared: Any) -> None:
        """Enter new and changed rows; one whose record changed since it was staged is set aside."""

    @abstractmethod
    def unwrite(self, batch: Import, rows: Sequence[Pending], prepared: Any) -> None:
        """Take back what rows wrote: every table is as before."""

    @abstractmethod
    def changed_since(self, batch: Import) -> "QuerySet[StagedRow]":
        """Rows whose record somebody changed, or tied something to, after the import wrote it."""

    @abstractmethod
    def facts(self, values: Line, names: Mapping[int, str]) -> list[str]:
        """What of a new row is shown beside its title; names : of areas."""

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
