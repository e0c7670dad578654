"""A joint building union from first talk to the registry, and a community federation from notice to new posts."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

import make
from browser.hands import fill, fits, press, tap
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.models import Site
from lianxin.reach.models import Founding, Renewal
from lianxin.registry.models import Body, BodySpan, Covering, Post, Term
from lianxin.rules.packs import PACKS, load_pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Land:
    def __init__(self):
        load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=now())
        self.street = make.area("样例街道", parent=make.area("样例区"))
        self.community = make.area("样例社区", parent=self.street)
        facts = {"kind": "building", "area": self.community, "valid_from": make.LONG_AGO}
        self.site = Site.objects.create(name="云杉大厦", **facts)
        self.firms = [make.organisation(f"云杉样例{n}有限公司", area=self.community, site=self.site) for n in "甲乙"]
        self.upper = make.body("样例街道总工会", area=self.street, form="area", kind="union_federation")
        self.women = make.body(
            "样例社区妇联",
            area=self.community,
            line="women",
            form="area",
            kind="women_federation",
            term_until=today() - timedelta(days=3),
        )
        Post.objects.create(body=self.women, title="chair", person=make.person("陈样例"), valid_from=make.LONG_AGO)
        self.worker = make.account(("community_officer", self.community), username="worker")
        self.officer = make.account(("subdistrict_officer", self.street), username="officer")


@pytest.fixture
def land():
    return Land()


def test_a_joint_building_union_is_founded_from_first_talk_to_the_registry(land, page_at, axe, shot):
    asked = f"line=union&form=site&kind=building_union&site={land.site.pk}&area={land.community.pk}"
    orgs = "".join(f"&org={firm.pk}" for firm in land.firms)
    page = page_at(1440, f"/reach/foundings/new/?{asked}{orgs}&name=云杉大厦联合工会&why=摸底建议", account=land.worker)
    assert axe(page) == []
    fill(page, upper=str(land.upper.pk))
    press(page, "开始")
    expect(page.locator("h1")).to_have_text("云杉大厦联合工会")
    founding = Founding.objects.get()
    assert founding.parties.count() == 2

    phone = page_at(390, f"/reach/foundings/{founding.pk}/founders/", account=land.worker)
    for name, part in (("林样例", "group"), ("何样例", "member")):
        fill(phone, name=name, part=part, contact="13800000001")
        phone.locator("main [name=has_agreed]").check()
        press(phone, "录入此人")
        expect(phone.locator("tbody")).to_contain_text(name)
    assert axe(phone) == []
    assert fits(phone)
    shot(phone, "founding-founders-390")

    page.goto(page.url)
    press(page, "成立筹备组")
    press(page, "筹备组已成立")
    press(page, "报上级批准")
    above = page_at(1440, f"/reach/foundings/{founding.pk}/", account=land.officer)
    expect(above.locator("main")).not_to_contain_text("林样例")
    press(above, "同意建立")
    expect(above.locator("main")).to_contain_text("已批复，待选举")
    shot(above, "founding-approved-1440")

    page.goto(page.url)
    press(page, "登记选举")
    fill(page, eligible="30", present="28")
    page.locator(".lx-field", has_text="林样例").locator("select").select_option("chair")
    press(page, "保存")
    press(page, "登记入册")
    press(page, "登记入册")
    expect(page.locator("h1")).to_have_text("云杉大厦联合工会")
    expect(page.locator("main")).to_contain_text("林样例")
    body = BodySpan.objects.get(name="云杉大厦联合工会")
    assert (body.form, body.site, body.parent) == ("site", land.site, land.upper)
    assert Covering.objects.filter(body=body.body).count() == 2
    assert founding.founders.count() == 0


def test_a_community_federation_is_renewed_from_the_notice_to_the_new_posts_on_a_phone(land, page_at, axe, shot):
    page = page_at(390, "/", account=land.worker)
    expect(page.locator("main")).to_contain_text("样例社区妇联")
    page.goto(page.url.rstrip("/") + f"/reach/renewals/of/{land.women.pk}/")
    press(page, "通知已发出")
    renewal = Renewal.objects.get()
    press(page, "成立筹备组")
    press(page, "筹备组已成立")
    for name, title in (("林样例", "chair"), ("何样例", "member")):
        fill(page, title=title, name=name)
        press(page, "提名")
        expect(page.locator("main")).to_contain_text(name)
    assert axe(page) == []
    assert fits(page)
    shot(page, "renewal-candidates-390")
    press(page, "公布候选人")
    press(page, "确定会期")
    fill(page, day=today().isoformat())
    press(page, "确定")
    press(page, "登记结果")
    fill(page, eligible="30", present="25")
    page.get_by_label("林样例当选主席").or_(page.get_by_label("林样例当选主任")).first.check()
    press(page, "保存")
    expect(page.locator("h1")).to_have_text("样例社区妇联")
    held = Post.objects.on(today()).filter(body=land.women)
    assert [post.person.name for post in held] == ["林样例"]
    assert Term.objects.on(today()).filter(body=Body.objects.get(pk=land.women.pk)).exists()
    renewal.refresh_from_db()
    assert renewal.step == "done"


def test_somebody_joins_with_a_code_from_paper_on_a_phone_without_script(land, page_at, axe, shot):
    from lianxin.reach.operations.joining import make_code

    code = make_code(body=land.upper, until=today() + timedelta(days=9), where="大堂", actor=SYSTEM, at=now())
    page = page_at(390, "/join/", script=False)
    fill(page, code=f"{code.code[:4].lower()} {code.code[4:].lower()}")
    tap(page, page.locator("main button"))
    expect(page.locator("h1")).to_have_text("加入样例街道总工会")
    fill(page, name="宋样例", contact="13800000009")
    page.locator("main [name=yes_membership]").check()
    page.locator("main [name=is_of_age]").check()
    press(page, "提交申请")
    expect(page.locator("h1")).to_have_text("等待答复")
    shot(page, "join-receipt-390")
    press(page, "撤回申请")
    expect(page.locator("h1")).to_have_text("已撤回")
