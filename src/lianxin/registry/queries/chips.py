"""Filters of a list as chips: each leads to the list with one thing changed."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..words import BANDS, BODY_FORMS
from .bodies import BodyFilter
from .organisations import OrganisationFilter

Lines = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str
    is_on: bool


def line_word(lines: Lines, code: str) -> str:
    """The name of a line in the reader's language."""
    zh, en = lines.get(code, (code, code))
    return zh if (get_language() or "").startswith("zh") else en


def organisation_chips(chosen: OrganisationFilter, lines: Lines, today: date) -> list[Chip]:
    """Covered or not by each line, to be placed, headcount; a chip that is on takes itself off."""
    found = [_chip(chosen, today, _("Everything"), clear=True)]
    for code in lines:
        name = line_word(lines, code)
        found.append(_chip(chosen, today, _("Without %(line)s") % {"line": name}, covered=f"-{code}"))
        found.append(_chip(chosen, today, _("With %(line)s") % {"line": name}, covered=code))
    found.append(_chip(chosen, today, _("To be placed"), placed="none"))
    found += [_chip(chosen, today, str(BANDS[band][0]), band=band) for band in BANDS]
    return found


def _chip(chosen: OrganisationFilter, today: date, label: str, *, clear: bool = False, **change: str) -> Chip:
    if clear:
        none = {"covered": "", "placed": "", "band": "", "kind": "", "area": 0, "q": ""}
        return Chip(label, "?" + chosen.address(today=today, **none), chosen == OrganisationFilter(chosen.day))
    is_on = all(getattr(chosen, field) == value for field, value in change.items())
    return Chip(label, "?" + chosen.address(today=today, **(dict.fromkeys(change, "") if is_on else change)), is_on)


def body_chips(chosen: BodyFilter, lines: Lines, today: date) -> list[Chip]:
    """Lines, forms, and bodies without a running term."""
    asked: list[tuple[str, str, str]] = [(line_word(lines, code), "line", code) for code in lines]
    asked += [(str(name), "form", code) for code, name in BODY_FORMS.items()]
    asked += [(_("No running term"), "term", "ended")]
    none = {"line": "", "form": "", "term": "", "area": 0, "q": ""}
    found = [Chip(_("Everything"), "?" + chosen.address(today=today, **none), chosen == BodyFilter(chosen.day))]
    for label, field, value in asked:
        is_on = getattr(chosen, field) == value
        found.append(Chip(label, "?" + chosen.address(today=today, **{field: "" if is_on else value}), is_on))
    return found
