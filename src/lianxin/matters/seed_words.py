"""What a message speaks of, by words that are known beforehand: proposals before anything was closed (起步词表).

Nothing is learned here and nothing is ever "sure". The words that hit are the reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .needs import said

FILE = Path(__file__).parent / "data" / "need_words.yaml"
URGENT = ("emergency", "protection_case")
"""Kinds proposed as soon as one of their words is there, whatever else is said."""
USUAL_KIND, NO_NEED = "request", "G5"
"""What is proposed where no word says more."""
WHOLE_CHANCE = 0.6
"""At most so likely is a proposal by words alone."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of the message and how much it speaks for what is proposed."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Guess:
    """What the words speak for, the next best, how clearly, and where in the message."""

    code: str
    second: str
    chance: float
    hits: tuple[Hit, ...]


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


@cache
def need_words() -> dict[str, tuple[str, ...]]:
    """Need -> words, those of other departments' tasks included."""
    return {code: tuple(words) for code, words in _content()["words"].items()}


@cache
def kind_words() -> dict[str, tuple[str, ...]]:
    """Kind of matter -> words, the most pressing first."""
    return {code: tuple(words) for code, words in _content()["kinds"].items()}


def outside() -> Mapping[str, Mapping[str, str]]:
    """Tasks of other departments: code -> names and the door to knock at."""
    found: Mapping[str, Mapping[str, str]] = _content()["outside"]
    return found


def outside_word(code: str) -> str:
    """Another department's task in words; empty for a need of our own."""
    found = outside().get(code)
    return said((found["zh"], found["en"])) if found else ""


def guess_need(text: str) -> Guess:
    """The need that the words speak for. Every message gets one; with chance 0 where no word was known."""
    return _guess(text, need_words(), NO_NEED)


def guess_kind(text: str) -> Guess:
    """The kind of matter that the words speak for; a word of danger decides alone."""
    words = kind_words()
    for code in URGENT:
        if hits := _hits(text.lower(), words[code]):
            return Guess(code, USUAL_KIND, WHOLE_CHANCE, tuple(hits))
    return _guess(text, words, USUAL_KIND)


def _guess(text: str, words: Mapping[str, Sequence[str]], usual: str) -> Guess:
    folded = text.lower()
    found = {code: hits for code, listed in words.items() if (hits := _hits(folded, listed))}
    if not found:
        return Guess(usual, "", 0.0, ())
    weight = {code: sum(hit.weight for hit in hits) for code, hits in found.items()}
    order = sorted(found, key=lambda code: -weight[code])
    second = order[1] if len(order) > 1 else ""
    lead = weight[order[0]] / (weight[order[0]] + (weight[second] if second else 1.0))
    hits = sorted(found[order[0]], key=lambda hit: -hit.weight)[:5]
    return Guess(order[0], second, round(WHOLE_CHANCE * lead, 3), tuple(hits))


def _hits(folded: str, words: Sequence[str]) -> list[Hit]:
    """Where the words stand, each once, none inside another."""
    taken: list[Hit] = []
    for word in sorted(words, key=len, reverse=True):
        at = folded.find(word)
        if at >= 0 and not any(hit.start < at + len(word) and at < hit.end for hit in taken):
            taken.append(Hit(at, at + len(word), float(min(len(word), 6)) - 0.5))
    return taken
