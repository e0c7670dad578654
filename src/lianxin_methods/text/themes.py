"""Issues that come again (诉求主题), found in a stream: a message joins an open theme or starts one.

Likeness of two messages: weighted cosine of runs of characters of subject and text, less by half for each year between
them and for places that differ. A theme is as like as its three most like members on average. A message
that is like two themes joins them into one, unless staff have split them or merged into them.
Source: single-pass clustering after Allan, Papka and Lavrenko (1998), On-line new event detection and tracking.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .grams import Floats, Ints, Lexicon, learn_lexicon

Row = TypeVar("Row", bound=NDArray[Any])
JOIN = 0.1
"""Likeness from which on a message joins a theme, and from which on it joins two themes into one."""
SUBJECT = 0.6
"""How much of the likeness is that of the subjects."""
BEGINNING = 30
"""Characters of the text that stand for a missing subject."""
MEMBERS = 3
BRIDGES = 2
"""Two themes become one when the messages like both, to this power, are as many as the smaller has."""
NEAREST = 40
MOST_RUNS = 400_000
TEXT_RUNS, SUBJECT_RUNS = 120, 60
"""The heaviest runs of a message that are compared."""
PAIRS_AND_TRIPLES = np.sqrt(np.array([0.0, 0.5, 0.5, 0.0])).astype(np.float32)
HALVED_IN = timedelta(days=365)
ELSEWHERE = 0.5
WARM_FOR = timedelta(days=14)


class NoSuchTheme(KeyError):
    """A theme or a message of it that the stream does not hold."""


@dataclass(frozen=True)
class Message:
    """One message: its place, where known, is any code that is equal for messages from one place."""

    id: str
    text: str
    subject: str = ""
    at: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class Joined:
    """Where a message went; `like` : the messages that were most like it, with their likeness, the nearest first."""

    theme: int
    is_new: bool
    likeness: float
    like: tuple[tuple[str, float], ...]


@compiled
def _compare(
    ids: Ints, values: Floats, first: Ints, following: Ints, owner: Ints, weight: Floats, sums: Floats, touched: Ints
) -> int:
    """Adds up the likeness of every message that shares a run; returns how many do, listed in `touched`."""
    n = 0
    for j in range(len(ids)):
        node = first[ids[j]]
        while node >= 0:
            message = owner[node]
            if sums[message] == 0:
                touched[n] = message
                n += 1
            sums[message] += values[j] * weight[node]
            node = following[node]
    return n


@compiled
def _enter(
    message: int, ids: Ints, values: Floats, first: Ints, following: Ints, owner: Ints, weight: Floats, node: int
) -> None:
    for j in range(len(ids)):
        following[node], owner[node], weight[node] = first[ids[j]], message, values[j]
        first[ids[j]] = node
        node += 1


class Stream:
    """Open themes and the messages in them. Themes are numbered from 0 and keep their number; a merged one is gone.

    `held` : themes that staff have split or merged, which are never joined by themselves.
    `bridges` : (older, newer) -> how many messages were like both.
    `joined` : (older, newer) of every two that became one by themselves, in this order.
    """

    def __init__(self, lexicon: Lexicon, *, join: float = JOIN) -> None:
        """lexicon : the runs that count, learned from earlier messages with `lexicon_of`."""
        self.lexicon, self.join = lexicon, join
        self.messages: list[Message] = []
        self.themes: dict[int, list[int]] = {}
        self._theme: list[int] = []
        self._number: dict[str, int] = {}
        self._begun = 0
        self.held: set[int] = set()
        self.bridges: Counter[tuple[int, int]] = Counter()
        self.joined: list[tuple[int, int]] = []
        self._days: NDArray[np.float64] = np.zeros(64)
        self._places: NDArray[np.int64] = np.zeros(64, np.int64)
        self._place_codes: dict[str, int] = {"": 0}
        self._first: Ints = np.full(2 * len(lexicon.keys), -1, np.int32)
        self._following: Ints = np.zeros(4096, np.int32)
        self._owner: Ints = np.zeros(4096, np.int32)
        self._weight: Floats = np.zeros(4096, np.float32)
        self._nodes = 0

    def add(self, message: Message) -> Joined:
        """Puts a message into an open theme or starts one with it; a message that is there already stays."""
        return self.add_all([message])[0]

    def add_all(self, messages: Sequence[Message]) -> list[Joined]:
        """Puts messages in one after the other, in the order given."""
        return [self._add(m, *row) for m, row in zip(messages, self._rows(messages), strict=True)]

    def restore(
        self,
        messages: Sequence[Message],
        themes: Sequence[int],
        held: Iterable[int] = (),
        bridges: Mapping[tuple[int, int], int] | None = None,
    ) -> None:
        """Puts messages back into the themes they were in; `held` : themes that staff have split or merged into."""
        for message, theme, row in zip(messages, themes, self._rows(messages), strict=True):
            number = self._keep(message, *row)
            self.themes.setdefault(theme, []).append(number)
            self._theme[number] = theme
            self._begun = max(self._begun, theme + 1)
        self.held |= set(held)
        self.bridges.update(bridges or {})

    def like(self, message: Message, most: int = 5) -> list[tuple[str, float]]:
        """The messages most like one that need not be in the stream, with their likeness: likely duplicates."""
        near, likeness = self._near(message, *self._rows([message])[0])
        own = self._number.get(message.id, -1)
        kept = [(self.messages[i].id, float(v)) for i, v in zip(near, likeness, strict=True) if i != own]
        return kept[:most]

    def nearest(self, message: Message) -> int | None:
        """The theme that a message would join, without putting it in; None where it is like none."""
        good = self._good_themes(*self._near(message, *self._rows([message])[0]))
        return good[0][1] if good else None

    def theme_of(self, id: str) -> int:
        """The theme of a message. Raises NoSuchTheme."""
        if id not in self._number:
            raise NoSuchTheme(id)
        return self._theme[self._number[id]]

    def members(self, theme: int) -> list[Message]:
        """The messages of a theme as they came. Raises NoSuchTheme."""
        if theme not in self.themes:
            raise NoSuchTheme(theme)
        return [self.messages[i] for i in sorted(self.themes[theme])]

    def merge(self, into: int, theme: int) -> None:
        """Staff join two themes; the first keeps its number. Raises NoSuchTheme."""
        if into not in self.themes or theme not in self.themes:
            raise NoSuchTheme(theme if into in self.themes else into)
        self.held.discard(theme)
        self.held.add(into)
        self._move(self.themes[theme], into)

    def split(self, theme: int, ids: Iterable[str]) -> int:
        """Staff take messages out of a theme into a new one, which is returned. Raises NoSuchTheme."""
        out = {self._number[id] for id in ids if id in self._number and self.theme_of(id) == theme}
        if not out or len(out) == len(self.themes.get(theme, ())):
            raise NoSuchTheme(theme)
        new = self._begin()
        self.held |= {theme, new}
        self._move(sorted(out), new)
        return new

    def heat(self, theme: int, at: datetime) -> float:
        """How warm a theme is: its messages until then, each halved every 14 days. Raises NoSuchTheme."""
        ages = [at - m.at for m in self.members(theme) if m.at and m.at <= at]
        return float(sum(0.5 ** (age / WARM_FOR) for age in ages))

    def _rows(self, messages: Sequence[Message]) -> list[tuple[Ints, Floats]]:
        """The heaviest runs of each message; those of the subject are numbered after those of the text."""
        texts = self.lexicon.rows([m.text or m.subject for m in messages], PAIRS_AND_TRIPLES * np.sqrt(1 - SUBJECT))
        subjects = self.lexicon.rows(
            [m.subject or m.text[:BEGINNING] for m in messages], PAIRS_AND_TRIPLES * np.sqrt(SUBJECT)
        )
        found = []
        for d in range(len(messages)):
            one, other = texts.of(np.array([d])), subjects.of(np.array([d]))
            kept, named = np.argsort(-one.values)[:TEXT_RUNS], np.argsort(-other.values)[:SUBJECT_RUNS]
            ids = np.concatenate([one.ids[kept], other.ids[named] + np.int32(len(self.lexicon.keys))])
            values = np.concatenate([one.values[kept], other.values[named]])
            found.append((ids[values > 0].astype(np.int32), values[values > 0]))
        return found

    def _near(self, message: Message, ids: Ints, values: Floats) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The numbers of the nearest messages and their likeness, the nearest first."""
        sums, touched = np.zeros(len(self.messages), np.float32), np.zeros(len(self.messages), np.int32)
        n = _compare(ids, values, self._first, self._following, self._owner, self._weight, sums, touched)
        likeness = sums.astype(np.float64)
        near = touched[:n].astype(np.int64)
        scaled = likeness[near]
        if message.at:
            gap = np.abs(np.nan_to_num(self._days[near] - _day(message.at)))
            scaled *= 0.5 ** (gap / HALVED_IN.days)
        if message.place:
            theirs = self._places[near]
            scaled[(theirs != 0) & (theirs != self._place_codes.get(message.place, -1))] *= ELSEWHERE
        order = np.argsort(-scaled, kind="stable")[:NEAREST]
        return near[order], scaled[order]

    def _add(self, message: Message, ids: Ints, values: Floats) -> Joined:
        if message.id in self._number:
            return Joined(self.theme_of(message.id), False, 1.0, ())
        near, likeness = self._near(message, ids, values)
        like = tuple((self.messages[i].id, float(v)) for i, v in zip(near[:5], likeness[:5], strict=True))
        good = self._good_themes(near, likeness)
        number = self._keep(message, ids, values)
        theme = good[0][1] if good else self._begin()
        self.themes[theme].append(number)
        self._theme[number] = theme
        for _, other in good[1:]:
            theme = self._bridge(theme, other)
        return Joined(theme, not good, good[0][0] if good else 0.0, like)

    def _bridge(self, theme: int, other: int) -> int:
        """Notes a message that is like two themes; joins them when there are enough. Returns the theme it is in."""
        older, newer = sorted((theme, other))
        self.bridges[older, newer] += 1
        smaller = min(len(self.themes[older]), len(self.themes[newer]))
        if self.bridges[older, newer] ** BRIDGES < smaller or older in self.held or newer in self.held:
            return theme
        self._move(self.themes[newer], older)
        self.joined.append((older, newer))
        return older

    def _good_themes(self, near: NDArray[np.int64], likeness: NDArray[np.float64]) -> list[tuple[float, int]]:
        """The themes that are like enough, the most like first."""
        best: dict[int, list[float]] = defaultdict(list)
        for i, value in zip(near.tolist(), likeness.tolist(), strict=True):
            mine = best[self._theme[i]]
            if len(mine) < MEMBERS:
                mine.append(value)
        mean = ((sum(v) / min(MEMBERS, len(self.themes[t])), t) for t, v in best.items())
        return sorted(((m, t) for m, t in mean if m >= self.join), key=lambda found: (-found[0], found[1]))

    def _begin(self) -> int:
        self._begun += 1
        self.themes[self._begun - 1] = []
        return self._begun - 1

    def _move(self, numbers: list[int], theme: int) -> None:
        moved = list(numbers)
        for i in moved:
            old = self.themes[self._theme[i]]
            old.remove(i)
            if not old:
                del self.themes[self._theme[i]]
            self._theme[i] = theme
        self.themes[theme].extend(moved)

    def _keep(self, message: Message, ids: Ints, values: Floats) -> int:
        number = len(self.messages)
        while number >= len(self._days):
            self._days, self._places = _doubled(self._days), _doubled(self._places)
        while self._nodes + len(ids) > len(self._owner):
            self._following, self._owner = _doubled(self._following), _doubled(self._owner)
            self._weight = _doubled(self._weight)
        _enter(number, ids, values, self._first, self._following, self._owner, self._weight, self._nodes)
        self._nodes += len(ids)
        self._days[number] = _day(message.at) if message.at else np.nan
        self._places[number] = self._place_codes.setdefault(message.place, len(self._place_codes))
        self._number[message.id] = number
        self.messages.append(message)
        self._theme.append(-1)
        return number


def lexicon_of(messages: Sequence[Message]) -> Lexicon:
    """The runs that count, from messages that came before (or, for a batch, from all of it; kinds are not needed)."""
    return learn_lexicon([f"{m.subject} {m.text}" for m in messages], MOST_RUNS)


def themes_of(messages: Sequence[Message], *, join: float = JOIN) -> list[int]:
    """The theme of each message of a batch, in the order given; they are put in by time."""
    stream = Stream(lexicon_of(messages), join=join)
    order = sorted(range(len(messages)), key=lambda i: (_day(messages[i].at or datetime.min), i))
    stream.add_all([messages[i] for i in order])
    return [stream.theme_of(m.id) for m in messages]


def _doubled(array: Row) -> Row:
    return cast(Row, np.concatenate([array, np.zeros_like(array)]))


def _day(at: datetime) -> float:
    return (at.replace(tzinfo=None) - datetime(1970, 1, 1)) / timedelta(days=1)
