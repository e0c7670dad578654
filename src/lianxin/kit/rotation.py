"""New keys for what is sealed: each app names its sealed columns in `sealed.py`, and all are sealed anew alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Substr

from lianxin.kit import vault

HEAD = 64
"""Bytes read of a value to learn its key; ids of keys are shorter."""


def _field(_row: Any) -> str:
    return "field"


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A binary column that the vault seals."""

    model: type[models.Model]
    column: str
    where: Callable[[Any], str]
    """The place a row's value is sealed for."""
    ring: Callable[[Any], str] = _field
    lock: str = "self"
    """What a writer of the value holds: the row itself, or the record named here that it belongs to."""
    derived: Callable[[Any, str], dict[str, object]] | None = None
    """Columns worked out from the value with a key of their own; where given, every row is opened."""

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column}"

    def rows(self) -> models.QuerySet[Any]:
        """Those that hold a value, with what `ring` and `where` ask for."""
        held = self.model._default_manager.exclude(**{f"{self.column}__isnull": True}).exclude(**{self.column: b""})
        return held if self.lock == "self" else held.select_related(self.lock)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was found in a column and done to it."""

    values: int
    sealed_anew: int
    derived_anew: int


def rotate(column: SealedColumn, batch: int = 500) -> Rotated:
    """Seal every value of a column with the newest key of its ring, in short transactions.

    May be stopped and started again at any point: values done are skipped. Raises NotOpened where no key opens one.
    """
    values = sealed = derived = 0
    for rows in _batches(column, batch):
        values += len(rows)
        old = [row.pk for row in rows if column.derived or _is_old(row.head, column.ring(row))]
        with transaction.atomic():
            for row in column.rows().select_for_update(of=(column.lock,)).filter(pk__in=old):
                changed = _changed(column, row)
                if changed:
                    column.model._default_manager.filter(pk=row.pk).update(**changed)
                sealed += column.column in changed
                derived += bool(changed.keys() - {column.column})
    return Rotated(values, sealed, derived)


def _batches(column: SealedColumn, batch: int) -> Iterator[list[Any]]:
    head = Substr(column.column, 1, HEAD, output_field=models.BinaryField())
    rows = column.rows().defer(column.column).annotate(head=head).order_by("pk")
    found = list(rows[:batch])
    while found:
        yield found
        found = list(rows.filter(pk__gt=found[-1].pk)[:batch])


def _is_old(sealed: bytes | memoryview, ring: str) -> bool:
    return vault.key_of(sealed) != vault.newest_key(ring)


def _changed(column: SealedColumn, row: Any) -> dict[str, object]:
    """The columns of a row that have to be written, with their values."""
    sealed, ring, where = getattr(row, column.column), column.ring(row), column.where(row)
    plain = vault.unseal(sealed, where=where, ring=ring)
    wanted = column.derived(row, plain) if column.derived else {}
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if _is_old(sealed, ring):
        changed[column.column] = vault.seal(plain, where=where, ring=ring)
    return changed
