"""How a value is written: a share with one digit, a number with groups, days and minutes with their unit."""

from django.utils.translation import gettext, ngettext

from lianxin.kit.templatetags.lx import count, share


def written(value: float | None, unit: str) -> str:
    """The value of a cell as people read it; empty where there is none: the page says why."""
    if value is None:
        return ""
    if unit == "percent":
        return share(value)
    if unit == "days":
        return ngettext("%(n)s day", "%(n)s days", round(value)) % {"n": count(round(value))}
    if unit == "hours":
        return gettext("%(n)s h") % {"n": f"{value:,.1f}"}
    if unit == "yuan":
        return gettext("%(n)s yuan") % {"n": count(int(value))}
    if unit == "ratio":
        return f"{value:,.2f}"
    if unit == "minutes":
        return gettext("%(n)s min") % {"n": f"{value:,.1f}"}
    return count(int(value))


def change_written(value: float | None, unit: str) -> str:
    """The change between two days with its sign: points for rates, a number for everything else."""
    if value is None:
        return ""
    if unit == "percent":
        return f"{value * 100:+.1f}"
    if unit == "ratio":
        return f"{value:+,.2f}"
    return f"{value:+,.1f}" if unit in ("minutes", "hours") else f"{round(value):+,}"
