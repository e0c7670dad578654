from datetime import date, timedelta

import pytest

import make
from conftest import TODAY
from lianxin.desk import queries
from lianxin.kit.search import Hit
from lianxin.kit.waiting import WaitingLine


def line(title: str, due: date | None = None, **more: object) -> WaitingLine:
    return WaitingLine(kind="走访", icon="walk", title=title, detail="", verb="打开", url="/x/", due_on=due, **more)


@pytest.fixture
def waiting(monkeypatch):
    def put(*lines: WaitingLine) -> None:
        monkeypatch.setattr(queries, "WAITING", [lambda actor, day: list(lines)])

    return put


@pytest.fixture
def officer(client):
    client.force_login(make.account(("district_officer", make.area("福田区"))))
    return client


def test_the_longest_overdue_comes_first_and_proposals_last(waiting):
    waiting(
        line("建议", is_proposal=True),
        line("明天", TODAY + timedelta(days=1)),
        line("今天", TODAY),
        line("超期一天", TODAY - timedelta(days=1)),
        line("超期十天", TODAY - timedelta(days=10)),
        line("没有时限"),
    )
    page = queries.today_page(None, TODAY)
    assert [(g.code, [x.title for x in g.lines]) for g in page.groups] == [
        ("overdue", ["超期十天", "超期一天"]),
        ("today", ["今天"]),
        ("later", ["明天", "没有时限"]),
        ("proposals", ["建议"]),
    ]
    assert (page.total, page.overdue, page.due_today) == (6, 2, 1)


def test_where_somebody_waits_for_an_answer_comes_before_what_is_later_still(waiting):
    long_ago, yesterday = TODAY - timedelta(days=600), TODAY - timedelta(days=1)
    waiting(line("空缺的职务", long_ago), line("有人在等", yesterday, someone_waits=True))
    [group] = queries.today_page(None, TODAY).groups
    assert [x.title for x in group.lines] == ["有人在等", "空缺的职务"]


def test_where_somebody_may_be_in_danger_comes_before_whatever_else_is_overdue(waiting):
    waiting(
        line("久未答复", TODAY - timedelta(days=80), someone_waits=True),
        line("紧急情况", TODAY, is_urgent=True),
        line("保护个案", TODAY - timedelta(days=1), is_urgent=True),
    )
    page = queries.today_page(None, TODAY)
    assert [(g.code, [x.title for x in g.lines]) for g in page.groups] == [
        ("urgent", ["保护个案", "紧急情况"]),
        ("overdue", ["久未答复"]),
    ]
    assert (page.total, page.overdue, page.due_today) == (3, 2, 1)


@pytest.mark.django_db
def test_only_the_first_row_carries_the_primary_action(officer, waiting):
    waiting(line("后一件", TODAY), line("先一件", date(2020, 1, 1)))
    page = officer.get("/").content.decode()
    assert page.count("lx-primary") == 1
    assert page.index("先一件") < page.index("后一件")


@pytest.mark.django_db
def test_an_empty_today_says_so(officer, waiting):
    waiting()
    assert "今天没有等您处理的" in officer.get("/").content.decode()


@pytest.mark.django_db
def test_search_shows_hits_by_kind_and_an_empty_one_asks_for_a_word(officer, monkeypatch):
    asked = []

    def source(actor, text, day, limit):
        asked.append((text, limit))
        return [Hit("单位", "building", "鲸落物流（演示）有限公司", "沙头街道", "/o/1/")]

    monkeypatch.setattr(queries, "SEARCHES", [source])
    page = officer.get("/search/", {"q": " 鲸落 "}).content.decode()
    assert asked == [("鲸落", 20)]
    assert "鲸落物流（演示）有限公司" in page
    assert "单位" in page
    officer.get("/search/", {"q": "  "})
    assert len(asked) == 1


@pytest.mark.django_db
def test_a_stranger_is_sent_to_log_in(client):
    assert client.get("/").url.startswith("/accounts/login/")
    assert client.get("/search/?q=x").url.startswith("/accounts/login/")


@pytest.mark.django_db
def test_a_deadline_set_in_working_days_is_said_in_them_and_others_in_calendar_days(waiting):
    day, due = date(2026, 3, 5), date(2026, 3, 9)
    waiting(line("工作日", due, in_working_days=True), line("日历日", due))
    page = queries.today_page(None, day)
    left = {row.title: row.working_days for group in page.groups for row in group.lines}
    assert left == {"工作日": 2, "日历日": None}
