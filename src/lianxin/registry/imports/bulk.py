"""Many rows into a table at once, past the ORM: an import writes each row three times, and seconds count."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values: days as ISO text, JSON as text; every column but the id is named."""
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608


def columns_of(model: type[models.Model]) -> dict[str, Any]:
    """Column -> the value of a row that says nothing, without the id."""
    return {str(field.column): field.get_default() for field in model._meta.concrete_fields if not field.primary_key}


def set_values(model: type[models.Model], column: str, pairs: Iterable[tuple[Any, int]]) -> None:
    """Set one column of many rows, each to its own value: (value, id)."""
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {model._meta.db_table} SET {column} = %s WHERE id = %s", list(pairs))  # noqa: S608
