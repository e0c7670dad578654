import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import make
from lianxin.figures import snapshots
from lianxin.kit.clock import now, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    """Two subdistricts with two communities each; 12 to 15 employers in each, the first ten covered."""
    top = make.area("福田区", code="440304", lon=114.05, lat=22.54)
    for s, sub in enumerate(("沙头街道", "梅林街道")):
        subdistrict = make.area(sub, parent=top, lon=114.03 + s / 50, lat=22.53)
        for c in range(2):
            community = make.area(f"{sub[:2]}{c}社区", parent=subdistrict, lon=114.03 + s / 50, lat=22.53 + c / 50)
            firms = [make.organisation(area=community, headcount=40) for _ in range(12 + s + 2 * c)]
            make.body(area=community, covers=tuple(firms[:10]), form="joint")
    return top


@pytest.fixture
def officer(client, district):
    client.force_login(make.account(("district_officer", district)))
    snapshots.write(now())
    return client


@pytest.mark.practice(1)
def test_the_page_says_the_rate_the_fraction_and_where_most_are_missed(officer):
    page = officer.get("/coverage/").content.decode()
    # 12 + 14 + 13 + 15 employers, 40 covered
    assert "74.1%" in page
    assert "40 / 54" in page
    assert "梅林街道 8" in page
    assert page.index("梅林街道</a>") < page.index("沙头街道</a>")  # the lowest rate first
    assert "示意格" in page


def test_every_cell_of_the_map_is_a_link_that_says_its_name_and_value(officer):
    page = officer.get("/coverage/").content.decode()
    links = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><path', page)
    assert len(links) == 4
    inside = officer.get(links[0][0].replace("&amp;", "&"))
    assert inside.status_code == 200
    assert links[0][1].split()[0] in inside.content.decode()


def test_thresholds_change_the_denominator_and_stay_in_the_address(officer):
    page = officer.get("/coverage/", {"headcount": "50"}).content.decode()
    assert "范围内没有单位" in page
    assert 'value="50" selected' in page


def test_an_earlier_day_and_a_comparison_are_shown(officer):
    page = officer.get("/coverage/", {"on": "2020-06-30", "before": "2019-12-31", "drawer": "1"}).content.decode()
    assert "比2019年12月31日 +0.0 个百分点" in page
    assert "lianxin figures establishment_rate" in page
    assert "已被有效工会覆盖的单位" in page


def test_each_number_leads_to_as_many_rows(officer):
    page = officer.get("/coverage/").content.decode()
    ways = re.findall(r'<b><a href="([^"]+part=[^"]+)">([\d,]+)</a>', page)
    assert [number for _, number in ways] == ["40", "54"]
    for way, number in ways:
        assert number in officer.get(way.replace("&amp;", "&")).content.decode()
    assert "看 14 家未覆盖的" in page


def test_a_small_community_is_hatched_and_its_numbers_are_nowhere(officer, district):
    subdistrict = make.area("香蜜湖街道", parent=district, lon=114.0, lat=22.55)
    for name, count in (("大社区", 30), ("小社区", 7)):
        community = make.area(name, parent=subdistrict, lon=114.0, lat=22.55 + count / 1000)
        for _ in range(count):
            make.organisation(area=community, headcount=40)
    snapshots.write(now())
    page = officer.get("/coverage/", {"area": subdistrict.pk}).content.decode()
    assert page.count("为保护个人，不显示</td>") == 2  # the small one, and the one that would reveal it
    assert "0 / 7" not in page
    assert "0 / 30" not in page
    assert "lx-hidden-cell" in page


def test_what_does_not_exist_is_said_in_words(officer):
    assert officer.get("/coverage/", {"area": "999999"}).status_code == 404
    assert officer.get("/coverage/", {"on": date(today().year + 1, 1, 1).isoformat()}).status_code == 422
    assert officer.get("/coverage/", {"headcount": "26"}).status_code == 422


def test_the_export_says_that_the_map_is_schematic(officer):
    page = officer.get("/coverage/").content.decode()
    answer = officer.get(re.search(r'href="([^"]+export.csv[^"]*)"', page)[1].replace("&amp;", "&"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().startswith("\ufeffindicator,")
    assert "schematic" in answer.content.decode()


def test_a_community_worker_starts_in_the_own_community(client, district):
    community = make.area("沙嘴社区", parent=district)
    client.force_login(make.account(("community_officer", community)))
    snapshots.write(now())
    assert "沙嘴社区" in client.get("/coverage/").content.decode().split("<h1>")[1].split("</h1>")[0]


def test_without_a_snapshot_the_page_says_what_comes(client, district):
    client.force_login(make.account(("district_officer", district)))
    answer = client.get("/coverage/")
    assert answer.status_code == 409
    assert "快照" in answer.content.decode()


def test_a_stranger_is_sent_to_log_in(client):
    assert client.get("/coverage/").url.startswith("/accounts/login/")


def test_the_number_of_queries_does_not_grow_with_the_areas(officer, district):
    def count() -> int:
        officer.get("/coverage/")
        with CaptureQueriesContext(connection) as few:
            officer.get("/coverage/")
        return len(few)

    before = count()
    for number in range(30):
        make.area(f"新社区{number}", parent=district, lon=114.0 + number / 1000, lat=22.5)
    snapshots.write(now())
    assert count() == before < 30
