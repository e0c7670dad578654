"""How a cell is written: a share with one digit, a number with thin groups."""

from django import template

from lianxin.kit.templatetags.lx import count, share

register = template.Library()


@register.filter
def written(value: float | None, is_rate: bool) -> str:
    """The value of a cell as people read it; empty where there is none: the page says why."""
    if value is None:
        return ""
    return share(value) if is_rate else count(int(value))


@register.filter
def change(value: float | None, is_rate: bool) -> str:
    """The change between two days with its sign: points for rates, a number for counts."""
    if value is None:
        return ""
    return f"{value * 100:+.1f}" if is_rate else f"{int(value):+,}"
