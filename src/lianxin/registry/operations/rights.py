"""A person's rights: a copy of everything held, erasure, retention."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit import vault
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..attributes import months_after
from ..models.body import Post
from ..models.consent import Consent, Contact, Declaration, Guardian, Purpose
from ..models.person import Person
from ..models.rights import RightsRequest
from ..queries.retention import expired_declarations
from ..search import index
from .consents import normal_contact
from .people import PersonGone
from .requests import KEPT_MONTHS, done_with


class OnHold(Refused):
    text = _("The law asks to keep this record for now: %(reason)s. It is erased when that ends.")


class NobodyFound(Refused):
    text = _("Nobody is on record under this contact.")


class SeveralFound(Refused):
    text = _("%(count)d people left this contact. Please name the record: %(ids)s.")


def person_by_contact(value: str) -> Person:
    """The one person who left this contact. Raises NobodyFound, SeveralFound, ContactNotReadable."""
    words = [vault.lookup_word(kind, plain) for kind, plain in _readings(value)]
    people = list(Person.objects.known().filter(contacts__lookup__in=words).distinct().order_by("pk"))
    if not people:
        raise NobodyFound()
    if len(people) > 1:
        raise SeveralFound(people, count=len(people), ids=", ".join(str(p.pk) for p in people))
    return people[0]


def _readings(value: str) -> list[tuple[str, str]]:
    kind = "email" if "@" in value else "phone"
    return [(kind, normal_contact(kind, value))]


@transaction.atomic
def export_person(*, person: Person, actor: Actor, at: datetime) -> dict[str, Any]:
    """Everything held about a person, with the purpose of each thing: the copy PIPL 45 gives a right to."""
    record("registry.person.exported", person, actor=actor, at=at)
    done_with(_with_merged(person), ("copy",), day=day_of(at), actor=actor, at=at)
    return {
        "person": person.pk,
        "exported_at": at.isoformat(),
        "name": person.name,
        "area": person.area.code if person.area else None,
        "erased_at": person.erased_at.isoformat() if person.erased_at else None,
        "contacts": [_contact_out(c) for c in person.contacts.select_related("purpose").order_by("added_on", "pk")],
        "declarations": [_declaration_out(d) for d in person.declarations.select_related("purpose").order_by("pk")],
        "consents": [_consent_out(c) for c in person.consents.select_related("purpose").order_by("pk")],
        "memberships": [_days(m, ("body_id", "organisation_id"), _STEPS) for m in person.memberships.order_by("pk")],
        "posts": [_days(p, ("body_id", "title"), _SPAN) for p in Post.objects.filter(person=person).order_by("pk")],
        "requests": [_request_out(r) for r in person.rights_requests.order_by("pk")],
        "guardians": [_days(g, ("guardian_id",), _SPAN) for g in person.guardians.order_by("pk")],
        "wards": [_days(g, ("child_id",), _SPAN) for g in person.wards.order_by("pk")],
    }


_STEPS = ("applied_on", "registered_on", "verified_on", "active_on", "left_on")
_SPAN = ("valid_from", "valid_until")


def _days(row: object, ids: tuple[str, ...], days: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {name.removesuffix("_id"): getattr(row, name) for name in ids}
    for name in days:
        day = getattr(row, name)
        found[name] = day.isoformat() if day else None
    return found


def _contact_out(contact: Contact) -> dict[str, Any]:
    value = vault.unseal(contact.sealed, where=contact.where)
    return {"kind": contact.kind, "value": value, "purpose": contact.purpose.code, "added_on": str(contact.added_on)}


def _declaration_out(row: Declaration) -> dict[str, Any]:
    said = {"attribute": row.attribute, "value": row.value, "purpose": row.purpose.code}
    return {**said, "stated_by": "guardian" if row.guardian_id else "person", **_days(row, (), ("seen_on", *_SPAN))}


def _consent_out(row: Consent) -> dict[str, Any]:
    said = {"purpose": row.purpose.code, "basis": row.purpose.basis, "given": row.is_given}
    return {**said, "notice_version": row.notice_version, **_days(row, (), ("answered_on", "withdrawn_on"))}


def _request_out(row: RightsRequest) -> dict[str, Any]:
    said = {"kind": row.kind, "wish": row.wish, "outcome": row.outcome, "reason": row.reason}
    return {**said, **_days(row, (), ("received_on", "due_on", "answered_on"))}


@transaction.atomic
def erase_person(*, person: Person, actor: Actor, at: datetime) -> dict[str, int]:
    """Leave an anonymous tombstone: name, contacts, declarations, consents, guardians go; memberships stay as counts.

    Records merged into this one go with it. The audit trail holds ids only and stays true. Erasing twice is erasing.
    Raises OnHold, PersonGone.
    """
    held = Person.objects.select_for_update().get(pk=person.pk)
    if held.hold_reason:
        raise OnHold(held, reason=held.hold_reason)
    if held.merged_into_id:
        raise PersonGone(held)
    everyone = _with_merged(held)
    counts = {"people": len(everyone)}
    for model in (Contact, Declaration, Consent):
        counts[model._meta.model_name or ""] = model._default_manager.filter(person__in=everyone).delete()[0]
    bound = Guardian.objects.filter(child__in=everyone) | Guardian.objects.filter(guardian__in=everyone)
    Declaration.objects.filter(guardian__in=bound).update(guardian=None)
    Consent.objects.filter(guardian__in=bound).update(guardian=None)
    counts["guardian"] = bound.delete()[0]
    Person.objects.filter(pk__in=everyone, erased_at=None).update(name="", erased_at=at)
    index("person", everyone)
    done_with(everyone, ("copy", "correct", "erase"), day=day_of(at), actor=actor, at=at)
    record("registry.person.erased", held, actor=actor, at=at, **counts)
    return counts


def _with_merged(person: Person) -> list[int]:
    found, layer = [person.pk], [person.pk]
    while layer:
        layer = list(Person.objects.filter(merged_into__in=layer).values_list("pk", flat=True))
        found += layer
    return found


@transaction.atomic
def set_hold(*, person: Person, reason: str, actor: Actor, at: datetime) -> None:
    """Forbid erasure for a stated reason of law, or allow it again with an empty one."""
    Person.objects.filter(pk=person.pk).update(hold_reason=reason)
    record("registry.person.held" if reason else "registry.person.released", person, actor=actor, at=at)


@transaction.atomic
def delete_expired(*, day: date, actor: Actor, at: datetime) -> int:
    """Delete statements held longer than their purpose allows; one entry a purpose. The job runs it every night."""
    RightsRequest.objects.filter(answered_on__lte=months_after(day, -KEPT_MONTHS)).delete()
    total = 0
    for purpose in Purpose.objects.order_by("pk"):
        gone = expired_declarations(purpose, day).delete()[0]
        total += gone
        if gone:
            record("registry.declaration.expired", purpose, actor=actor, at=at, declarations=gone, day=day.isoformat())
    return total
