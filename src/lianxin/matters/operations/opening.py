"""How a matter begins, whichever way it came in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.access.models import Grant
from lianxin.kit import vault
from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.dated import holds_on
from lianxin.kit.refusals import Refused
from lianxin.places.addresses import Gazetteer
from lianxin.places.models import Area, AreaSpan
from lianxin.registry import search
from lianxin.registry.models import Body, Line, Organisation
from lianxin.trail.operations import record

from ..course import beginning
from ..models import Handler, Matter, Photo, Requester, StoredKind, Words
from ..models.core import OPEN_LEVELS, requester_place, words_place
from ..screening import level_of
from .happening import happened, sealed_json, set_clocks
from .kinds import current
from .sides import acts_for

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
NAMES = "青松 白杨 海棠 丁香 银杏 山茶 木兰 紫藤 芦苇 石榴 云杉 雪松 月季 兰草 桂花 玉兰".split()
LONGEST = 20_000
"""Characters that one message may have."""
COUNSELLORS = 3
"""So many of those who receive shut matters are named at first, the nearest."""


class NothingSaid(Refused):
    text = _("Please say in a few words what it is about.")


class TooLong(Refused):
    text = _(
        "The text has %(given)s characters; up to %(most)s can be taken. Please shorten it or send the rest later."
    )


class NoArea(Refused):
    text = _("This installation has no areas yet. Set them up first, then matters can be taken in.")


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, as far as the person wants to say.

    contact_kind : mobile, email, wechat or other. safe_rule : how and when the person may be reached safely.
    """

    name: str = ""
    contact_kind: str = ""
    contact: str = ""
    safe_rule: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.contact or self.safe_rule)


NOBODY = Person()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture re-encoded already, without any metadata: JPEG in base64."""

    base64: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Given:
    """What came in. Whatever is left empty is worked out or stays open.

    words : the requester's own. place : where, in the requester's words. level : at least this. key : what makes a
    second sending of the same thing the same matter, such as a form's token or the id of an e-mail. due_on : the last
    day, where one was agreed on.
    """

    words: str
    way: str = "web"
    code: str = "request"
    place: str = ""
    area: Area | None = None
    title: str = ""
    need: str = ""
    level: str = "C0"
    line: Line | None = None
    body: Body | None = None
    organisation: Organisation | None = None
    accused: Organisation | None = None
    wishes_secrecy: bool = False
    person: Person = NOBODY
    pictures: Sequence[Picture] = ()
    parent: Matter | None = None
    key: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A new matter and the secret of its link, which is kept nowhere."""

    matter: Matter
    secret: str
    is_new: bool = True


@transaction.atomic
def open_matter(*, given: Given, actor: Actor, at: datetime) -> Opened:
    """Take something in: receipt number, secret link, level, words, first event, clocks.

    Sent twice with the same key it is one matter. Raises NothingSaid, TooLong, NoSuchKind, NoArea.
    """
    secret = vault.lookup_word("matters.link", given.key)[:40] if given.key else secrets.token_urlsafe(24)
    digest = sha256(secret.encode()).hexdigest()
    if given.key and (known := Matter.objects.filter(digest=digest).first()):
        return Opened(known, secret, is_new=False)
    given = replace(given, words=given.words.strip())
    if not given.words:
        raise NothingSaid()
    if len(given.words) > LONGEST:
        raise TooLong(given=len(given.words), most=LONGEST)
    stored, day = current(given.code, at), day_of(at)
    matter = _row(given, stored, digest, day, at)
    matter.save(force_insert=True)
    _keep_words(matter, given)
    _keep_person(matter, given, day)
    keep_pictures(matter, given.pictures, at)
    facts = {"due_on": given.due_on.isoformat()} if given.due_on else {}
    happened(matter, "opened", actor=actor, at=at, state=matter.state, is_shown=True, facts=facts)
    if matter.is_shut:
        name_first_handlers(matter, actor, day, at)
    set_clocks(matter, at)
    matter.save(update_fields=["due_at", "due_clock", "next_at"])
    record("matters.matter.opened", matter, actor=actor, at=at, kind=matter.code, level=matter.level, way=matter.way)
    return Opened(matter, secret)


def _row(given: Given, stored: StoredKind, digest: str, day: date, at: datetime) -> Matter:
    kind = stored.kind
    least = max(kind.level, given.level)
    level = level_of(given.words, least=least, wishes_secrecy=given.wishes_secrecy)
    is_shut = level not in OPEN_LEVELS
    return Matter(
        number=_number(day),
        digest=digest,
        kind=stored,
        code=stored.code,
        level=level,
        way=given.way,
        title="" if is_shut else (given.title or title_of(given.words)),
        code_name=code_name() if is_shut else "",
        need=given.need,
        line=given.line,
        area=given.area or area_of(given.place, day),
        first_body=given.body,
        body=given.body,
        organisation=None if level == "C4" else given.organisation,
        accused=given.accused,
        state=beginning(kind).state,
        is_open=True,
        arrived_at=at,
        state_since=at,
        parent=given.parent,
    )


def code_name() -> str:
    """What a shut matter is called aloud and on paper."""
    return f"{secrets.choice(NAMES)}{secrets.randbelow(900) + 100}"


def title_of(words: str) -> str:
    """The first sentence, at most 40 signs: what a list shows until somebody writes a better one."""
    line = " ".join(words.split())
    for sign in "。！？!?；;\n":
        line = line.split(sign)[0]
    return line if len(line) <= 40 else line[:39] + "…"


def _number(day: date) -> str:
    while True:
        number = f"{day:%y%m%d}-" + "".join(secrets.choice(SIGNS) for _sign in range(6))
        if not Matter.objects.filter(number=number).exists():
            return number


def area_of(place: str, day: date, gazetteer: Gazetteer | None = None) -> Area:
    """Where a place named in words lies; the top area where that cannot be said."""
    found = (gazetteer or Gazetteer.on(day)).resolve(place).area_id if place.strip() else None
    spans = AreaSpan.objects.on(day).filter(area__scheme__is_primary=True)
    area = Area.objects.filter(pk=found).first() if found else None
    top = area or Area.objects.filter(pk__in=spans.filter(parent=None).values("area")).order_by("pk").first()
    if top is None:
        raise NoArea()
    return top


def _keep_words(matter: Matter, given: Given) -> None:
    if matter.is_shut:
        content = {"text": given.words, "place": given.place}
        Words.objects.create(matter=matter, sealed=sealed_json(content, where=words_place(matter), ring=matter.ring))
    else:
        Words.objects.create(matter=matter, text=given.words, place=given.place[:200])
        has_become_readable(matter, given.words, given.place)


def has_become_readable(matter: Matter, *texts: str) -> None:
    """What follows once officers may read a matter by their scope: it can be found, and a job says what it is about.

    Shut ones never come here.
    """
    from ..jobs import propose

    search.write_texts("matter", [(matter.pk, search.texts_of("matter", matter.number, *texts))])
    propose.using(key=str(matter.pk)).enqueue(matter=matter.pk)


def _keep_person(matter: Matter, given: Given, day: date) -> None:
    person = given.person
    if person.is_empty and not given.wishes_secrecy:
        return
    content = {
        "name": person.name,
        "contact_kind": person.contact_kind,
        "contact": person.contact,
        "safe_rule": person.safe_rule,
    }
    Requester.objects.create(
        matter=matter,
        sealed=sealed_json(content, where=requester_place(matter), ring=matter.ring),
        wishes_secrecy=given.wishes_secrecy,
        consented_on=day,
    )


def keep_pictures(matter: Matter, pictures: Sequence[Picture], at: datetime) -> None:
    """Seal pictures with the keys of their matter."""
    for picture in pictures:
        made = Photo(matter=matter, at=at, width=picture.width, height=picture.height)
        made.sealed = vault.seal(picture.base64, where=made.where, ring=matter.ring)
        made.save(force_insert=True)


def name_first_handlers(matter: Matter, actor: Actor, day: date, at: datetime) -> None:
    """A shut matter goes to the counsellors nearest above it, and to the person who heard it; a part of another shut
    matter to the handlers of that."""
    path = AreaSpan.objects.on(day).filter(area=matter.area).values_list("path", flat=True).first() or ""
    lines = ["", matter.line.code] if matter.line else [""]
    grants = Grant.objects.on(day).filter(
        role="counsellor", node__kind="area", line__in=lines, account__is_active=True, account__left_on=None
    )
    spans = AreaSpan.objects.filter(holds_on(day), area__in=grants.values("node__area"))
    above = {area: p for area, p in spans.values_list("area", "path") if path.startswith(p)}
    reaching = [g for g in grants.select_related("node") if g.node.area_id in above]
    reaching.sort(key=lambda g: (-len(above[g.node.area_id or 0]), g.account_id))
    chosen = [g.account_id for g in reaching if not acts_for(g.account_id, matter.accused_id, day)][:COUNSELLORS]
    if matter.parent is not None and matter.parent.is_shut:
        chosen = list(matter.parent.handlers.filter(until=None).values_list("account", flat=True))
    if actor.kind == "account":
        chosen.insert(0, actor.id)
    for place, account in enumerate(dict.fromkeys(chosen)):
        Handler.objects.create(matter=matter, account_id=account, is_lead=place == 0, since=at)
        happened(matter, "handler", actor=actor, at=at, facts={"account": account})
