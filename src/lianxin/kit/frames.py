"""What an app hands to figures: named columnar frames with their whole history."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import QuerySet

ColumnType = Literal["int", "day", "moment", "text", "bool", "float"]
"""A moment is kept as the clock on the wall of the house shows it."""
Column = tuple[str, ColumnType]


@dataclass(frozen=True)
class Frame:
    """One table of a snapshot (事实表): ids, days and what is counted, never a person's name or contact.

    rows : a `values_list` queryset with exactly these columns in this order, ordered by the first; or, where there are
        few and they are worked out, the tuples themselves. It is asked for inside the consistent read of a snapshot, so
        what an unfinished import wrote is left out there and then.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[], "QuerySet[Any, Any] | Iterable[tuple[Any, ...]]"]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)


FRAMES: dict[str, Frame] = {}
"""Every frame by its name, filled by `conf` when the process starts."""
