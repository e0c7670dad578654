"""What stands in the address of a figure: area, day, thresholds. What makes no sense is refused, not guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from lianxin.kit.clock import today
from lianxin.kit.refusals import Refused
from lianxin_methods.indicators.definition import Definition

from .catalogue import version_on


class NotReadable(Refused):
    text = _("“%(word)s” cannot be read: days are written 2026-03-04, thresholds and areas are whole numbers.")
    status = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure as it is asked for; `area` 0 is the top of what may be seen, below zero it is a site."""

    indicator: str
    area: int
    on: date
    params: Mapping[str, int]

    @property
    def address(self) -> str:
        return urlencode({"area": self.area, "on": self.on.isoformat(), **self.params})


def read(indicator: str, asked: Mapping[str, str]) -> Asked:
    """Raises NotReadable, NoSuchIndicator."""
    on = _day(asked.get("on", ""))
    return Asked(indicator, _area(asked.get("area") or "0"), on, _params(version_on(indicator, on).definition, asked))


def thresholds(text: str) -> dict[str, int]:
    """Thresholds written as in an address: `years=3&days=30`. Raises NotReadable."""
    return {code: _number(value) for code, value in parse_qsl(text, keep_blank_values=True)}


def _params(definition: Definition, asked: Mapping[str, str]) -> dict[str, int]:
    return {p.code: _number(asked[p.code]) for p in definition.params if asked.get(p.code)}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        raise NotReadable(word=text[:40]) from None


def _area(text: str) -> int:
    return -_number(text[1:]) if text.startswith("-") else _number(text)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotReadable(word=text[:40])
    return int(text)
