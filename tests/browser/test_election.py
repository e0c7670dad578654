"""A committee elected on phones: roll, candidates, keys, codes and paper, the count, the result anyone can recount."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import make
from browser.hands import fill, fits, press, tap
from conftest import NOW
from lianxin.kit.actor import SYSTEM
from lianxin.matters.models import BallotCode, Elector
from lianxin.matters.operations import voting
from lianxin.registry.models import Post
from lianxin.rules.packs import PACKS, load_pack
from matters import electing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RECOUNT = Path(__file__).resolve().parents[2] / "tools/recount.py"
CODES, PAPER = 14, 30


class Land:
    """A factory's union of sixty, somebody who runs the election, two who count."""

    def __init__(self):
        for name in ("elections", "reach_clocks"):
            load_pack(PACKS / f"{name}.yaml", actor=SYSTEM, at=NOW)
        self.body = electing.union(60)
        self.name = self.body.spans.get().name
        self.officer = make.account(("chapter_officer", self.body), username="chair")
        self.tellers = [make.account(("representative", self.body), username=f"teller{n}") for n in (1, 2)]


def until_candidates(page: Page, land: Land, shot) -> str:
    """Called, the roll settled, four named; the address of the election."""
    press(page, "发起选举")
    fill(page, body=land.name, office="committee", seats="3")
    press(page, "从名册开始")
    press(page, "从台账取会员")
    press(page, "确定名册")
    press(page, "确定")
    names = [row.person.name for row in Elector.objects.select_related("person").order_by("number")[:4]]
    for name in names:
        page.locator("[name=person]").select_option(label=name)
        fill(page, nominated_by="会员十人联名", station="front_line")
        page.get_by_label("本人同意参选").check()
        if name == names[0]:
            page.locator("form[action*=candidates]").evaluate("form => form.noValidate = true")
            press(page, "提名")
            expect(page.locator("main")).to_contain_text("本人声明不是本企业主要负责人的近亲属")
        page.get_by_label("本人声明不是本企业主要负责人的近亲属").check()
        press(page, "提名")
        expect(page.locator("h1")).to_have_text("委员会委员")
    shot(page, "election-candidates-390")
    press(page, "公布候选人")
    expect(page.locator(".lx-lead")).to_contain_text("至少需要 4 名")
    press(page, "抽签并公布")
    return page.url


def voted(page: Page, code: str, axe, shot) -> str:
    """One voter on a phone: too many at first, then three; the receipt."""
    fill(page, code=code.lower())
    press(page, "去填选票")
    ways = page.locator("main fieldset")
    expect(ways).to_have_count(4)
    assert axe(page) == []
    assert fits(page)
    shot(page, "vote-ballot-390")
    for at in range(4):
        ways.nth(at).get_by_label("赞成").check()
    press(page, "核对一遍")
    expect(page.locator("main")).to_contain_text("最多选 3 人")
    ways.nth(3).get_by_label("反对").check()
    press(page, "核对一遍")
    expect(page.locator("h1")).to_have_text("核对选票")
    press(page, "投入票箱")
    receipt = page.locator(".lx-typed").inner_text()
    assert code not in page.content()
    shot(page, "vote-receipt-390")
    return receipt


def counted(page: Page) -> None:
    """A teller enters what lay in the box."""
    tap(page, page.get_by_role("link", name="录入我的清点结果"))
    fill(page, issued=str(PAPER), found=str(PAPER), invalid="1", for_1="24", for_2="22", for_3="21", for_4="6")
    press(page, "保存清点结果")
    expect(page.locator("main")).to_contain_text("一车间")


def test_a_committee_is_elected_on_phones_and_anyone_can_recount_it(page_at, axe, shot, tmp_path):
    land = Land()
    officer = page_at(390, "/listen/elections/", account=land.officer)
    address = until_candidates(officer, land, shot)
    tellers, phrases = [], []
    for account in land.tellers:
        teller = page_at(390, "/", account=account)
        teller.goto(address)
        press(teller, "领取票箱钥匙")
        phrases.append(teller.locator(".lx-typed").inner_text())
        press(teller, "已经写好")
        tellers.append(teller)
    officer.reload()
    press(officer, "开始投票")
    fill(officer, boxes="一车间")
    press(officer, "开始投票")
    press(officer, "制作投票码")
    fill(officer, count=str(CODES + 2))
    press(officer, "制作")
    codes = officer.locator(".lx-slips b").all_inner_texts()
    assert len(codes) == CODES + 2
    press(officer, "已打印")
    press(officer, "登记领票人")
    fill(officer, numbers=f"1-{CODES}", means="code")
    press(officer, "登记")
    assert fits(officer)
    assert axe(officer) == []
    shot(officer, "election-voting-390")

    receipt = voted(page_at(390, "/vote/", script=False), codes[0], lambda _page: [], shot)
    ballot = page_at(390, "/vote/")
    fill(ballot, code=codes[1])
    press(ballot, "去填选票")
    assert axe(ballot) == []
    for code in codes[1:CODES]:
        voting.cast(typed=code, choice=voting.Choice(frozenset("123"), frozenset("4")))
    again = page_at(390, "/vote/")
    fill(again, code=codes[0])
    press(again, "去填选票")
    expect(again.locator("main")).to_contain_text("这个投票码已经用过")

    for teller in tellers:
        teller.goto(address)
        counted(teller)
    expect(tellers[1].locator("main")).to_contain_text("两名计票人一致")
    officer.reload()
    press(officer, "结束投票")
    expect(officer.locator(".lx-lead")).to_contain_text("不能再投票")
    press(officer, "结束投票")
    press(officer, "计票")
    fill(officer, first=phrases[0], second=phrases[0])
    press(officer, "计票")
    expect(officer.locator("main")).to_contain_text("打不开票箱")
    fill(officer, first=phrases[0], second=phrases[1])
    press(officer, "计票")
    expect(officer.locator("main")).to_contain_text("名额选满")
    press(officer, "宣布结果")
    press(officer, "宣布")
    expect(officer.locator("main")).to_contain_text("已宣布")
    assert fits(officer)
    shot(officer, "election-result-390")

    public = page_at(390, officer.get_by_role("link", name="给选民看的结果页").get_attribute("href"))
    expect(public.locator("main")).to_contain_text(receipt)
    expect(public.locator("main")).to_contain_text("应到 60 人，参加 44 人")
    assert axe(public) == []
    assert fits(public)
    shot(public, "vote-result-390")
    file = tmp_path / "election.json"
    link = public.get_by_role("link", name="重新计票所需的全部数据（JSON）").get_attribute("href")
    file.write_bytes(public.request.get(public.url.split("/vote/")[0] + link).body())
    done = subprocess.run([sys.executable, RECOUNT, file], capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert (done.returncode, found["contradictions"], found["verdict"]) == (0, [], "elected")
    assert sorted(found["names"]) == sorted(
        Post.objects.filter(body=land.body, title="member", valid_until=None).values_list("person__name", flat=True)
    )
    assert BallotCode.objects.filter(is_used=True).count() == CODES
