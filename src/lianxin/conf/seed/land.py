"""The ground the demonstration stands on: communities with their weights, and invented sites."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from lianxin.places.models import Area, AreaSpan, Site, SiteNetwork

from .names import BUILDINGS

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Land:
    """Communities in code order, the subdistrict of each, and the sites of each."""

    district: int
    subdistricts: list[int]
    subdistrict_names: list[str]
    communities: list[int]
    community_names: list[str]
    parent: IntArray
    """Position of each community's subdistrict in `subdistricts`."""
    weight: NDArray[np.float64]
    """Share of employers in each community; sums to 1."""
    site_ids: IntArray
    site_community: IntArray
    """Position of each site's community in `communities`."""
    site_names: list[str]

    def sites_of(self, community: int) -> IntArray:
        """Positions of a community's sites."""
        return np.flatnonzero(self.site_community == community)


def survey(district: Area, rng: Generator, on: date, sites_each: int) -> Land:
    """Read the tree below the district and put invented sites on it."""
    root = AreaSpan.objects.on(on).get(area=district)
    below = AreaSpan.objects.on(on).filter(path__startswith=root.path).select_related("area").order_by("area__code")
    spans = list(below)
    subs = [s for s in spans if s.level == "subdistrict"]
    coms = [s for s in spans if s.level == "community"]
    position = {s.area_id: i for i, s in enumerate(subs)}
    parent = np.array([position[s.parent_id] for s in coms if s.parent_id is not None])
    weight = rng.gamma(3.0, size=len(subs))[parent] * rng.gamma(4.0, size=len(coms))
    sites = _build_sites(coms, rng, on, sites_each)
    return Land(
        district=district.pk,
        subdistricts=[s.area_id for s in subs],
        subdistrict_names=[s.name for s in subs],
        communities=[s.area_id for s in coms],
        community_names=[s.name for s in coms],
        parent=parent,
        weight=weight / weight.sum(),
        site_ids=np.array([s.pk for s in sites]),
        site_community=np.repeat(np.arange(len(coms)), sites_each),
        site_names=[s.name for s in sites],
    )


def _build_sites(coms: list[AreaSpan], rng: Generator, on: date, each: int) -> list[Site]:
    kinds = ("building", "building", "building", "park", "business_area")
    since = date(on.year - 12, 1, 1)
    sites = []
    for span in coms:
        for number in range(each):
            east, north = rng.normal(scale=0.002, size=2)
            name = f"{short(span.name)}{BUILDINGS[number % len(BUILDINGS)]}"
            name += f"{number // len(BUILDINGS) + 1}栋" if number >= len(BUILDINGS) else ""
            sites.append(
                Site(
                    name=name,
                    kind=kinds[number % len(kinds)],
                    area_id=span.area_id,
                    lon=None if span.lon is None else span.lon + east,
                    lat=None if span.lat is None else span.lat + north,
                    valid_from=since,
                )
            )
    made = Site.objects.bulk_create(sites, batch_size=2000)
    network = SiteNetwork.objects.create(code="canteens", name="工会食堂（演示）")
    for site in made[:: each * 7]:
        site.networks.add(network)
    return made


def short(name: str) -> str:
    """A community's or subdistrict's name without its kind."""
    for suffix in ("社区居委会", "社区", "街道"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name[: -len(suffix)]
    return name
