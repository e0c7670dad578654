"""The coverage page as an officer sees it on the demonstration district; its pictures are those of the README."""

import re

import pytest
from playwright.sync_api import expect

from browser.hands import fits
from lianxin.access.models import Account
from lianxin.boards import drawing
from lianxin.conf.seed.run import seed
from lianxin.figures import snapshots, tables
from lianxin.kit.clock import now, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def officer(settings, tmp_path, request):
    settings.HOME, settings.SNAPSHOTS, settings.DEMONSTRATION = tmp_path, tmp_path / "snapshots", True
    tables.forget()
    drawing.forget()
    seed(size=getattr(request, "param", "small"), number=1, on=today(), at=now())
    snapshots.write(now())
    return Account.objects.get(username="shenjianshan")


@pytest.mark.practice(1)
@pytest.mark.parametrize("officer", ["district"], indirect=True)
def test_from_the_district_to_the_firms_that_are_missed(page_at, axe, shot, officer):
    for width in (1440, 390):
        page = page_at(width, "/coverage/", account=officer)
        expect(page.locator("h1")).to_contain_text("福田区")
        assert page.locator(".lx-map a").count() == 92
        assert axe(page) == []
        assert fits(page)
        shot(page, f"coverage-{width}")
    english = page_at(1440, "/coverage/?drawer=1", account=officer, language="en")
    expect(english.locator("h1")).to_contain_text("Reach")
    assert axe(english) == []

    page = page_at(1440, "/coverage/", account=officer)
    page.get_by_role("link", name="沙头街道", exact=True).click()
    expect(page.locator("h1")).to_contain_text("沙头街道")
    page.locator(".lx-map a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("社区")
    page.go_back()
    page.get_by_role("link", name=re.compile("看 .* 家未覆盖的")).click()
    expect(page.locator("main")).to_contain_text("（演示）")
    shot(page, "coverage-rows-1440")


def test_the_page_works_without_script(page_at, officer):
    page = page_at(1440, "/coverage/", account=officer, script=False)
    page.get_by_label("开业满").select_option("12")
    page.get_by_role("button", name="看", exact=True).click()
    expect(page).to_have_url(re.compile("months=12"))
    assert page.locator(".lx-map a").count() == 92
