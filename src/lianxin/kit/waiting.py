"""One thing that waits for a person: what every app hands to Today."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A row of Today (等我办的一件事): what and why, until when, and the one verb that does it."""

    kind: str
    """What it is, in one or two words of the reader's language."""
    icon: str
    """Name of a Tabler icon, without the prefix."""
    title: str
    detail: str
    verb: str
    url: str
    due_on: date | None = None
    in_working_days: bool = False
    """Whether the deadline was set in working days, and is said in them; else in calendar days."""
    working_days: int | None = None
    """How many are left, negative when overdue; filled in by who shows the line."""
    is_proposal: bool = False
    """The machine proposes; nothing happens until a person confirms."""
    someone_waits: bool = False
    """A person outside asked and waits for an answer."""
    is_urgent: bool = False
    """Somebody may be in danger, and the time to see to it runs: it stands before everything else."""
    is_confidential: bool = False
