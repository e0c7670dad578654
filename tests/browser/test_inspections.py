"""Inspections in the browser: the list at the door, what was noted, a joint round, notice to the employer."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

import make
from browser.hands import fill, fits, press, tap
from lianxin.kit.clock import today
from lianxin.matters.models import Finding, Listed, Round
from matters.inspecting import Land

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def good(page, axe, shot, name: str) -> None:
    assert fits(page), name
    assert axe(page) == [], name
    shot(page, name)


@pytest.mark.practice(5)
def test_two_inspect_on_a_phone_every_gap_stands_at_its_item_and_the_list_is_read_afterwards(page_at, axe, shot):
    land = Land()
    row = land.all_opened().listed.order_by("pk").first()
    page = page_at(390, f"/listen/inspections/at/{row.pk}/", account=land.ann.account)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    good(page, axe, shot, "inspect-empty-390")
    for label in page.locator("label.lx-answer", has_text="正常").all()[:-1]:
        label.click()
    page.locator("label.lx-answer", has_text="有问题").first.click()
    tap(page, page.locator("main button.lx-primary"))
    expect(page.locator("main .lx-fault")).to_have_count(3)
    good(page, axe, shot, "inspect-gaps-390")
    assert asked == []
    page.reload()
    assert asked == ["beforeunload"]
    page.locator("textarea:visible").first.fill("二楼通道堆了纸箱")
    page.locator("label.lx-answer", has_text="不涉及").last.click()
    page.locator("[name=second]").select_option(str(land.ben.account.pk))
    tap(page, page.locator("main button.lx-primary"))
    assert Listed.objects.get(pk=row.pk).carried_out.is_hit
    tap(page, page.get_by_role("link", name="查看记录"))
    good(page, axe, shot, "inspected-390")
    page.set_viewport_size({"width": 1440, "height": 900})
    good(page, axe, shot, "inspected-1440")
    tap(page, page.get_by_role("link", name="查看问题"))
    good(page, axe, shot, "finding-1440")
    press(page, "发通知")
    good(page, axe, shot, "notify-1440")
    press(page, "今天已通知")
    expect(page.locator("main")).not_to_contain_text("逾期不答复，移送")
    assert Finding.objects.get().matter.state == "notified"


@pytest.mark.practice(5)
def test_a_joint_round_with_the_womens_federation_is_planned_by_names(page_at, axe, shot):
    land = Land()
    make.body("样例街道妇女联合会", area=land.street, form="area", line="women", kind="women_federation")
    officer = make.account(("subdistrict_officer", land.street), line="union", username="officer")
    page = page_at(1440, "/listen/inspections/new/", account=officer)
    good(page, axe, shot, "round-new-1440")
    fill(page, title="联合排查", body="样例街道总工会", partner="样例街道妇联", wanted="4", area=str(land.street.pk))
    fill(page, ends_on=(today() + timedelta(days=7)).isoformat())
    press(page, "抽取名单")
    expect(page.locator("main .lx-fault")).to_have_count(1)
    good(page, axe, shot, "round-refused-1440")
    page.set_viewport_size({"width": 390, "height": 844})
    good(page, axe, shot, "round-refused-390")
    fill(page, partner="样例街道妇女联合会")
    page.get_by_role("checkbox", name="劳动关系", exact=True).check()
    press(page, "抽取名单")
    good(page, axe, shot, "round-390")
    assert Round.objects.get().partners.count() == 1
