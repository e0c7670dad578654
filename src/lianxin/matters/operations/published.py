"""What everybody reads about an own problem, after it was published: put right, taken off, put back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models import OwnProblem
from .happening import happened, locked
from .problems import OwnerChecks, PublicWords, check_publishable, locked_problem
from .steps import NotHandled, ReasonNeeded, roles_of


class NotPublished(Refused):
    text = _("Nothing of this problem is on the public page.")


@transaction.atomic
def correct_words(*, problem: OwnProblem, words: PublicWords, reason: str, actor: Actor, at: datetime) -> OwnProblem:
    """Put right what everybody reads; what was taken off the public page is published again.

    What stood there before is kept with the reason.
    Raises NotPublished, OwnerChecks, NotForAll, WordsForAll, SpeaksOfPersons, ReasonNeeded, NotHandled.
    """
    held = _held(problem, reason, actor, at)
    said = check_publishable(held, words)
    before = "；".join((held.public_title, held.public_problem, held.public_done))
    _note(held, "public", f"{reason.strip()}\n{before}", actor, at)
    held.public_title, held.public_problem, held.public_done = said
    held.published_at = held.published_at or at
    held.save(update_fields=["public_title", "public_problem", "public_done", "published_at"])
    record("matters.problem.corrected", held, actor=actor, at=at)
    return held


@transaction.atomic
def withdraw_words(*, problem: OwnProblem, reason: str, actor: Actor, at: datetime) -> OwnProblem:
    """Take a problem off the public page, at once. Raises NotPublished, OwnerChecks, ReasonNeeded, NotHandled."""
    held = _held(problem, reason, actor, at)
    if held.published_at is None:
        raise NotPublished(held)
    _note(held, "withdrawn", reason.strip(), actor, at)
    held.published_at = None
    held.save(update_fields=["published_at"])
    record("matters.problem.withdrawn", held, actor=actor, at=at)
    return held


def may_change(problem: OwnProblem, actor: Actor, at: datetime) -> bool:
    """Whether somebody may put right or take off what was published: whoever might have published it."""
    if not problem.public_title or actor.id in (problem.owner_id, problem.handed_in_by_id):
        return False
    return bool(roles_of(problem.matter, actor, at))


def _held(problem: OwnProblem, reason: str, actor: Actor, at: datetime) -> OwnProblem:
    held = locked_problem(problem)
    if not roles_of(held.matter, actor, at):
        raise NotHandled(held)
    if not held.public_title:
        raise NotPublished(held)
    if actor.id in (held.owner_id, held.handed_in_by_id):
        raise OwnerChecks(held)
    if not reason.strip():
        raise ReasonNeeded(held)
    return held


def _note(held: OwnProblem, what: str, note: str, actor: Actor, at: datetime) -> None:
    matter = locked(held.matter)
    happened(matter, "corrected", actor=actor, at=at, state=matter.state, note=note, facts={"fields": [what]})
