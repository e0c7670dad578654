"""Reading what is shut: named handlers only, each reading recorded. Nothing else opens words, contacts or notes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lianxin.kit import vault
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.trail.operations import record

from ..models import Event, Matter, Photo
from ..models.core import requester_place, words_place
from .happening import note_of, opened_json
from .opening import NOBODY, Person
from .sides import acts_for
from .steps import HANDLE, NotHandled


@dataclass(frozen=True, slots=True)
class Said:
    """The requester's own words, and where."""

    text: str
    place: str


def may_read(matter: Matter, actor: Actor, at: datetime) -> bool:
    """Whether somebody may read the words: up to C2 by scope, above as a named handler; the accused side never."""
    day = day_of(at)
    if actor.kind == "requester":
        return actor.id == matter.pk
    if actor.kind != "account" or acts_for(actor.id, matter.accused_id, day):
        return False
    here = Matter.objects.filter(pk=matter.pk)
    if not matter.is_shut and here.within(actor.scope(HANDLE, day), with_handed=matter.code == "finding").exists():
        return True
    return here.handled_by(actor.id).exists()


def read_words(*, matter: Matter, actor: Actor, at: datetime) -> Said:
    """What was said. For C3 and C4 the reading is recorded. Raises NotHandled."""
    _admit(matter, actor, at, "matters.words.read")
    words = matter.words
    if words.sealed is None:
        return Said(words.text, words.place)
    content = opened_json(words.sealed, where=words_place(matter), ring=matter.ring)
    return Said(content["text"], content["place"])


def read_requester(*, matter: Matter, actor: Actor, at: datetime) -> Person:
    """Who asks, and how to reach the person. Recorded whatever the level. Raises NotHandled."""
    _admit(matter, actor, at, "matters.requester.read", always=True)
    held = getattr(matter, "requester", None)
    if held is None:
        return NOBODY
    return Person(**opened_json(held.sealed, where=requester_place(matter), ring=matter.ring))


def read_notes(*, matter: Matter, actor: Actor, at: datetime) -> dict[Event, str]:
    """Every event in order, with its note opened. Raises NotHandled."""
    _admit(matter, actor, at, "matters.notes.read")
    return {event: note_of(event, matter.ring) for event in matter.events.order_by("seq")}


def read_photo(*, photo: Photo, actor: Actor, at: datetime) -> str:
    """A picture as JPEG in base64. Raises NotHandled."""
    _admit(photo.matter, actor, at, "matters.photo.read")
    return vault.unseal(photo.sealed, where=photo.where, ring=photo.matter.ring)


def _admit(matter: Matter, actor: Actor, at: datetime, act: str, *, always: bool = False) -> None:
    if not may_read(matter, actor, at):
        raise NotHandled(matter)
    if (matter.is_shut or always) and actor.kind != "requester":
        with transaction.atomic():  # only here: a page of an open matter takes no lock
            record(act, matter, actor=actor, at=at)
