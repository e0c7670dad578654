"""The editor of rules in a browser: live while one types, sound on a phone, no serious fault for axe."""

import pytest
from playwright.sync_api import expect

import make
from browser.hands import fits
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.rules.packs import load_pack, shipped

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def steward():
    district = make.area("福田区")
    here = make.area("莲花街道", parent=district)
    for code in ("union", "league", "women"):
        make.line(code)
    for path in shipped():
        load_pack(path, actor=SYSTEM, at=now())
    for name, headcount in (
        ("云杉样例科技有限公司", 41),
        ("南瓜灯餐饮（演示）有限公司", 8),
        ("鲸落物流（演示）有限公司", None),
    ):
        make.organisation(name, area=here, headcount=headcount)
    return make.account(("steward", district))


def test_the_editor_follows_what_is_typed_and_explains_a_record(page_at, axe, shot, steward):
    page = page_at(1440, "/rules/try/organisation/", account=steward)
    page.get_by_label("规则", exact=True).fill('kind == "enterprise" and headcount >= param("union.scope_headcount")')
    expect(page.locator("#trial")).to_contain_text("用工人数不少于 25 人（参数 union.scope_headcount）")
    expect(page.locator("#trial")).to_contain_text("要问")
    page.get_by_role("button", name="鲸落物流（演示）有限公司").click()
    expect(page.locator("#explained")).to_contain_text("还要问： 用工人数")
    assert axe(page) == []
    shot(page, "rules-editor-1440")
    page.get_by_label("规则", exact=True).fill("headcont >= 25")
    expect(page.locator("#trial mark")).to_have_text("headcont")
    assert axe(page) == []


@pytest.mark.parametrize("path", ["/rules/", "/rules/parameters/", "/rules/rule/union.in_scope/", "/rules/add/"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_rules_are_sound(page_at, axe, shot, steward, path, width):
    page = page_at(width, path, account=steward)
    assert axe(page) == []
    assert fits(page)
    shot(page, f"rules{path.replace('/', '-').replace('.', '-')}{width}")


@pytest.mark.parametrize("path", ["/rules/tables/union.committee_seats/", "/rules/parameters/union.scope_months/"])
def test_tables_and_parameters_are_sound_on_a_phone(page_at, axe, shot, steward, path):
    page = page_at(390, path, account=steward)
    assert axe(page) == []
    shot(page, f"rules{path.replace('/', '-').replace('.', '-')}390")


def test_the_editor_of_a_rule_is_sound_on_a_phone(page_at, axe, shot, steward):
    page = page_at(390, "/rules/rule/union.in_scope/edit/", account=steward)
    assert axe(page) == []
    assert fits(page)
    shot(page, "rules-edit-390")
