"""The survey of 4,500 new organisations, end to end: the count, the visit list, the phone at the door without a line,
the counts moving, a proposal, and the league branch that comes of it."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

import make
from browser.hands import press
from browser.phone import cut, keep, line_that_can_be_cut, mend, record
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.models import Site
from lianxin.reach.models import VisitRecord
from lianxin.reach.operations.proposals import look_for_proposals
from lianxin.registry.models import BodySpan, Covering, Organisation, OrganisationSpan
from lianxin.rules.operations import Source, add_parameter, set_parameter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
live_server = line_that_can_be_cut
SURVEYED = 4_500
AT_THE_TOWER = 4


@pytest.fixture
def district():
    made = make.area("样例区")
    make.line("union")
    make.line("league")
    for code, value in {"league.branch_members": 3, "union.committee_members": 25}.items():
        parameter = add_parameter(code=code, title=code, title_en=code, actor=SYSTEM, at=now())
        since, source = date(2020, 1, 1), Source("样例")
        set_parameter(parameter=parameter, value=value, valid_from=since, source=source, actor=SYSTEM, at=now())
    return made


@pytest.fixture
def streets(district):
    return [make.area(f"第{n}社区", parent=make.area(f"第{n}街道", parent=district)) for n in range(3)]


@pytest.fixture
def new_organisations(streets):
    """4,500 of them; the first four share a building and have a league member each."""
    tower = Site.objects.create(name="云杉大厦", kind="building", area=streets[0], valid_from=date(2020, 1, 1))
    made = Organisation.objects.bulk_create([Organisation() for _ in range(SURVEYED)])
    OrganisationSpan.objects.bulk_create(
        OrganisationSpan(
            organisation=organisation,
            name=f"云杉新组织{n:04}",
            kind="enterprise",
            area=streets[0] if n < AT_THE_TOWER else streets[n % 3],
            site=tower if n < AT_THE_TOWER else None,
            placed="community",
            opened_on=date(2024, 1, 1),
            headcount=8,
            league_members=1 if n < AT_THE_TOWER else None,
            is_new_org=True,
            valid_from=date(2024, 1, 1),
        )
        for n, organisation in enumerate(made)
    )
    return made


def rate(page, aim: str) -> str:
    """What the count says of one hundred per cent, such as “3 / 4 500”."""
    card = page.locator(".lx-figure", has=page.get_by_text(aim, exact=True)).first
    return re.sub(r"[\s,]", "", card.inner_text())


@pytest.mark.practice(2)
def test_the_survey_of_4500_from_the_list_to_the_branch(
    page_at, axe, shot, live_server, district, streets, new_organisations
):
    officer = make.account(("district_officer", district), username="league")
    walker = make.account(("community_officer", streets[0]), username="walker")
    desk = page_at(1440, "/reach/counts/new/", account=officer)
    desk.get_by_label("代码").fill("survey")
    desk.get_by_label("名称", exact=True).fill("新组织摸底")
    press(desk, "开始清点")
    expect(desk.get_by_role("heading", name="新组织摸底")).to_be_visible()
    assert "4500家中的0家" in rate(desk, "联系到")
    assert axe(desk) == []
    shot(desk, "survey-count-1440")

    press(desk, "看还没做到的单位")
    desk.goto(f"{desk.url}&area={streets[0].pk}")
    chosen = [row.get_by_role("link").first.inner_text() for row in desk.locator("tr[data-row]").all()[:3]]
    for name in chosen:
        desk.get_by_role("checkbox", name=name).check()
    desk.get_by_label("经办人").select_option(str(walker.pk))
    press(desk, "把勾选的放进走访清单")
    expect(desk.get_by_text("已把 3 家放进走访清单。")).to_be_visible()
    assert axe(desk) == []

    phone = page_at(390, "/field/visits/", account=walker)
    keep(phone)
    cut(phone, live_server)
    record(phone, chosen[0], "愿意建会")
    record(phone, chosen[1], "要再想想")
    record(phone, chosen[2], "没人在")
    assert not VisitRecord.objects.exists()
    mend(phone, live_server)
    expect(phone.get_by_text("3 条记录已收下。")).to_be_visible()
    assert VisitRecord.objects.count() == 3

    desk.goto(f"{live_server.url}/reach/counts/")
    assert "4500家中的2家" in rate(desk, "联系到")

    look_for_proposals(actor=SYSTEM, at=now())
    desk.goto(f"{live_server.url}/reach/counts/proposals/?line=league")
    desk.get_by_role("link", name="云杉大厦").click()
    expect(desk.get_by_role("link", name="云杉新组织0003")).to_be_visible()
    assert axe(desk) == []
    shot(desk, "survey-proposal-1440")
    desk.get_by_label("组织名称").fill("云杉大厦联合团支部")
    desk.get_by_label("任期到哪天").fill("2029-11-01")
    press(desk, "已经建立，直接登记")
    branch = BodySpan.objects.get(name="云杉大厦联合团支部")
    assert (branch.body.line.code, branch.form) == ("league", "site")
    assert Covering.objects.on(today()).filter(body=branch.body).count() == AT_THE_TOWER
    desk.goto(f"{live_server.url}/reach/counts/")
    assert f"4500家中的{AT_THE_TOWER}家" in rate(desk, "有团支部或联络员")
    shot(desk, "survey-done-1440")
