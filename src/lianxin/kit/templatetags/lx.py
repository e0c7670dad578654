"""How days, shares and counts are written."""

from datetime import date
from typing import Any

from django import template
from django.utils import formats, translation

from lianxin.kit.clock import today

register = template.Library()
WEEKDAYS = "一二三四五六日"
THIN = "\u2009"


@register.filter
def day(value: date | None) -> str:
    """2026年3月1日（周日）, or Sun 1 March 2026; empty for none."""
    if value is None:
        return ""
    if (translation.get_language() or "").startswith("zh"):
        return f"{value.year}年{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"
    return formats.date_format(value, "D j F Y")


@register.filter
def short_day(value: date | None) -> str:
    """3月1日, or 1 March; with the year where it is not this one."""
    if value is None:
        return ""
    is_chinese = (translation.get_language() or "").startswith("zh")
    if value.year != today().year:
        return f"{value.year}年{value.month}月{value.day}日" if is_chinese else formats.date_format(value, "j F Y")
    return f"{value.month}月{value.day}日" if is_chinese else formats.date_format(value, "j F")


@register.filter
def share(value: float | None, digits: int = 1) -> str:
    """0.9432 -> 94.3%; empty for an undefined share: say why beside it."""
    return "" if value is None else f"{value * 100:.{digits}f}%"


@register.filter
def count(value: Any) -> str:
    """6194 -> 6,194; a dash never stands for unknown."""
    return "" if value is None else f"{value:,}"


@register.filter
def urgency(value: date) -> str:
    """overdue, due or wait: the state of a deadline as of today."""
    if value < today():
        return "overdue"
    return "due" if value == today() else "wait"
