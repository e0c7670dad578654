"""People: enter, change, their memberships and transfers, guardians."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area
from lianxin.trail.operations import record

from ..models.body import Body, BodySpan
from ..models.consent import Guardian
from ..models.organisation import Organisation
from ..models.person import Membership, Person, Transfer
from ..search import index


class PersonNameMissing(Refused):
    text = _("A person needs a name to be found by.")


class PersonGone(Refused):
    text = _("This record was erased or merged into another and cannot be changed.")


class BodyNotThere(Refused):
    text = _("This body does not exist on %(day)s.")


class AlreadyMember(Refused):
    text = _("This person already belongs to this body or has applied to it.")


class StepOutOfOrder(Refused):
    text = _(
        "The steps of a membership follow each other: applied, registered, verified, active. Please check the day."
    )


class HasLeft(Refused):
    text = _("This membership has ended.")


class TransferUnderWay(Refused):
    text = _("This membership is already offered to another body, which has not answered yet.")


class TransferAnswered(Refused):
    text = _("This transfer has been answered.")


class TransferToItself(Refused):
    text = _("A membership moves between two bodies of the same line.")


class OwnGuardian(Refused):
    text = _("Nobody is their own guardian. Please choose an adult.")


@transaction.atomic
def add_person(*, name: str, actor: Actor, at: datetime, area: Area | None = None) -> Person:
    """Enter a person by name and, where a service needs it, area. All else is declared. Raises PersonNameMissing."""
    person = Person.objects.create(name=_named(name), area=area)
    index("person", [person.pk])
    record("registry.person.added", person, actor=actor, at=at)
    return person


@transaction.atomic
def change_person(
    *, person: Person, actor: Actor, at: datetime, name: str | None = None, area: Area | None = None
) -> Person:
    """Correct a name or the area. Raises PersonNameMissing, PersonGone."""
    held = known(person)
    fields = []
    if name is not None and held.name != _named(name):
        held.name = _named(name)
        fields.append("name")
    if area is not None and held.area_id != area.pk:
        held.area = area
        fields.append("area")
    if fields:
        held.save(update_fields=fields)
        index("person", [held.pk])
        record("registry.person.changed", held, actor=actor, at=at, fields=fields)
    return held


@transaction.atomic
def apply_for_membership(
    *,
    person: Person,
    body: Body,
    day: date,
    actor: Actor,
    at: datetime,
    organisation: Organisation | None = None,
) -> Membership:
    """A person asks to join a body. Raises PersonGone, BodyNotThere, AlreadyMember."""
    known(person)
    if not BodySpan.objects.on(day).filter(body=body).exists():
        raise BodyNotThere(body, day=day)
    if Membership.objects.filter(person=person, body=body, left_on=None).exists():
        raise AlreadyMember(body)
    made = Membership.objects.create(person=person, body=body, organisation=organisation, applied_on=day)
    record("registry.membership.applied", person, actor=actor, at=at, membership=made.pk, body=body.pk)
    return made


STEPS = ("applied_on", "registered_on", "verified_on", "active_on")


@transaction.atomic
def advance_membership(*, membership: Membership, step: str, day: date, actor: Actor, at: datetime) -> Membership:
    """The membership reaches its next step: `registered_on`, `verified_on` or `active_on`.

    Raises HasLeft, StepOutOfOrder.
    """
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    if held.left_on is not None:
        raise HasLeft(held)
    before = getattr(held, STEPS[STEPS.index(step) - 1])
    if step == STEPS[0] or getattr(held, step) is not None or before is None or before > day:
        raise StepOutOfOrder(held)
    setattr(held, step, day)
    held.save(update_fields=[step])
    act = f"registry.membership.{step.removesuffix('_on')}"
    record(act, held.person, actor=actor, at=at, membership=held.pk, day=day.isoformat())
    return held


@transaction.atomic
def leave(*, membership: Membership, day: date, actor: Actor, at: datetime) -> Membership:
    """The person leaves the body on the day; no reason is asked, and an offer to another body lapses.

    Raises HasLeft, StepOutOfOrder.
    """
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    if held.left_on is not None:
        raise HasLeft(held)
    _end(held, day)
    held.transfers.filter(accepted_on=None, declined_on=None).update(declined_on=day)
    record("registry.membership.left", held.person, actor=actor, at=at, membership=held.pk, day=day.isoformat())
    return held


@transaction.atomic
def offer_transfer(*, membership: Membership, to_body: Body, day: date, actor: Actor, at: datetime) -> Transfer:
    """The body a person leaves offers the membership to another of the line. Nothing moves until that one accepts.

    Raises HasLeft, TransferUnderWay, TransferToItself, BodyNotThere.
    """
    held = Membership.objects.select_for_update().select_related("body").get(pk=membership.pk)
    if held.left_on is not None:
        raise HasLeft(held)
    if to_body.pk == held.body_id or to_body.line_id != held.body.line_id:
        raise TransferToItself(held)
    if not BodySpan.objects.on(day).filter(body=to_body).exists():
        raise BodyNotThere(to_body, day=day)
    if held.transfers.filter(accepted_on=None, declined_on=None).exists():
        raise TransferUnderWay(held)
    made = Transfer.objects.create(membership=held, to_body=to_body, offered_on=day)
    record("registry.transfer.offered", held.person, actor=actor, at=at, transfer=made.pk, to_body=to_body.pk)
    return made


@transaction.atomic
def accept_transfer(*, transfer: Transfer, day: date, actor: Actor, at: datetime) -> Membership:
    """The receiving body takes the member: the old membership ends and a registered one begins on the same day.

    Raises TransferAnswered, HasLeft, AlreadyMember, StepOutOfOrder.
    """
    held = _unanswered(transfer)
    old = Membership.objects.select_for_update().get(pk=held.membership_id)
    if old.left_on is not None:
        raise HasLeft(old)
    if Membership.objects.filter(person=old.person_id, body=held.to_body_id, left_on=None).exists():
        raise AlreadyMember(old)
    _end(old, day)
    reached = {step: day for step in STEPS[1:] if getattr(old, step)}
    new = Membership.objects.create(person_id=old.person_id, body_id=held.to_body_id, applied_on=day, **reached)
    held.accepted_on, held.new_membership = day, new
    held.save(update_fields=["accepted_on", "new_membership"])
    record("registry.transfer.accepted", old.person, actor=actor, at=at, transfer=held.pk, membership=new.pk)
    return new


@transaction.atomic
def decline_transfer(*, transfer: Transfer, day: date, actor: Actor, at: datetime) -> Transfer:
    """The receiving body says no; the membership stays where it is. Raises TransferAnswered."""
    held = _unanswered(transfer)
    held.declined_on = day
    held.save(update_fields=["declined_on"])
    record("registry.transfer.declined", held.membership.person, actor=actor, at=at, transfer=held.pk)
    return held


@transaction.atomic
def add_guardian(*, child: Person, guardian: Person, day: date, actor: Actor, at: datetime) -> Guardian:
    """From the day the guardian answers and states things for the child. Raises OwnGuardian, PersonGone."""
    if child.pk == guardian.pk:
        raise OwnGuardian(child)
    known(child)
    known(guardian)
    made, is_new = Guardian.objects.get_or_create(
        child=child, guardian=guardian, valid_until=None, defaults={"valid_from": day}
    )
    if is_new:
        record("registry.guardian.added", child, actor=actor, at=at, guardian=guardian.pk)
    return made


@transaction.atomic
def end_guardian(*, guardian: Guardian, day: date, actor: Actor, at: datetime) -> None:
    """From the day the guardian speaks for the child no longer; what was answered stays."""
    held = Guardian.objects.select_for_update().get(pk=guardian.pk)
    if held.valid_until is None:
        held.valid_until = max(day, held.valid_from)
        held.save(update_fields=["valid_until"])
        record("registry.guardian.ended", held.child, actor=actor, at=at, guardian=held.guardian_id)


def known(person: Person) -> Person:
    """The person, locked, as stored now. Raises PersonGone."""
    held = Person.objects.select_for_update().known().filter(pk=person.pk).first()
    if held is None:
        raise PersonGone(person)
    return held


def _named(name: str) -> str:
    kept = " ".join(name.split())
    if not kept:
        raise PersonNameMissing()
    return kept


def _end(membership: Membership, day: date) -> None:
    reached = [getattr(membership, step) for step in STEPS]
    if any(done and done > day for done in reached):
        raise StepOutOfOrder(membership)
    membership.left_on = day
    membership.save(update_fields=["left_on"])


def _unanswered(transfer: Transfer) -> Transfer:
    held = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if held.accepted_on or held.declined_on:
        raise TransferAnswered(held)
    return held
