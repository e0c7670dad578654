"""The course of a matter: which steps its kind allows next, and where a step leads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused

from .kinds import Kind, Step
from .needs import said
from .words import NEEDED, ROLES


class UnknownPath(Refused):
    """The kind knows no such step from where the matter stands."""

    text = _("It stands at “%(state)s” now, so this cannot be done any more. Load the page again to see what can.")


class NotYours(Refused):
    """Somebody else takes this step."""

    text = _("This step is taken by: %(roles)s")


class UsedUp(Refused):
    """The step was taken as often as the kind allows."""

    text = _("“%(step)s” can be done %(times)s time(s) only. Ask the lead to decide.")


class SomethingMissing(Refused):
    """The step needs more than was given."""

    text = _("Still needed: %(missing)s")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a matter stands. taken : step -> how often it was taken so far."""

    state: str
    taken: Mapping[str, int] = field(default_factory=dict)


def beginning(kind: Kind) -> Position:
    """Where a new matter of a kind stands."""
    return Position(kind.start)


def open_steps(kind: Kind, position: Position, roles: Collection[str]) -> list[Step]:
    """The steps that somebody with these roles may take now."""
    return [
        step for step in kind.steps_from(position.state) if {*step.by} & {*roles} and not _is_used_up(step, position)
    ]


def take(kind: Kind, position: Position, code: str, *, roles: Collection[str], given: Collection[str]) -> Position:
    """Where the matter stands after a step. `given` names what came with it, as `Step.needs` does.

    Raises UnknownPath, NotYours, UsedUp, SomethingMissing; then nothing changes.
    """
    step = next((s for s in kind.steps_from(position.state) if s.code == code), None)
    if step is None:
        state = kind.state(position.state)
        raise UnknownPath(state=said((state.zh, state.en)))
    if not {*step.by} & {*roles}:
        raise NotYours(roles=", ".join(str(ROLES[role]) for role in step.by))
    if _is_used_up(step, position):
        raise UsedUp(step=said((step.zh, step.en)), times=step.at_most)
    if missing := [need for need in step.needs if need not in given]:
        raise SomethingMissing(missing=", ".join(str(NEEDED[need]) for need in missing))
    return Position(step.target, {**position.taken, code: position.taken.get(code, 0) + 1})


def _is_used_up(step: Step, position: Position) -> bool:
    return bool(step.at_most) and position.taken.get(step.code, 0) >= step.at_most
