"""Chips above the list of matters."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianxin.registry.queries.chips import Chip

from .desk_list import MatterFilter


def chips(chosen: MatterFilter, *, may_name: bool) -> list[Chip]:
    """Which matters, one at a time; the words searched and the place stay."""
    asked = [
        ("open", pgettext("matters", "Open")),
        ("overdue", pgettext("matters", "Overdue")),
        ("soon", _("Due within 3 days")),
        ("unassigned", _("Not yet assigned")),
        ("objected", _("Objected to")),
        ("waiting", _("Waiting for the person")),
        ("mine", _("I handle")),
        ("closed", pgettext("matters", "Closed")),
        ("all", pgettext("matters", "All")),
    ]
    found = [Chip(label, "?" + _address(chosen, show), chosen.show == show) for show, label in asked]
    if may_name:
        found.append(Chip(_("Confidential, content hidden"), "?show=sealed", chosen.show == "sealed"))
    return found


def _address(chosen: MatterFilter, show: str) -> str:
    kept = chosen.address(show=show)
    if "show=" in kept or show == "open" and not chosen.q:
        return kept
    return f"{kept}&show={show}" if kept else f"show={show}"
