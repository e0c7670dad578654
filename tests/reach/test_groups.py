"""Groups without an employer: estimates come in as aggregates, members are counted, small counts stay hidden."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.reach.models import GroupBody, GroupEstimate, GroupLoad
from lianxin.reach.operations import groups as op
from lianxin.reach.queries.groups import groups_page
from lianxin.registry.models import Membership

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
HEADER = "群体,区域,年份,人数,误差"


@pytest.fixture
def land():
    for line in ("union", "league"):
        make.line(line)
    district = make.area("福田区")
    streets = [make.area(name, parent=district) for name in ("一街道", "二街道", "三街道")]
    return {"district": district, "streets": streets, "group": op.add_group(code="couriers", name="快递员", **BY)}


def scope(area, act="reach.view_groups"):
    return AccountActor(make.account(("district_officer", area))).scope(act, TODAY)


def load(land, *rows, header=HEADER, within=None):
    content = "\n".join([header, *rows]).encode()
    inside = op.areas_within(scope(land["district"]).area_paths, TODAY) if within is None else within
    given = {"content": content, "file_name": "a.csv", "source": "样例年鉴", "on": TODAY, "within": inside}
    return op.load_estimates(**given, **BY)


def take_in(land, street: int, members: int, *, number: int = 1):
    body = make.body(area=land["streets"][street], form="joint")
    op.take_in(body=body, group=land["group"], day=TODAY, **BY)
    for n in range(members):
        make.membership(person=make.person(f"林{street}{number}{n}"), body=body)
    return body


def reached(land):
    page = groups_page(scope(land["district"]))
    return page.here[0], {c.area_name: (c.reached, c.is_hidden) for c in page.below}


def test_an_estimate_comes_in_with_year_margin_and_source(land):
    made = load(land, "快递员,一街道,2025年,“1,200人”".replace("“", '"').replace("”", '"') + ",±80")
    row = GroupEstimate.objects.get()
    assert (row.people, row.margin, row.year, row.load.source) == (1200, 80, 2025, "样例年鉴")
    assert made.counts["new"] == 1


def test_the_same_file_twice_changes_nothing_and_another_number_changes_one(land):
    load(land, "快递员,一街道,2025,500,40", "couriers,二街道,2025,300,")
    again = load(land, "快递员,一街道,2025,500,40", "couriers,二街道,2025,310,")
    assert {k: again.counts[k] for k in ("unchanged", "changed")} == {"unchanged": 1, "changed": 1}
    assert GroupEstimate.objects.count() == 2


def test_rows_at_fault_are_set_aside_with_the_reason_and_hold_up_nobody(land):
    make.area("别街道", parent=make.area("别区"))
    made = load(
        land,
        "快递员,一街道,2025,500,40",
        "骑手,一街道,2025,500,40",
        "快递员,无此街道,2025,500,40",
        "快递员,别街道,2025,500,40",
        "快递员,二街道,2099,500,40",
        "快递员,二街道,2025,很多,40",
        "快递员,二街道,2025,500,900",
        "快递员,一街道,2025,501,40",
    )
    faults = [(f["row"], f["fault"]) for f in made.faults]
    assert faults == [
        (3, "group_unknown"),
        (4, "area_unknown"),
        (5, "area_outside"),
        (6, "year_wrong"),
        (7, "people_wrong"),
        (8, "margin_wrong"),
        (9, "area_twice"),
    ]
    assert GroupEstimate.objects.get().people == 500


def test_a_file_without_a_column_that_is_needed_is_refused(land):
    with pytest.raises(op.ColumnMissing):
        load(land, "快递员,一街道,500", header="群体,区域,人数")
    assert not GroupLoad.objects.exists()


def test_members_without_an_employer_count_for_the_group_once(land):
    take_in(land, 0, 12)
    body = take_in(land, 0, 10, number=2)
    employed = make.organisation(area=land["streets"][0])
    make.membership(person=make.person("林有单位"), body=body, organisation=employed)
    make.membership(person=make.person("林已离会"), body=body, left_on=TODAY)
    make.membership(person=Membership.objects.first().person, body=body)
    whole, below = reached(land)
    assert whole.reached == 22
    assert below["一街道"] == (22, False)


def test_a_body_that_takes_in_no_group_counts_for_none(land):
    body = make.body(area=land["streets"][0], form="joint")
    for n in range(15):
        make.membership(person=make.person(f"林{n}"), body=body)
    assert reached(land)[0].reached == 0


def test_a_body_takes_in_one_group_at_a_time(land):
    other = op.add_group(code="riders", name="骑手", **BY)
    body = take_in(land, 0, 0)
    op.take_in(body=body, group=other, day=TODAY, **BY)
    op.take_in(body=body, group=other, day=TODAY, **BY)
    assert [x.group for x in GroupBody.objects.filter(valid_until=None)] == [other]


def test_fewer_than_ten_are_not_shown_nor_what_would_tell_them(land):
    for street, members in enumerate((4, 30, 40)):
        take_in(land, street, members)
    whole, below = reached(land)
    assert whole.reached == 74
    assert below["一街道"] == (None, True)
    hidden = [name for name, (_, is_hidden) in below.items() if is_hidden]
    assert len(hidden) == 2


def test_an_estimate_of_fewer_than_ten_is_not_shown(land):
    load(land, "快递员,福田区,2025,7,2")
    cell, _ = reached(land)
    assert (cell.people, cell.reached, cell.is_hidden) == (None, None, True)


def test_the_share_reached_stands_with_the_two_ends_of_the_estimate(land):
    load(land, "快递员,福田区,2025,100,20", "快递员,福田区,2024,900,20")
    take_in(land, 0, 40)
    cell, _ = reached(land)
    assert (cell.year, cell.share, cell.rest) == (2025, 0.4, 60)
    assert cell.share_range == pytest.approx((40 / 120, 40 / 80))


def test_an_officer_of_a_street_looks_into_no_other(land):
    page = groups_page(scope(land["streets"][0]), area=land["district"].pk)
    assert page.area == land["streets"][0].pk


def test_no_name_stands_on_the_page_and_organisations_stand_beside(land):
    take_in(land, 0, 30)
    client = Client()
    client.force_login(make.account(("district_officer", land["district"])))
    text = client.get("/reach/groups/", secure=True).content.decode()
    assert "快递员" in text
    assert "林01" not in text


def test_an_officer_imports_estimates_on_the_page(land):
    client = Client()
    client.force_login(make.account(("district_officer", land["district"])))
    file = SimpleUploadedFile("a.csv", f"{HEADER}\n快递员,一街道,2025,500,40".encode())
    answer = client.post("/reach/groups/estimates/", {"file": file, "source": "样例年鉴"}, secure=True)
    assert answer.status_code == 302
    assert GroupEstimate.objects.get().people == 500
    body = make.body(area=land["streets"][0], form="joint")
    given = {"group": "couriers", "body": body.pk, "day": "2026-03-01"}
    assert client.post("/reach/groups/bodies/", given, secure=True).status_code == 302
    assert GroupBody.objects.get().body == body
    assert client.post("/reach/groups/bodies/", given | {"body": 0}, secure=True).status_code == 422
