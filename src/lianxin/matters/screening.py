"""How far a new matter is shut before anybody has read it: by its kind, the wish for secrecy, and words of harm."""

import re
from functools import cache
from pathlib import Path

import yaml

from .kinds import LEVELS

FILE = Path(__file__).parent / "data" / "shut_words.yaml"


HARMLESS = "harmless"


@cache
def shut_words() -> dict[str, tuple[str, ...]]:
    """Level -> words that ask for it; HARMLESS -> longer ones that hold such a word and say nothing of harm."""
    return {level: tuple(words) for level, words in yaml.safe_load(FILE.read_text(encoding="utf-8")).items()}


def level_of(text: str, *, least: str, wishes_secrecy: bool) -> str:
    """The highest of: the least level, C3 where secrecy is wished, what a word of harm asks for."""
    folded, levels = text.lower(), dict(shut_words())
    harmless = [span for word in levels.pop(HARMLESS) for span in _spans(folded, word)]
    asked = [least, *(["C3"] if wishes_secrecy else [])]
    asked += [level for level, words in levels.items() if any(_says(folded, word, harmless) for word in words)]
    return max(asked, key=LEVELS.index)


def _spans(text: str, word: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(re.escape(word), text)]


def _says(text: str, word: str, harmless: list[tuple[int, int]]) -> bool:
    """Whether a word stands anywhere but wholly inside a harmless one: who was beaten at the phone is not left out."""
    return any(not any(a <= start and end <= b for a, b in harmless) for start, end in _spans(text, word))
