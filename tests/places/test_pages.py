import io
import json
from datetime import date

import pytest
from django.urls import reverse

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.places.calendar import WorkingDays
from lianxin.places.demonstration import load_working_days
from lianxin.places.models import Area, AreaSpan, Shape, Site
from lianxin.places.operations import add_site
from lianxin.places.queries import search, waiting_lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch):
    for module in ("asking", "areas", "sites", "calendar"):
        monkeypatch.setattr(f"lianxin.places.views.{module}.today", lambda: TODAY)


@pytest.fixture
def tree(db):
    district = make.area("样例区")
    east, west = make.area("东街道", parent=district), make.area("西街道", parent=district)
    return district, east, west, make.area("甲岸社区", parent=east), make.area("乙桥社区", parent=east)


@pytest.fixture
def steward(client, tree):
    client.force_login(make.account(("steward", tree[0])))
    return client


def page(client, view, *args, query=""):
    return client.get(reverse(f"places:{view}", args=args) + query)


def post(client, view, /, *args, **fields):
    return client.post(reverse(f"places:{view}", args=args), {"on": TODAY.isoformat(), **fields})


def names_on(day):
    return set(AreaSpan.objects.on(day).values_list("name", flat=True))


def test_the_tree_shows_the_areas_of_ones_scope_and_nothing_beside_it(client, tree):
    client.force_login(make.account(("subdistrict_officer", tree[1])))
    text = page(client, "areas").content.decode()
    assert "甲岸社区" in text
    assert "西街道" not in text
    assert "样例区" not in text


def test_an_area_outside_ones_scope_does_not_exist(client, tree):
    client.force_login(make.account(("subdistrict_officer", tree[1])))
    assert page(client, "area", tree[3].pk).status_code == 200
    assert page(client, "area", tree[2].pk).status_code == 404
    assert page(client, "shapes", tree[0].pk).status_code == 404
    assert page(client, "rename_area", tree[3].pk).status_code == 403


def test_an_area_shows_its_old_name_on_an_old_day(steward, tree):
    assert post(steward, "rename_area", tree[3].pk, name="丙岭社区").status_code == 302
    assert "丙岭社区</h1>" in page(steward, "area", tree[3].pk).content.decode()
    assert "甲岸社区</h1>" in page(steward, "area", tree[3].pk, query="?on=2025-01-01").content.decode()


def test_an_administrator_moves_merges_splits_adds_and_closes_areas(steward, tree):
    district, east, west, first, second = tree
    assert post(steward, "move_area", first.pk, parent=west.pk).status_code == 302
    assert post(steward, "merge_areas", first.pk, others=[second.pk], name="合湾社区", code="h1").status_code == 302
    joint = Area.objects.get(code="h1")
    assert post(steward, "split_area", joint.pk, parts="h2 北湾社区\nh3 南湾社区").status_code == 302
    assert post(steward, "add_area", west.pk, name="新岗社区", code="h4", level="community").status_code == 302
    added = Area.objects.get(code="h4")
    assert post(steward, "close_area", added.pk).status_code == 302
    assert names_on(TODAY) == {"样例区", "东街道", "西街道", "北湾社区", "南湾社区"}
    history = page(steward, "area", first.pk).content.decode()
    assert "南湾社区" in history
    assert page(steward, "rename_area", joint.pk).status_code == 409


def test_a_subdistrict_is_split_with_its_communities_shared_out(steward, tree):
    _, east, _, first, second = tree
    shared = {f"child{first.pk}": "1", f"child{second.pk}": "2"}
    assert post(steward, "split_area", east.pk, parts="e1 东一街道\ne2 东二街道", **shared).status_code == 302
    assert AreaSpan.objects.on(TODAY).get(area=first).parent.code == "e1"


def test_a_refusal_stands_on_the_form_and_keeps_what_was_entered(steward, tree):
    answer = post(steward, "rename_area", tree[3].pk, name="乙桥社区")
    assert answer.status_code == 409
    assert 'value="乙桥社区"' in answer.content.decode()
    assert post(steward, "rename_area", tree[3].pk, name="").status_code == 422
    assert post(steward, "split_area", tree[3].pk, parts="onlycode").status_code == 422


def test_sites_are_found_added_corrected_and_closed(client, tree):
    client.force_login(make.account(("community_officer", tree[3])))
    given = {"name": "云杉样例大厦", "kind": "building", "area": tree[3].pk}
    assert post(client, "add_site", **given).status_code == 302
    site = Site.objects.get()
    assert "云杉样例大厦" in page(client, "sites", query="?q=云杉").content.decode()
    assert "云杉样例大厦" not in page(client, "sites", query="?q=冷杉").content.decode()
    assert post(client, "change_site", site.pk, **given | {"address": "样例路8号"}).status_code == 302
    assert "样例路8号" in page(client, "site", site.pk).content.decode()
    assert post(client, "close_site", site.pk).status_code == 302
    assert "云杉样例大厦" not in page(client, "sites").content.decode()
    assert post(client, "add_site", **given | {"area": tree[4].pk}).status_code == 422


def test_a_site_elsewhere_does_not_exist(client, tree):
    site = add_site(name="冷杉", kind="park", area=tree[4], on=make.LONG_AGO, actor=SYSTEM, at=NOW)
    client.force_login(make.account(("community_officer", tree[3])))
    assert page(client, "site", site.pk).status_code == 404
    assert page(client, "change_site", site.pk).status_code == 404


def test_the_calendar_warns_where_a_year_has_no_table_until_one_is_imported(steward):
    assert "lx-is-due" in page(steward, "calendar", query="?year=2026").content.decode()
    file = io.BytesIO("日期,是否上班,名称\n2026-10-01,否,国庆节\n".encode())
    file.name = "2026.csv"
    assert post(steward, "import_calendar", file=file, source="测试").status_code == 302
    shown = page(steward, "calendar", query="?year=2026").content.decode()
    assert "国庆节" in shown
    assert "lx-is-due" not in shown
    assert WorkingDays.read().years == {2026}


def test_outlines_are_imported_on_a_page_and_served_as_geojson(steward, tree):
    ring = [[114.0, 22.0], [114.1, 22.0], [114.1, 22.1], [114.0, 22.0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": "甲岸社区"}, "geometry": geometry}
    file = io.BytesIO(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    file.name = "x.geojson"
    assert post(steward, "import_shapes", file=file, datum="wgs84", source="测试").status_code == 302
    assert Shape.objects.get().area == tree[3]
    found = page(steward, "shapes", tree[0].pk, query="?level=community").json()
    assert [f["properties"]["name"] for f in found["features"]] == ["甲岸社区"]
    bad = io.BytesIO(b"\xff\xfe no json")
    bad.name = "y.geojson"
    assert post(steward, "import_shapes", file=bad, datum="wgs84", source="测试").status_code == 409


def test_a_page_costs_the_same_number_of_queries_for_1_and_30_rows(steward, tree, django_assert_max_num_queries):
    for number in range(30):
        made = make.area(parent=tree[1])
        add_site(name=f"云杉{number}", kind="park", area=made, on=make.LONG_AGO, actor=SYSTEM, at=NOW)
    for name, args, most in (("areas", (), 12), ("area", (tree[1].pk,), 22), ("sites", (), 14)):
        with django_assert_max_num_queries(most):
            assert page(steward, name, *args).status_code == 200


@pytest.mark.parametrize("name", ["areas", "sites", "calendar", "import_calendar", "import_shapes", "add_site"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages_and_a_stranger_is_asked_to_log_in(steward, name, language):
    steward.cookies["lx_language"] = language
    assert page(steward, name).status_code == 200
    steward.logout()
    assert page(steward, name).status_code == 302


def test_the_search_finds_areas_and_sites_within_ones_scope(tree):
    officer = AccountActor(make.account(("subdistrict_officer", tree[1])))
    add_site(name="云杉岸大厦", kind="building", area=tree[3], on=make.LONG_AGO, actor=SYSTEM, at=NOW)
    assert [h.title for h in search(officer, "岸", TODAY, 10)] == ["甲岸社区", "云杉岸大厦"]
    assert search(officer, "西街道", TODAY, 10) == []
    assert len(search(officer, "岸", TODAY, 1)) == 1


def test_an_administrator_is_told_when_a_table_of_working_days_is_missing(tree):
    steward = AccountActor(make.account(("steward", tree[0])))
    assert [line.url for line in waiting_lines(steward, TODAY)] == [reverse("places:import_calendar")]
    assert len(waiting_lines(steward, date(2026, 12, 1))) == 2
    load_working_days(NOW)
    assert waiting_lines(steward, TODAY) == []
    assert waiting_lines(AccountActor(make.account(("district_officer", tree[0]))), TODAY) == []
