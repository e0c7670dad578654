"""How days, deadlines, shares and counts are written, and which icon goes with which state."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BoundField, CheckboxInput
from django.utils import formats, translation
from django.utils.translation import gettext, ngettext

from lianxin.kit.clock import today

register = template.Library()
WEEKDAYS = "一二三四五六日"
MARKS = {"、": ", ", "；": "; "}
"""What stands between the parts of a list in English, where Chinese has this."""
DEADLINE_ICONS = {"overdue": "clock-exclamation", "due": "clock"}
LIST_ICONS = {"no_permission": "lock", "broken_off": "cloud-off"}


def _is_chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")


@register.filter
def day(value: date | None) -> str:
    """2026年3月1日（周日）, or Sun 1 March 2026; empty for none."""
    if value is None:
        return ""
    if _is_chinese():
        return f"{value.year}年{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"
    return formats.date_format(value, "D j F Y")


@register.filter
def short_day(value: date | None) -> str:
    """3月1日, or 1 March; with the year where it is not this one."""
    if value is None:
        return ""
    if value.year != today().year:
        return f"{value.year}年{value.month}月{value.day}日" if _is_chinese() else formats.date_format(value, "j F Y")
    return f"{value.month}月{value.day}日" if _is_chinese() else formats.date_format(value, "j F")


@register.filter
def short_day_of_week(value: date | None) -> str:
    """3月6日（周五）, or Fri 6 March; with the year where it is not this one."""
    if value is None:
        return ""
    if _is_chinese():
        return f"{short_day(value)}（周{WEEKDAYS[value.weekday()]}）"
    return f"{formats.date_format(value, 'D')} {short_day(value)}"


@register.filter
def listed(names: Iterable[Any], mark: str = "、") -> str:
    """甲、乙, or A, B; with “；” between longer ones, or semicolons."""
    return (mark if _is_chinese() else MARKS[mark]).join(str(name) for name in names)


@register.filter
def share(value: float | None, digits: int = 1) -> str:
    """0.9432 -> 94.3%; empty for an undefined share: say why beside it."""
    return "" if value is None else f"{value * 100:.{digits}f}%"


@register.filter
def count(value: Any) -> str:
    """6194 -> 6,194; a dash never stands for unknown."""
    return "" if value is None else f"{value:,}"


@register.filter
def urgency(value: date | None) -> str:
    """overdue, due or wait: the state of a deadline as of today; none without one."""
    if value is None:
        return "none"
    if value < today():
        return "overdue"
    return "due" if value == today() else "wait"


@register.filter
def until_words(due_on: date | None, working_days: int | None = None) -> str:
    """还剩 2 个工作日: how long until a deadline, in words; calendar days where no working days are given."""
    if due_on is None:
        return ""
    if due_on == today():
        return gettext("Due today")
    is_late = due_on < today()
    if working_days is None:
        days = abs((due_on - today()).days)
        late, left = ngettext("%d day overdue", "%d days overdue", days), ngettext("%d day left", "%d days left", days)
    else:
        days = abs(working_days)
        late = ngettext("%d working day overdue", "%d working days overdue", days)
        left = ngettext("%d working day left", "%d working days left", days)
    return (late if is_late else left) % days


@register.filter
def deadline_icon(state: str) -> str:
    """The icon of a deadline."""
    return DEADLINE_ICONS.get(state, "calendar-due")


@register.filter
def list_icon(kind: str) -> str:
    """The icon of a list that shows nothing; none for one that is only empty."""
    return LIST_ICONS.get(kind, "")


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether a form field is one box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def has_field_faults(form: BaseForm) -> bool:
    """Whether some field is wrong, rather than the form as a whole."""
    return any(name != NON_FIELD_ERRORS for name in form.errors)
