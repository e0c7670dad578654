import re

import pytest
from playwright.sync_api import expect

import make
from browser.hands import press, tap
from browser_faults import is_wider_than_screen

pytestmark = pytest.mark.browser
PASSWORD = "liu-shui-bu-fu"
IN_THE_SHELL = ("/accounts/logout/", "/accounts/password/change/", "/accounts/2fa/", "/no/such/page/")
PUBLIC_WEIGHT = 100 * 1024


@pytest.fixture
def officer(db):
    made = make.account(("district_officer", make.area("福田区")), username="linxiangwan")
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_gallery_shows_every_component_without_a_fault(page_at, axe, shot, officer, width, language):
    page = page_at(width, "/dev/components/", account=officer, language=language)
    shot(page, f"gallery-{width}-{language}")
    assert axe(page) == []
    assert not is_wider_than_screen(page)


def test_the_gallery_reads_in_the_dark(page_at, axe, shot, officer):
    page = page_at(1440, "/dev/components/", account=officer, dark=True)
    shot(page, "gallery-dark")
    assert axe(page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_gallery_reads_in_large_type_and_at_twice_the_size(page_at, axe, shot, officer, width):
    page = page_at(width, "/dev/components/", account=officer, large=True)
    shot(page, f"gallery-{width}-large")
    assert axe(page) == []
    assert not is_wider_than_screen(page)
    page.set_viewport_size({"width": 720, "height": 450})  # what 1440 by 900 shows at 200 %
    assert not is_wider_than_screen(page)


def test_language_and_large_type_are_switched_by_keyboard_and_lead_back(page_at, officer):
    page = page_at(1440, "/dev/components/?page=2", account=officer)
    _tab_to(page, "大字")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    _tab_to(page, "English")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Components and their states")
    assert page.url.endswith("/dev/components/?page=2")


def test_rows_are_walked_with_the_arrow_keys_and_elsewhere_the_page_scrolls(page_at, officer):
    page = page_at(1440, "/dev/components/", account=officer)
    page.keyboard.press("ArrowDown")
    page.wait_for_function("scrollY > 0")
    expect(page.locator("body")).to_be_focused()
    page.get_by_role("link", name="打开走访单").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="写答复")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="打开走访单")).to_be_focused()


def _box(page, what):
    return page.locator(what).bounding_box()


def test_nothing_of_the_header_lies_on_another_part_or_is_pushed_out(page_at, officer):
    officer.label = "A person with a rather long name of the Federation of Trade Unions"
    officer.save()
    narrow = page_at(320, "/listen/", account=officer, language="en")
    brand, right = _box(narrow, ".lx-brand b"), _box(narrow, ".lx-right")
    assert right["x"] >= brand["x"] + brand["width"] or right["y"] >= brand["y"] + brand["height"]
    wide = page_at(1024, "/listen/", account=officer, language="en", large=True)
    out = _box(wide, ".lx-right > a:last-child")
    assert out["x"] + out["width"] <= 1024


def test_the_field_that_has_the_focus_is_not_under_the_bottom_bar(page_at, officer):
    page = page_at(390, "/field/", account=officer)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollPaddingBottom") == "84px"


def test_the_menu_of_a_chip_opens_and_closes_by_keyboard(page_at, officer):
    page = page_at(1440, "/dev/components/", account=officer)
    chip = page.locator("summary.lx-chip")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("点开就能改所选的条件")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("点开就能改所选的条件")).to_be_hidden()
    expect(chip).to_be_focused()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_somebody_logs_in_without_script_and_lands_where_they_wanted(
    page_at, axe, shot, officer, live_server, width, language
):
    page = page_at(width, "/dev/components/", language=language)
    shot(page, f"login-{width}-{language}")
    assert axe(page) == []
    assert not is_wider_than_screen(page)
    bare = page_at(width, "/dev/components/", language=language, script=False)
    bare.locator("input[name=login]").fill("linxiangwan")
    bare.locator("input[name=password]").fill("wrong-one-here")
    bare.get_by_role("button", name="登录" if language == "zh-hans" else "Log in").click()
    expect(bare.locator(".lx-note[role=alert]")).to_be_visible()
    shot(bare, f"login-wrong-{width}-{language}")
    bare.locator("input[name=password]").fill(PASSWORD)
    bare.get_by_role("button", name="登录" if language == "zh-hans" else "Log in").click()
    assert bare.url.endswith("/dev/components/")
    expect(bare.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "path", ["/accounts/logout/", "/accounts/password/change/", "/accounts/2fa/", "/no/such/page/"]
)
def test_pages_about_the_account_and_errors_stand_in_the_shell(page_at, axe, shot, officer, path, width):
    page = page_at(width, path, account=officer)
    shot(page, f"{path.strip('/').replace('/', '-')}-{width}")
    assert axe(page) == []
    assert not is_wider_than_screen(page)
    assert page.locator("h1").count() == 1
    expect(page.get_by_role("link", name="退出", exact=True)).to_be_visible()


def test_who_may_not_is_told_which_role_it_takes_and_whom_to_ask(page_at, axe, shot):
    make.account(("steward", make.area("福田区")), username="shen")
    page = page_at(1440, "/dev/components/", account=make.account())
    shot(page, "not-allowed")
    expect(page.get_by_text("样例shen")).to_be_visible()
    expect(page.get_by_text("需要其中一个角色")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize("path", ["/ask/", "/join/", "/vote/"])
def test_language_and_type_are_switched_on_public_pages_too(page_at, db, path):
    for script in (True, False):
        page = page_at(390, path, script=script)
        page.get_by_role("button", name="大字").click()
        expect(page.locator("html")).to_have_attribute("data-type", "large")
        tap(page, page.get_by_role("button", name="English"))
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("html")).to_have_attribute("data-type", "large")
        assert page.url.endswith(path)


def test_large_type_keeps_what_is_typed_and_language_asks_before_it_goes(page_at, officer):
    page = page_at(1440, "/listen/enter/", account=officer)
    words = page.locator("[name=words]")
    words.fill("工资没有发")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    expect(words).to_have_value("工资没有发")
    page.get_by_role("button", name="标准字").click()
    expect(page.locator("html")).not_to_have_attribute("data-type", "large")
    page.get_by_role("button", name="大字").click()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="English").click()
    expect(words).to_have_value("工资没有发")
    assert len(asked) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    tap(page, page.get_by_role("button", name="English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-type", "large")


@pytest.mark.parametrize("script", [True, False])
def test_a_refused_form_is_seen_heard_and_said_in_the_title(page_at, officer, script):
    page = page_at(390, "/listen/enter/", account=officer, script=script)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    press(page, "登记")
    said = page.locator("[data-faults]")
    expect(said).to_be_focused()
    expect(said).to_be_in_viewport()
    expect(page).to_have_title(re.compile("^有误：" if script else "^(?!有误)"))


def test_a_public_page_asks_for_little_and_needs_one_small_script(page_at, live_server, db):
    page = page_at(390, "/health/")
    weights, kinds = [], []
    page.on("response", lambda r: (weights.append(len(r.body())), kinds.append(r.request.resource_type)))
    page.goto(live_server.url + "/accounts/login/")
    page.wait_for_load_state("networkidle")
    assert sum(weights) <= PUBLIC_WEIGHT
    assert kinds.count("script") == 1
    assert "font" not in kinds


def test_without_script_every_component_is_there_and_the_switches_work(page_at, officer):
    page = page_at(1440, "/dev/components/", account=officer, script=False)
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    expect(page.get_by_role("heading", name="部件与状态")).to_be_visible()


def _tab_to(page, label: str) -> None:
    """Walk with Tab until the element with this text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == label:
            return
    raise AssertionError(f"{label} cannot be reached by keyboard")
