"""Frames to Parquet: read through Django, so both databases do, in one consistent read, in batches."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lianxin.kit.frames import ColumnType, Frame

BATCH = 50_000
ARROW: dict[ColumnType, pa.DataType] = {
    "int": pa.int64(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "text": pa.string(),
    "bool": pa.bool_(),
    "float": pa.float64(),
}


@contextmanager
def consistent_read() -> Iterator[None]:
    """All reads inside see the same moment, and nobody who writes is kept waiting."""
    if connection.in_atomic_block:  # a test, or a caller who has settled that
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def write_frame(frame: Frame, path: Path) -> dict[str, Any]:
    """One Parquet file; returns rows, bytes and a digest of the content."""
    schema = pa.schema([(name, ARROW[kind]) for name, kind in frame.columns])
    rows, digest = 0, hashlib.sha256()
    with pq.ParquetWriter(path, schema, compression="zstd") as out:
        for batch in batches(frame):
            table = pa.table([_array(c, kind) for c, (_, kind) in zip(batch, frame.columns, strict=True)], schema)
            out.write_table(table)
            rows += table.num_rows
            for column in table.columns:
                for chunk in column.chunks:
                    for buffer in chunk.buffers():
                        digest.update(buffer or b"\0")
    return {"rows": rows, "bytes": path.stat().st_size, "digest": digest.hexdigest()}


def batches(frame: Frame) -> Iterator[list[tuple[Any, ...]]]:
    """Columns of up to BATCH rows, straight from the database: no model and no row object in between."""
    found = frame.rows()
    if not isinstance(found, QuerySet):
        if rows := list(found):
            yield list(zip(*rows, strict=True))
        return
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while some := cursor.fetchmany(BATCH):
            yield list(zip(*some, strict=True))


def _array(values: tuple[Any, ...], kind: ColumnType) -> pa.Array:
    if kind == "day":  # text on SQLite
        return pa.array([date.fromisoformat(v) if isinstance(v, str) else v for v in values], pa.date32())
    if kind == "moment":
        return _on_the_wall(values)
    if kind == "bool":  # a number on SQLite
        return pa.array([None if v is None else bool(v) for v in values], pa.bool_())
    return pa.array(values, ARROW[kind])


def _on_the_wall(values: tuple[Any, ...]) -> pa.Array:
    """Moments, which SQLite gives as text in UTC, as the local clock shows them."""
    text = next((v for v in values if v is not None), None)
    if isinstance(text, str):
        utc = pc.assume_timezone(pa.array(values, pa.string()).cast(pa.timestamp("us")), "UTC")
    else:
        utc = pa.array(values, pa.timestamp("us", "UTC"))
    return pc.local_timestamp(utc.cast(pa.timestamp("us", timezone.get_default_timezone_name())))
