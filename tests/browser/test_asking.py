"""A worker's wage complaint on a phone: from the first tap to the confirmed outcome; what the first view weighs."""

import re
import time
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

import make
from browser.hands import fits, press, tap
from lianxin.access.models import Grant, ScopeNode
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.matters.models import Matter
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.registry.models import Agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "云杉路的厂拖了两个月工资，一共八千多，老板说再等等。"
MOST_BYTES = 100_000
MOST_SECONDS = 10


class Land:
    def __init__(self):
        self.area = make.area("样例区")
        self.body = make.body("样例区总工会", area=self.area, form="area", kind="union_federation")
        self.officer = make.account(("district_officer", self.area), username="officer")
        self.partner = make.organisation("样例法律援助站", area=self.area)
        Agreement.objects.create(organisation=self.partner, scope="法律援助", valid_from=make.LONG_AGO)
        lawyer = make.account(username="lawyer")
        node = ScopeNode.objects.create(kind="organisation", ref=self.partner.pk, label="援助站")
        Grant.objects.create(account=lawyer, role="partner", node=node, valid_from=make.LONG_AGO)
        self.lawyer = lawyer

    def step(self, page: Page, code: str, **given: str) -> None:
        """The officer takes a step on the matter's page."""
        page.goto(re.sub(r"(/listen/\d+/).*", r"\1", page.url))
        form = page.locator(f"form[action$='/steps/{code}/']")
        if form.locator("xpath=ancestor::details[not(@open)]").count():
            form.locator("xpath=ancestor::details").locator("summary").first.click()
        for name, value in given.items():
            field = form.locator(f"[name$='{name}']")
            field.select_option(value) if name == "owner" else field.fill(value)
        tap(page, form.get_by_role("button"))

    def refer(self, page: Page) -> None:
        """The officer proposes on the matter's page to give it on."""
        page.goto(re.sub(r"(/listen/\d+/).*", r"\1", page.url))
        press(page, "转介给其他组织或合作单位")
        page.get_by_label("转介给").select_option(label="样例法律援助站 · 法律援助")
        page.get_by_label("为了什么").fill("请律师看欠条")
        page.get_by_label("联系方式", exact=True).check()
        tap(page, page.locator("main form button.lx-primary"))

    def partner_answers(self, page: Page) -> None:
        """The partner's lawyer finds it among what was referred, takes it, and gives the outcome."""
        page.goto(urljoin(page.url, "/listen/referrals/"))
        tap(page, page.locator("[data-row] a"))
        expect(page.locator("main")).to_contain_text(WORDS)
        press(page, "接收")
        page.get_by_label("原因或结果").fill("已陪同申请支付令")
        press(page, "回复结果")


@pytest.fixture
def land():
    return Land()


@pytest.mark.practice(7)
def test_a_wage_complaint_from_the_first_tap_through_a_referral_and_a_reopening_to_the_outcome(
    land, page_at, axe, shot
):
    begun = time.monotonic()
    phone = page_at(390, "/ask/")
    phone.get_by_label("什么事？").fill(WORDS)
    phone.wait_for_timeout(1500)  # nobody types faster
    press(phone, "提交")
    expect(phone.locator("h1")).to_have_text("已收到")
    assert time.monotonic() - begun < MOST_SECONDS
    matter = Matter.objects.get()
    expect(phone.locator(".lx-number")).to_have_text(matter.number)
    assert axe(phone) == []
    assert fits(phone)
    shot(phone, "ask-progress-390")

    desk = page_at(390, f"/listen/{matter.pk}/", account=land.officer)
    land.step(desk, "accept")
    land.step(desk, "assign", owner=str(land.body.pk))
    land.step(desk, "contact")
    land.refer(desk)

    phone.reload()
    expect(phone.locator("main")).to_contain_text("样例区总工会")
    press(phone, "可以")
    lawyer = page_at(390, "/listen/referrals/", account=land.lawyer)
    assert axe(lawyer) == []
    shot(lawyer, "referrals-390")
    land.partner_answers(lawyer)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("已陪同申请支付令")

    land.step(desk, "start")
    land.step(desk, "answer", note="单位已答应本周补发工资")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("单位已答应本周补发工资")
    press(phone, "已解决")
    expect(phone.locator("h1")).to_have_text("已办结")
    phone.get_by_label("哪里还没有解决？").fill("到今天还是没有发")
    press(phone, "重新办理")
    expect(phone.locator("h1")).to_have_text("办理中")

    land.step(desk, "answer", note="工资已到账")
    phone.reload()
    press(phone, "已解决")
    press(phone, "满意")
    expect(phone.locator("h1")).to_have_text("已办结")
    expect(phone.get_by_role("button", name="重新办理")).to_have_count(0)
    assert axe(phone) == []
    shot(phone, "ask-closed-390")
    matter.refresh_from_db()
    assert (matter.state, matter.solved, matter.rating, matter.reopened) == ("closed", "yes", 4, 1)


def test_the_first_view_weighs_at_most_a_hundred_kilobytes_with_everything_it_loads(land, page_at):
    page = page_at(390, "/ask/")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights: list[float] = []
    line.on("Network.loadingFinished", lambda loaded: weights.append(loaded["encodedDataLength"]))
    page.reload(wait_until="networkidle")
    assert len(weights) >= 4  # the page, its styles, its script
    assert sum(weights) <= MOST_BYTES


def test_without_a_script_a_request_goes_through_and_bad_input_keeps_the_words(land, page_at):
    page = page_at(390, "/ask/", script=False)
    press(page, "提交")
    expect(page.locator("[role=alert]")).to_contain_text("请用几句话写下是什么事")
    page.get_by_label("什么事？").fill(WORDS)
    page.get_by_text("加上地点、照片或联系方式").click()
    page.get_by_label("电话或邮箱").fill("13800000001")
    page.wait_for_timeout(1500)
    press(page, "提交")
    expect(page.locator("h1")).to_have_text("已收到")
    assert WORDS not in page.content()
    press(page, "显示文字内容")
    expect(page.locator("main")).to_contain_text(WORDS)


def test_whoever_leaves_quickly_and_goes_back_finds_no_word_of_it(land, page_at, settings, live_server):
    settings.LEAVE_URL = f"{live_server.url}/health/"
    phone = page_at(390, "/health/")
    phone.goto(f"{live_server.url}/ask/")
    phone.get_by_label("什么事？").fill(WORDS)
    phone.get_by_text("加上地点、照片或联系方式").click()
    phone.get_by_label("在哪里").fill("云杉路")
    phone.wait_for_timeout(1500)
    press(phone, "提交")
    expect(phone.locator("h1")).to_have_text("已收到")
    tap(phone, phone.locator("[data-leave]"))
    for _ in range(2):
        phone.go_back()
        held = phone.evaluate("[...document.querySelectorAll('textarea, input')].map((e) => e.value).join()")
        assert "云杉路" not in held + phone.content()


def test_language_and_large_type_are_switched_on_the_page_of_progress(land, page_at):
    phone = page_at(390, "/ask/")
    phone.get_by_label("什么事？").fill(WORDS)
    phone.wait_for_timeout(1500)
    press(phone, "提交")
    for script in (True, False):
        page = page_at(390, urlsplit(phone.url).path, script=script)
        page.get_by_role("button", name="大字").click()
        expect(page.locator("html")).to_have_attribute("data-type", "large")
        tap(page, page.get_by_role("button", name="English"))
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url == phone.url


def test_a_switch_on_a_page_that_a_refused_form_showed_leads_to_the_page_above(land, page_at):
    matter = open_matter(given=Given(words=WORDS, area=land.area), actor=SYSTEM, at=now()).matter
    desk = page_at(1440, f"/listen/{matter.pk}/", account=land.officer)
    land.step(desk, "accept")
    where = desk.url
    land.step(desk, "assign")
    assert desk.url != where
    expect(desk.locator("[data-faults]")).to_be_focused()
    desk.once("dialog", lambda dialog: dialog.accept())
    tap(desk, desk.get_by_role("button", name="English"))
    assert desk.url == where
