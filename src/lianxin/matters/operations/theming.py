"""The stream of matters and its themes: joining, splitting, merging, the joint matter.

The stream lives in the memory of whoever runs the job; everything it holds is in the database, and a change made
elsewhere (another worker, staff) is seen by the revision of the flow, upon which it is put back from there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record
from lianxin_methods.text.alike import shared_runs
from lianxin_methods.text.grams import Lexicon
from lianxin_methods.text.themes import Message, Stream, lexicon_of

from ..models import Bridge, Flow, Matter, Suggestion, Theme, ThemeMember, Words
from ..models.core import OPEN_LEVELS

CHANGE, CLOSE = "matters.change_themes", "matters.close_themes"
WINDOW = timedelta(days=60)
"""A theme without a new matter for so long takes no more; the same issue starts a new one."""
RETURNS = timedelta(days=365)
"""An issue that comes up within so long after its theme was closed has come again."""
MOST_CLOSED = 5000
"""At most so many messages of closed themes are looked at for that, the newest."""
MOST = 20_000
"""At most so many messages are compared with, the newest."""
AT_ONCE = 50
READ = 3000
SENT_IN = ("web", "phone", "counter", "email", "open311", "hotline", "visit")
"""Ways of matters that people send in: what staff open themselves says nothing about what is on people's minds."""
NAMED_FROM = 3
"""Matters from which on a theme has a name of its own."""


class ThemeOver(Refused):
    text = _("This theme is closed or went into another already. Open it again to see what became of it.")


class NotApart(Refused):
    text = _("Choose some of the matters of this theme, and leave at least one in it.")


class SameTheme(Refused):
    text = _("Choose another theme to put this one into.")


class PartElsewhere(Refused):
    text = _("%(count)s of its matters lie where others decide. Split off the own ones, or ask the district.")


class NoTitle(Refused):
    text = _("Please give the theme a name.")


@dataclass
class _Held:
    """The stream in memory, as of a revision. number of a theme in the stream -> its id."""

    revision: int
    stream: Stream
    id_of: dict[int, int] = field(default_factory=dict)
    closed: Stream | None = None
    """Themes that were closed, numbered by their ids; put together when the first new theme begins."""


_held: list[_Held] = []


def forget_stream() -> None:
    """Drop what this process keeps: the next message puts it back from the database."""
    _held.clear()


def join_pending(*, at: datetime, most: int = AT_ONCE) -> int:
    """Put the oldest matters not yet looked at into themes; how many. One transaction, one after the other."""
    with transaction.atomic():
        flow = locked_flow()
        ids = list(
            Suggestion.objects.filter(is_streamed=False).order_by("matter").values_list("matter", flat=True)[:most]
        )
        if not ids:
            return 0
        try:
            _stream_in(flow, ids, at)
        except BaseException:
            forget_stream()
            raise
        Suggestion.objects.filter(matter__in=ids).update(is_streamed=True)
    return len(ids)


def locked_flow() -> Flow:
    """The one row of the stream, held: whoever changes themes does it one after the other."""
    Flow.objects.get_or_create(pk=1)
    return Flow.objects.select_for_update().get(pk=1)


def _stream_in(flow: Flow, ids: Sequence[int], at: datetime) -> None:
    rows = Matter.objects.filter(pk__in=ids, level__in=OPEN_LEVELS, way__in=SENT_IN, merged_into=None)
    rows = rows.filter(theme_member=None, arrived_at__gt=at - WINDOW)
    messages = _messages(rows)
    if not messages:
        return
    if _needs_lexicon(flow):
        learn_lexicon(flow, at)
    held = _current(flow, at)
    touched: set[int] = set()
    for message, arrived_at in messages:
        touched |= _enter(held, message, arrived_at)
    for theme in Theme.objects.filter(pk__in=touched, state="open"):
        name_by_words(theme)
    _moved_on(flow, held)


def _messages(rows: "QuerySet[Matter]") -> list[tuple[Message, datetime]]:
    found = []
    for matter in sorted(rows.select_related("words"), key=lambda m: (m.arrived_at, m.pk)):
        place = str(matter.area_id)
        text = matter.words.text[:READ]
        found.append((Message(str(matter.pk), text, matter.title, matter.arrived_at, place), matter.arrived_at))
    return found


def _enter(held: _Held, message: Message, arrived_at: datetime) -> set[int]:
    """One message: into a theme or a new one, then the themes that it joined. Returns the themes it touched."""
    stream, before = held.stream, dict(held.stream.bridges) if len(held.stream.bridges) < 500 else None
    seen = len(stream.joined)
    found = stream.add(message)
    number = stream.joined[seen][0] if len(stream.joined) > seen else found.theme
    if found.is_new:
        made = Theme.objects.create(opened_at=arrived_at, last_at=arrived_at, size=1)
        held.id_of[found.theme] = made.pk
        theme = made.pk
        _follow(held, message, made, arrived_at)
    else:
        theme = held.id_of[number]
        Theme.objects.filter(pk=theme).update(size=F("size") + 1, last_at=arrived_at)
    ThemeMember.objects.create(matter_id=int(message.id), theme_id=theme, likeness=round(found.likeness, 4))
    touched = {theme}
    for older, newer in stream.joined[seen:]:
        _join(held.id_of[newer], held.id_of[older])
        touched.add(held.id_of[older])
    _keep_bridges(held, before)
    return touched


def _follow(held: _Held, message: Message, made: Theme, arrived_at: datetime) -> None:
    """Note on a new theme which closed one it is the issue of, come again."""
    if held.closed is None:
        held.closed = _closed_stream(held.stream.lexicon, arrived_at)
    found = held.closed.nearest(message)
    if found and Theme.objects.filter(pk=found, closed_at__lt=arrived_at).exists():
        made.follows_id = found
        made.save(update_fields=["follows"])


def _closed_stream(lexicon: Lexicon, at: datetime) -> Stream:
    stream = Stream(lexicon)
    closed = Theme.objects.filter(state="closed", closed_at__gt=at - RETURNS)
    members = ThemeMember.objects.filter(theme__in=closed, matter__level__in=OPEN_LEVELS).order_by("-matter")
    theme_of = dict(members.values_list("matter", "theme")[:MOST_CLOSED])
    messages = [m for m, _at in _messages(Matter.objects.filter(pk__in=theme_of))]
    stream.restore(messages, [theme_of[int(m.id)] for m in messages])
    return stream


def _keep_bridges(held: _Held, before: dict[tuple[int, int], int] | None) -> None:
    for (older, newer), count in held.stream.bridges.items():
        if before is not None and before.get((older, newer)) == count:
            continue
        one, other = held.id_of[older], held.id_of[newer]
        Bridge.objects.update_or_create(older_id=one, newer_id=other, defaults={"count": count})


def _join(theme: int, into: int) -> None:
    """All matters of one theme go into another."""
    newest = Theme.objects.filter(pk__in=(theme, into)).order_by("-last_at").values_list("last_at", flat=True)[0]
    moved = ThemeMember.objects.filter(theme=theme).update(theme=into)
    Theme.objects.filter(pk=theme).update(state="merged", merged_into=into, size=0)
    Theme.objects.filter(pk=into).update(size=F("size") + moved, last_at=newest)
    follows = Theme.objects.filter(pk=theme).values_list("follows", flat=True)[0]
    if follows and follows != into:
        Theme.objects.filter(pk=into, follows=None).update(follows=follows)
    Bridge.objects.filter(Q(older=theme) | Q(newer=theme)).delete()


def _current(flow: Flow, at: datetime) -> _Held:
    """The stream as the database has it."""
    if not _held or _held[0].revision != flow.revision:
        _held[:] = [_put_back(flow, at)]
    return _held[0]


def _put_back(flow: Flow, at: datetime) -> _Held:
    keys, idf = np.frombuffer(bytes(flow.keys), np.uint64), np.frombuffer(bytes(flow.idf), np.float32)
    stream = Stream(Lexicon.of(keys.copy(), idf.copy()))
    open_themes = Theme.objects.filter(state="open", last_at__gt=at - WINDOW)
    members = ThemeMember.objects.filter(theme__in=open_themes, matter__level__in=OPEN_LEVELS).order_by("-matter")
    theme_of = dict(members.values_list("matter", "theme")[:MOST])
    messages = [m for m, _at in _messages(Matter.objects.filter(pk__in=theme_of))]
    held = set(Theme.objects.filter(pk__in={*theme_of.values()}, is_held=True).values_list("pk", flat=True))
    known = {*theme_of.values()}
    bridges = {
        (older, newer): count
        for older, newer, count in Bridge.objects.values_list("older", "newer", "count")
        if older in known and newer in known
    }
    stream.restore(messages, [theme_of[int(m.id)] for m in messages], held, bridges)
    return _Held(flow.revision, stream, {theme: theme for theme in known})


def _moved_on(flow: Flow, held: _Held | None = None) -> None:
    """Others must put their stream back; ours is current."""
    flow.revision += 1
    flow.save(update_fields=["revision"])
    if held:
        held.revision = flow.revision


def _needs_lexicon(flow: Flow) -> bool:
    """At the beginning words come quickly: learn whenever there is a fifth more; later once a day."""
    if not flow.messages:
        return True
    return flow.messages < MOST // 2 and Suggestion.objects.count() - flow.messages >= max(1, flow.messages // 5)


def learn_lexicon(flow: Flow, at: datetime) -> None:
    """Which runs of characters count, from the newest messages of C0 to C2; the flow is locked."""
    rows = Words.objects.filter(matter__level__in=OPEN_LEVELS, matter__way__in=SENT_IN).order_by("-matter")
    texts = rows.values_list("matter", "text", "matter__title")[:MOST]
    messages = [Message(str(pk), text[:READ], title) for pk, text, title in texts]
    lexicon = lexicon_of(messages)
    flow.keys, flow.idf = lexicon.keys.tobytes(), lexicon.idf.astype(np.float32).tobytes()
    flow.learned_at, flow.messages = at, Suggestion.objects.count()
    flow.revision += 1
    flow.save()


@transaction.atomic
def renew_lexicon(*, at: datetime) -> None:
    """Once a day: weigh by what is written now."""
    learn_lexicon(locked_flow(), at)


def name_by_words(theme: Theme) -> None:
    """Call a theme by what most of its matters share; never by what one person wrote."""
    if theme.is_named or theme.size < NAMED_FROM:
        return
    texts = Words.objects.filter(matter__theme_member__theme=theme, matter__level__in=OPEN_LEVELS)
    runs = shared_runs([text[:400] for text in texts.order_by("-matter").values_list("text", flat=True)[:40]])
    title = " · ".join(runs)[:80]
    if title and title != theme.title:
        theme.title = title
        theme.save(update_fields=["title"])


def open_theme(pk: int) -> Theme:
    """The theme, locked. Raises ThemeOver."""
    theme = Theme.objects.select_for_update().get(pk=pk)
    if theme.state != "open":
        raise ThemeOver(theme)
    return theme


def lies_within(matters: QuerySet[Matter], actor: Actor, act: str, at: datetime) -> None:
    """All of the matters are where the actor decides. Raises PartElsewhere."""
    if actor.kind == "system":
        return
    own = Matter.objects.within(actor.scope(act, day_of(at)))
    if count := matters.filter(level__in=OPEN_LEVELS).exclude(pk__in=own.values("pk")).count():
        raise PartElsewhere(count=count)


def changed(flow: Flow) -> None:
    """Staff changed themes: every stream in memory is put back."""
    _moved_on(flow)
    forget_stream()


@transaction.atomic
def split_theme(*, theme: Theme, matters: Iterable[int], title: str, actor: Actor, at: datetime) -> Theme:
    """Staff take matters out into a theme of their own. Raises ThemeOver, NotApart, NoTitle, PartElsewhere."""
    flow, held = locked_flow(), open_theme(theme.pk)
    out = ThemeMember.objects.filter(theme=held, matter__in=list(matters))
    count = out.count()
    if not count or count >= held.size:
        raise NotApart(held)
    if not title.strip():
        raise NoTitle(held)
    lies_within(Matter.objects.filter(theme_member__in=out), actor, CHANGE, at)
    days = list(out.order_by("matter__arrived_at").values_list("matter__arrived_at", flat=True))
    made = Theme.objects.create(
        title=title.strip()[:80],
        is_named=True,
        is_held=True,
        size=count,
        opened_at=days[0],
        last_at=days[-1],
        follows_id=held.follows_id,
    )
    out.update(theme=made, by_hand=True)
    Theme.objects.filter(pk=held.pk).update(size=F("size") - count, is_held=True)
    changed(flow)
    record("matters.theme.split", held, actor=actor, at=at, into=made.pk, matters=count)
    return made


@transaction.atomic
def merge_themes(*, theme: Theme, into: Theme, actor: Actor, at: datetime) -> Theme:
    """Staff put one theme into another. Raises ThemeOver, SameTheme, PartElsewhere."""
    if theme.pk == into.pk:
        raise SameTheme(theme)
    flow, one, other = locked_flow(), open_theme(theme.pk), open_theme(into.pk)
    lies_within(Matter.objects.filter(theme_member__theme__in=(one, other)), actor, CHANGE, at)
    _join(one.pk, other.pk)
    Theme.objects.filter(pk=other.pk).update(is_held=True)
    changed(flow)
    other.refresh_from_db()
    name_by_words(other)
    record("matters.theme.merged", one, actor=actor, at=at, into=other.pk)
    return other


@transaction.atomic
def name_theme(*, theme: Theme, title: str, actor: Actor, at: datetime) -> Theme:
    """Staff give a theme its name. Raises ThemeOver, NoTitle."""
    held = open_theme(theme.pk)
    if not title.strip():
        raise NoTitle(held)
    held.title, held.is_named = title.strip()[:80], True
    held.save(update_fields=["title", "is_named"])
    record("matters.theme.named", held, actor=actor, at=at)
    return held


@transaction.atomic
def leave(*, matter: Matter) -> None:
    """A matter that is shut from now on leaves its theme without a trace."""
    member = ThemeMember.objects.filter(matter=matter).first()
    if member:
        flow = locked_flow()
        member.delete()
        Theme.objects.filter(pk=member.theme_id, size__gt=0).update(size=F("size") - 1)
        theme = Theme.objects.get(pk=member.theme_id)
        if not theme.is_named:
            theme.title = ""
            theme.save(update_fields=["title"])
            name_by_words(theme)
        changed(flow)
