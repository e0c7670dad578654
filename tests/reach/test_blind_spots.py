"""Who should have a body, has none, and was not visited for long; where they lie; and the way to a list of visits."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

import make
from lianxin.figures import snapshots, tables
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.models import Site
from lianxin.reach.models import PlannedVisit, VisitRecord
from lianxin.reach.queries import blind_spots as queries
from lianxin.reach.queries.blind_spots import SpotFilter
from lianxin.registry.models import Visit
from lianxin.registry.operations.visits import note_visit
from lianxin.rules.packs import load_pack, shipped

pytestmark = pytest.mark.django_db
LONG = timedelta(days=400)


@pytest.fixture
def land(settings, tmp_path):
    settings.SNAPSHOTS = tmp_path / "snapshots"
    for code in ("union", "league", "women"):
        make.line(code)
    for pack in shipped():
        load_pack(pack, actor=SYSTEM, at=now())
    district = make.area("样例区")
    street = make.area("样例街道", parent=district)
    return district, street, [make.area(f"样例第{n}社区", parent=street) for n in range(2)]


@pytest.fixture
def officer(land, client):
    account = make.account(("subdistrict_officer", land[1]))
    client.force_login(account)
    return account


def take():
    tables.forget()
    queries._kept.clear()
    snapshots.write(now())


def names(client, **asked):
    page = client.get(reverse("reach:blind_spots"), {"line": "union", **asked}).context["page"]
    return {card.name for card, _planned in page.rows}


@pytest.mark.practice(9)
def test_who_is_covered_small_new_or_visited_lately_is_no_blind_spot(client, officer, land):
    here = land[2][0]
    make.organisation("云杉空白厂", area=here)
    make.body(area=here, covers=(make.organisation("云杉已建厂", area=here),))
    make.organisation("云杉小厂", area=here, headcount=24)
    make.organisation("云杉新厂", area=here, opened_on=today() - timedelta(days=90))
    lately, long_ago = make.organisation("云杉近访厂", area=here), make.organisation("云杉久访厂", area=here)
    Visit.objects.create(organisation=lately, visited_on=today() - timedelta(days=200))
    Visit.objects.create(organisation=long_ago, visited_on=today() - LONG)
    take()
    assert names(client) == {"云杉空白厂", "云杉久访厂"}


def test_a_body_whose_term_ended_covers_nobody(client, officer, land):
    firm = make.organisation("云杉届满厂", area=land[2][0])
    make.body(area=land[2][0], covers=(firm,), term_until=today() - timedelta(days=1))
    take()
    assert names(client) == {"云杉届满厂"}


def test_each_line_asks_its_own_rule_and_a_line_without_one_says_so(client, officer, land):
    make.organisation("云杉团员厂", area=land[2][0], headcount=10, league_members=5)
    take()
    assert names(client) == set()
    assert names(client, line="league") == {"云杉团员厂"}
    assert "还没有生效的规则" in client.get(reverse("reach:blind_spots"), {"line": "women"}).content.decode()


def test_whose_headcount_is_unknown_stands_apart(client, officer, land):
    make.organisation("云杉不详厂", area=land[2][0], headcount=None)
    make.organisation("云杉空白厂", area=land[2][0], headcount=60)
    take()
    page = client.get(reverse("reach:blind_spots"), {"line": "union"}).context["page"]
    assert (page.count, page.workers, page.unsure) == (1, 60, 1)
    assert names(client, unsure=1) == {"云杉不详厂"}


@pytest.mark.practice(9)
def test_sites_and_communities_with_most_stand_first(client, officer, land):
    site = Site.objects.create(name="云杉大厦", kind="building", area=land[2][1], valid_from=make.LONG_AGO)
    for number in range(3):
        make.organisation(area=land[2][1], site=site, headcount=30 + number)
    make.organisation(area=land[2][0], headcount=500)
    take()
    page = client.get(reverse("reach:blind_spots"), {"line": "union"}).context["page"]
    assert [(c.name, c.count, c.workers) for c in page.sites] == [("云杉大厦", 3, 93)]
    assert [(c.name, c.count) for c in page.communities] == [("样例第1社区", 3), ("样例第0社区", 1)]
    assert len(names(client, site=site.pk)) == 3
    assert len(names(client, area=land[2][0].pk)) == 1


def test_a_visit_recorded_since_the_snapshot_takes_it_off(client, officer, land):
    firm = make.organisation("云杉空白厂", area=land[2][0])
    take()
    visit = note_visit(organisation=firm, day=today(), outcome="absent", actor=SYSTEM, at=now())
    given = {"officer": officer, "organisation": firm, "visit": visit, "visited_on": today(), "outcome": "absent"}
    VisitRecord.objects.create(key="8f2c6f8e-8d9c-4a3c-9f5e-0d9a6c1b2a3d", written_at=now(), received_at=now(), **given)
    assert names(client) == set()


def test_beside_the_own_area_nothing_is_seen_nor_exported(client, land):
    beside = make.area("别处街道", parent=land[0])
    make.organisation("云杉空白厂", area=land[2][0])
    take()
    client.force_login(make.account(("subdistrict_officer", beside)))
    assert names(client) == set()
    answer = client.get(reverse("reach:export_blind_spots", args=["csv"]), {"line": "union"})
    assert "云杉空白厂" not in b"".join(answer.streaming_content).decode()


def test_the_export_holds_what_the_filter_leaves(client, officer, land):
    for number in range(35):
        make.organisation(f"云杉第{number}厂", area=land[2][number % 2], headcount=100 + number)
    take()
    asked = {"line": "union", "area": land[2][0].pk}
    answer = client.get(reverse("reach:export_blind_spots", args=["csv"]), asked)
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 19
    assert rows[1][0] == "云杉第34厂"


@pytest.mark.practice(9)
def test_from_the_list_to_planned_visits(client, officer, land):
    firms = [make.organisation(area=land[2][0], headcount=30 + n) for n in range(4)]
    take()
    preview = client.get(reverse("reach:plan_visits"), {"all": 1, "line": "union"})
    assert [card.id for card in preview.context["form"].cards] == [f.pk for f in reversed(firms)]
    given = {"o": [f.pk for f in firms[:2]], "officer": officer.pk, "day": today(), "each_day": 8}
    client.post(reverse("reach:plan_visits"), {**given, "purpose": "blind_spot", "confirm": "1"})
    assert set(PlannedVisit.objects.values_list("organisation", flat=True)) == {f.pk for f in firms[:2]}
    assert len(names(client, unplanned=1)) == 2


def test_a_page_asks_as_often_for_thirty_rows_as_for_one(client, officer, land, django_assert_max_num_queries):
    for number in range(40):
        make.organisation(area=land[2][number % 2])
    take()
    client.get(reverse("reach:blind_spots"), {"line": "union"})
    with django_assert_max_num_queries(34):
        client.get(reverse("reach:blind_spots"), {"line": "union"})


def test_without_a_snapshot_the_page_says_what_to_wait_for(client, officer):
    assert "分钟" in client.get(reverse("reach:blind_spots")).content.decode()


def test_the_address_keeps_the_filter():
    chosen = SpotFilter.read({"line": "league", "area": "7", "unsure": "1"}, ["union", "league"])
    assert SpotFilter.read(dict(p.split("=") for p in chosen.address().split("&")), ["union", "league"]) == chosen
    assert SpotFilter.read({"line": "?", "area": "x"}, ["union"]) == SpotFilter("union")
