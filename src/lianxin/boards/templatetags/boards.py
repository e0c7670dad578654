"""How a cell is written, by the unit of its indicator."""

from django import template

from lianxin.figures import writing

register = template.Library()


@register.filter
def written(value: float | None, unit: str) -> str:
    """The value of a cell as people read it; empty where there is none: the page says why."""
    return writing.written(value, unit)


@register.filter
def change(value: float | None, unit: str) -> str:
    """The change between two days with its sign: points for rates, a number for everything else."""
    return writing.change_written(value, unit)
