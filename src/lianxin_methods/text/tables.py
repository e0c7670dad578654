"""Messages from CSV files, in the encodings that offices write."""

import csv
import io
import re
from datetime import datetime
from pathlib import Path

from .themes import Message

ENCODINGS = ("utf-8-sig", "gb18030")


class BadTable(ValueError):
    """A file that cannot be read as a table of messages; says what to mend."""


def read_table(path: Path, needed: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """The rows of a CSV file with a header, in UTF-8 or GBK. Raises BadTable."""
    csv.field_size_limit(10_000_000)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadTable(f"{path}: cannot be read ({error.strerror})")
    reader = csv.DictReader(io.StringIO(_decoded(data, path), newline=""))
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        has = ", ".join(reader.fieldnames or ()) or "no columns"
        raise BadTable(f"{path}: lacks the column {', '.join(missing)} (it has {has})")
    try:
        rows = [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in reader]
    except csv.Error as error:
        raise BadTable(f"{path}: line {reader.line_num}: not CSV ({error})")
    if not rows:
        raise BadTable(f"{path}: has no rows")
    return rows


def message_texts(rows: list[dict[str, str]], column: str) -> list[str]:
    """What each row says; for the column `text` with its subject before it where the table has one."""
    if column == "text" and "subject" in rows[0]:
        return [f"{row['subject']} {row['text']}" for row in rows]
    return [row[column] for row in rows]


def read_messages(path: Path) -> list[Message]:
    """Messages of a table: id, text (or tokens), and where there are, subject, time, place. Raises BadTable."""
    rows = read_table(path, ("id",))
    column = next((name for name in ("text", "tokens") if name in rows[0]), None)
    if column is None:
        raise BadTable(f"{path}: lacks the column text (it has {', '.join(rows[0])})")
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        if not row["id"] or row["id"] in seen:
            raise BadTable(f"{path}: row {line}: the id {row['id']!r} is {'empty' if not row['id'] else 'there twice'}")
        seen.add(row["id"])
    return [
        Message(row["id"], row[column], row.get("subject", ""), read_time(row.get("time", "")), row.get("place", ""))
        for row in rows
    ]


def read_time(text: str) -> datetime | None:
    """2019-02-28 11:25:05, 2019/2/28 11:25, 2019年2月28日; None for what is no time."""
    numbers = [int(part) for part in re.findall(r"\d+", text)[:6]]
    try:
        return datetime(*numbers) if len(numbers) >= 3 else None  # type: ignore[arg-type]
    except ValueError:
        return None


def _decoded(data: bytes, path: Path) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    if b"\x00" in data or data[:4] == b"PK\x03\x04":
        raise BadTable(f"{path}: is no text file; save the table as CSV in UTF-8")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable(f"{path}: is neither UTF-8 nor GBK; save the table as CSV in UTF-8")
