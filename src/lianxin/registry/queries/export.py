"""Organisations as a table to keep: the same rows as the list, with the codes of the place."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lianxin.kit.scope import Scope
from lianxin.kit.tables_out import Cell

from .organisations import OrganisationFilter, OrganisationLine, every_organisation


def header(lines: dict[str, tuple[str, str]]) -> list[str]:
    """Column names in the reader's language."""
    fixed = [
        _("Name"),
        _("Credit code"),
        _("Kind"),
        _("Address"),
        _("Community"),
        _("Code of the community"),
        _("Subdistrict"),
        _("Code of the subdistrict"),
        _("How far placed"),
        _("Employees"),
        _("Opened on"),
        _("New type of organisation"),
    ]
    return fixed + [_("Covered by %(line)s") % {"line": zh} for zh, _en in lines.values()]


def table(chosen: OrganisationFilter, scope: Scope, lines: dict[str, tuple[str, str]]) -> Iterator[list[Cell]]:
    """One row an organisation; a place that is not known stays empty rather than guessed."""
    yes, no = _("Yes"), _("No")
    for row in every_organisation(chosen, scope):
        yield [
            row.name,
            row.credit_code,
            row.kind_word,
            row.address,
            *place(row),
            row.placed_word,
            row.headcount,
            row.opened_on,
            yes if row.is_new_org else no,
            *(yes if line in row.lines else no for line in lines),
        ]


def place(row: OrganisationLine) -> tuple[str, str, str, str]:
    """Community, its code, subdistrict, its code: empty below where the address was placed."""
    if row.placed == "community":
        return row.area.name, row.area.code, row.area.above, row.area.above_code
    if row.placed == "subdistrict":
        return "", "", row.area.name, row.area.code
    return "", "", "", ""
