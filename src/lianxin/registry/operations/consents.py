"""Consent per purpose, declarations, contacts: what a person allows, states and leaves with us."""

import unicodedata
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lianxin.kit import vault
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..attributes import ATTRIBUTES, fits, good_until, months_after
from ..models.consent import Consent, Contact, Declaration, Guardian, Purpose
from ..models.person import Person
from .people import known
from .purposes import refuse_ended

ADULT_VOICE = 14
"""From this age a person answers alone, PIPL 31."""


class AskedTooSoon(Refused):
    text = _("This person said no. Nobody may ask again before %(until)s.")


class NoConsent(Refused):
    text = _("This person has not agreed to “%(purpose)s”. Please ask first.")


class GuardianNeeded(Refused):
    text = _("This person is under 14: a guardian answers. Please enter the guardian first.")


class NotTheGuardian(Refused):
    text = _("This guardian does not speak for this person on %(day)s.")


class UnknownAttribute(Refused):
    text = _("This is not among the things a person may declare here.")


class ValueNotAllowed(Refused):
    text = _("“%(value)s” is not one of the answers to “%(attribute)s”.")


class ProofDayMissing(Refused):
    text = _("Please enter the day on which the certificate or list was seen.")


class SeparateConsentNeeded(Refused):
    text = _("This is sensitive: it may be held only for a purpose that is asked by itself.")


class ContactNotReadable(Refused):
    text = _("This does not look like such a contact. Please check it.")


@transaction.atomic
def answer_consent(
    *,
    person: Person,
    purpose: Purpose,
    is_given: bool,
    day: date,
    actor: Actor,
    at: datetime,
    guardian: Guardian | None = None,
) -> Consent:
    """Note a person's yes or no to the purpose's words of today. A no while a yes is in force takes that back.

    Raises PersonGone, GuardianNeeded, NotTheGuardian, AskedTooSoon, PurposeEnded.
    """
    known(person)
    check_voice(person, guardian, day)
    in_force = Consent.objects.filter(person=person, purpose=purpose, is_given=True, withdrawn_on=None).first()
    if in_force and is_given:
        return in_force
    if in_force:
        return withdraw_consent(consent=in_force, day=day, actor=actor, at=at)
    if is_given:
        refuse_ended(purpose, day)
    until = ask_again_on(person, purpose)
    if is_given and until and day < until and actor.kind != "person":
        raise AskedTooSoon(purpose, until=until)
    made = Consent.objects.create(
        person=person,
        purpose=purpose,
        is_given=is_given,
        notice_version=purpose.notice_version,
        answered_on=day,
        guardian=guardian,
    )
    record("registry.consent.answered", person, actor=actor, at=at, consent=made.pk, purpose=purpose.pk)
    return made


@transaction.atomic
def withdraw_consent(*, consent: Consent, day: date, actor: Actor, at: datetime) -> Consent:
    """Take a yes back: as easy as giving it. What rested on it alone is deleted at once."""
    held = Consent.objects.select_for_update().get(pk=consent.pk)
    if held.withdrawn_on is None:
        held.withdrawn_on = max(day, held.answered_on)
        held.save(update_fields=["withdrawn_on"])
        gone = delete_what_rested_on(held)
        record("registry.consent.withdrawn", held.person, actor=actor, at=at, consent=held.pk, deleted=gone)
    return held


def ask_again_on(person: Person, purpose: Purpose) -> date | None:
    """The day from which this person may be asked about the purpose again; None where no no stands in the way."""
    noes = Consent.objects.filter(person=person, purpose=purpose).filter(Q(is_given=False) | ~Q(withdrawn_on=None))
    last = max((no.withdrawn_on or no.answered_on for no in noes), default=None)
    return months_after(last, purpose.ask_again_months) if last else None


def delete_what_rested_on(consent: Consent) -> int:
    """Declarations made under the consent, and contacts left for its purpose. Returns how many rows went."""
    declared, _by = Declaration.objects.filter(consent=consent).delete()
    left, _by = Contact.objects.filter(person=consent.person_id, purpose=consent.purpose_id).delete()
    return declared + left


@transaction.atomic
def declare(
    *,
    person: Person,
    attribute: str,
    value: str,
    purpose: Purpose,
    day: date,
    actor: Actor,
    at: datetime,
    seen_on: date | None = None,
    guardian: Guardian | None = None,
) -> Declaration:
    """Note one thing a person states. What was stated before of the same attribute ends that day.

    Raises PersonGone, UnknownAttribute, ValueNotAllowed, ProofDayMissing, SeparateConsentNeeded, PurposeEnded,
    GuardianNeeded, NotTheGuardian, NoConsent.
    """
    known(person)
    what = ATTRIBUTES.get(attribute)
    if what is None:
        raise UnknownAttribute(attribute)
    if not fits(what, value):
        raise ValueNotAllowed(what, value=value, attribute=what.name)
    if what.needs_proof_day and value == "yes" and seen_on is None:
        raise ProofDayMissing(what)
    if what.is_sensitive and not purpose.is_separate:
        raise SeparateConsentNeeded(purpose)
    refuse_ended(purpose, day)
    check_voice(person, guardian, day, born=int(value) if attribute == "birth_year" else None)
    consent = consent_for(person, purpose)
    held = Declaration.objects.filter(person=person, attribute=attribute)
    held.filter(valid_from__gte=day).delete()
    held.on(day).update(valid_until=day)
    made = Declaration.objects.create(
        person=person,
        attribute=attribute,
        value=value,
        purpose=purpose,
        consent=consent,
        seen_on=seen_on,
        guardian=guardian,
        valid_from=day,
        valid_until=good_until(what, day),
    )
    record("registry.declaration.made", person, actor=actor, at=at, declaration=made.pk, purpose=purpose.pk)
    return made


@transaction.atomic
def add_contact(
    *,
    person: Person,
    kind: str,
    value: str,
    purpose: Purpose,
    day: date,
    actor: Actor,
    at: datetime,
    is_safe: bool = True,
) -> Contact:
    """Seal a way to reach the person, for a purpose. The same one twice is kept once.

    Raises PersonGone, ContactNotReadable, PurposeEnded, NoConsent.
    """
    known(person)
    refuse_ended(purpose, day)
    plain = normal_contact(kind, value)
    consent_for(person, purpose)
    made = Contact(person=person, kind=kind, purpose=purpose, added_on=day, is_safe=is_safe)
    made.lookup = vault.lookup_word(kind, plain)
    if (held := Contact.objects.filter(person=person, lookup=made.lookup).first()) is not None:
        return held
    made.sealed = vault.seal(plain, where=made.where)
    made.save(force_insert=True)
    record("registry.contact.added", person, actor=actor, at=at, purpose=purpose.pk)
    return made


@transaction.atomic
def remove_contact(*, contact: Contact, actor: Actor, at: datetime) -> None:
    """Forget a way to reach the person."""
    person = contact.person
    contact.delete()
    record("registry.contact.removed", person, actor=actor, at=at)


@transaction.atomic
def open_contact(*, contact: Contact, reason: str, actor: Actor, at: datetime) -> str:
    """The contact itself, for a stated reason: whoever opened it, when and what for stands in the trail."""
    facts = {"contact": str(contact.pk), "purpose": contact.purpose_id, "reason": reason}
    record("registry.contact.opened", contact.person, actor=actor, at=at, **facts)
    return vault.unseal(contact.sealed, where=contact.where)


@transaction.atomic
def open_statement(*, declaration: Declaration, actor: Actor, at: datetime) -> None:
    """Somebody reads a sensitive answer: it stands in the trail."""
    facts = {"declaration": declaration.pk, "purpose": declaration.purpose_id}
    record("registry.declaration.opened", declaration.person, actor=actor, at=at, **facts)


@transaction.atomic
def remove_statement(*, declaration: Declaration, actor: Actor, at: datetime) -> None:
    """Delete one thing the person stated."""
    person, number = declaration.person, declaration.pk
    declaration.delete()
    record("registry.declaration.removed", person, actor=actor, at=at, declaration=number)


def normal_contact(kind: str, value: str) -> str:
    """A contact as it is sealed and looked up: half-width, no spaces, phones without the country code.

    Raises ContactNotReadable.
    """
    plain = "".join(unicodedata.normalize("NFKC", value).split())
    if kind == "phone":
        plain = plain.replace("-", "").removeprefix("+").removeprefix("0086")
        plain = plain.removeprefix("86") if len(plain) == 13 else plain
        if not (plain.isdigit() and 7 <= len(plain) <= 12):
            raise ContactNotReadable(kind)
    if kind == "email":
        plain = plain.lower()
        if plain.count("@") != 1 or not all(plain.split("@")):
            raise ContactNotReadable(kind)
    if not plain:
        raise ContactNotReadable(kind)
    return plain


def consent_for(person: Person, purpose: Purpose) -> Consent | None:
    """The consent in force; None where the purpose rests on something else. Raises NoConsent."""
    if purpose.basis != "consent":
        return None
    held = Consent.objects.filter(person=person, purpose=purpose, is_given=True, withdrawn_on=None).first()
    if held is None:
        raise NoConsent(purpose, purpose=purpose.name)
    return held


def check_voice(person: Person, guardian: Guardian | None, day: date, born: int | None = None) -> None:
    """Under 14 the guardian answers; a guardian answers only for the own child. A year alone counts as its last day.

    Raises GuardianNeeded, NotTheGuardian.
    """
    if guardian is not None:
        if not Guardian.objects.on(day).filter(pk=guardian.pk, child=person).exists():
            raise NotTheGuardian(guardian, day=day)
        return
    if born is None:
        stated = Declaration.objects.on(day).filter(person=person, attribute="birth_year").first()
        born = int(stated.value) if stated else None
    if born is not None and day.year - born <= ADULT_VOICE:
        raise GuardianNeeded(person)
