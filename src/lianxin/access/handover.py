"""Work that must not be left behind when somebody goes.

Every app in which work lies with a person has a `handover.py` with
`open_work(account_id: int) -> list[OpenWork]` and
`hand_over(account_id: int, to_id: int, *, actor: Actor, at: datetime) -> int` (how many things went over).
conf puts both into `HANDOVERS` at the start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from lianxin.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One thing that still lies with a person (未办结的事)."""

    kind: str
    """What it is, in the reader's language."""
    title: str
    url: str = ""
    due_on: date | None = None


class HandOver(Protocol):
    def __call__(self, account_id: int, to_id: int, *, actor: Actor, at: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """How one app names the work of a person and moves it to another."""

    open_work: Callable[[int], list[OpenWork]]
    hand_over: HandOver


HANDOVERS: dict[str, Desk] = {}


def open_work_of(account_id: int) -> list[OpenWork]:
    """All that still lies with a person, over all apps."""
    return [line for desk in HANDOVERS.values() for line in desk.open_work(account_id)]
