"""What rules may speak of: each app names its targets in `vocabulary.py`, `conf` collects them here at the start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Scope
from lianxin_methods.rules.nodes import Node
from lianxin_methods.rules.vocabulary import Vocabulary

from .where import RuleWhere


class NoSuchTarget(Refused):
    text = _("Nothing is known under “%(code)s” that a rule could speak of.")


@dataclass(frozen=True)
class Target:
    """One kind of record that rules speak of (规则对象): its words, its rows, and where each word is stored.

    vocabulary : asked for each time, because what an administrator defines (lines, for one) makes words.
    rows : what may be seen, on a day; its `title` field or annotation is how a row is called.
    columns : expression or field path of each stored name, on a day.
    act : the act that allows to see the rows.
    ref, area : where a row holds the id of what it is about, and of the area that belongs to.
    """

    code: str
    label: str | Promise
    vocabulary: Callable[[], Vocabulary]
    rows: Callable[[Scope, date], QuerySet[Any]]
    columns: Callable[[date], Mapping[str, Any]]
    act: str
    title: str = "name"
    ref: str = "pk"
    area: str = "area_id"

    def where(self, node: Node, day: date) -> RuleWhere:
        """The rule as an expression over `rows`."""
        return RuleWhere(node, self.vocabulary(), day, self.columns(day))


TARGETS: dict[str, Target] = {}
"""Filled once, by `conf`, when the process starts."""


def target_of(code: str) -> Target:
    """Raises NoSuchTarget."""
    if code not in TARGETS:
        raise NoSuchTarget(code=code)
    return TARGETS[code]
