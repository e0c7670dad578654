"""Pages on a phone and what a phone sends."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import now, today
from lianxin.reach.models import Difference, PlannedVisit, VisitRecord
from lianxin.reach.operations.visits import plan_visits
from lianxin.reach.queries.visit_lists import visit_lines
from lianxin.reach.queries.visits import account_key
from lianxin.registry.models import Import, OrganisationSpan
from lianxin.registry.operations.organisations import change_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return make.area("样例街道", parent=make.area("样例区"))


@pytest.fixture
def officer(street, client):
    account = make.account(("subdistrict_officer", street))
    client.force_login(account)
    return account


@pytest.fixture
def firms(street):
    return [make.organisation(f"云杉第{n}厂", area=street, headcount=28) for n in range(3)]


def plan(officer, firms, day=None):
    by = {"actor": AccountActor(officer), "at": now()}
    return plan_visits(officer=officer, day=day or today(), organisations=firms, purpose="found", **by)


def item(firm, **more):
    subject = f"organisation:{firm.pk}"
    fixed = {"kind": "visit", "subject": subject, "planned": "", "written_at": "2026-03-04T09:30:00", "step": ""}
    said = {"outcome": "willing", "visited_on": today().isoformat(), "note": "", "counts": {}}
    return {"key": str(uuid4()), **fixed, **said, **more}


def send(client, officer, *items, **more):
    post = {"account": account_key(officer.pk), "items": items, **more}
    return client.post(reverse("field:send"), json.dumps(post), content_type="application/json")


def test_the_next_visit_stands_first_and_is_the_one_red_button(client, officer, firms):
    plan(officer, firms)
    text = client.get(reverse("field:visits")).content.decode()
    assert text.index("云杉第0厂") < text.index("云杉第1厂")
    assert text.count("lx-primary") == 1


def test_the_list_asks_as_often_for_thirty_stops_as_for_one(client, officer, street, django_assert_max_num_queries):
    plan(officer, [make.organisation(area=street) for _ in range(30)])
    with django_assert_max_num_queries(28):
        client.get(reverse("field:visits"))


def test_two_taps_without_script_record_a_visit(client, officer, firms):
    (stop,) = plan(officer, firms[:1])
    given = {"key": uuid4(), "outcome": "absent", "visited_on": today().isoformat()}
    answer = client.post(reverse("field:record", args=[stop.pk]), given)
    assert answer.status_code == 302
    kept = VisitRecord.objects.get()
    assert (kept.outcome, kept.step, kept.planned_id) == ("absent", "again", stop.pk)


def test_without_an_outcome_the_form_says_what_is_missing_and_keeps_the_note(client, officer, firms):
    (stop,) = plan(officer, firms[:1])
    given = {"key": uuid4(), "visited_on": today().isoformat(), "note": "周三再来"}
    answer = client.post(reverse("field:record", args=[stop.pk]), given)
    assert answer.status_code == 422
    assert "周三再来" in answer.content.decode()
    assert "请选走访结果" in answer.content.decode()


def test_a_post_is_answered_with_receipts_facts_and_differences(client, officer, firms):
    change_organisation(organisation=firms[0], day=today(), actor=AccountActor(officer), at=now(), headcount=31)
    said = item(firms[0], counts={"headcount": {"base": 28, "said": 30}})
    answer = send(client, officer, said, item(firms[1])).json()
    assert {r["state"] for r in answer["receipts"].values()} == {"kept"}
    (differing,) = answer["differences"]
    assert (differing["said"], differing["found"], differing["base"]) == (30, 31, 28)
    assert answer["facts"][f"organisation:{firms[0].pk}"]["headcount"] == 31


def test_each_answer_has_a_higher_number_and_a_doubled_post_changes_nothing(client, officer, firms):
    said = item(firms[0], counts={"headcount": {"base": 28, "said": 30}})
    first, second = (send(client, officer, said).json() for _ in range(2))
    assert second["round"] == first["round"] + 1
    assert second["receipts"] == first["receipts"]
    assert VisitRecord.objects.count() == 1


def test_a_choice_sent_from_a_phone_settles_the_difference(client, officer, firms):
    said = item(firms[0], counts={"headcount": {"base": 27, "said": 30}})
    send(client, officer, said)
    choice = {"kind": "choice", "record": said["key"], "field": "headcount", "chosen": "said", "seen": 28}
    answer = send(client, officer, {"key": str(uuid4()), **choice}).json()
    assert answer["differences"] == []
    assert OrganisationSpan.objects.get(organisation=firms[0], valid_until=None).headcount == 30


def test_a_choice_works_without_script(client, officer, firms):
    said = item(firms[0], counts={"headcount": {"base": 27, "said": 30}})
    send(client, officer, said)
    client.post(reverse("field:choose"), {"record": said["key"], "field": "headcount", "chosen": "found", "seen": "28"})
    assert Difference.objects.get().chosen == "found"


def test_the_outbox_of_another_account_is_not_taken_in(client, officer, firms, street):
    other = make.account(("subdistrict_officer", street))
    answer = send(client, officer, item(firms[0]), account=account_key(other.pk))
    assert (answer.status_code, answer.json()) == (409, {"refused": "other_account"})
    assert not VisitRecord.objects.exists()


@pytest.mark.parametrize("wrong", [
    {"outcome": "?"}, {"visited_on": "2999-01-01"}, {"visited_on": ""}, {"subject": "person:1"}, {"key": "x"},
    {"counts": {"headcount": {"base": 28, "said": -1}}},
])  # fmt: skip
def test_a_record_that_cannot_be_is_refused_with_words_and_the_others_are_taken_in(client, officer, firms, wrong):
    bad, good = item(firms[0], **wrong), item(firms[1])
    receipts = send(client, officer, bad, good).json()["receipts"]
    assert receipts[bad["key"]]["state"] == "refused"
    assert receipts[bad["key"]]["text"]
    assert receipts[good["key"]]["state"] == "kept"


def test_what_an_import_holds_waits_with_all_that_follows_on_it(client, officer, firms):
    batch = Import.objects.create(
        kind="organisations", file_name="x", file_digest="x", state="applying", effective_on=today(), started_at=now()
    )
    OrganisationSpan.objects.filter(organisation=firms[0]).update(born_in=batch)
    PlannedVisit.objects.create(officer=officer, day=today(), position=1, organisation=firms[0], purpose="found")
    first, second, other = (item(firms[n]) for n in (0, 0, 1))
    receipts = send(client, officer, first, second, other).json()["receipts"]
    assert [receipts[i["key"]]["state"] for i in (first, second, other)] == ["later", "later", "kept"]


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"items": 3, "account": ""}', '{"items": [3], "account": ""}'])
def test_an_unreadable_post_is_refused(client, officer, body):
    answer = client.post(reverse("field:send"), body, content_type="application/json")
    assert answer.status_code == 422


def test_today_says_what_waits(officer, firms, client):
    plan(officer, firms[:2])
    PlannedVisit.objects.create(
        officer=officer, day=today() - timedelta(days=3), position=1, organisation=firms[2], purpose="found"
    )
    send(client, officer, item(firms[0], counts={"headcount": {"base": 27, "said": 30}}))
    lines = visit_lines(AccountActor(officer), today())
    assert [line.due_on for line in lines] == [today() - timedelta(days=3), today(), None]


def test_an_organisation_found_nearby_goes_on_todays_list(client, officer, firms):
    client.post(reverse("field:add"), {"organisation": firms[0].pk})
    assert PlannedVisit.objects.get().organisation_id == firms[0].pk


def test_organisations_chosen_elsewhere_are_spread_over_working_days(client, officer, firms):
    day = today() + timedelta(days=(7 - today().weekday()))
    given = {"o": [f.pk for f in firms], "officer": officer.pk, "day": day, "each_day": 2, "purpose": "blind_spot"}
    client.post(reverse("reach:plan_visits"), {**given, "confirm": "1"})
    days = PlannedVisit.objects.order_by("day", "position").values_list("day", flat=True)
    assert [d - day for d in days] == [timedelta(0), timedelta(0), timedelta(days=1)]


def test_the_printed_list_holds_every_stop_and_room_to_write(client, officer, firms):
    plan(officer, firms)
    text = client.get(reverse("reach:print_visits")).content.decode()
    assert all(f"云杉第{n}厂" in text for n in range(3))
    assert "□" in text
