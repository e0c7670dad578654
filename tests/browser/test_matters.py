"""A kind made on the administrator's page, and a matter of it from a call to its end; the record on a phone."""

import pytest
from playwright.sync_api import Page, expect

import make
from browser.hands import fits, press
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.matters.models import Matter, StoredKind
from lianxin.matters.operations.opening import Given, open_matter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STATES = (("已申请", "Asked"), ("已批准", "Granted"), ("等取钥匙", "Key to fetch"), ("已归还", "Returned"))
STEPS = (
    ("批准借用", "Grant", "asked", "granted"),
    ("通知取钥匙", "Tell", "granted", "key_to_fetch"),
    ("已经归还", "Return", "key_to_fetch", "returned"),
)
CLOCKS = (("批准期限", "asked", "granted", "2"), ("归还期限", "granted", "returned", "5"))


def fill_states(page: Page) -> None:
    page.locator("[name=zh]").fill("场地借用")
    page.locator("[name=en]").fill("Room on loan")
    page.locator("[name=level]").select_option("C1")
    for number, (zh, en) in enumerate(STATES):
        page.locator(f"[name=state-{number}-zh]").fill(zh)
        page.locator(f"[name=state-{number}-en]").fill(en)
        if zh == "已归还":
            page.locator(f"[name=state-{number}-end]").check()
        press(page, "继续")


def fill_steps(page: Page) -> None:
    for number, (zh, en, source, target) in enumerate(STEPS):
        page.locator(f"[name=step-{number}-zh]").fill(zh)
        page.locator(f"[name=step-{number}-en]").fill(en)
        page.locator(f"[name=step-{number}-sources][value={source}]").check()
        page.locator(f"[name=step-{number}-target]").select_option(target)
        page.locator(f"[name=step-{number}-by][value=handler]").check()
        press(page, "继续")


def fill_clocks(page: Page) -> None:
    for number, (zh, start, stop, days) in enumerate(CLOCKS):
        page.locator(f"[name=clock-{number}-zh]").fill(zh)
        page.locator(f"[name=clock-{number}-starts][value={start}]").check()
        page.locator(f"[name=clock-{number}-stops][value={stop}]").check()
        page.locator(f"[name=clock-{number}-number]").fill(days)
        press(page, "继续")


def test_an_administrator_adds_a_kind_and_a_matter_of_it_is_brought_to_its_end(page_at, axe, shot):
    district = make.area("样例区")
    street = make.area("样例街道", parent=district)
    steward = make.account(("steward", district), username="steward")
    officer = make.account(("subdistrict_officer", street), username="officer")

    page = page_at(1440, "/listen/kinds/new/", account=steward)
    fill_states(page)
    press(page, "检查并保存")
    expect(page.locator("div[role=alert]").last).to_contain_text("已批准")  # nothing leads there yet, said in its name
    expect(page.locator("[name=state-3-zh]")).to_have_value("已归还")
    fill_steps(page)
    fill_clocks(page)
    assert axe(page) == []
    shot(page, "matters-kind-1440")
    press(page, "检查并保存")
    expect(page.locator("tbody")).to_contain_text("场地借用")
    stored = StoredKind.objects.get(code="room_on_loan")
    assert (len(stored.kind.states), len(stored.kind.clocks)) == (4, 2)

    desk = page_at(1440, "/listen/enter/", account=officer)
    assert axe(desk) == []
    desk.locator("[name=words]").fill("周六想借社区活动室开读书会")
    desk.locator("[name=kind]").select_option("room_on_loan")
    desk.locator("[name=area]").select_option(str(street.pk))
    press(desk, "登记")
    expect(desk.locator("h1")).to_contain_text("周六想借社区活动室开读书会")
    expect(desk.locator("main")).to_contain_text("还剩 2 个工作日")
    assert axe(desk) == []
    shot(desk, "matters-record-1440")
    phone = page_at(390, f"/listen/{Matter.objects.get().pk}/", account=officer, script=False)
    assert fits(phone)
    for zh, _en, _source, _target in STEPS:
        press(phone, zh)
    expect(phone.locator("#steps")).to_contain_text("已经办结")
    matter = Matter.objects.get()
    assert (matter.state, matter.is_open) == ("returned", False)
    assert matter.due_at is None


def test_a_proposal_taken_over_and_a_list_narrowed_down_say_what_has_changed(page_at):
    area = make.area("样例区")
    officer = make.account(("district_officer", area), username="officer")
    for words in ("工资没有发", "楼下太吵"):
        open_matter(given=Given(words=words, area=area), actor=SYSTEM, at=now())
    page = page_at(1440, "/listen/", account=officer)
    page.locator("main [name=q]").press_sequentially("工资")
    expect(page.locator("[data-told]")).to_have_text("本页条数： 1")
    page.locator("main [name=q]").press_sequentially("不存在的事")
    expect(page.locator("[data-told]")).to_contain_text("没有符合条件的事项")
    page.goto(page.url.partition("/listen/")[0] + "/listen/enter/")
    page.locator("main [name=words]").press_sequentially("公司拖欠工资两个月")
    page.locator("[data-fill]").click()
    expect(page.locator("[data-filled]")).to_have_text("已填入")
