"""What figures read off a kind: which of its clocks bind those who work on a matter, and how a matter ended."""

from .kinds import Kind

OPEN, CLOSED, NOT_ACCEPTED, WITHDRAWN, MERGED = OUTCOMES = ("open", "closed", "not_accepted", "withdrawn", "merged")
FIRST_CONTACT = "contact"
MET = {"contacted", "safe_contact", "talk", "sessions"}
"""States that say that the person was reached before anything was answered."""
ASKERS = {"requester", "author"}
TAKEN_BACK = {"withdrawn", "not_wished", "no_consent", "taken_back"}
"""States that say so themselves, although a handler may enter them for the person."""


def closing_clocks(kind: Kind) -> frozenset[str]:
    """Codes of the clocks by which a matter has to be dealt with: those that somebody hears of when time is up.

    The clock of first contact is measured apart; it counts here only where a kind has no other.
    """
    heard = frozenset(clock.code for clock in kind.clocks if clock.escalates_to)
    return heard - {FIRST_CONTACT} or heard


def knows_contact(kind: Kind) -> bool:
    """Whether reaching the person first is a step of its own: of other kinds no time to first contact can be told."""
    return any(clock.code == FIRST_CONTACT for clock in kind.clocks) or bool({s.code for s in kind.states} & MET)


def outcome_of(kind: Kind, state: str) -> str:
    """How a matter that stands in a state ended, one of OUTCOMES. KeyError for a state that the kind does not know.

    Withdrawn: only whoever asked leads there. Not accepted: turned down from the beginning, another way shown.
    """
    if not kind.state(state).is_end:
        return OPEN
    into = [step for step in kind.steps if step.target == state]
    if state == MERGED:
        return MERGED
    if state in TAKEN_BACK or (into and all({*step.by} <= ASKERS for step in into)):
        return WITHDRAWN
    is_refusal = bool(into) and all("right_door" in s.needs and kind.start in s.sources for s in into)
    return NOT_ACCEPTED if state == NOT_ACCEPTED or is_refusal else CLOSED
