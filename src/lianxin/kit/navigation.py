"""The navigation: the loop, then the registry and the settings. An entry shows what the person may open."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .clock import today
from .guards import SIGNED_IN


@dataclass(frozen=True, slots=True)
class Step:
    """One entry as declared: the pages it may lead to, each with its act; the first that is allowed is taken."""

    label: str | Promise
    icon: str
    ways: tuple[tuple[str, str], ...] = ()
    starts_group: bool = False
    parts: tuple[str, ...] = ()
    """Starts of further addresses that belong to it."""
    is_one_page: bool = False
    """Its neighbours lie below the same first part of the address."""


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One entry as shown; without an address the step is still to come."""

    label: str
    icon: str
    url: str
    is_current: bool
    starts_group: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a step, as a link below the heading of all its pages: shown where it exists and may be opened."""

    label: str | Promise
    view: str
    """The URL name; its view says which act opens it."""
    also: tuple[str, ...] = ()
    """Starts of further addresses that belong to it."""


@dataclass(frozen=True, slots=True)
class PartLink:
    """A part as shown."""

    label: str
    url: str
    is_current: bool


REACH_PARTS = (
    Part(pgettext_lazy("part of reach", "Coverage"), "boards:coverage"),
    Part(pgettext_lazy("part of reach", "Duties"), "reach:duties"),
    Part(pgettext_lazy("part of reach", "Blind spots"), "reach:blind_spots"),
    Part(pgettext_lazy("part of reach", "Visits"), "reach:visits"),
    Part(pgettext_lazy("part of reach", "Counts"), "reach:counts"),
    Part(pgettext_lazy("part of reach", "Groups"), "reach:groups"),
    Part(pgettext_lazy("part of reach", "Founding and joining"), "reach:foundings", ("/reach/joining/",)),
    Part(
        pgettext_lazy("part of reach", "Network"),
        "reach:network",
        ("/reach/renewals/", "/reach/areas/", "/reach/bodies/"),
    ),
)
"""The pages of reach, in the order of the work."""
LISTEN_PARTS = (
    Part(pgettext_lazy("part of listen", "Matters"), "matters:matters", ("/listen/enter/", "/listen/hotlines/")),
    Part(pgettext_lazy("part of listen", "Referrals"), "matters:referrals"),
    Part(pgettext_lazy("part of listen", "Themes"), "matters:themes"),
    Part(pgettext_lazy("part of listen", "Knowledge base"), "matters:articles"),
    Part(pgettext_lazy("part of listen", "Inspections"), "matters:inspections", ("/listen/reviews/",)),
    Part(pgettext_lazy("part of listen", "Own problems"), "matters:rectifications"),
    Part(pgettext_lazy("part of listen", "Representatives"), "matters:representatives"),
    Part(pgettext_lazy("part of listen", "Elections"), "matters:elections"),
    Part(pgettext_lazy("part of listen", "Boards of bodies"), "boards:bodies", ("/boards/bodies/",)),
    Part(pgettext_lazy("part of listen", "Kinds"), "matters:kinds"),
)
"""The pages of listen; a name that no address bears yet is left out."""
BY_THE_VIEW = ""
"""In place of an act: the one that the view names."""

TODAY = Step(_("Today"), "clipboard-check", (("desk:today", "desk.view_today"),))
REACH = Step(
    _("Reach"),
    "map-2",
    (("boards:coverage", "figures.view_cells"), *((part.view, BY_THE_VIEW) for part in REACH_PARTS)),
    parts=("/reach/",),
)
LISTEN = Step(
    _("Listen"),
    "message-2",
    tuple((part.view, BY_THE_VIEW) for part in LISTEN_PARTS),
    parts=("/listen/", "/boards/bodies/"),
)
REGISTRY = Step(
    _("Registry"),
    "address-book",
    (
        ("registry:organisations", "registry.view_organisations"),
        ("registry:imports", "registry.view_imports"),
        ("registry:people", "registry.view_people"),
    ),
    starts_group=True,
)
SETTINGS = Step(
    _("Settings"),
    "settings",
    (
        ("conf:settings", "conf.view_settings"),
        ("access:accounts", "access.view_accounts"),
        ("rules:rules", "rules.view_rules"),
        ("access:rights", "access.view_rights"),
    ),
    parts=("/settings/", "/rules/", "/jobs/", "/audit/", "/places/", "/calendar/"),
)
DESK = (
    TODAY,
    REACH,
    LISTEN,
    Step(_("Serve"), "heart-handshake"),
    Step(_("Join up"), "arrows-join-2"),
    Step(_("Rally"), "users-group"),
    Step(_("Tell"), "broadcast"),
    Step(pgettext_lazy("step of the loop", "Accountability"), "scale"),
    REGISTRY,
    SETTINGS,
)
FIELD = (
    Step(
        _("Today"),
        "clipboard-check",
        (("field:today", BY_THE_VIEW), ("desk:today", "desk.view_today")),
        is_one_page=True,
    ),
    Step(
        _("Visit"),
        "walk",
        (("field:visits", BY_THE_VIEW),),
        is_one_page=True,
        parts=("/field/visits/", "/field/add/", "/field/organisations/"),
    ),
    Step(_("Record"), "notes", (("field:records", BY_THE_VIEW),), is_one_page=True),
    Step(_("Me"), "user", (("field:me", SIGNED_IN), ("access:me", SIGNED_IN)), is_one_page=True),
)


def entries(request: HttpRequest, steps: Iterable[Step]) -> list[NavigationEntry]:
    """The steps as this person sees them: what may not be opened is left out, what is not built says so."""
    found = [(step, [(address(name), act) for name, act in step.ways if address(name)]) for step in steps]
    shown = []
    for step, ways in found:
        allowed = [url for url, act in ways if _may(request, act or _act_of(url))]
        if not ways or allowed:
            url = allowed[0] if allowed else ""
            is_current = _is_at(request, url, step)
            shown.append(NavigationEntry(str(step.label), step.icon, url, is_current, step.starts_group))
    return shown


def part_links(request: HttpRequest) -> list[PartLink]:
    """The parts of the step whose page this is; nothing elsewhere, nor where only one may be opened."""
    for start, parts in (("/reach/", REACH_PARTS), ("/listen/", LISTEN_PARTS)):
        urls = [(part, address(part.view)) for part in parts]
        if request.path.startswith((start, *(url for _part, url in urls if url))):
            return _links(request, urls)
    return []


def _links(request: HttpRequest, urls: list[tuple[Part, str]]) -> list[PartLink]:
    """Each part that may be opened; the one whose address is the longest start of this page's is the current one."""
    starts = [(start, part) for part, url in urls if url for start in (url, *part.also)]
    near = [(len(start), part) for start, part in starts if request.path.startswith(start)]
    here = max(near, key=lambda found: found[0])[1] if near else None
    links = [PartLink(str(part.label), url, part is here) for part, url in urls if url and _may(request, _act_of(url))]
    return links if len(links) > 1 else []


def _act_of(url: str) -> str:
    return _act_at(url, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=512)
def _act_at(url: str, urlconf: str) -> str:
    """The act that the view at an address of ours performs."""
    return str(getattr(resolve(url, urlconf).func, "act", ""))


def _may(request: HttpRequest, act: str) -> bool:
    if act == SIGNED_IN:
        return request.user.is_authenticated
    return bool(request.actor.may(act, today()))  # type: ignore[attr-defined]


def _is_at(request: HttpRequest, url: str, step: Step) -> bool:
    """Whether the page asked for lies in the part of the product that `url` belongs to."""
    if step.is_one_page:
        return request.path == url or request.path.startswith(step.parts)
    first = "/".join(url.split("/", 2)[:2]) + "/"
    return request.path == url if url in ("", "/") else request.path.startswith((first, *step.parts))


def address(url_name: str) -> str:
    """The address of a page, empty where this installation does not have it."""
    return _address_in(url_name, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=512)
def _address_in(url_name: str, urlconf: str) -> str:
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""
