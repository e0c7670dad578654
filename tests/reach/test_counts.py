"""A full count: whom it is about, how far it has come, who is left, and the visit list that follows."""

from datetime import date

import pytest
from django.test import Client

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import today
from lianxin.reach.models import CountSet, Liaison, PlannedVisit
from lianxin.reach.operations import counts as op
from lianxin.reach.queries import counts as queries
from lianxin.registry.models import Visit
from lianxin.rules.lookup import Unreadable
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
AIMS = (
    ("联系到", "Contacted", "was_contacted"),
    ("登记齐全", "Recorded", "headcount is not None and league_members is not None"),
    ("有组织", "Covered", "has_valid_league or has_liaison_league"),
)


@pytest.fixture
def land():
    for code in ("union", "league"):
        make.line(code)
    district = make.area("福田区")
    street, other = make.area("一街道", parent=district), make.area("二街道", parent=district)
    return {"district": district, "street": street, "here": make.area("甲社区", parent=street), "other": other}


def survey(**given) -> CountSet:
    facts = {"code": "survey", "name": "三个百分百", "universe": "is_new_org", "line": "league", "aims": AIMS}
    return op.open_count(**{**facts, "on": TODAY, **BY, **given})


def new_org(area, **span):
    return make.organisation(area=area, is_new_org=True, **{"league_members": 2, **span})


def scope_of(area, role="district_officer", act="reach.view_counts", day=TODAY):
    return AccountActor(make.account((role, area))).scope(act, day)


def shares(progress):
    return [(d.done, d.unknown, d.of) for d in progress.whole.done]


def test_each_hundred_per_cent_is_counted_over_the_new_organisations_only(land):
    one, two, three = (new_org(land["here"]) for _ in range(3))
    make.organisation(area=land["here"])
    Visit.objects.create(organisation=one, visited_on=date(2026, 1, 5), outcome="willing")
    Visit.objects.create(organisation=two, visited_on=date(2026, 1, 5), outcome="absent")
    make.body(area=land["here"], line="league", covers=(three,))
    op.name_liaison(organisation=two, line="league", day=TODAY, **BY)
    found = queries.progress(queries.Reading(survey(), TODAY), scope_of(land["district"]))
    assert shares(found) == [(1, 0, 3), (3, 0, 3), (2, 0, 3)]


def test_a_visit_at_which_nobody_was_there_is_no_contact(land):
    Visit.objects.create(organisation=new_org(land["here"]), visited_on=TODAY, outcome="moved")
    found = queries.progress(queries.Reading(survey(), TODAY), scope_of(land["district"]))
    assert found.whole.done[0].done == 0


def test_what_is_not_known_counts_as_not_done_and_is_said_apart(land):
    new_org(land["here"], headcount=None)
    aims = (("够大", "", "headcount >= 10"),)
    found = queries.progress(queries.Reading(survey(aims=aims), TODAY), scope_of(land["district"]))
    assert shares(found) == [(0, 1, 1)]


def test_areas_add_up_and_the_furthest_behind_comes_first(land):
    done = new_org(land["here"])
    new_org(make.area("乙社区", parent=land["other"]))
    Visit.objects.create(organisation=done, visited_on=TODAY, outcome="willing")
    found = queries.progress(queries.Reading(survey(), TODAY), scope_of(land["district"]))
    assert [(a.name, a.of, a.done[0].done) for a in found.areas] == [("二街道", 1, 0), ("一街道", 1, 1)]
    assert found.whole.of == sum(a.of for a in found.areas)


def test_an_officer_counts_the_own_area_only(land):
    new_org(land["here"])
    new_org(make.area("乙社区", parent=land["other"]))
    found = queries.progress(queries.Reading(survey(), TODAY), scope_of(land["street"], "subdistrict_officer"))
    assert found.whole.of == 1


def test_an_earlier_day_is_counted_as_it_was_then(land):
    firm = new_org(land["here"])
    op.name_liaison(organisation=firm, line="league", day=TODAY, **BY)
    count_set, scope = survey(), scope_of(land["district"])
    before = date(2026, 2, 1)
    then = queries.progress(queries.Reading(count_set, before), scope_of(land["district"], day=before))
    assert (then.whole.done[2].done, queries.progress(queries.Reading(count_set, TODAY), scope).whole.done[2].done) == (
        0,
        1,
    )


def test_the_list_of_those_left_holds_whom_one_thing_is_missing_for(land):
    done, left = new_org(land["here"]), new_org(land["here"])
    Visit.objects.create(organisation=done, visited_on=TODAY, outcome="willing")
    reading = queries.Reading(survey(), TODAY)
    found = queries.pending_page(reading, scope_of(land["district"]), queries.PendingFilter(aim=1))
    assert [(line.id, line.done) for line in found.lines] == [(left.pk, (False, True, False))]


def test_the_number_of_queries_does_not_grow_with_the_organisations(land, django_assert_max_num_queries):
    count_set, scope = survey(), scope_of(land["district"])
    for _ in range(30):
        new_org(land["here"])
    with django_assert_max_num_queries(30):
        reading = queries.Reading(count_set, TODAY)
        queries.progress(reading, scope)
        queries.pending_page(reading, scope, queries.PendingFilter())


def test_a_rule_that_cannot_be_read_opens_no_count(land):
    with pytest.raises(Unreadable):
        survey(universe="income > 3")
    assert not CountSet.objects.exists()


@pytest.mark.parametrize(("aims", "refusal"), [((), op.NoAim), ((("a", "", "is_new_org"),) * 7, op.TooManyAims)])
def test_a_count_has_from_one_to_six_things_to_do(land, aims, refusal):
    with pytest.raises(refusal):
        survey(aims=aims)


def test_a_code_is_given_once(land):
    survey()
    with pytest.raises(op.CountCodeTaken):
        survey()


def test_a_closed_count_stays_as_it_is(land):
    count_set = survey()
    op.close_count(count_set=count_set, on=TODAY, **BY)
    count_set.refresh_from_db()
    with pytest.raises(op.CountClosed):
        op.change_count(count_set=count_set, name="x", universe="is_new_org", aims=AIMS, on=TODAY, **BY)


def test_a_liaison_named_twice_is_one_and_ends_once(land):
    firm = new_org(land["here"])
    for _ in range(2):
        op.name_liaison(organisation=firm, line="league", day=TODAY, **BY)
    assert Liaison.objects.count() == 1
    for _ in range(2):
        op.end_liaison(organisation=firm, line="league", day=TODAY, **BY)
    acts = Entry.objects.filter(act__startswith="reach.liaison").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["reach.liaison.named", "reach.liaison.ended"]


@pytest.fixture
def officer(land):
    account = make.account(("district_officer", land["district"]))
    client = Client()
    client.force_login(account)
    return account, client


def test_an_officer_puts_those_ticked_on_a_visit_list(land, officer):
    account, client = officer
    firm, beyond = new_org(land["here"]), new_org(make.area("别处"))
    count_set = survey()
    given = {"officer": account.pk, "day": today().isoformat(), "organisation": [firm.pk, beyond.pk], "here": "aim=1"}
    answer = client.post(f"/reach/counts/{count_set.pk}/visits/", given, secure=True)
    assert answer.status_code == 302
    planned = PlannedVisit.objects.values_list("officer", "organisation", "purpose")
    assert list(planned) == [(account.pk, firm.pk, "survey")]


def test_an_officer_notes_a_liaison_from_the_list(land, officer):
    _, client = officer
    firm, beyond = new_org(land["here"]), new_org(make.area("别处"))
    url = f"/reach/counts/{survey().pk}/liaison/"
    assert client.post(url, {"liaison": firm.pk}, secure=True).status_code == 302
    assert client.post(url, {"liaison": beyond.pk}, secure=True).status_code == 404
    assert [x.organisation_id for x in Liaison.objects.all()] == [firm.pk]


def test_a_district_officer_opens_and_changes_a_count_on_the_page(land, officer):
    _, client = officer
    page = client.get("/reach/counts/new/", secure=True)
    form = dict(page.context["form"].initial) | {"code": "two", "name": "样例清点"}
    assert client.post("/reach/counts/new/", form, secure=True).status_code == 302
    made = CountSet.objects.get(code="two")
    assert made.aims.count() == 3
    form |= {"name3": "", "rule3": "", "due_on": "2026-12-31"}
    assert client.post(f"/reach/counts/{made.pk}/edit/", form, secure=True).status_code == 302
    assert made.aims.count() == 2
    bad = client.post(f"/reach/counts/{made.pk}/edit/", form | {"universe": "nonsense >"}, secure=True)
    assert bad.status_code == 422


def test_those_left_leave_as_a_file(land, officer):
    _, client = officer
    firm = new_org(land["here"], name="=云杉样例厂")
    answer = client.get(f"/reach/counts/{survey().pk}/pending.csv?aim=1", secure=True)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=云杉样例厂" in text
    assert firm.pk


def test_pages_open_without_any_count_too(land, officer):
    _, client = officer
    for url in ("/reach/counts/", "/reach/counts/registers/", "/reach/counts/proposals/", "/reach/groups/"):
        assert client.get(url, secure=True).status_code == 200
