"""Pages of rules: trying a rule live, saving versions, parameters; who may, what is seen."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.rules import catalogue, editor, operations
from lianxin.rules.lookup import params_on, rule_on
from lianxin.rules.operations import Source
from lianxin_methods.rules.vocabulary import Vocabulary

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
LAW = Source("中华人民共和国工会法", "第十一条")
TRY = "/rules/try/organisation/"


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    for module in ("rules.views", "kit.guards"):
        monkeypatch.setattr(f"lianxin.{module}.today", lambda: TODAY)
    monkeypatch.setattr("lianxin.rules.views.now", lambda: NOW)


@pytest.fixture
def land():
    district = make.area("福田区")
    here, there = make.area("莲花街道", parent=district), make.area("沙头街道", parent=district)
    for name, area, headcount in (
        ("大企业", here, 30),
        ("小企业", here, 3),
        ("没填人数", here, None),
        ("别处", there, 30),
    ):
        make.organisation(name, area=area, headcount=headcount)
    return district, here


def sign_in(client, role, area):
    account = make.account((role, area))
    client.force_login(account)
    return AccountActor(account)


def stored(text="headcount >= 25", **given):
    made = operations.add_rule(code="union.own", title="应建工会", title_en="Union", vocabulary="organisation", **BY)
    operations.save_rule(rule=made, text=text, valid_from=date(2022, 1, 1), source=LAW, **given, **BY)
    return made


def test_trying_a_rule_counts_only_what_the_person_may_see(client, land):
    sign_in(client, "subdistrict_officer", land[1])
    trial = client.post(TRY, {"text": "headcount >= 25"}).context["trial"]
    assert (trial.tally.yes, trial.tally.no, trial.tally.ask) == (1, 1, 1)
    assert {s.title: s.outcome for s in trial.samples} == {"大企业": "yes", "小企业": "no", "没填人数": "ask"}
    assert trial.sentence == "用工人数不少于 25 人"


def test_one_record_is_explained_clause_by_clause(client, land):
    actor = sign_in(client, "district_officer", land[0])
    pick = next(s.pk for s in tried(actor, "headcount >= 25").samples if s.title == "没填人数")
    page = client.post(TRY, {"text": "headcount >= 25 and months_open >= 6", "pick": pick})
    explained = page.context["trial"].explained
    assert (explained.title, explained.outcome, explained.ask) == ("没填人数", "ask", ("用工人数",))
    assert [(c.text, c.outcome) for c in explained.clauses[1:]] == [
        ("用工人数不少于 25 人", "ask"),
        ("开业月数不少于 6 个月", "yes"),
    ]
    assert "要问" in page.content.decode()


def tried(actor, text, **given):
    return editor.try_rule(target_code="organisation", text=text, actor=actor, day=TODAY, **given)


def test_a_record_out_of_scope_does_not_exist(client, land):
    seen = tried(AccountActor(make.account(("district_officer", land[0]))), "headcount >= 1").samples
    far = next(s.pk for s in seen if s.title == "别处")
    sign_in(client, "subdistrict_officer", land[1])
    assert client.post(TRY, {"text": "headcount >= 1", "pick": far}).status_code == 404
    assert client.post(TRY, {"text": "headcount >= 1", "pick": "x"}).status_code == 200


def test_a_record_is_found_by_its_name(land):
    actor = AccountActor(make.account(("district_officer", land[0])))
    assert [s.title for s in tried(actor, "headcount >= 25", who="小企").samples] == ["小企业"]


def test_a_fault_is_shown_at_its_place_without_script(client, land):
    sign_in(client, "district_officer", land[0])
    page = client.post(TRY, {"text": "is_new_org\nand headcont >= 25"})
    fault = page.context["trial"].fault
    assert (fault.line, fault.column, fault.before, fault.marked, fault.after) == (2, 5, "and ", "headcont", " >= 25")
    assert "<mark>headcont</mark>" in page.content.decode()
    assert page.context["trial"].tally is None


def test_htmx_gets_the_part_and_everyone_else_the_page(client, land):
    sign_in(client, "district_officer", land[0])
    part = client.post(TRY, {"text": "headcount >= 25"}, headers={"HX-Request": "true"}).content.decode()
    page = client.get(TRY, {"text": "headcount >= 25"}).content.decode()
    assert "<html" not in part
    assert "用工人数不少于 25 人" in part
    assert "<html" in page
    assert "用工人数不少于 25 人" in page
    assert "headcount &gt;= 25" in page


def test_what_is_written_in_a_rule_is_shown_as_text(client, land):
    sign_in(client, "district_officer", land[0])
    page = client.post(TRY, {"text": "kind == '<script>alert(1)</script>'"}).content.decode()
    assert "<script>alert" not in page


def test_the_editor_asks_as_many_queries_for_one_record_as_for_thirty(land, django_assert_max_num_queries):
    actor = AccountActor(make.account(("district_officer", land[0])))
    for _ in range(30):
        make.organisation(area=land[1])
    tried(actor, "headcount >= 25")
    with django_assert_max_num_queries(16):
        tried(actor, "headcount >= 25 and has_valid_body")


def test_small_counts_of_persons_are_not_shown(land, monkeypatch):
    target = catalogue.TARGETS["organisation"]
    words = target.vocabulary()
    persons = Vocabulary(words.code, words.zh, words.en, words.names, about_persons=True)
    monkeypatch.setitem(catalogue.TARGETS, "organisation", replace(target, vocabulary=lambda: persons))
    actor = AccountActor(make.account(("district_officer", land[0])))
    hidden = tried(actor, "headcount >= 25").tally
    assert (hidden.is_hidden, hidden.total) == (True, 0)
    for _ in range(8):
        make.organisation(area=land[1])
    assert tried(actor, "opened_on is not None").tally.yes == 12


def test_a_steward_saves_a_new_version_from_the_editor(client, land):
    stored(in_force=True)
    sign_in(client, "steward", land[0])
    given = {"text": "headcount >= 100", "valid_from": "2026-03-04", "source": "区总工会决定", "in_force": "on"}
    answer = client.post("/rules/rule/union.own/edit/", {**given, "save": "1"})
    assert answer.url == "/rules/rule/union.own/"
    assert rule_on("union.own", TODAY).number == 2
    page = client.get(answer.url).content.decode()
    assert "用工人数不少于 100 人" in page
    assert "用工人数不少于 25 人" in page


def test_trying_in_the_editor_of_a_rule_saves_nothing(client, land):
    made = stored()
    sign_in(client, "steward", land[0])
    page = client.post("/rules/rule/union.own/edit/", {"text": "headcount >= 100", "try": "1"})
    assert page.context["trial"].sentence == "用工人数不少于 100 人"
    assert made.versions.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [({"text": "headcount >="}, "text"), ({"source": ""}, "source"), ({"valid_from": "x"}, "valid_from")],
)
def test_a_version_that_cannot_be_saved_keeps_what_was_written(client, land, change, field):
    stored()
    sign_in(client, "steward", land[0])
    given = {"text": "headcount >= 7", "valid_from": "2026-03-04", "source": "决定", **change}
    page = client.post("/rules/rule/union.own/edit/", {**given, "save": "1"})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert page.context["text"] == given["text"]


def test_a_draft_is_put_in_force_and_its_source_confirmed(client, land):
    stored()
    sign_in(client, "steward", land[0])
    client.post("/rules/rule/union.own/1/in-force/")
    client.post("/rules/rule/union.own/1/verify/")
    found = rule_on("union.own", TODAY)
    assert (found.number, found.is_verified) == (1, True)


def test_a_rule_is_added_and_its_text_written_next(client, land):
    sign_in(client, "steward", land[0])
    given = {"code": "a.b", "title": "新规则", "vocabulary": "organisation", "severity": "must"}
    assert client.post("/rules/add/", given).url == "/rules/rule/a.b/edit/"
    assert client.post("/rules/add/", given).status_code == 422
    assert client.get("/rules/rule/a.b/edit/").status_code == 200
    assert "还没有写内容" in client.get("/rules/rule/a.b/").content.decode()


def test_a_steward_sets_a_parameter_with_its_source(client, land):
    made = operations.add_parameter(code="p.q", title="门槛", title_en="Threshold", unit="人", **BY)
    operations.set_parameter(parameter=made, value=25, valid_from=date(2022, 1, 1), source=LAW, **BY)
    sign_in(client, "steward", land[0])
    given = {"value": "100", "valid_from": "2026-03-04", "jurisdiction": "4403", "source": "市总工会决定"}
    assert client.post("/rules/parameters/p.q/", given).url == "/rules/parameters/"
    assert params_on(TODAY)["p.q"].value == 100
    page = client.get("/rules/parameters/").content.decode()
    assert "市总工会决定" in page
    assert "100 人" in page
    assert [(v.value, v.is_here) for v in client.get("/rules/parameters/").context["lines"][0].values] == [
        ("25 人", False),
        ("100 人", True),
    ]
    assert client.post("/rules/parameters/p.q/", {**given, "value": "many"}).status_code == 422
    earlier = client.post("/rules/parameters/p.q/", {**given, "valid_from": "2020-01-01"})
    assert earlier.status_code == 409


def test_lists_and_tables_are_read_in_both_languages(client, land):
    stored(in_force=True)
    made = operations.add_table(code="seats", title="委员名额", title_en="Seats", vocabulary="organisation", **BY)
    rows = [("union_members <= 10", "1"), ("union_members > 20", "3")]
    operations.save_table(table=made, rows=rows, valid_from=date(2022, 1, 1), source=LAW, in_force=True, **BY)
    sign_in(client, "auditor", land[0])
    assert "应建工会" in client.get("/rules/").content.decode()
    page = client.get("/rules/tables/seats/").content.decode()
    assert "会员人数不超过 10 人" in page
    assert "会员人数 = 11" in page
    client.cookies["lx_language"] = "en"
    english = client.get("/rules/tables/seats/").content.decode()
    assert "number of union members is at most 10 people" in english
    assert "Seats" in english
    assert not re.search(r"<c-|\{%", english)


def test_many_rules_cost_the_list_as_many_queries_as_one(client, land, django_assert_num_queries):
    from lianxin.rules.queries import rule_lines

    for number in range(5):
        operations.add_rule(code=f"r{number}", title="规则", vocabulary="organisation", **BY)
    with django_assert_num_queries(2):
        assert len(rule_lines(TODAY)) == 5


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("representative", "/rules/", 200),
        ("representative", TRY, 403),
        ("community_officer", TRY, 200),
        ("community_officer", "/rules/add/", 403),
        ("community_officer", "/rules/rule/union.own/edit/", 403),
        ("auditor", "/rules/parameters/", 200),
        ("steward", "/rules/add/", 200),
        ("steward", "/rules/rule/none/", 404),
        ("steward", "/rules/try/weather/", 409),
    ],
)
def test_who_may_open_what(client, land, role, path, status):
    stored()
    sign_in(client, role, land[0])
    assert client.get(path).status_code == status


@pytest.mark.parametrize("path", ["/rules/rule/union.own/1/in-force/", "/rules/rule/union.own/1/verify/"])
def test_what_writes_is_never_a_link_and_is_for_stewards(client, land, path):
    stored()
    sign_in(client, "district_officer", land[0])
    assert client.get(path).url == "/rules/rule/union.own/"
    assert client.post(path).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(reverse("rules:rules")).url.startswith("/accounts/login/")


def test_names_are_listed_in_the_readers_language():
    target = catalogue.target_of("organisation")
    with override("en"):
        english = {line.code: line for line in editor.name_lines(target)}
    with override("zh-hans"):
        chinese = {line.code: line for line in editor.name_lines(target)}
    assert (english["headcount"].label, chinese["headcount"].label) == ("number of employees", "用工人数")
    assert ("enterprise", "企业") in chinese["kind"].options
