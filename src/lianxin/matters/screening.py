"""How far a new matter is shut before anybody has read it: by its kind, the wish for secrecy, and words of harm."""

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
    for word in levels.pop(HARMLESS):
        folded = folded.replace(word, " ")
    asked = [least, *(["C3"] if wishes_secrecy else [])]
    asked += [level for level, words in levels.items() if any(word in folded for word in words)]
    return max(asked, key=LEVELS.index)
