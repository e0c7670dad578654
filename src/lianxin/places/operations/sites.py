"""Sites: add, change, close; the networks they belong to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..models import Area, AreaSpan, Site, SiteNetwork
from .spans import NotOpen


class SiteTaken(Refused):
    text = _("There is a site named “%(name)s” in this area already.")


class SiteClosed(Refused):
    text = _("“%(name)s” is closed. Only a site that is open can be changed.")


class SiteClosedBeforeOpened(Refused):
    text = _("The closing day is before the opening day. Please check both.")


class NetworkTaken(Refused):
    text = _("The code %(code)s belongs to another network.")


class SiteFacts(TypedDict, total=False):
    """What can be said of a site; only what is named is changed."""

    name: str
    kind: str
    area: Area
    address: str
    lon: float | None
    lat: float | None


@transaction.atomic
def add_site(
    *,
    name: str,
    kind: str,
    area: Area,
    on: date,
    actor: Actor,
    at: datetime,
    address: str = "",
    lon: float | None = None,
    lat: float | None = None,
    networks: Iterable[SiteNetwork] = (),
) -> Site:
    """Open a site in an area from a day on. Raises SiteTaken, NotOpen."""
    _check(name, area, on)
    site = Site.objects.create(name=name, kind=kind, area=area, address=address, lon=lon, lat=lat, valid_from=on)
    site.networks.set(networks)
    record("places.site.added", site, actor=actor, at=at, area=area.pk, on=on.isoformat())
    return site


@transaction.atomic
def change_site(
    *,
    site: Site,
    actor: Actor,
    at: datetime,
    networks: Iterable[SiteNetwork] | None = None,
    **facts: Unpack[SiteFacts],
) -> None:
    """Correct what is said of a site: a site keeps no older versions. Raises SiteTaken, SiteClosed, NotOpen."""
    if site.valid_until is not None:
        raise SiteClosed(site, name=site.name)
    given: dict[str, Any] = dict(facts)
    changed = sorted(name for name, value in given.items() if getattr(site, name) != value)
    if {"name", "area"} & set(changed):
        _check(given.get("name", site.name), given.get("area", site.area), site.valid_from, apart_from=site)
    for name in changed:
        setattr(site, name, given[name])
    site.save(update_fields=changed or None)
    if networks is not None:
        site.networks.set(networks)
    record("places.site.changed", site, actor=actor, at=at, fields=changed)


@transaction.atomic
def close_site(*, site: Site, on: date, actor: Actor, at: datetime) -> None:
    """Let a site end on a day. Raises SiteClosed, SiteClosedBeforeOpened."""
    if site.valid_until is not None:
        raise SiteClosed(site, name=site.name)
    if on < site.valid_from:
        raise SiteClosedBeforeOpened(site)
    site.valid_until = on
    site.save(update_fields=["valid_until"])
    record("places.site.closed", site, actor=actor, at=at, on=on.isoformat())


@transaction.atomic
def add_network(*, code: str, name: str, actor: Actor, at: datetime) -> SiteNetwork:
    """Found a grouping of sites across areas. Raises NetworkTaken."""
    if SiteNetwork.objects.filter(code=code).exists():
        raise NetworkTaken(code=code)
    network = SiteNetwork.objects.create(code=code, name=name)
    record("places.network.added", network, actor=actor, at=at)
    return network


def _check(name: str, area: Area, on: date, *, apart_from: Site | None = None) -> None:
    if not AreaSpan.objects.filter(area=area, valid_until=None).exists():
        raise NotOpen(area, name=area.code)
    same = Site.objects.filter(name=name, area=area, valid_until=None)
    if (same.exclude(pk=apart_from.pk) if apart_from else same).exists():
        raise SiteTaken(name=name)
