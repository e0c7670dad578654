"""Who handles a matter, how shut it is, and what joins or parts matters."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Account
from lianxin.kit import vault
from lianxin.kit.actor import SYSTEM, Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.registry import search
from lianxin.trail.operations import record

from ..kinds import LEVELS
from ..models import Handler, Matter, Words
from ..models.core import OPEN_LEVELS, requester_place, words_place
from ..screening import level_of
from .happening import happened, locked, note_of, opened_json, sealed_json
from .opening import (
    Given,
    Opened,
    code_name,
    has_become_readable,
    name_first_handlers,
    open_matter,
    title_of,
)
from .sides import acts_for
from .steps import AccusedSide, NotHandled, ReasonNeeded, With, roles_of, take_step
from .suggestions import forget

NAME = "matters.name_handlers"
EMERGENCY = timedelta(hours=24)
"""So long somebody who opened a shut matter in an emergency reads it."""


class NotYourself(Refused):
    text = _(
        "Nobody names himself or herself. A colleague names you, or use the emergency way, which the person hears of."
    )


class LastOne(Refused):
    text = _("This is the last handler. Name another one first.")


class SecrecyAsked(Refused):
    text = _("The person asked that only named handlers read it. It can be shut further, not opened.")


class SameMatter(Refused):
    text = _("A matter cannot be joined with itself, nor with one that was joined already.")


class ClosedMeanwhile(Refused):
    text = _(
        "That matter is closed: whoever asked here would never hear an answer. Answer this one by itself, "
        "or join it with one that is still open."
    )


class LevelsDiffer(Refused):
    text = _("A shut matter is not joined with an open one: whoever reads the open one would learn of the other.")


@transaction.atomic
def name_handler(*, matter: Matter, account: Account, actor: Actor, at: datetime, is_lead: bool = False) -> Handler:
    """Name somebody who works on a matter; of a shut one only these read the words.

    A handler may name others, or somebody who may name handlers where the matter lies; that does not open the words.
    Raises NotHandled, NotYourself, AccusedSide.
    """
    held, day = locked(matter), day_of(at)
    is_handler = Matter.objects.filter(pk=held.pk).handled_by(actor.id).exists() and actor.kind == "account"
    may_name = Matter.objects.filter(pk=held.pk).lying_within(actor.scope(NAME, day)).exists()
    if not (is_handler or may_name or actor.kind == "system"):
        raise NotHandled(held)
    if held.is_shut and account.pk == actor.id and not is_handler:
        raise NotYourself(held)
    return _named(held, account, actor, at, is_lead=is_lead)


def _named(matter: Matter, account: Account, actor: Actor, at: datetime, *, is_lead: bool, **facts: object) -> Handler:
    if acts_for(account.pk, matter.accused_id, day_of(at)):
        raise AccusedSide(matter)
    is_first = not matter.handlers.filter(until=None).exists()
    made, is_new = Handler.objects.get_or_create(
        matter=matter, account=account, until=None, defaults={"since": at, "is_lead": is_lead or is_first}
    )
    if is_new:
        happened(matter, "handler", actor=actor, at=at, facts={"account": account.pk, **facts})
        record("matters.handler.named", matter, actor=actor, at=at, account=account.pk, **facts)
    return made


@transaction.atomic
def release_handler(*, handler: Handler, actor: Actor, at: datetime) -> None:
    """From now on the person reads no more than others do. Raises NotHandled, LastOne."""
    held = locked(handler.matter)
    if not roles_of(held, actor, at) & {"handler", "lead"}:
        raise NotHandled(held)
    _released(handler, held, actor, at)


def _released(handler: Handler, held: Matter, actor: Actor, at: datetime) -> None:
    others = held.handlers.filter(until=None).exclude(pk=handler.pk)
    if held.is_shut and held.is_open and not others.exists():
        raise LastOne(held)
    Handler.objects.filter(pk=handler.pk, until=None).update(until=at)
    if handler.is_lead and (next_one := others.order_by("since", "pk").first()):
        Handler.objects.filter(pk=next_one.pk).update(is_lead=True)
    happened(held, "released", actor=actor, at=at, facts={"account": handler.account_id})
    record("matters.handler.released", held, actor=actor, at=at, account=handler.account_id)


@transaction.atomic
def break_glass(*, matter: Matter, reason: str, actor: Actor, at: datetime) -> Handler:
    """In an emergency somebody who may name handlers opens a shut matter, for a day. The person is told; it stands in
    the trail.

    Raises NotHandled, ReasonNeeded, AccusedSide.
    """
    held = locked(matter)
    if not Matter.objects.filter(pk=held.pk).lying_within(actor.scope(NAME, day_of(at))).exists():
        raise NotHandled(held)
    if not reason.strip():
        raise ReasonNeeded(held)
    account = Account.objects.get(pk=actor.id)
    made = _named(held, account, actor, at, is_lead=False, emergency=True)
    happened(held, "noted", actor=actor, at=at, note=reason.strip(), is_shown=True, facts={"emergency": True})
    record("matters.glass.broken", held, actor=actor, at=at)
    return made


@transaction.atomic
def end_emergencies(at: datetime) -> int:
    """Whoever opened a matter in an emergency reads it for a day, unless nobody else was named meanwhile."""
    over = Handler.objects.filter(until=None, since__lte=at - EMERGENCY, matter__level__in=LEVELS[3:])
    ended = 0
    for row in over.filter(is_lead=False).select_related("matter").order_by("pk"):
        named = row.matter.events.filter(act="handler", at=row.since, facts__account=row.account_id)
        if not any(event.facts.get("emergency") for event in named):
            continue
        try:
            _released(row, locked(row.matter), SYSTEM, at)
        except LastOne:
            continue
        ended += 1
    return ended


@transaction.atomic
def set_level(*, matter: Matter, level: str, reason: str, actor: Actor, at: datetime) -> Matter:
    """Shut a matter further, or less. All that is sealed is sealed anew; search and lists follow.

    Shut further, it takes the matters of its referrals along.

    Whoever handles it may shut it; only a lead among its handlers may open it again, and nobody where the person asked
    for secrecy. Raises NotHandled, ReasonNeeded, SecrecyAsked.
    """
    held = locked(matter)
    roles = roles_of(held, actor, at)
    is_up = LEVELS.index(level) >= LEVELS.index(held.level)
    if not roles & ({"handler", "lead", "first_receiver"} if is_up else {"lead"}):
        raise NotHandled(held)
    if not reason.strip():
        raise ReasonNeeded(held)
    if level == held.level:
        return held
    asks = getattr(held, "requester", None)
    if level in OPEN_LEVELS and held.is_shut and asks is not None and asks.wishes_secrecy:
        raise SecrecyAsked(held)
    apply_level(held, level, reason.strip(), actor, at)
    if is_up:
        _take_along(held, reason.strip(), actor, at)
    return held


def _take_along(held: Matter, reason: str, actor: Actor, at: datetime) -> None:
    """The matters of its referrals are shut as far."""
    lower = LEVELS[: LEVELS.index(held.level)]
    for referred in Matter.objects.filter(parent=held, referral__isnull=False, level__in=lower).order_by("pk"):
        apply_level(locked(referred), held.level, reason, actor, at)


@transaction.atomic
def shut_by_words(*, matter: Matter, text: str, at: datetime) -> None:
    """Words of harm that come later shut a matter as they would have at first (先密后看).

    Whoever took a step in it stays its handler; the counsellors come in where nobody did.
    """
    held = locked(matter)
    level = level_of(text, least=held.level, wishes_secrecy=False)
    if level == held.level:
        return
    was_shut = held.is_shut
    apply_level(held, level, "", SYSTEM, at)
    _take_along(held, "", SYSTEM, at)
    if was_shut:
        return
    worked = held.events.filter(act="step", actor_kind="account").values("actor_id")
    for account in Account.objects.filter(pk__in=worked, is_active=True, left_on=None).order_by("pk"):
        if not acts_for(account.pk, held.accused_id, day_of(at)):
            _named(held, account, SYSTEM, at, is_lead=False)
    if not held.handlers.filter(until=None).exists():
        name_first_handlers(held, SYSTEM, day_of(at), at)


def apply_level(held: Matter, level: str, reason: str, actor: Actor, at: datetime) -> None:
    """Seal a locked matter anew under another level; who may is decided before."""
    was_shut = held.is_shut
    _seal_anew(held, level)
    held.save()
    if held.is_shut and not was_shut and actor.kind == "account":
        _named(held, Account.objects.get(pk=actor.id), actor, at, is_lead=True)
    happened(held, "level", actor=actor, at=at, note=reason, facts={"level": level})
    record("matters.level.set", held, actor=actor, at=at, level=level)


def _seal_anew(matter: Matter, level: str) -> None:
    """Open all that is sealed under the old level and keep it under the new one."""
    words, old_ring = matter.words, matter.ring
    said = {"text": words.text, "place": words.place}
    if words.sealed is not None:
        said = opened_json(words.sealed, where=words_place(matter), ring=old_ring)
    notes = [(event, note_of(event, old_ring)) for event in matter.events.all()]
    photos = [(photo, vault.unseal(photo.sealed, where=photo.where, ring=old_ring)) for photo in matter.photos.all()]
    asks, referral = getattr(matter, "requester", None), getattr(matter, "referral", None)
    passed = opened_json(referral.passed, where=referral.where, ring=old_ring) if referral and referral.passed else None
    person = opened_json(asks.sealed, where=requester_place(matter), ring=old_ring) if asks else None
    matter.level = level
    ring, is_shut = matter.ring, level not in OPEN_LEVELS
    sealed = sealed_json(said, where=words_place(matter), ring=ring) if is_shut else None
    plain = {"text": "", "place": ""} if is_shut else {"text": said["text"], "place": said["place"][:200]}
    Words.objects.filter(pk=matter.pk).update(sealed=sealed, **plain)
    for event, note in notes:
        event.note = "" if is_shut else note
        event.sealed = vault.seal(note, where=event.where, ring=ring) if is_shut and note else None
        event.save(update_fields=["note", "sealed"])
    for photo, content in photos:
        photo.sealed = vault.seal(content, where=photo.where, ring=ring)
        photo.save(update_fields=["sealed"])
    if asks is not None and person is not None:
        asks.sealed = sealed_json(person, where=requester_place(matter), ring=ring)
        asks.save(update_fields=["sealed"])
    if referral is not None and passed is not None:
        referral.passed = sealed_json(passed, where=referral.where, ring=ring)
        referral.save(update_fields=["passed"])
    _rename(matter, said, is_shut)


def _rename(matter: Matter, said: dict[str, str], is_shut: bool) -> None:
    if is_shut:
        matter.title = ""
        matter.code_name = matter.code_name or code_name()
        matter.organisation = None if matter.level == "C4" else matter.organisation
        matter.dispatches.update(objection="")
        search.forget("matter", [matter.pk])
        forget(matter=matter)
    else:
        matter.title = matter.title or title_of(said["text"])
        has_become_readable(matter, said["text"], said["place"])


@transaction.atomic
def merge(*, matter: Matter, into: Matter, reason: str, actor: Actor, at: datetime) -> Matter:
    """Join a matter with another that says the same; the requester follows it there.

    Raises SameMatter, NotHandled, ClosedMeanwhile, LevelsDiffer, what `take_step` raises.
    """
    held, target = locked(matter), locked(into)
    if not roles_of(target, actor, at):
        raise NotHandled(target)
    if held.pk == target.pk or target.merged_into_id or held.merged_into_id:
        raise SameMatter(held)
    if not target.is_open:
        raise ClosedMeanwhile(held)
    if held.level != target.level:
        raise LevelsDiffer(held)
    done = take_step(matter=held, code="merge", actor=actor, at=at, given=With(note=reason), is_shown=True)
    Matter.objects.filter(pk=held.pk).update(merged_into=target)
    happened(target, "joined", actor=actor, at=at, facts={"matter": held.pk})
    record("matters.matter.merged", held, actor=actor, at=at, into=target.pk)
    done.merged_into = target
    return done


@transaction.atomic
def split(*, matter: Matter, given: Given, actor: Actor, at: datetime) -> Opened:
    """Open a matter for a part of another, at least as shut as that. Raises NotHandled, what `open_matter` raises."""
    held = locked(matter)
    if not roles_of(held, actor, at) & {"handler", "lead"}:
        raise NotHandled(held)
    part = replace(given, parent=held, area=given.area or held.area, level=max(given.level, held.level), way="matter")
    made = open_matter(given=replace(part, accused=held.accused), actor=actor, at=at)
    happened(held, "split", actor=actor, at=at, facts={"matter": made.matter.pk})
    return made
