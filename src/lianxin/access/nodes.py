"""The kinds of scope node below `access` and above it.

An area is known here. What stands behind a body, an organisation or a task only the app that owns it can say: its
`nodes.py` holds `NODES: dict[str, NodeKind]` and, where it keeps the lines, `lines()`; conf puts them into `KINDS` and
`LINES` at the start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianxin.kit.dated import holds_on
from lianxin.kit.scope import Scope
from lianxin.places.models import Area, AreaSpan


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that a grant may be given on."""

    ref: int
    label: str


@dataclass(frozen=True, slots=True)
class NodeKind:
    """How to look up the records behind a kind of node, always inside a scope."""

    name: str | Promise
    find: Callable[[str, Scope, int], list[Choice]]
    """(text, scope, limit) -> records whose name holds the text, inside the scope."""
    label: Callable[[int, Scope], str | None]
    """(ref, scope) -> the record's name, None where it does not exist inside the scope."""
    inside: Callable[[Scope], QuerySet[Any, Any]]
    """The ids of the records inside the scope, as a subquery."""


def _find_area(text: str, scope: Scope, limit: int) -> list[Choice]:
    inside = Area.objects.within(scope)
    rows = AreaSpan.objects.filter(holds_on(scope.day), area__in=inside, name__contains=text).order_by("path")
    return [Choice(area, name) for area, name in rows.values_list("area", "name")[:limit]]


def area_label(ref: int, scope: Scope) -> str | None:
    """The name of an area inside the scope."""
    rows = AreaSpan.objects.filter(holds_on(scope.day), area=ref, area__in=Area.objects.within(scope))
    return rows.values_list("name", flat=True).first()


def _inside(scope: Scope) -> QuerySet[Any, Any]:
    return Area.objects.within(scope).values("pk")


KINDS: dict[str, NodeKind] = {"area": NodeKind(_("Area and all below it"), _find_area, area_label, _inside)}


LINES: list[Callable[[], list[tuple[str, str]]]] = []
"""Where the lines are kept: functions that return (code, name) of each, one at most in practice."""


def line_choices() -> list[tuple[str, str]]:
    """The lines a grant may be bound to."""
    return [choice for source in LINES for choice in source()]
