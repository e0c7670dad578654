"""Exports of hotlines that were brought in, as their pages show them."""

from dataclasses import dataclass
from datetime import datetime

from lianxin.trail.models import Job

from ..hotline import FAULTS
from ..models import HotlineFile
from ..operations.hotlines import job_key
from ..words import HOTLINE_FIELDS

MOST = 100
MOST_ROWS = 30
"""So many row numbers of one fault are named."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file in the list. rows = opened + known + set_aside once it is done."""

    id: int
    file_name: str
    hotline: str
    at: datetime
    by: str
    rows: int
    opened: int
    known: int
    set_aside: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class FilePage:
    """One file: how far it is, which column was taken for what, which rows were set aside and why."""

    line: FileLine
    state: str
    """waiting, running, failed or finished, as the component of long work says it."""
    done: int
    total: int
    columns: tuple[tuple[str, str], ...]
    faults: tuple[tuple[str, int, str], ...]
    """(reason, how many rows, their numbers)."""


def hotline_files() -> list[FileLine]:
    """The newest files: one query."""
    return [_line(row) for row in HotlineFile.objects.defer("sealed", "faults").order_by("-at", "-pk")[:MOST]]


def hotline_file(row: HotlineFile) -> FilePage:
    """The page of one file: one query for its job."""
    line = _line(row)
    job = Job.objects.filter(key=job_key(row)).order_by("-pk").first()
    state = "finished" if row.is_done else "waiting"
    if not row.is_done and job is not None:
        state = "failed" if job.failed_at else "running" if job.started_at else "waiting"
    columns = tuple((str(HOTLINE_FIELDS.get(field, field)), header) for field, header in row.columns.items())
    return FilePage(line, state, row.done, line.rows - line.set_aside, columns, tuple(_faults(row)))


def _line(row: HotlineFile) -> FileLine:
    counts = {name: int(row.counts.get(name, 0)) for name in ("rows", "opened", "known", "set_aside")}
    return FileLine(row.pk, row.file_name, row.hotline, row.at, row.by_label, is_done=row.is_done, **counts)


def _faults(row: HotlineFile) -> list[tuple[str, int, str]]:
    found = []
    for code, reason in FAULTS.items():
        rows = [str(number) for number, fault in row.faults if fault == code]
        if rows:
            shown = ", ".join(rows[:MOST_ROWS]) + (" …" if len(rows) > MOST_ROWS else "")
            found.append((str(reason), len(rows), shown))
    return found
