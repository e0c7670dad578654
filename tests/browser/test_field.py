"""An officer at the door with a phone: records without a network, comes back, sends once, decides, leaves warned."""

import re

import pytest
from playwright.sync_api import expect

import make
from browser.hands import fits
from browser.phone import cut, keep, line_that_can_be_cut, mend, record
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import now, today
from lianxin.kit.refusals import Refused
from lianxin.reach.models import Difference, VisitRecord
from lianxin.reach.operations.visits import plan_visits
from lianxin.registry.models import OrganisationSpan
from lianxin.registry.operations.organisations import change_organisation

live_server = line_that_can_be_cut
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def street():
    return make.area("样例街道", parent=make.area("样例区"))


@pytest.fixture
def firms(street):
    return [make.organisation(f"云杉第{n}厂", area=street, address="样例路 1 号", headcount=28) for n in range(4)]


@pytest.fixture
def officer(street, firms):
    account = make.account(("subdistrict_officer", street))
    by = {"actor": AccountActor(account), "at": now()}
    plan_visits(officer=account, day=today(), organisations=firms, purpose="found", **by)
    return account


def test_three_visits_without_a_network_are_sent_once_and_a_conflict_is_decided(
    page_at, axe, shot, live_server, officer, firms, street
):
    page = page_at(390, "/field/visits/", account=officer)
    keep(page)
    assert axe(page) == []
    shot(page, "field-visits-390")
    cut(page, live_server)
    record(page, "云杉第0厂", "愿意建会", headcount=130, note="带两份须知")
    expect(page.get_by_text("没有网络，可以照常记录。")).to_be_visible()
    record(page, "云杉第1厂", "没人在")
    record(page, "云杉第2厂", "要再想想")
    expect(page.get_by_text("3 条存在本机，联网后自动发送。")).to_be_visible()
    shot(page, "field-visits-offline-390")
    page.get_by_role("link", name="记录 3").click()
    outbox = page.locator("#lx-outbox")
    expect(outbox.get_by_text("存在本机")).to_have_count(3)
    assert axe(page) == []
    shot(page, "field-outbox-offline-390")
    assert not VisitRecord.objects.exists()

    colleague = make.account(("district_officer", street), username="colleague")
    change_organisation(organisation=firms[0], day=today(), actor=AccountActor(colleague), at=now(), headcount=131)
    mend(page, live_server)
    expect(page.get_by_text("3 条记录已收下。")).to_be_visible()
    assert VisitRecord.objects.count() == 3
    choice = page.locator("#lx-differences [data-choice]")
    expect(choice.get_by_role("heading")).to_have_text("云杉第0厂 · 总人数")
    expect(choice.get_by_role("button", name="130")).to_be_visible()
    expect(choice.get_by_role("button", name="131")).to_contain_text("样例colleague")
    assert axe(page) == []
    shot(page, "field-difference-390")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        choice.get_by_role("button", name="130").click()
    expect(choice).to_have_count(0)
    assert Difference.objects.get().chosen == "said"
    assert OrganisationSpan.objects.get(organisation=firms[0], valid_until=None).headcount == 130
    assert VisitRecord.objects.count() == 3


class Closed(Refused):
    text = "The server takes no records just now."
    status = 503


def closed(**_given):
    raise Closed()


def test_leaving_with_records_unsent_is_warned_and_another_account_neither_sees_nor_sends_them(
    page_at, axe, shot, live_server, officer, firms, street
):
    page = page_at(390, "/field/visits/", account=officer)
    keep(page)
    cut(page, live_server)
    record(page, "云杉第0厂", "愿意建会")
    with pytest.MonkeyPatch.context() as server:
        server.setattr("lianxin.reach.views.field.take_post", closed)
        mend(page, live_server)
        page.goto(page.url.replace("/visits/", "/me/"))
        expect(page.get_by_text("1 条待发送。").first).to_be_visible()
        assert axe(page) == []
        page.get_by_role("link", name="退出", exact=True).click()
        expect(page.get_by_text("本机还有 1 条走访记录没有发送。")).to_be_visible()
        assert axe(page) == []
        shot(page, "field-leaving-390")
        with page.expect_navigation(url=lambda url: "logout" not in url):
            page.get_by_role("button", name="仍然退出").click()

    from browser.conftest import _session

    other = make.account(("subdistrict_officer", street), username="other")
    origin = re.match(r"https?://[^/]+", page.url).group()
    cookie = {"name": "sessionid", "value": _session(other)["sessionid"], "url": origin}
    page.context.add_cookies([cookie])
    page.goto(origin + "/field/me/")
    expect(page.get_by_text("本机还有一位同事的 1 条记录没有发送")).to_be_visible()
    page.goto(origin + "/field/records/")
    page.wait_for_function("document.documentElement.dataset.kept === 'yes'")
    expect(page.get_by_text("云杉第0厂")).to_have_count(0)
    assert not VisitRecord.objects.exists()

    page.context.add_cookies([{"name": "sessionid", "value": _session(officer)["sessionid"], "url": origin}])
    page.goto(origin + "/field/records/")
    expect(page.get_by_text("1 条记录已收下。")).to_be_visible()
    assert VisitRecord.objects.get().officer == officer


def test_a_record_in_two_taps_without_script(page_at, officer):
    page = page_at(390, "/field/", account=officer, script=False)
    page.get_by_role("link", name="记录这次走访").click()
    page.get_by_text("没人在", exact=True).click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("走访已记录。")).to_be_visible()
    assert VisitRecord.objects.get().outcome == "absent"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_record_reads_well(page_at, axe, shot, officer, language):
    page = page_at(390, "/field/", account=officer, language=language)
    page.locator(".lx-stop a.lx-primary").click()
    page.locator(".lx-tile").first.click()
    for more in page.locator(".lx-more summary").all():
        more.click()
    assert axe(page) == []
    assert fits(page)
    shot(page, f"field-record-{language}-390")
