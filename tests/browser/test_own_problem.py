"""A body's own problem from the first entry to the last answer, 90 days after it was published."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

import make
from browser.hands import fill, fits, press
from lianxin.kit.clock import now, today
from lianxin.matters.models import OwnProblem

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Land:
    def __init__(self):
        self.street = make.area("样例街道", parent=make.area("样例区"))
        self.body = make.body("样例街道总工会", area=self.street, form="area", kind="union_federation")
        self.officer = make.account(("subdistrict_officer", self.street), username="officer")
        self.colleague = make.account(("subdistrict_officer", self.street), username="colleague")


@pytest.mark.practice(6)
def test_a_problem_of_our_own_goes_from_the_first_entry_to_the_last_answer(page_at, axe, shot, monkeypatch):
    land = Land()
    mine = page_at(390, "/listen/problems/", account=land.officer)
    press(mine, "列入一个问题")
    fill(
        mine,
        body="样例街道总工会",
        source="complaint",
        title="周末服务窗口没人",
        words="职工反映周末来办事，窗口没有人。",
    )
    assert axe(mine) == []
    press(mine, "列入清单")
    expect(mine.locator("h1")).to_have_text("周末服务窗口没人")
    press(mine, "定整改方案")
    due = (today() + timedelta(days=20)).isoformat()
    fill(mine, measure="周六上午增开一个窗口", resources="两人轮值", fallback="人手不够时开预约")
    fill(mine, due_on=due, owner=str(land.officer.pk))
    press(mine, "保存方案")
    press(mine, "开始")
    press(mine, "提交证据")
    fill(mine, evidence="值班表四周，开窗照片。")
    press(mine, "提交")
    expect(mine.locator("main")).to_contain_text("由同事核验")
    expect(mine.get_by_role("link", name="核验并公布")).to_have_count(0)
    assert fits(mine)
    assert axe(mine) == []
    shot(mine, "problem-390")

    other = page_at(1440, "/", account=land.colleague)
    expect(other.locator("main")).to_contain_text("周末服务窗口没人")
    other.goto(mine.url)
    press(other, "核验并公布")
    assert fits(other)
    assert axe(other) == []
    shot(other, "problem-check-1440")
    fill(other, seen="周六去看过，窗口开着", problem="周末窗口没有人值守。", done="打电话 13800000001 预约")
    press(other, "通过并公布")
    expect(other.locator("main")).to_contain_text("电话")
    fill(other, done="每周六上午开一个窗口。")
    press(other, "通过并公布")
    expect(other.locator("main")).to_contain_text("已公布，观察 90 天")
    shot(other, "problem-published-1440")

    public = page_at(390, "/problems/", script=False)
    expect(public.locator("main")).to_contain_text("每周六上午开一个窗口。")
    expect(public.locator("main")).not_to_contain_text("值班表")
    assert axe(page_at(390, "/problems/")) == []

    other.goto(mine.url + "again/")
    other.get_by_label("没有反弹").check()
    fill(other, result="三个月里每个周六都开着。")
    press(other, "保存回头看结果")
    expect(other.locator("main")).to_contain_text("满 90 天")
    problem = OwnProblem.objects.get()
    OwnProblem.objects.update(published_at=now() - timedelta(days=90))
    press(other, "保存回头看结果")
    expect(other.locator("main")).to_contain_text("没有反弹，销号")
    public.reload()
    expect(public.locator("main")).to_contain_text("三个月里每个周六都开着。")
    problem.matter.refresh_from_db()
    assert (problem.matter.state, problem.matter.is_open) == ("closed", False)
