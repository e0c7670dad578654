"""The pages of what is owed: list, groups, file, one record clause by clause, the switch."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.figures import snapshots, tables
from lianxin.figures.queries import cells
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.kit.scope import Reach, Scope
from lianxin.places.models import AreaSpan
from lianxin.reach.models import ObligationVersion, Reckoning
from lianxin.reach.operations.reckoning import is_stale, reckon
from lianxin.reach.queries import waiting_lines
from lianxin.reach.queries.duties import PAGE, DutyFilter, duty_page
from lianxin.rules.packs import load_pack, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def land(settings, tmp_path):
    settings.SNAPSHOTS = tmp_path / "snapshots"
    tables.forget()
    for code in ("union", "league", "women"):
        make.line(code)
    for path in shipped():
        load_pack(path, actor=SYSTEM, at=now())
    district = make.area("福田区")
    sub = make.area("样例街道", parent=district)
    return {
        "district": district,
        "sub": sub,
        "one": make.area("甲社区", parent=sub),
        "two": make.area("乙社区", parent=sub),
    }


def enter(role, area, line=""):
    account = make.account((role, area), line=line)
    client = Client()
    client.force_login(account)
    return client


def scope_of(area, line=""):
    path = AreaSpan.objects.get(area=area, valid_until=None).path
    return Scope(today(), (Reach("area", path=path, line=line),))


def work_out():
    return reckon(day=today(), actor=SYSTEM, at=now())


def test_the_list_opens_with_what_is_not_met_the_longest_overdue_first(land):
    make.organisation("缺工会公司", area=land["one"], union_members=40)
    make.body("逾期十天", area=land["one"], term_until=today() - timedelta(days=10))
    make.body("逾期两年", area=land["one"], term_until=today() - timedelta(days=700))
    make.body("届期内", area=land["one"])
    work_out()
    officer, url = enter("district_officer", land["district"]), reverse("reach:duties")
    page = officer.get(url).content.decode()
    assert page.index("逾期两年") < page.index("逾期十天") < page.index("缺工会公司")
    assert "已逾期" in page
    asked = {"code": "union.renewal"}
    assert "届期内" not in officer.get(url, asked).content.decode()
    assert "届期内" in officer.get(url, {**asked, "state": "met"}).content.decode()
    late = officer.get(url, {**asked, "state": "overdue"}).content.decode()
    assert ("逾期十天" in late, "缺工会公司" in late) == (True, False)


def test_an_officer_of_another_community_or_line_does_not_see_it(land):
    make.organisation("缺工会公司", area=land["one"], union_members=40)
    work_out()
    url = reverse("reach:duties")
    assert "缺工会公司" in enter("community_officer", land["one"]).get(url).content.decode()
    assert "缺工会公司" not in enter("community_officer", land["two"]).get(url).content.decode()
    assert "缺工会公司" not in enter("community_officer", land["one"], line="women").get(url).content.decode()
    assert enter("steward", land["district"]).get(url).status_code == 403


def test_counts_by_obligation_and_by_area_add_up(land):
    for place, number in (("one", 3), ("two", 2)):
        for _ in range(number):
            make.organisation(area=land[place], union_members=40)
    make.body(area=land["one"], covers=(make.organisation(area=land["one"], union_members=25),))
    make.organisation(area=land["two"], union_members=None)
    work_out()
    scope = scope_of(land["district"])
    chosen = DutyFilter(today(), line="union", code="union.committee")
    whole = duty_page(chosen, scope).tally
    assert (whole.met, whole.unmet, whole.overdue, whole.unknown, whole.in_force) == (1, 5, 0, 1, 6)
    assert whole.rate == pytest.approx(1 / 6)
    below = DutyFilter(today(), code="union.committee", by="area", area=land["sub"].pk)
    areas = {row.label: row.tally for row in duty_page(below, scope).groups}
    assert (areas["甲社区"].unmet, areas["乙社区"].unmet, areas["乙社区"].unknown) == (3, 2, 1)
    kinds = {row.note: row.tally for row in duty_page(DutyFilter(today(), by="obligation"), scope).groups}
    assert kinds["UN-08"].met == 1


def test_pages_follow_one_another_without_loss_and_files_hold_all(land, django_assert_max_num_queries):
    names = {make.organisation(f"云杉样例{n:03d}号", area=land["one"], union_members=40).pk for n in range(PAGE + 7)}
    work_out()
    scope, chosen = scope_of(land["district"]), DutyFilter(today(), code="union.committee")
    with django_assert_max_num_queries(20):
        first = duty_page(chosen, scope)
    second = duty_page(chosen, scope, after=first.after)
    assert [len(first.rows), len(second.rows), second.after] == [PAGE, 7, ""]
    assert {row.ref for row in (*first.rows, *second.rows)} == names
    file = enter("district_officer", land["district"]).get(reverse("reach:export_duties", args=["csv"]))
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert sum("云杉样例" in line for line in lines) == PAGE + 7
    assert "中华人民共和国工会法" in lines[1]


def test_one_record_says_why_clause_by_clause_in_both_languages(land):
    firm = make.organisation("缺工会公司", area=land["one"], union_members=40, league_members=None)
    client = enter("district_officer", land["district"])
    url = reverse("reach:duties_of", args=["organisation", firm.pk])
    page = client.get(url).content.decode()
    for words in (
        "建立基层工会委员会",
        "还没做到",
        "会员人数不少于 25 人",
        "40 人",
        "还要问：",
        "团员人数",
        "第十一条",
    ):
        assert words in page
    client.post(reverse("kit:language"), {"language": "en"})
    page = client.get(url).content.decode()
    for words in ("Set up a union committee", "number of union members is at least 25", "has its own body of"):
        assert words in page
    assert client.get(reverse("reach:duties_of", args=["organisation", firm.pk + 99])).status_code == 404
    assert client.get(reverse("reach:duties_of", args=["person", firm.pk])).status_code == 404


@pytest.mark.parametrize("kind", ["organisation", "body", "area"])
def test_pages_of_records_ask_for_their_obligations(land, kind):
    firm = make.organisation(area=land["one"], union_members=40)
    pk = {"organisation": firm.pk, "body": make.body(area=land["one"]).pk, "area": land["one"].pk}[kind]
    place = reverse("places:area" if kind == "area" else f"registry:{kind}", args=[pk])
    officer = enter("district_officer", land["district"])
    url = reverse("reach:duties_of", args=[kind, pk])
    assert url in officer.get(place).content.decode()
    part = officer.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="duties"' in part


def test_a_steward_switches_an_obligation_with_a_reason_and_nobody_else_does(land):
    url = reverse("reach:switch_obligation", args=["union.founding"])
    assert enter("district_officer", land["district"]).post(url, {"to": "on", "reason": "x"}).status_code == 403
    steward = enter("steward", land["district"])
    shown = steward.get(reverse("reach:obligation", args=["union.founding"])).content.decode()
    for words in ("已停用", "广东和深圳的条文没有查到", "有疑问", "12 个月"):
        assert words in shown
    refused = steward.post(url, {"to": "on", "reason": ""})
    assert (refused.status_code, "请写明依据" in refused.content.decode()) == (422, True)
    assert steward.post(url, {"to": "on", "reason": "区总工会办公会决定"}).status_code == 302
    assert ObligationVersion.objects.get(obligation__code="union.founding", valid_until=None).is_on
    assert is_stale(today())
    listed = steward.get(reverse("reach:obligations")).content.decode()
    assert listed.count("已停用") == 9


def test_what_is_overdue_waits_for_the_officer_of_the_place(land):
    make.body("逾期十天", area=land["one"], term_until=today() - timedelta(days=10))
    work_out()

    def lines(area, role="subdistrict_officer"):
        account = make.account((role, area))
        return [line for line in waiting_lines(AccountActor(account), today()) if "reach/duties" in line.url]

    (line,) = lines(land["sub"])
    assert (line.due_on, "逾期十天" in line.detail) == (today() - timedelta(days=10), True)
    assert lines(land["two"], "community_officer") == []


def test_the_indicator_counts_what_is_met_of_what_must_be(land):
    firms = [make.organisation(area=land["one"], union_members=30, league_members=0) for _ in range(20)]
    for firm in firms[:8]:
        make.body(area=land["two"], covers=(firm,), kind="union_group")
    make.organisation(area=land["one"], union_members=None, league_members=0)
    work_out()
    snapshots.write(now())
    (cell,) = cells("obligation_rate", areas=[land["one"].pk], on=today(), actor_scope=None)
    assert (cell.numerator, cell.denominator, cell.missing) == (8, 20, 2)
    (before,) = cells("obligation_rate", areas=[land["one"].pk], on=today() - timedelta(days=1), actor_scope=None)
    assert (before.value, before.reason) == (None, "no_one_in_scope")


def test_an_empty_list_says_what_to_do(land):
    page = enter("district_officer", land["district"]).get(reverse("reach:duties")).content.decode()
    assert "还没有清算" in page
    assert not Reckoning.objects.exists()
