"""Joining with a code: from the phone to the roll, with nothing kept that is not needed."""

import json
from datetime import timedelta

import pytest
from django.test import Client

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit import vault
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.reach.models import Application, Founder, JoinCode
from lianxin.reach.operations import foundings, joining
from lianxin.reach.operations.founders import Known
from lianxin.reach.queries.joining import application_lines, joining_waiting, progress, state_of
from lianxin.reach.views.applications import drawn
from lianxin.registry.models import Consent, Contact, Membership, Person
from lianxin.registry.operations.people import advance_membership
from lianxin.rules.packs import PACKS, load_pack
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
ME = Known("林样例", "phone", "138 0000 0001")


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setattr("lianxin.registry.scoping.today", lambda: TODAY)


@pytest.fixture
def area():
    return make.area("样例社区")


@pytest.fixture
def body(area):
    return make.body("样例联合工会", area=area)


@pytest.fixture
def code(body):
    return joining.make_code(body=body, until=TODAY + timedelta(days=30), where="大堂", **BY)


@pytest.fixture
def officer(area):
    return AccountActor(make.account(("community_officer", area)))


def send(code, known=ME, *, news=False):
    answers = {"membership": True, "activity_news": news}
    return joining.send_application(code=code, known=known, workplace="样例公司", answers=answers, at=NOW)


def test_nothing_of_an_applicant_is_in_the_registry_before_the_body_enters_the_person(code):
    made, _secret = send(code)
    assert not Person.objects.exists()
    assert "林样例".encode() not in bytes(made.sealed)
    assert not Entry.objects.filter(facts__icontains="林样例").exists()


def test_an_applicant_is_entered_verified_and_active_and_sees_each_step(code, body):
    made, secret = send(code, news=True)
    joining.take_in(application=made, organisation=0, day=TODAY, **BY)
    member = Membership.objects.get(body=body)
    assert (member.person.name, member.registered_on) == ("林样例", TODAY)
    sealed = Contact.objects.get(person=member.person)
    assert vault.unseal(sealed.sealed, where=sealed.where) == "13800000001"
    assert Consent.objects.get().purpose.code == "activity_news"
    for step, seen in (("verified_on", "verified"), ("active_on", "active")):
        advance_membership(membership=member, step=step, day=TODAY, **BY)
        assert progress(joining.by_secret(secret), TODAY).state == seen
    made.refresh_from_db()
    assert made.sealed is None


def test_a_no_to_news_leaves_no_consent_and_still_makes_a_member(code):
    made, _secret = send(code)
    joining.take_in(application=made, organisation=0, day=TODAY, **BY)
    assert not Consent.objects.exists()
    assert Membership.objects.count() == 1


def test_who_is_known_by_name_and_contact_is_not_entered_twice(code, area):
    for target in (code, joining.make_code(body=make.body(area=area), until=TODAY + timedelta(days=9), where="", **BY)):
        joining.take_in(application=send(target)[0], organisation=0, day=TODAY, **BY)
    assert Person.objects.count() == 1
    assert Membership.objects.count() == 2


def test_a_refusal_has_a_reason_the_applicant_reads_and_deletes_what_was_sent(code):
    made, secret = send(code)
    with pytest.raises(foundings.ReasonMissing):
        joining.refuse(application=made, reason=" ", day=TODAY, **BY)
    joining.refuse(application=made, reason="请向单位所在社区申请", day=TODAY, **BY)
    seen = progress(joining.by_secret(secret), TODAY)
    assert (seen.state, seen.reason, seen.may_withdraw) == ("refused", "请向单位所在社区申请", False)
    assert Application.objects.get().sealed is None
    with pytest.raises(joining.Answered):
        joining.take_in(application=made, organisation=0, day=TODAY, **BY)


def test_an_applicant_takes_it_back_before_and_after_being_entered(code):
    early, _ = send(code)
    joining.withdraw(application=early, at=NOW)
    assert Application.objects.get().sealed is None
    late, secret = send(code)
    joining.take_in(application=late, organisation=0, day=TODAY, **BY)
    joining.withdraw(application=joining.by_secret(secret), at=NOW)
    assert Membership.objects.get().left_on == TODAY
    assert state_of(joining.by_secret(secret), TODAY) == "withdrawn"


def test_a_code_works_in_its_days_until_it_is_stopped(code):
    typed = f"{code.code[:4].lower()} {code.code[4:].lower()}"
    assert joining.working_code(typed, TODAY) == code
    with pytest.raises(joining.CodeNotGood):
        joining.working_code(typed, TODAY + timedelta(days=30))
    joining.revoke_code(code=code, **BY)
    with pytest.raises(joining.CodeNotGood):
        joining.working_code(typed, TODAY)
    with pytest.raises(joining.CodeEnds):
        joining.make_code(body=code.body, until=TODAY, where="", **BY)


def test_the_link_of_an_applicant_cannot_be_found_out_from_the_database(code):
    made, secret = send(code)
    assert secret not in json.dumps(list(Application.objects.values("digest", "number")))
    with pytest.raises(joining.CodeNotGood):
        joining.by_secret(made.digest)


@pytest.mark.parametrize(
    ("known", "answers", "refusal"),
    [
        (Known(" ", "phone", "13800000001"), {"membership": True}, joining.ApplicantNameMissing),
        (ME, {"membership": False}, joining.MembershipNoticeNotRead),
    ],
)
def test_what_is_missing_is_asked_for(code, known, answers, refusal):
    with pytest.raises(refusal):
        joining.send_application(code=code, known=known, workplace="", answers=answers, at=NOW)


def test_applications_wait_with_a_clock_for_those_who_answer_the_body(code, officer, area):
    load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=NOW)
    send(code)
    send(code)
    lines = joining_waiting(officer, TODAY)
    assert [line.title for line in lines] == ["2 人申请加入样例联合工会"]
    assert lines[0].due_on == TODAY + timedelta(days=14)
    assert len(application_lines(officer.scope("reach.view_applications", TODAY))) == 2
    beside = AccountActor(make.account(("community_officer", make.area("别处"))))
    assert joining_waiting(beside, TODAY) == []
    assert application_lines(beside.scope("reach.view_applications", TODAY)) == []


def test_who_applies_to_a_founding_is_known_to_its_handlers_only(area, officer):
    firm = make.organisation(area=area)
    facts = {"line": make.line(), "form": "own", "kind": "union_committee", "name": "样例公司工会", "area": area}
    held = foundings.start_founding(**facts, organisations=[firm], day=TODAY, actor=officer, at=NOW)
    with pytest.raises(foundings.NotAHandler):
        other = AccountActor(make.account(("community_officer", area)))
        joining.make_code(founding=held, until=TODAY + timedelta(days=3), where="", actor=other, at=NOW)
    code = joining.make_code(founding=held, until=TODAY + timedelta(days=3), where="", actor=officer, at=NOW)
    made, _ = joining.send_application(code=code, known=ME, workplace="", answers={"founding": True}, at=NOW)
    assert application_lines(officer.scope("reach.view_applications", TODAY)) == []
    assert joining.read_applicants(founding=held, actor=officer, at=NOW)[0].name == "林样例"
    assert Entry.objects.filter(act="reach.applications.read").count() == 1
    joining.take_in(application=made, organisation=0, day=TODAY, actor=officer, at=NOW)
    assert Founder.objects.get().part == "member"
    assert not Person.objects.exists()


# ---- the public pages


@pytest.fixture
def open_code(body):
    return JoinCode.objects.create(code="ABCD2345", body=body, made_on=today(), until=today() + timedelta(days=9))


FILLED = {
    "name": "林样例",
    "contact_kind": "phone",
    "contact": "13800000001",
    "workplace": "",
    "is_of_age": "on",
    "yes_membership": "on",
    "website": "",
}


def test_a_stranger_joins_without_an_account_and_keeps_a_link(open_code):
    client = Client()
    assert client.post("/join/", {"code": "abcd 2345"})["Location"] == "/join/ABCD2345/"
    page = client.get("/join/ABCD2345/")
    assert "样例联合工会" in page.content.decode()
    sent = client.post("/join/ABCD2345/", FILLED)
    assert sent.status_code == 302
    own = client.get(sent["Location"])
    assert Application.objects.get().number in own.content.decode()
    assert own["Referrer-Policy"] == "same-origin"
    assert "no-store" in own["Cache-Control"]
    client.post(sent["Location"] + "withdraw/")
    assert Application.objects.get().state == "withdrawn"


def test_the_page_behind_a_code_is_light(open_code):
    page = Client().get("/join/ABCD2345/")
    text = page.content.decode()
    assert len(page.content) < 30_000
    assert text.count("<script") == 1  # the switches of every page
    assert "tabler" not in text


def test_nothing_typed_is_lost_and_each_fault_is_named(open_code):
    page = Client().post("/join/ABCD2345/", {**FILLED, "contact": "十二", "yes_membership": ""})
    assert page.status_code == 422
    assert "林样例" in page.content.decode()
    assert not Application.objects.exists()


def test_machines_fill_in_what_people_do_not_see(open_code):
    assert Client().post("/join/ABCD2345/", {**FILLED, "website": "http://spam.example"}).status_code == 429
    assert not Application.objects.exists()


def test_one_place_cannot_flood_a_body(open_code):
    states = [Client().post("/join/ABCD2345/", FILLED).status_code for _ in range(8)]
    assert states.count(302) <= 7
    assert 429 in states


def test_a_code_that_does_not_work_says_what_to_do(open_code):
    page = Client().get("/join/WRONG234/")
    assert page.status_code == 404
    assert "请核对" in page.content.decode()


def test_a_square_to_scan_is_drawn_here_without_script_or_style():
    svg = drawn("https://example.org/join/ABCD2345/")
    assert svg.startswith("<svg")
    assert "<script" not in svg
    assert "http-equiv" not in svg


def test_the_sheet_shows_the_square_and_the_code_to_type(open_code, area):
    client = Client()
    client.force_login(make.account(("community_officer", area)))
    text = client.get(f"/reach/joining/codes/{open_code.pk}/").content.decode()
    assert "<svg" in text
    assert "ABCD 2345" in text


def test_an_officer_enters_and_refuses_on_the_page(open_code, area):
    client = Client()
    client.force_login(make.account(("community_officer", area)))
    first, _ = joining.send_application(code=open_code, known=ME, workplace="", answers={"membership": True}, at=now())
    second, secret = joining.send_application(
        code=open_code,
        known=Known("陈样例", "phone", "13800000002"),
        workplace="",
        answers={"membership": True},
        at=now(),
    )
    assert "陈样例" in client.get("/reach/joining/").content.decode()
    assert client.post(f"/reach/joining/{first.pk}/enter/").status_code == 302
    assert client.post(f"/reach/joining/{second.pk}/refuse/", {"reason": "已是别处会员"}).status_code == 302
    assert client.post(f"/reach/joining/{first.pk}/step/", {"step": "verified_on"}).status_code == 302
    assert Membership.objects.get().verified_on == today()
    assert progress(joining.by_secret(secret), today()).reason == "已是别处会员"
