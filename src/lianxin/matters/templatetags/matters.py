"""How names of kinds, states and clocks are written."""

from typing import Any

from django import template

from ..needs import said
from ..words import LEVELS, UNITS

register = template.Library()


@register.filter
def named(value: Any) -> str:
    """The Chinese or English name of a kind, state, step or clock, whichever the reader reads."""
    return said((value.zh, value.en))


@register.filter
def unit_word(value: str) -> str:
    """The unit of a time limit."""
    return str(UNITS.get(value, value))


@register.filter
def level_word(value: str) -> str:
    """How far a kind is shut."""
    return str(LEVELS.get(value, value))
