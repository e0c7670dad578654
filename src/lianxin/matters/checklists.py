"""What inspectors look at, as data: check lists with families, grades and sources (检查表).

A list is read from plain data (YAML in the shipped pack, JSON in the database) into frozen values; reading refuses what
is malformed. Nothing here knows the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kit.refusals import Refused

FAMILIES = ("safety", "labour")
"""Safety at work; labour relations."""
GRADES = ("general", "major")
FOLDER = Path(__file__).parent / "data" / "checklists"


class ListFaulty(Refused):
    """A check list is malformed."""

    text = gettext_lazy("The check list cannot be used: %(faults)s")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at.

    grade : of a finding of it, as the list proposes; inspectors may raise general to major. source : law or custom.
    """

    code: str
    zh: str
    en: str
    grade: str
    source: str
    source_en: str = ""


@dataclass(frozen=True, slots=True)
class CheckList:
    """A list of things to look at, of one family."""

    code: str
    zh: str
    en: str
    family: str
    items: tuple[Item, ...]

    def item(self, code: str) -> Item:
        """The item of a code; KeyError for one that the list does not know."""
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)


def read_list(content: Mapping[str, Any]) -> CheckList:
    """A list from plain data. Raises ListFaulty with every fault found."""
    try:
        items = tuple(
            Item(i["code"], i["zh"], i["en"], i["grade"], i["source"], i.get("source_en") or i["source"])
            for i in content["items"]
        )
        found = CheckList(content["code"], content["zh"], content["en"], content["family"], items)
    except (KeyError, TypeError, AttributeError) as error:
        raise ListFaulty(faults=_("malformed: %(what)s") % {"what": error}) from error
    if wrong := faults(found):
        raise ListFaulty(faults="; ".join(wrong))
    return found


def faults(found: CheckList) -> list[str]:
    """What is wrong with a list, in words."""
    codes = [item.code for item in found.items]
    wrong = [_("%(code)s stands twice") % {"code": code} for code in sorted({c for c in codes if codes.count(c) > 1})]
    used = (({found.family}, FAMILIES), ({item.grade for item in found.items}, GRADES))
    for words, allowed in used:
        wrong += [
            _("%(word)s is none of %(allowed)s") % {"word": word, "allowed": ", ".join(allowed)}
            for word in sorted(words - {*allowed})
        ]
    return wrong if found.items else [*wrong, _("the list is empty")]


@cache
def shipped_lists() -> dict[str, dict[str, Any]]:
    """The plain data of every shipped list, by its code."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
