"""The registry's pages as an officer meets them."""

import pytest
from playwright.sync_api import expect

import make
from browser.hands import fits
from lianxin.kit.clock import now, today
from lianxin.registry import search
from lianxin.registry.models import DuplicatePair

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def officer():
    district = make.area("样例区")
    street = make.area("样例街道", parent=district)
    communities = [make.area(f"样例第{n}社区", parent=street) for n in range(3)]
    names = ["云杉样例科技有限公司", "雪松样例商行", "非常长的名称" * 8 + "有限责任公司", "云杉样例科技有限责任公司"]
    firms = [make.organisation(name, area=communities[n % 3], address="样例路 1 号") for n, name in enumerate(names)]
    unplaced = make.organisation("待定位样例有限公司", area=district, placed="none", address="某某路口")
    body = make.body("样例联合工会", area=street, covers=tuple(firms[:2]))
    person = make.person("林样例", area=communities[0])
    make.membership(person=person, body=body, organisation=firms[0])
    search.index("organisation", [f.pk for f in (*firms, unplaced)])
    search.index("person", [person.pk])
    DuplicatePair.objects.create(
        kind="organisation",
        first=firms[0].pk,
        second=firms[3].pk,
        reasons=["same_name", "same_address"],
        found_at=now(),
    )
    make.FIRST = (firms[0].pk, body.pk, person.pk)
    return make.account(("district_officer", district))


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("name", ["organisations", "bodies", "people", "to-place", "duplicates"])
def test_lists_read_well_and_have_no_serious_fault(officer, page_at, axe, shot, name, width):
    page = page_at(width, f"/registry/{name}/", account=officer)
    assert axe(page) == []
    shot(page, f"registry-{name}-{width}")
    assert fits(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_records_read_well(officer, page_at, axe, shot, language):
    firm, body, person = make.FIRST
    for path in (f"organisations/{firm}/", f"organisations/{firm}/edit/", f"bodies/{body}/", f"people/{person}/"):
        page = page_at(1440, f"/registry/{path}", account=officer, language=language)
        assert axe(page) == []
        shot(page, f"registry-{path.strip('/').replace('/', '-')}-{language}")


def test_the_list_follows_the_typing(officer, page_at):
    page = page_at(1440, "/registry/organisations/", account=officer)
    page.get_by_label("名称、代码或地址").fill("雪松")
    expect(page.get_by_role("row")).to_have_count(2)
    assert "q=" in page.url


def test_an_officer_places_and_decides_without_script(officer, page_at):
    page = page_at(1440, "/registry/to-place/", account=officer, script=False)
    page.get_by_role("combobox").last.select_option(label="\u3000\u3000样例第1社区")
    page.get_by_role("button", name="定位").click()
    expect(page.get_by_text("都已定位")).to_be_visible()
    page = page_at(1440, "/registry/duplicates/", account=officer, script=False)
    page.get_by_role("button", name="保留第一条").click()
    expect(page.get_by_text("撤销合并")).to_be_visible()
    assert today()
