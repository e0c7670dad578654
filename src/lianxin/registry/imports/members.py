"""Staged members into the registry, and out of it again: all of a file in the one step that makes them visible.

People and memberships are read all over the product and are not hidden row by row, so a file of members is short
enough to be written in one go; afterwards its staged rows forget who they were about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from lianxin.kit import vault
from lianxin.kit.clock import now

from ..likeness import Human, like_people
from ..models.consent import Consent, Contact, Purpose
from ..models.duplicate import DuplicatePair
from ..models.imports import Import, StagedRow
from ..models.person import Membership, Person
from ..operations.duplicates import propose
from ..search import index, texts_of, write_texts
from .fields import Line, Pending
from .personal import open_cell
from .ties import columns_to


@dataclass(slots=True)
class Ready:
    """What was worked out before the lock: texts to be found by, contacts sealed, by the id of the row."""

    texts: dict[int, tuple[str, str]] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)


def prepare(batch: Import, rows: Sequence[Pending]) -> Ready:
    ready = Ready()
    for row in rows:
        if row.state != "new":
            continue
        ready.texts[row.id] = texts_of("person", row.values["name"])
        if "contact" in row.values:
            kind, cell = row.values["contact"]
            text = open_cell(cell, batch=batch.pk, row=row.row)
            made = Contact(kind=kind, purpose=_purpose(batch), added_on=batch.effective_on)
            made.lookup, made.sealed = vault.lookup_word(kind, text), vault.seal(text, where=made.where)
            ready.contacts[row.id] = made
    return ready


def write(batch: Import, rows: Sequence[Pending], ready: Ready) -> None:
    """Enter the members; then nothing personal is left in the rows that are in."""
    new = [r for r in rows if r.state == "new"]
    people = Person.objects.bulk_create([Person(name=r.values["name"]) for r in new], batch_size=500)
    Membership.objects.bulk_create([_membership(batch, p, r.values) for p, r in zip(people, new, strict=True)])
    of = {r.id: p for p, r in zip(people, new, strict=True)}
    for row_id, contact in ready.contacts.items():
        contact.person = of[row_id]
    Contact.objects.bulk_create(ready.contacts.values(), batch_size=500)
    if _purpose(batch).basis == "consent":
        Consent.objects.bulk_create([_consent(batch, of[r.id], r.values) for r in new], batch_size=500)
    write_texts("person", [(of[r.id].pk, ready.texts[r.id]) for r in new])
    _verify(rows)
    for row in new:
        values = {"person": of[row.id].pk, "verified": "verified_on" in row.values}
        StagedRow.objects.filter(pk=row.id).update(ref=of[row.id].pk, title="", key="", values=values)
    _forget(batch)
    _propose(batch, list(of.values()), ready)


def _purpose(batch: Import) -> Purpose:
    """What the members are entered for; the upload refused a file without one."""
    if batch.purpose is None:
        raise ValueError(f"import {batch.pk} of members has no purpose")
    return batch.purpose


def _membership(batch: Import, person: Person, values: Line) -> Membership:
    joined = date.fromisoformat(values["joined_on"])
    if batch.body is None:
        raise ValueError(f"import {batch.pk} of members has no body")
    verified = date.fromisoformat(values["verified_on"]) if "verified_on" in values else None
    return Membership(
        person=person,
        body=batch.body,
        organisation_id=values.get("organisation"),
        applied_on=joined,
        registered_on=joined,
        verified_on=verified,
    )


def _consent(batch: Import, person: Person, values: Line) -> Consent:
    purpose = _purpose(batch)
    return Consent(
        person=person,
        purpose=purpose,
        is_given=True,
        notice_version=purpose.notice_version,
        answered_on=date.fromisoformat(values["consented_on"]),
    )


def _verify(rows: Sequence[Pending]) -> None:
    for row in rows:
        if row.state == "changed":
            held = Membership.objects.filter(pk=row.ref, left_on=None, verified_on=None)
            held.update(verified_on=date.fromisoformat(row.values["verified_on"]))


def _forget(batch: Import) -> None:
    """Rows that are in keep the number of the record, and nothing of the person."""
    done = StagedRow.objects.filter(batch=batch, state__in=("changed", "unchanged"))
    done.update(title="", key="", written={})


def _propose(batch: Import, people: list[Person], ready: Ready) -> None:
    """Pairs that may be one person, for somebody to look at; nothing is merged."""
    words = {c.person_id: c.lookup for c in ready.contacts.values()}
    others = Contact.objects.filter(lookup__in=words.values()).exclude(person__in=words).select_related("person")
    humans = {c.person_id: Human(c.person_id, c.person.name, frozenset({c.lookup}), frozenset()) for c in others}
    own = frozenset({batch.body_id or 0})
    humans |= {p.pk: Human(p.pk, p.name, frozenset(filter(None, [words.get(p.pk)])), own) for p in people}
    namesakes = Person.objects.known().filter(memberships__body=batch.body_id, name__in=[p.name for p in people])
    for person in namesakes.exclude(pk__in=humans):
        humans[person.pk] = Human(person.pk, person.name, frozenset(), own)
    propose("person", like_people(humans.values()), now())


def unwrite(batch: Import, rows: Sequence[Pending], prepared: Any) -> None:
    """Take members back, with all that was entered about them."""
    people = [r.values["person"] for r in rows if r.state == "new" and "person" in r.values]
    for model in (Contact, Consent, Membership):
        model._default_manager.filter(person__in=people).delete()
    pairs = DuplicatePair.objects.filter(kind="person")
    pairs.filter(Q(first__in=people) | Q(second__in=people)).delete()
    Person.objects.filter(pk__in=people).delete()
    index("person", people)
    for row in rows:
        if row.state == "changed":
            Membership.objects.filter(pk=row.ref).update(verified_on=None)


def changed_since(batch: Import) -> "QuerySet[StagedRow]":
    """Rows whose person or membership somebody changed, or tied something to, after the import wrote it."""
    rows = StagedRow.objects.filter(batch=batch)
    entered = {v["person"]: (pk, v["verified"]) for pk, v in rows.filter(state="new").values_list("pk", "values") if v}
    changed = {entered[p][0] for p in _people_in_use(set(entered))}
    members = Membership.objects.filter(person__in=entered)
    own: dict[int, int] = {}
    for pk, person, left, active, verified in members.values_list(
        "pk", "person", "left_on", "active_on", "verified_on"
    ):
        row, was_verified = entered[person]
        if left or active or (verified is not None) != was_verified:
            changed.add(row)
        own[pk] = person
    for model, column in columns_to(Membership):
        for pk in model._default_manager.filter(**{f"{column}__in": list(own)}).values_list(column, flat=True):
            changed.add(entered[own[pk]][0])
    for pk, ref in rows.filter(state="changed").values_list("pk", "ref"):
        if not Membership.objects.filter(pk=ref, left_on=None, active_on=None).exclude(verified_on=None).exists():
            changed.add(pk)
    return rows.filter(pk__in=changed)


def _people_in_use(people: set[int]) -> set[int]:
    """Those to whom something more was added, or who were erased, merged or renamed into nothing."""
    gone = Person.objects.filter(pk__in=people).exclude(erased_at=None, merged_into=None)
    found = set(gone.values_list("pk", flat=True))
    for model, column in columns_to(Person):
        if model in (Membership, Contact, Consent):
            rows = model._default_manager.filter(**{f"{column}__in": people}).values_list(column, flat=True)
            counted: dict[int, int] = {}
            for person in rows:
                counted[person] = counted.get(person, 0) + 1
            found |= {person for person, number in counted.items() if number > 1}
        else:
            found |= set(model._default_manager.filter(**{f"{column}__in": people}).values_list(column, flat=True))
    return found & people
