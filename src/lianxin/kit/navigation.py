"""The navigation: the loop, then the registry and the settings. An entry shows what the person may open."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .clock import today


@dataclass(frozen=True, slots=True)
class Step:
    """One entry as declared: where it leads and which act it takes."""

    label: str | Promise
    icon: str
    url_name: str = ""
    act: str = ""
    starts_group: bool = False


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One entry as shown; without an address the step is still to come."""

    label: str
    icon: str
    url: str
    is_current: bool
    starts_group: bool


DESK = (
    Step(_("Today"), "clipboard-check", "desk:today", "desk.view_today"),
    Step(_("Reach"), "map-2", "boards:coverage", "figures.view_cells"),
    Step(_("Listen"), "message-2"),
    Step(_("Serve"), "heart-handshake"),
    Step(_("Join up"), "arrows-join-2"),
    Step(_("Rally"), "users-group"),
    Step(_("Tell"), "broadcast"),
    Step(_("Account"), "scale"),
    Step(_("Registry"), "address-book", "registry:organisations", "registry.view_organisations", starts_group=True),
    Step(_("Settings"), "settings", "conf:settings", "conf.view_settings"),
)
FIELD = (
    Step(_("Today"), "clipboard-check", "desk:today", "desk.view_today"),
    Step(_("Reach"), "map-2", "boards:coverage", "figures.view_cells"),
    Step(_("Registry"), "address-book", "registry:organisations", "registry.view_organisations"),
    Step(_("Me"), "user", "access:me", "access.view_self"),
)


def entries(request: HttpRequest, steps: Iterable[Step]) -> list[NavigationEntry]:
    """The steps as this person sees them: what may not be opened is left out, what is not built says so."""
    shown = []
    for step in steps:
        url = address(step.url_name)
        if url and not request.actor.may(step.act, today()):  # type: ignore[attr-defined]
            continue
        is_current = bool(url) and request.path.startswith(url) and (url != "/" or request.path == "/")
        shown.append(NavigationEntry(str(step.label), step.icon, url, is_current, step.starts_group))
    return shown


def address(url_name: str) -> str:
    """The address of a page, empty where this installation does not have it."""
    try:
        return reverse(url_name) if url_name else ""
    except NoReverseMatch:
        return ""
