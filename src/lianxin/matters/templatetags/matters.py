"""How names of kinds, states and clocks are written."""

from typing import Any

from django import template
from django.utils.translation import ngettext

from ..kinds import Amount
from ..needs import said
from ..words import LEVELS

register = template.Library()


@register.filter
def named(value: Any) -> str:
    """The Chinese or English name of a kind, state, step or clock, whichever the reader reads."""
    return said((value.zh, value.en))


@register.filter
def how_long(amount: Amount) -> str:
    """How much time a limit gives: 1 working day, 24 hours."""
    n = amount.number
    words = {
        "hours": ngettext("%(n)s hour", "%(n)s hours", n),
        "days": ngettext("%(n)s day", "%(n)s days", n),
        "working_days": ngettext("%(n)s working day", "%(n)s working days", n),
    }
    return words[amount.unit] % {"n": n}


@register.filter
def level_word(value: str) -> str:
    """How far a kind is shut."""
    return str(LEVELS.get(value, value))
