"""A body's own problem, from the list to the second look 90 days after it was published."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.kit.templatetags.lx import listed
from lianxin.places.models import Area
from lianxin.registry.models import Body, Line
from lianxin.trail.operations import record

from ..models import Matter, OwnProblem
from .opening import Given, Picture, keep_pictures, open_matter
from .steps import With, take_step

WATCHED = timedelta(days=90)
_NUMBERS = re.compile(r"\d{11}|\d{17}[\dXx]|[\w.+-]+@[\w-]+\.\w+")


class FiveThings(Refused):
    text = _("Still missing of the five things: %(missing)s")


class DueGone(Refused):
    text = _("The day by which it is mended lies in the past.")


class OwnerChecks(Refused):
    text = _("Who answers for the work, or handed in the evidence, does not check it. Somebody else does.")


class NotForAll(Refused):
    text = _("This matter holds what is not for everybody, so it cannot be published. Open a neutral one beside it.")


class SpeaksOfPersons(Refused):
    text = _("What is published holds a telephone number, an identity number or an address of e-mail. Take it out.")


class NeutralWords(Refused):
    text = _(
        "These words name harm to a person, so the matter would be shut. Say here only what the body must mend; "
        "what happened to a person is a matter of its own."
    )


class WordsForAll(Refused):
    text = _("Say in words for everybody what the problem was and what was done.")


class OffThePage(Refused):
    text = _("It was taken off the public page. Put right what everybody reads first; then it is struck off.")


class TooEarly(Refused):
    text = _("The second look is on %(day)s or later, %(days)s days after it was published.")


@dataclass(frozen=True, slots=True)
class Listing:
    """A problem as it is first entered. body : whose problem it is."""

    words: str
    body: Body
    area: Area
    source: str
    title: str = ""
    line: Line | None = None
    source_matter: Matter | None = None
    due_on: date | None = None
    """By when it is to be mended, where that was decided with it."""
    key: str = ""


@dataclass(frozen=True, slots=True)
class FiveInPlace:
    """Measure, resources, owner, day, and what is done if the measure does not hold (五落实)."""

    owner: Account
    measure: str
    resources: str
    due_on: date
    fallback: str


@dataclass(frozen=True, slots=True)
class PublicWords:
    """What everybody reads."""

    title: str
    problem: str
    done: str


@transaction.atomic
def list_problem(*, listing: Listing, actor: Actor, at: datetime) -> OwnProblem:
    """Put a problem on a body's list. Raises NeutralWords and what `open_matter` raises."""
    given = Given(
        words=listing.words,
        title=listing.title,
        way="review" if listing.source == "review" else "matter",
        code="rectification",
        level="C1",
        area=listing.area,
        line=listing.line,
        body=listing.body,
        parent=listing.source_matter,
        key=listing.key,
    )
    opened = open_matter(given=given, actor=actor, at=at)
    if not opened.is_new:
        return OwnProblem.objects.get(matter=opened.matter)
    if opened.matter.is_shut:
        raise NeutralWords()
    facts = {"source": listing.source, "source_matter": listing.source_matter, "due_on": listing.due_on}
    made = OwnProblem.objects.create(matter=opened.matter, **facts)
    record("matters.problem.listed", made, actor=actor, at=at, source=listing.source, body=listing.body.pk)
    return made


def locked_problem(problem: OwnProblem) -> OwnProblem:
    """The problem as it stands now, held until the transaction ends."""
    return OwnProblem.objects.select_for_update(of=("self",)).select_related("matter").get(pk=problem.pk)


@transaction.atomic
def plan_problem(*, problem: OwnProblem, five: FiveInPlace, actor: Actor, at: datetime) -> OwnProblem:
    """Set measure, resources, owner, day and fallback. Raises FiveThings, DueGone and what `take_step` raises."""
    held = locked_problem(problem)
    named = ((_("measure"), five.measure), (_("resources"), five.resources), (_("fallback"), five.fallback))
    missing = [str(name) for name, text in named if not text.strip()]
    if missing:
        raise FiveThings(missing=listed(missing))
    if five.due_on < day_of(at):
        raise DueGone(held)
    given = With(note=five.measure, due_on=five.due_on, facts={"owner": five.owner.pk})
    take_step(matter=held.matter, code="plan", actor=actor, at=at, given=given)
    held.owner, held.measure, held.resources = five.owner, five.measure.strip(), five.resources.strip()
    held.due_on, held.fallback = five.due_on, five.fallback.strip()
    held.save()
    return held


@transaction.atomic
def start_problem(*, problem: OwnProblem, actor: Actor, at: datetime) -> OwnProblem:
    """The work begins. Raises what `take_step` raises."""
    held = locked_problem(problem)
    take_step(matter=held.matter, code="start", actor=actor, at=at)
    return held


@transaction.atomic
def hand_in(
    *, problem: OwnProblem, evidence: str, actor: Actor, at: datetime, photos: Sequence[Picture] = ()
) -> OwnProblem:
    """Say, and show, by what one sees that it is mended. Raises what `take_step` raises."""
    held = locked_problem(problem)
    take_step(matter=held.matter, code="hand_in", actor=actor, at=at, given=With(note=evidence))
    keep_pictures(held.matter, photos, at)
    held.evidence, held.handed_in_by_id, held.checked_by = evidence.strip(), actor.id, None
    held.save()
    return held


@transaction.atomic
def pass_problem(*, problem: OwnProblem, seen: str, words: PublicWords, actor: Actor, at: datetime) -> OwnProblem:
    """Somebody else has seen that it is mended; the problem and what was done are published, in neutral words.

    Raises OwnerChecks, NotForAll, WordsForAll, SpeaksOfPersons and what `take_step` raises.
    """
    held = locked_problem(problem)
    if actor.id in (held.owner_id, held.handed_in_by_id):
        raise OwnerChecks(held)
    said = check_publishable(held, words)
    take_step(matter=held.matter, code="pass", actor=actor, at=at, given=With(note=seen))
    held.public_title, held.public_problem, held.public_done = said
    held.checked_by_id, held.published_at, held.public_result = actor.id, at, ""
    held.save()
    record("matters.problem.published", held, actor=actor, at=at)
    return held


def check_publishable(held: OwnProblem, words: PublicWords) -> tuple[str, str, str]:
    """Title, problem and what was done, as everybody may read them. Raises NotForAll, WordsForAll, SpeaksOfPersons."""
    if held.matter.level not in ("C0", "C1"):
        raise NotForAll(held)
    said = words.title.strip(), words.problem.strip(), words.done.strip()
    if not all(said):
        raise WordsForAll(held)
    _check_words(*said)
    return said


@transaction.atomic
def send_back(*, problem: OwnProblem, reason: str, actor: Actor, at: datetime) -> OwnProblem:
    """It is not mended yet. Raises OwnerChecks and what `take_step` raises."""
    held = locked_problem(problem)
    if actor.id in (held.owner_id, held.handed_in_by_id):
        raise OwnerChecks(held)
    take_step(matter=held.matter, code="fail", actor=actor, at=at, given=With(note=reason))
    return held


@transaction.atomic
def look_again(*, problem: OwnProblem, result: str, is_back: bool, actor: Actor, at: datetime) -> OwnProblem:
    """The second look: it has held and is struck off the list, or it is back and the work begins anew.

    What everybody reads says so. A relapse may be entered at any time; striking off not before the day.
    Raises TooEarly, OffThePage, OwnerChecks, WordsForAll, SpeaksOfPersons and what `take_step` raises.
    """
    held = locked_problem(problem)
    if actor.id in (held.owner_id, held.handed_in_by_id):
        raise OwnerChecks(held)
    if not result.strip():
        raise WordsForAll(held)
    _check_words(result)
    if not is_back and held.published_at is None:
        raise OffThePage(held)
    on = look_on(held)
    if not is_back and on is not None and day_of(at) < on:
        raise TooEarly(day=f"{on:%Y-%m-%d}", days=WATCHED.days)
    code = "relapse" if is_back else "close"
    take_step(matter=held.matter, code=code, actor=actor, at=at, given=With(note=result))
    held.public_result, held.relapses = result.strip()[:500], held.relapses + is_back
    held.save()
    return held


def look_on(problem: OwnProblem) -> date | None:
    """From which day it is looked at again; None while it is not published."""
    return day_of(problem.published_at) + WATCHED if problem.published_at else None


def _check_words(*texts: str) -> None:
    if any(_NUMBERS.search(text) for text in texts):
        raise SpeaksOfPersons()
