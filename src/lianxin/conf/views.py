"""The page of settings: the doors that this person may open, with what lies behind each."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.kit.navigation import address


@dataclass(frozen=True, slots=True)
class Door:
    """One page of the settings; an address that this installation has not is left out."""

    label: str | Promise
    detail: str | Promise
    icon: str
    url_name: str
    act: str = ""

    @property
    def url(self) -> str:
        return address(self.url_name)


DOORS = (
    Door(_("My account"), _("Grants, password, second factor, API tokens"), "user", "access:me"),
    Door(
        pgettext_lazy("people", "Accounts"),
        _("Who works here, and who may see what"),
        "users",
        "access:accounts",
        "access.view_accounts",
    ),
    Door(
        _("Who may do what"), _("The table of rights, in words"), "shield-check", "access:rights", "access.view_rights"
    ),
    Door(_("Areas"), _("Split, merge, move and rename areas"), "map", "places:areas", "places.view_areas"),
    Door(_("Rules"), _("Rules, decision tables and parameters"), "list-check", "rules:rules", "rules.view_rules"),
    Door(
        _("Purposes"),
        _("What personal data is held for, the words people read, how long it is kept"),
        "file-text",
        "registry:purposes",
        "registry.view_purposes",
    ),
    Door(_("Background jobs"), _("What runs, and what failed"), "clock-play", "trail:jobs", "trail.view_jobs"),
    Door(
        _("Audit trail"),
        _("Who did what, and whether the chain holds"),
        "history",
        "trail:entries",
        "trail.view_entries",
    ),
)


@performs("conf.view_settings")
def settings_page(request: HttpRequest) -> HttpResponse:
    """The doors this person may open."""
    may = request.actor.may  # type: ignore[attr-defined]
    doors = [door for door in DOORS if door.url and (not door.act or may(door.act, today()))]
    return render(request, "conf/settings.html", {"doors": doors})
