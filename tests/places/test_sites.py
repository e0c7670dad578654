from datetime import date, timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.kit.scope import Reach, Scope
from lianxin.places.models import Site
from lianxin.places.operations import NewArea, add_network, add_site, change_site, close_site, merge_areas
from lianxin.places.operations.sites import NetworkTaken, SiteClosed, SiteClosedBeforeOpened, SiteTaken
from lianxin.places.operations.spans import NotOpen
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}


def site(area, name="云杉样例大厦", **given):
    return add_site(**{"name": name, "kind": "building", "area": area, "on": make.LONG_AGO, **BY, **given})


def seen(area, day):
    path = area.spans.order_by("-valid_from").first().path
    return list(Site.objects.on(day).within(Scope(day, (Reach("area", path=path),))))


def test_a_site_may_be_in_several_networks():
    canteens = add_network(code="canteen", name="职工食堂", **BY)
    homes = add_network(code="home", name="青年之家", **BY)
    made = site(make.area(), networks=[canteens, homes])
    assert set(made.networks.all()) == {canteens, homes}
    with pytest.raises(NetworkTaken):
        add_network(code="home", name="另一个", **BY)


def test_a_closed_site_is_there_on_old_days_only():
    area = make.area()
    made = site(area)
    close_site(site=made, on=TODAY, **BY)
    assert seen(area, TODAY) == []
    assert seen(area, TODAY - timedelta(days=1)) == [made]
    with pytest.raises(SiteClosed):
        change_site(site=made, name="迟", **BY)


def test_a_site_of_a_merged_area_is_seen_in_the_joint_one():
    district = make.area()
    first, second = make.area(parent=district), make.area(parent=district)
    made = site(first)
    joint = merge_areas(areas=[first, second], into=NewArea("j", "合社区"), on=TODAY, **BY)
    assert seen(joint, TODAY) == [made]
    assert seen(first, TODAY - timedelta(days=1)) == [made]


def test_only_what_is_named_is_changed_and_the_record_says_what():
    made = site(make.area())
    change_site(site=made, address="样例路1号", **BY)
    made.refresh_from_db()
    assert (made.name, made.address) == ("云杉样例大厦", "样例路1号")
    assert Entry.objects.get(act="places.site.changed").facts == {"fields": ["address"]}


def test_two_sites_of_one_name_in_an_area_and_days_in_the_wrong_order_are_refused():
    area = make.area()
    made = site(area)
    with pytest.raises(SiteTaken):
        site(area)
    with pytest.raises(SiteClosedBeforeOpened):
        close_site(site=made, on=date(1999, 1, 1), **BY)
    with pytest.raises(NotOpen):
        site(make.area(valid_until=TODAY))
