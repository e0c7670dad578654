"""What the ways in share: the same thing sent twice is one matter, and what whoever sent it does afterwards."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit import vault
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope

from ..models import Matter
from .handling import shut_by_words
from .happening import Requesting, locked
from .opening import Given, Opened, Picture, keep_pictures, open_matter
from .steps import NOTHING, With, note, take_step


class NoSuchMatter(Refused):
    text = _("This link does not work. Please check that all of it was copied.")
    status = 404
    leads_to = ((_("Say it anew"), "ask:ask"), (_("Answers to common questions"), "ask:answers"))


class Stranger:
    """Whoever sends something in from outside, known to nobody."""

    id = 0
    kind = "person"

    def __init__(self, label: str) -> None:
        self.label = label

    def may(self, act: str, day: date) -> bool:
        return False

    def scope(self, act: str, day: date) -> Scope:
        return Scope(day)


def bring_in(*, given: Given, at: datetime, actor: Actor | None = None) -> Opened:
    """Take something in. Two sendings with one key at the same moment are one matter too."""
    who = actor or Stranger(given.way)
    try:
        return open_matter(given=given, actor=who, at=at)
    except IntegrityError:
        if not given.key or not known(given.key):
            raise
        return open_matter(given=given, actor=who, at=at)


def secret_of(key: str) -> str:
    """The secret of the matter that was opened with a key; the same as `open_matter` gives it."""
    return vault.lookup_word("matters.link", key)[:40]


def known(key: str) -> str:
    """The secret of what was sent with this key already; empty where nothing was."""
    secret = secret_of(key)
    return secret if Matter.objects.filter(digest=_digest(secret)).exists() else ""


def by_secret(secret: str) -> Matter:
    """The matter behind a link. Raises NoSuchMatter."""
    found = Matter.objects.filter(digest=_digest(secret)).select_related("kind", "merged_into__kind", "words").first()
    if found is None:
        raise NoSuchMatter()
    return found


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


class SaidTooLate(Refused):
    text = _("It was closed meanwhile: say that it is not solved, or send in what is new. What you wrote stands below.")


@transaction.atomic
def say(*, matter: Matter, text: str, pictures: Sequence[Picture], at: datetime) -> None:
    """The requester answers what was asked, or adds something. Raises SaidTooLate and as `take_step`, `note`."""
    who = Requesting(matter.pk)
    if not locked(matter).is_open:
        raise SaidTooLate(matter)
    shut_by_words(matter=matter, text=text, at=at)
    matter.refresh_from_db(fields=["level"])
    if pictures:
        keep_pictures(matter, pictures, at)
    kind = matter.kind.kind
    if any(step.code == "supply" for step in kind.steps_from(matter.state)):
        take_step(matter=matter, code="supply", actor=who, at=at, given=With(note=text))
    else:
        note(matter=matter, text=text, actor=who, at=at)


@transaction.atomic
def go_on(*, matter: Matter, text: str, at: datetime) -> None:
    """It is not solved: on with it, or taken up again. Raises what `take_step` raises."""
    steps = [step.code for step in matter.kind.kind.steps_from(matter.state)]
    code = "not_solved" if "not_solved" in steps else "reopen"
    given = With(note=text) if text.strip() else NOTHING
    shut_by_words(matter=matter, text=text, at=at)
    take_step(matter=matter, code=code, actor=Requesting(matter.pk), at=at, given=given)
