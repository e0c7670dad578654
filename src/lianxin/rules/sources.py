"""Where a rule or a number comes from, in the reader's language: packs of the product say it in Chinese."""

import re
from functools import cache
from pathlib import Path

from .lookup import language
from .reading import read_yaml

FILE = Path(__file__).parent / "data" / "words" / "sources_en.yaml"
DIGITS = "零一二三四五六七八九"
ARTICLE = re.compile(r"第([一二三四五六七八九十百零]+)条")


def source_words(source: str, article: str = "") -> str:
    """A source and its article. What no pack of the product knows stays as it was entered."""
    whole = f"{source} {article}".strip()
    return whole if language() == "zh" else _in_english(whole)


@cache
def _english() -> dict[str, str]:
    return {str(zh): str(en) for zh, en in read_yaml(FILE).items()}


def _in_english(whole: str) -> str:
    """The longest source that is known, then its article."""
    known = _english()
    source, _space, article = whole.rpartition(" ") if whole not in known else (whole, "", "")
    if source not in known:
        return known.get(whole, whole)
    told = known.get(article) or ARTICLE.sub(lambda found: f"art. {_number(found[1])}", article).replace("、", ", ")
    return f"{known[source]}, {told}" if told else known[source]


def _number(signs: str) -> int:
    """A whole number below 1000 as laws write it: 十七, 二十, 一百零五."""
    hundreds, has_hundreds, rest = signs.rpartition("百")
    tens, has_tens, ones = rest.rpartition("十")
    number = 100 * (_digit(hundreds) or 1) if has_hundreds else 0
    number += 10 * (_digit(tens) or 1) if has_tens else 0
    return number + _digit(ones)


def _digit(sign: str) -> int:
    return DIGITS.index(sign[-1]) if sign else 0
