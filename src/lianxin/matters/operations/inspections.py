"""What two inspectors note at an organisation, the findings that come of it, and the way of a finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.kit.templatetags.lx import listed
from lianxin.registry.models import Body
from lianxin.trail.operations import record

from ..checklists import CheckList, Item
from ..models import CarriedOut, Finding, Listed, Matter
from ..needs import said
from .opening import Given, Picture, keep_pictures, open_matter
from .problems import DueGone
from .sides import acts_for, is_of
from .steps import With, take_step
from .taking_on import take_on

RECORD = "matters.record_inspections"
HANDLE = "matters.handle_findings"

Place = tuple[str, str]
"""Codes of a list and of an item of it."""


class OnePerson(Refused):
    text = _("Two inspectors go together. Name a second one.")


class EmployersSide(Refused):
    text = _("%(name)s acts for this organisation and cannot inspect it. Choose somebody else.")


class NotToInspect(Refused):
    text = _("This organisation is not waiting for an inspection: it was inspected or cancelled already.")


class DayWrong(Refused):
    text = _("The day of the inspection lies in the future.")


class ItemsLeft(Refused):
    text = _("Not looked at yet: %(items)s")


class WordsMissing(Refused):
    text = _("Say in a few words what was found: %(items)s")


@dataclass(frozen=True, slots=True)
class Noted:
    """What the two noted.

    answers : list and item -> ok, bad or na. words, pictures : what was found, of each that is bad. raised : graded
    major by the inspectors where the list says general. second_name : an inspector of a partner without an account.
    """

    key: UUID
    carried_on: date
    first: Account
    answers: Mapping[Place, str]
    second: Account | None = None
    second_name: str = ""
    met: str = ""
    words: Mapping[Place, str] = field(default_factory=dict)
    pictures: Mapping[Place, Sequence[Picture]] = field(default_factory=dict)
    raised: frozenset[Place] = frozenset()
    note: str = ""


@transaction.atomic
def record_inspection(*, listed: Listed, noted: Noted, actor: Actor, at: datetime) -> CarriedOut:
    """Enter an inspection: who went, what was looked at; each fault becomes a finding with a course of its own.

    Sent twice with the same key it is one inspection.
    Raises NotToInspect, OnePerson, EmployersSide, DayWrong, ItemsLeft, WordsMissing.
    """
    held = Listed.objects.select_for_update(of=("self",)).select_related("round__body", "matter").get(pk=listed.pk)
    if known := CarriedOut.objects.filter(key=noted.key, listed=held).first():
        return known
    check_waiting(held)
    matter = held.matter
    assert matter is not None
    _check_inspectors(held, noted, day_of(at))
    lists = [row.list for row in held.round.lists.order_by("code")]
    answers = _checked(lists, noted)
    made = CarriedOut.objects.create(
        listed=held,
        key=noted.key,
        carried_on=noted.carried_on,
        first=noted.first,
        second=noted.second,
        second_name=noted.second_name.strip(),
        met=noted.met.strip(),
        answers=answers,
        is_hit=any(answer == "bad" for answer in noted.answers.values()),
        note=noted.note.strip(),
        recorded_at=at,
    )
    take_on(matter, RECORD, actor=actor, at=at)
    second = noted.second.label or noted.second.username if noted.second else noted.second_name
    take_step(matter=matter, code="carry_out", actor=actor, at=at, given=With(second=second, note=noted.note))
    for checked in lists:
        for item in checked.items:
            if noted.answers[checked.code, item.code] == "bad":
                _find(held, made, checked, item, noted, actor, at)
    held.matter = take_step(matter=matter, code="enter", actor=actor, at=at)
    record("matters.inspection.recorded", made, actor=actor, at=at, listed=held.pk, findings=made.findings.count())
    return made


def _check_inspectors(held: Listed, noted: Noted, today: date) -> None:
    other = noted.second_name.strip()
    names = {noted.first.label, noted.first.username}
    if (noted.second is None) == (not other) or noted.second == noted.first or other in names:
        raise OnePerson(held)
    for account in (noted.first, noted.second):
        if account is not None and acts_for(account.pk, held.organisation_id, today):
            raise EmployersSide(name=account.label or account.username)
    if noted.carried_on > today:
        raise DayWrong(held)


def check_waiting(held: Listed) -> None:
    """Raises NotToInspect where nobody is to go: not started, inspected or cancelled already."""
    if held.matter is None or held.matter.state not in ("planned", "announced"):
        raise NotToInspect(held)


def gaps(
    lists: Sequence[CheckList], answers: Mapping[Place, str], words: Mapping[Place, str]
) -> tuple[list[Place], list[Place]]:
    """Items not looked at yet, and findings without words."""
    places = [(checked.code, item.code) for checked in lists for item in checked.items]
    left = [place for place in places if answers.get(place, "") not in ("ok", "bad", "na")]
    silent = [place for place in places if answers.get(place) == "bad" and not words.get(place, "").strip()]
    return left, silent


def _checked(lists: list[CheckList], noted: Noted) -> dict[str, dict[str, str]]:
    left, silent = gaps(lists, noted.answers, noted.words)
    names = {(checked.code, item.code): said((item.zh, item.en)) for checked in lists for item in checked.items}
    if left:
        raise ItemsLeft(items=listed((names[place] for place in left), "；"))
    if silent:
        raise WordsMissing(items=listed((names[place] for place in silent), "；"))
    return {checked.code: {i.code: noted.answers[checked.code, i.code] for i in checked.items} for checked in lists}


def _find(
    held: Listed, made: CarriedOut, checked: CheckList, item: Item, noted: Noted, actor: Actor, at: datetime
) -> None:
    """One fault becomes a matter. Where its words shut it, nothing of it stays here: its handlers alone go on."""
    place = (checked.code, item.code)
    inspection = held.matter
    assert inspection is not None
    given = Given(
        words=f"{item.zh}。{noted.words[place].strip()}",
        title=item.zh[:120],
        way="inspection",
        code="finding",
        area=inspection.area,
        line=held.round.line,
        body=_owner(held, checked.family, day_of(at)),
        organisation=held.organisation,
        accused=held.organisation,
        parent=inspection,
        pictures=noted.pictures.get(place, ()),
        key=f"finding:{made.key}:{checked.code}:{item.code}",
    )
    matter = open_matter(given=given, actor=actor, at=at).matter
    if matter.is_shut:
        made.answers[checked.code].pop(item.code)
        made.save(update_fields=["answers"])
        return
    for account in filter(None, (noted.first, noted.second)):
        take_on(matter, RECORD, actor=AccountActor(account), at=at)
    grade = "major" if place in noted.raised else item.grade
    Finding.objects.create(
        matter=matter, carried_out=made, list_code=checked.code, item=item.code, family=checked.family, grade=grade
    )


def _owner(held: Listed, family: str, day: date) -> Body | None:
    """The partner of a joint round for a family, else who leads the round; never a body of the organisation's own."""
    partners = held.round.partners.select_related("body").order_by("pk")
    for partner in partners:
        if family in partner.families and not is_of(partner.body_id, held.organisation_id, day):
            return partner.body
    return held.round.body


@transaction.atomic
def advance_finding(
    *, finding: Finding, code: str, given: With, actor: Actor, at: datetime, pictures: Sequence[Picture] = ()
) -> Matter:
    """Take a step on the way of a finding: notice, answer, work, evidence, re-check by another, closing or handing on.

    pictures : what was seen, kept with the step.

    Raises DueGone and what `take_step` raises: NotHandled, UnknownPath, NotYours, SomethingMissing, TimeLeft.
    """
    if given.due_on is not None and given.due_on < day_of(at):
        raise DueGone(finding)
    take_on(finding.matter, HANDLE, actor=actor, at=at)
    held = take_step(matter=finding.matter, code=code, actor=actor, at=at, given=given)
    keep_pictures(held, pictures, at)
    if given.due_on is not None:
        Finding.objects.filter(pk=finding.pk).update(mend_by=given.due_on)
    return held
