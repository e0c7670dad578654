"""A theme in the browser: from the first message of a resident to the last answer on the pages of progress."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

import make
from browser.hands import press, tap
from lianxin.kit.clock import now
from lianxin.matters.models import Theme, ThemeAnswer
from lianxin.matters.operations.theming import forget_stream, join_pending
from lianxin.trail.tasks import run_until_idle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAMPS = (
    "云杉路的路灯三天不亮，晚上下班看不见",
    "云杉路路灯坏了不亮，请修一下",
    "路灯不亮好久了，云杉路一片黑",
    "云杉路那边路灯又不亮了，很危险",
)


@pytest.mark.practice(7)
def test_a_theme_is_closed_from_the_first_entry_to_the_last_answer(page_at, axe, monkeypatch):
    forget_stream()
    monkeypatch.setattr("lianxin.matters.protection.FASTEST_S", 0)
    district = make.area("样例区")
    officer = make.account(("district_officer", district))
    links = [_sent(page_at, text) for text in LAMPS]
    run_until_idle()
    while join_pending(at=now()):
        pass
    theme = Theme.objects.get(size=4)
    page = page_at(1440, "/listen/themes/", account=officer)
    assert axe(page) == []
    tap(page, page.get_by_role("link", name=re.compile("路灯")))
    expect(page.get_by_role("heading", level=1)).to_contain_text("路灯")
    assert axe(page) == []
    press(page, "立并办事项")
    expect(page.get_by_role("status").first).to_contain_text("并办事项已立")
    page.get_by_label("处理决定").fill("本周内更换云杉路全段路灯")
    page.get_by_label("为什么这样决定").fill("线路老化，已列入维修")
    press(page, "办结并答复所有人")
    expect(page.get_by_role("heading", level=1)).to_contain_text("路灯")
    run_until_idle()
    assert ThemeAnswer.objects.filter(theme=theme).count() == 4
    for link in links:
        told = page_at(390, link)
        expect(told.get_by_text("本周内更换云杉路全段路灯")).to_have_count(1)
        expect(told.get_by_text("线路老化，已列入维修")).to_be_visible()
    forget_stream()


def _sent(page_at, text):
    """A resident writes on a phone; the address of the page of progress."""
    page = page_at(390, reverse("ask:ask"))
    page.locator("textarea[name=text]").fill(text)
    page.locator("form[action='/ask/'] button").last.click()
    page.wait_for_url(re.compile("/ask/p/"))
    return re.sub(r"^https?://[^/]+", "", page.url)
