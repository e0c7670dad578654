"""Giving a matter on: offer, the person's own consent, sending the least, taking or declining, outcome, end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import SYSTEM, Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.registry.models import Agreement, Body, Organisation
from lianxin.trail.operations import record

from ..models import Matter, Referral
from ..models.core import requester_place, words_place
from ..models.referrals import ReferralSet
from .happening import Requesting, happened, locked, note_of, opened_json, sealed_json
from .opening import Given, open_matter
from .sides import is_of
from .steps import AccusedSide, NotHandled, With, roles_of, take_step

ANSWER = "matters.answer_referrals"


class ToNobody(Refused):
    text = _("Choose one side to refer to: a body or a partner.")


class NoAgreement(Refused):
    text = _("This organisation has no agreement with us today. Sign one first, or refer to another.")


class NothingPassed(Refused):
    text = _("Choose at least one thing that goes along, and no more than the other side needs.")


class AlreadyOffered(Refused):
    text = _("This side has been asked already. See how it stands before asking it again.")


class OfferOver(Refused):
    text = _("The last day of this referral is over, so nothing is passed on. Whoever handles it can ask again.")


class EndsTooEarly(Refused):
    text = _("The last day of the referral must lie ahead.")


class NoLongerReadable(Refused):
    text = _("This referral has ended or expired. What was passed on can no longer be read.")
    status = 404


@dataclass(frozen=True, slots=True)
class To:
    """One side: a body of ours or a partner."""

    body: Body | None = None
    partner: Organisation | None = None


@transaction.atomic
def offer(
    *, matter: Matter, to: To, purpose: str, fields: Sequence[str], expires_on: date, actor: Actor, at: datetime
) -> Referral:
    """Propose to give a matter on; nothing leaves before the person has agreed to this one referral.

    Raises NotHandled, ToNobody, NoAgreement, AccusedSide, NothingPassed, EndsTooEarly, AlreadyOffered.
    """
    held, day = locked(matter), day_of(at)
    if "handler" not in roles_of(held, actor, at):
        raise NotHandled(held)
    _check(held, to, fields, expires_on, day)
    given = Given(words=purpose, way="referral", code="referral", area=held.area, level=held.level, parent=held)
    made = open_matter(given=replace(given, accused=held.accused), actor=actor, at=at).matter
    kept = [name for name in Referral.FIELDS if name in fields]
    referral = Referral.objects.create(
        matter=made, to_body=to.body, to_partner=to.partner, fields=kept, expires_on=expires_on
    )
    happened(held, "referred", actor=actor, at=at, step="offered", is_shown=True, facts={"referral": made.pk})
    record("matters.referral.offered", made, actor=actor, at=at, source=held.pk, fields=kept)
    return referral


def _check(matter: Matter, to: To, fields: Sequence[str], expires_on: date, day: date) -> None:
    if (to.body is None) == (to.partner is None):
        raise ToNobody(matter)
    if _is_accused(to.body.pk if to.body else None, to.partner.pk if to.partner else None, matter, day):
        raise AccusedSide(matter)
    if to.partner is not None and not Agreement.objects.on(day).filter(organisation=to.partner).exists():
        raise NoAgreement(matter)
    if not set(fields) & set(Referral.FIELDS):
        raise NothingPassed(matter)
    if expires_on <= day:
        raise EndsTooEarly(matter)
    if _running(matter).filter(to_body=to.body, to_partner=to.partner).exists():
        raise AlreadyOffered(matter)


def _running(matter: Matter) -> ReferralSet:
    return Referral.objects.filter(matter__parent=matter, matter__is_open=True)


def _is_accused(body: int | None, partner: int | None, matter: Matter, day: date) -> bool:
    if body is not None:
        return is_of(body, matter.accused_id, day)
    return partner is not None and partner == matter.accused_id


@transaction.atomic
def consent(*, referral: Referral, is_given: bool, actor: Actor, at: datetime) -> Matter:
    """The person says yes or no to this referral, on the own page or to a handler; after a yes it is sent.

    Raises NotHandled, UnknownPath, OfferOver, AccusedSide where that was found out since.
    """
    roles = _roles(referral, actor, at)
    if not is_given:
        return _step(referral, "refuse_consent", actor, at, With(), roles & {"requester", "handler"})
    source, referral.matter = locked(_source(referral)), locked(referral.matter)
    if _is_accused(referral.to_body_id, referral.to_partner_id, source, day_of(at)):
        raise AccusedSide(source)
    if not referral.matter.is_open or day_of(at) >= referral.expires_on:
        raise OfferOver(referral)
    referral.passed = sealed_json(_least(referral, source), where=referral.where, ring=referral.matter.ring)
    referral.sent_at = at
    referral.save(update_fields=["passed", "sent_at"])
    sending = frozenset({"handler"}) if roles & {"requester", "handler"} else frozenset()
    return _step(referral, "send", actor, at, With(has_consent=True), sending)


def _least(referral: Referral, source: Matter) -> dict[str, str]:
    """Only the fields agreed to, as they are now."""
    words = source.words
    said = {"text": words.text, "place": words.place}
    if words.sealed is not None:
        said = opened_json(words.sealed, where=words_place(source), ring=source.ring)
    asks = getattr(source, "requester", None)
    person = opened_json(asks.sealed, where=requester_place(source), ring=source.ring) if asks else {}
    known = {
        "need": source.need,
        "words": said["text"],
        "place": said["place"],
        "name": person.get("name", ""),
        "contact": person.get("contact", ""),
        "safe_rule": person.get("safe_rule", ""),
    }
    return {name: known[name] for name in referral.fields}


def receives(referral: Referral, actor: Actor, at: datetime) -> bool:
    """Whether somebody acts for the side that a referral was sent to; a partner only while an agreement holds."""
    day = day_of(at)
    if actor.kind != "account" or referral.sent_at is None:
        return False
    if not Referral.objects.filter(pk=referral.pk).received_within(actor.scope(ANSWER, day)).exists():
        return False
    partner = referral.to_partner_id
    return partner is None or Agreement.objects.on(day).filter(organisation=partner).exists()


def is_readable(referral: Referral, at: datetime) -> bool:
    """Whether the other side may still read what was passed on."""
    return referral.passed is not None and referral.matter.is_open and day_of(at) < referral.expires_on


def purpose_of(referral: Referral) -> str:
    """What it is for, in the words that the person reads before agreeing. Who may call this: the three sides."""
    words, held = referral.matter.words, referral.matter
    if words.sealed is None:
        return words.text
    return str(opened_json(words.sealed, where=words_place(held), ring=held.ring)["text"])


def outcome_of(referral: Referral) -> str:
    """What the other side said last, for itself."""
    answers = referral.matter.events.filter(act="step", step__in=("decline", "outcome")).order_by("-seq")
    return next((note_of(event, referral.matter.ring) for event in answers[:1]), "")


@transaction.atomic
def read_referral(*, referral: Referral, actor: Actor, at: datetime) -> dict[str, str]:
    """What was passed on, for the side that received it; recorded. Raises NotHandled, NoLongerReadable."""
    if not receives(referral, actor, at):
        raise NotHandled(referral)
    if referral.passed is None or not is_readable(referral, at):
        raise NoLongerReadable(referral)
    record("matters.referral.read", referral.matter, actor=actor, at=at)
    content: dict[str, str] = opened_json(referral.passed, where=referral.where, ring=referral.matter.ring)
    return content


@transaction.atomic
def answer(*, referral: Referral, code: str, note: str, actor: Actor, at: datetime) -> Matter:
    """The other side takes it, declines it with a reason, or gives the outcome back.

    Raises NotHandled, NoLongerReadable, UnknownPath, SomethingMissing.
    """
    if not receives(referral, actor, at):
        raise NotHandled(referral)
    if day_of(at) >= referral.expires_on:
        raise NoLongerReadable(referral)
    done = _step(referral, code, actor, at, With(note=note), frozenset({"verifier"}))
    if not done.is_open:
        _forget(referral)
    return done


@transaction.atomic
def take_back(*, referral: Referral, actor: Actor, at: datetime) -> Matter:
    """The person takes the consent back: the other side reads nothing from now on. Raises NotHandled, UnknownPath."""
    done = _step(referral, "take_back", actor, at, With(), _roles(referral, actor, at) & {"requester"})
    _forget(referral)
    return done


def end_with(*, matter: Matter, at: datetime, also_sent: bool) -> None:
    """The matter has ended: nobody is asked any more. also_sent : the person withdrew it, so nobody reads on."""
    for referral in _running(matter).select_related("matter__parent").order_by("pk"):
        if referral.sent_at is None:
            _step(referral, "refuse_consent", SYSTEM, at, With(), frozenset({"requester"}))
        elif also_sent:
            _step(referral, "take_back", SYSTEM, at, With(), frozenset({"requester"}))
            _forget(referral)


def expired(day: date) -> list[Referral]:
    """Referrals whose last day is over and that still run, or wait for the person."""
    rows = Referral.objects.filter(expires_on__lte=day, matter__is_open=True)
    return list(rows.select_related("matter__parent"))


@transaction.atomic
def expire(*, referral: Referral, at: datetime) -> Matter:
    """The last day is over: nothing can be read any more."""
    done = _step(referral, "expire", SYSTEM, at, With(), frozenset({"clock"}))
    _forget(referral)
    return done


def _source(referral: Referral) -> Matter:
    parent = referral.matter.parent
    assert parent is not None, "a referral has a source"
    return parent


def _roles(referral: Referral, actor: Actor, at: datetime) -> frozenset[str]:
    """Whoever handles the source handles the referral; the requester is that of the source."""
    source = _source(referral)
    if isinstance(actor, Requesting):
        return frozenset({"requester"}) if actor.id == source.pk else frozenset()
    return frozenset({"handler"}) & roles_of(source, actor, at)


def _step(referral: Referral, code: str, actor: Actor, at: datetime, given: With, roles: frozenset[str]) -> Matter:
    source = locked(_source(referral))
    done = take_step(matter=referral.matter, code=code, actor=actor, at=at, given=given, roles=roles)
    facts = {"referral": done.pk, "state": done.state}
    happened(source, "referred", actor=actor, at=at, step=code, note=given.note, is_shown=True, facts=facts)
    return done


def _forget(referral: Referral) -> None:
    referral.passed = None
    referral.save(update_fields=["passed"])
