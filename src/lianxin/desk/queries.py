"""What waits for a person, and what a word finds: gathered from every app below."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from lianxin.kit.actor import Actor
from lianxin.kit.search import Hit
from lianxin.kit.waiting import WaitingLine
from lianxin.places.calendar import WorkingDays

WAITING: list[Callable[[Actor, date], list[WaitingLine]]] = []
SEARCHES: list[Callable[[Actor, str, date, int], list[Hit]]] = []


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together by urgency: where somebody waits for an answer first, then the longest overdue."""

    code: str
    """urgent, overdue, today, later or proposals."""
    lines: tuple[WaitingLine, ...]


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many lines of one kind wait: a chip above the list."""

    kind: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Today:
    """The page of what waits for me."""

    day: date
    total: int
    overdue: int
    due_today: int
    groups: tuple[Group, ...]
    kinds: tuple[KindCount, ...]


def today_page(actor: Actor, day: date, kind: str = "") -> Today:
    """Everything that waits for the actor, most urgent first; `kind` keeps one kind of line."""
    lines = _counted([line for source in WAITING for line in source(actor, day)], day)
    counts = Counter(line.kind for line in lines)
    shown = [line for line in lines if kind in ("", line.kind)]
    return Today(
        day=day,
        total=len(lines),
        overdue=sum(1 for line in lines if _when(line, day) == "overdue"),
        due_today=sum(1 for line in lines if _when(line, day) == "today"),
        groups=_grouped(shown, day),
        kinds=tuple(KindCount(name, number, name == kind) for name, number in counts.most_common()),
    )


def _counted(lines: list[WaitingLine], day: date) -> list[WaitingLine]:
    """Deadlines set in working days, with how many are left: one query where there is any."""
    if not any(line.in_working_days and line.due_on for line in lines):
        return lines
    left = WorkingDays.read().working_days_between
    return [
        replace(line, working_days=left(day, line.due_on)) if line.in_working_days and line.due_on else line
        for line in lines
    ]


def _group(line: WaitingLine, day: date) -> str:
    return "urgent" if line.is_urgent else _when(line, day)


def _when(line: WaitingLine, day: date) -> str:
    if line.is_proposal:
        return "proposals"
    if line.due_on is None or line.due_on > day:
        return "later"
    return "overdue" if line.due_on < day else "today"


def _grouped(lines: list[WaitingLine], day: date) -> tuple[Group, ...]:
    ordered = sorted(lines, key=lambda line: (not line.someone_waits, line.due_on or date.max, line.title))
    groups = []
    for code in ("urgent", "overdue", "today", "later", "proposals"):
        members = tuple(line for line in ordered if _group(line, day) == code)
        if members:
            groups.append(Group(code, members))
    return tuple(groups)


def found(actor: Actor, text: str, day: date, limit: int = 20) -> list[tuple[str, tuple[Hit, ...]]]:
    """Hits by kind, at most `limit` a source; nothing for an empty text."""
    wanted = text.strip()
    if not wanted:
        return []
    by_kind: dict[str, list[Hit]] = {}
    for source in SEARCHES:
        for hit in source(actor, wanted, day, limit):
            by_kind.setdefault(hit.kind, []).append(hit)
    return [(kind, tuple(hits)) for kind, hits in by_kind.items()]
