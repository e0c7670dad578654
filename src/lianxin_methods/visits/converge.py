"""Records made without a connection: taken in once, never over what the writer had not seen.

A phone keeps every record, in order, until it has a receipt for it; each post holds all that wait, so a later record
never comes in before an earlier one of the same phone. A post may be lost, come twice, or come late; answers too. The
rules here make that harmless:

- a record is known by the key its phone made, so that the second coming changes nothing;
- a count carries the number its writer had before their eyes (the base). It is written only where the register still
  says that; where the register says something else, both are kept and a person chooses;
- a choice carries the number it was made against. Where the register has moved on again, it is asked anew.

The store behind may be a database or, in a proof, a dictionary.
Source: base version on every offline edit, as ODK Central does for entities; three-way merge of single values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Verdict = Literal["same", "write", "differs"]
State = Literal["kept", "overtaken", "again", "refused"]


@dataclass(frozen=True, slots=True)
class Said:
    """A count said at the door, and the one its writer saw on record; None is unknown."""

    field: str
    base: int | None
    said: int


@dataclass(frozen=True, slots=True)
class Differing:
    """A count that met another one on record. `chosen` is empty while nobody has decided."""

    field: str
    base: int | None
    said: int
    found: int | None
    chosen: str = ""


class Counts(Protocol):
    """Where records go: one subject, locked for as long as one record is taken in."""

    def is_known(self) -> bool:
        """Whether a record of this key was taken in before."""
        ...

    def found(self) -> Mapping[str, int | None] | None:
        """What the register says now; None where the subject has ended."""
        ...

    def keep(self, write: Mapping[str, int], differing: Sequence[Differing], *, is_ended: bool) -> None:
        """Store the record, the counts to write and those to ask about, all or nothing."""
        ...


class Asked(Protocol):
    """A difference, and the answer that came for it."""

    def answered(self) -> State | None:
        """What came of an answer of this key before."""
        ...

    def differing(self) -> Differing | None: ...

    def found(self) -> Mapping[str, int | None] | None: ...

    def settle(self, chosen: str, write: int | None) -> None:
        """Close the difference; a number is written to the register."""
        ...

    def reopen(self, found: int | None) -> None:
        """Show the difference again, with what the register says now."""
        ...

    def remember(self, state: State) -> None:
        """Keep what came of the answer, by its key."""
        ...


def merge(base: int | None, said: int, found: int | None) -> Verdict:
    """What becomes of one count: nothing to do, to be written, or to be asked about."""
    if said == found:
        return "same"
    return "write" if found == base else "differs"


def receive(counts: Sequence[Said], store: Counts) -> State:
    """Take a record in, once."""
    if store.is_known():
        return "kept"
    found = store.found()
    if found is None:
        store.keep({}, (), is_ended=True)
        return "kept"
    verdicts = [(c, merge(c.base, c.said, found.get(c.field))) for c in counts]
    store.keep(
        {c.field: c.said for c, verdict in verdicts if verdict == "write"},
        [Differing(c.field, c.base, c.said, found.get(c.field)) for c, v in verdicts if v == "differs"],
        is_ended=False,
    )
    return "kept"


def choose(chosen: str, seen: int | None, store: Asked) -> State:
    """Take a person's answer to a difference in, once.

    chosen : `said` (what was noted at the door) or `found` (what was on record).
    seen : the number on record that the person chose against.
    """
    before = store.answered()
    if before is not None:
        return before
    state = _answer(chosen, seen, store)
    store.remember(state)
    return state


def _answer(chosen: str, seen: int | None, store: Asked) -> State:
    asked = store.differing()
    if asked is None:
        return "refused"
    if asked.chosen:
        return "kept" if asked.chosen == chosen else "overtaken"
    facts = store.found()
    found = seen if facts is None else facts.get(asked.field)
    if facts is not None and found == asked.said:  # somebody wrote the same meanwhile
        store.settle("said", None)
        return "kept" if chosen == "said" else "overtaken"
    if found != seen:
        store.reopen(found)
        return "again"
    store.settle(chosen, asked.said if chosen == "said" and facts is not None else None)
    return "kept"
