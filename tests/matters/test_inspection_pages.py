"""The pages of inspections: the list at the door with its faults, what was noted, the draw, the steps of a finding."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

import make
from lianxin.access.models import Grant, ScopeNode
from lianxin.kit.clock import day_of, now, today
from lianxin.kit.templatetags.lx import day
from lianxin.matters.models import CarriedOut, Finding, Round
from lianxin.matters.operations.checklists import current_lists
from lianxin.matters.operations.inspections import advance_finding
from lianxin.matters.operations.problems import DueGone
from lianxin.matters.operations.steps import With
from lianxin.matters.queries.inspections import chance_word
from matters.inspecting import Land

pytestmark = pytest.mark.django_db
EXITS, WIRING = ("safety", "exits"), ("safety", "wiring")


@pytest.fixture
def land(client):
    land = Land()
    client.force_login(land.ann.account)
    return land


def filled(land, **given):
    """The list at the door, everything in order."""
    items = [(row.code, item.code) for row in current_lists(land.at) for item in row.list.items]
    heads = {"key": str(uuid4()), "carried_on": today(), "first": land.ann.account.pk, "second": land.ben.account.pk}
    return {**heads, **{f"a-{code}-{item}": "ok" for code, item in items}, **given}


def photo(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def at_the_door(land):
    row = land.all_opened().listed.order_by("pk").first()
    return row, reverse("matters:record_inspection", args=[row.pk])


@pytest.mark.practice(5)
def test_every_gap_of_a_list_is_shown_at_its_item_and_all_at_once(land, client):
    _row, address = at_the_door(land)
    gaps = {"a-safety-exits": "", "a-safety-wiring": "bad", "second": "", "carried_on": today() + timedelta(days=1)}
    answer = client.post(address, filled(land, **gaps))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"a-safety-exits", "w-safety-wiring", "second", "carried_on"}
    page = answer.content.decode()
    assert 'href="#id_a-safety-exits"' in page
    assert 'id="id_a-safety-exits"' in page
    assert 'id="id_w-safety-wiring_error"' in page
    assert 'data-unsent="1"' in page
    assert not CarriedOut.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"), [({"second_name": "样例所 王样例"}, "second_name"), ({"second": "first"}, "second")]
)
def test_the_second_inspector_is_one_and_another(land, client, change, field):
    _row, address = at_the_door(land)
    change = {name: land.ann.account.pk if value == "first" else value for name, value in change.items()}
    answer = client.post(address, filled(land, **change))
    assert set(answer.context["form"].errors) == {field}


def test_what_was_noted_is_read_at_the_same_address_afterwards(land, client):
    row, address = at_the_door(land)
    words = {"a-safety-wiring": "bad", "w-safety-wiring": "二楼线头外露", "a-safety-exits": "na", "note": "老板不在"}
    assert client.post(address, filled(land, **words)).status_code == 302
    assert address in client.get(reverse("matters:round", args=[row.round_id])).content.decode()
    page = client.get(address).content.decode()
    assert "老板不在" in page
    assert land.ben.account.label in page
    assert reverse("matters:finding", args=[Finding.objects.get().pk]) in page
    parts = dict(client.get(address).context["detail"].parts)
    answers = [item.answer for items in parts.values() for item in items]
    assert sorted(set(answers)) == sorted({"正常", "有问题", "不涉及"}), set(answers)
    assert "<form" not in page.split("<main", 1)[1].split("</main>")[0]


def test_what_is_handled_in_secret_is_not_in_the_list_that_is_read(land, client):
    carried = land.inspected(WIRING, words={WIRING: "班长对女工性骚扰"})
    detail = client.get(reverse("matters:record_inspection", args=[carried.listed_id])).context["detail"]
    assert not any(item.is_bad for _name, items in detail.parts for item in items)
    assert detail.findings == ()


def test_whoever_acts_for_the_employer_does_not_read_what_was_noted(land, client):
    carried = land.inspected(WIRING)
    address = reverse("matters:record_inspection", args=[carried.listed_id])
    assert client.get(address).status_code == 200
    node = ScopeNode.objects.create(kind="organisation", ref=carried.listed.organisation_id, label="样例")
    Grant.objects.create(account=land.ann.account, role="inspector", node=node, valid_from=make.LONG_AGO)
    assert client.get(address).status_code == 404


def test_a_list_is_not_offered_where_nobody_is_to_go(land, client):
    held = land.all_opened()
    row = held.listed.order_by("pk").first()
    client.force_login(land.lead.account)
    client.post(reverse("matters:leave_out", args=[row.pk]), {"reason": "已搬走"})
    assert client.get(reverse("matters:record_inspection", args=[row.pk])).status_code == 409


@pytest.mark.parametrize("wanted", ["100000", "1"])
def test_a_number_out_of_bounds_is_one_clear_fault_and_the_bounds_are_said_before(land, client, wanted):
    client.force_login(land.lead.account)
    address = reverse("matters:new_round")
    assert "2 至 400" in client.get(address).content.decode()
    lists = [row.pk for row in current_lists(land.at)]
    given = {"title": "轮", "area": land.street.pk, "body": "样例街道总工会", "lists": lists, "wanted": wanted}
    answer = client.post(address, {**given, "starts_on": today(), "ends_on": today()})
    assert list(answer.context["form"].errors) == ["wanted"]
    assert len(answer.context["form"].errors["wanted"]) == 1
    assert "2 至 400" in answer.context["form"].errors["wanted"][0]
    assert not Round.objects.exists()


def test_a_small_chance_has_enough_digits_to_say_something():
    assert [chance_word(p) for p in (None, 1.0, 0.5, 0.0123, 0.00386, 4 / 10_362)] == [
        "",
        "100.0%",
        "50.0%",
        "1.2%",
        "0.39%",
        "0.039%",
    ]


def mending(land, client):
    finding = land.inspected(WIRING).findings.get()
    for code, given in (("notify", With()), ("answer", With(note="已安排电工"))):
        advance_finding(finding=finding, code=code, given=given, actor=land.ann, at=land.at)
    return finding, reverse("matters:advance_finding", args=[finding.pk, "mend"])


@pytest.mark.practice(5)
def test_a_day_in_the_past_is_no_day_to_mend_by(land, client):
    finding, address = mending(land, client)
    gone = today() - timedelta(days=1)
    answer = client.post(address, {"due_on": gone})
    assert set(answer.context["form"].errors) == {"due_on"}
    given = With(due_on=gone, facts={"owner": "employer"})
    with pytest.raises(DueGone):
        advance_finding(finding=finding, code="mend", given=given, actor=land.ann, at=land.at)
    assert client.post(address, {"due_on": today() + timedelta(days=10)}).status_code == 302


def test_after_a_failed_re_check_only_the_deadline_that_holds_is_shown(land, client):
    finding, address = mending(land, client)
    client.post(address, {"due_on": today() + timedelta(days=10)})
    page = reverse("matters:finding", args=[finding.pk])
    for code, actor in (("ask_recheck", land.ann), ("fail", land.ben)):
        advance_finding(finding=finding, code=code, given=With(note="看过"), actor=actor, at=land.at)
    facts = client.get(page).content.decode().split("<dl", 1)[1].split("</dl>", 1)[0]
    assert facts.count("lx-deadline") == 1
    assert facts.count("<dt>") == 2


def test_giving_notice_says_who_tells_the_employer_and_by_when_the_answer_is_due(land, client):
    finding = land.inspected(WIRING).findings.get()
    address = reverse("matters:advance_finding", args=[finding.pk, "notify"])
    says = client.get(address).context["says"]
    assert "系统不会" in says[0]
    assert client.post(address).status_code == 302
    finding.matter.refresh_from_db()
    assert day(day_of(finding.matter.due_at - timedelta(seconds=1))) in says[1]


@pytest.mark.practice(5)
def test_photos_of_the_fault_and_of_the_work_stand_at_their_steps_for_those_who_follow_it_up(land, client):
    _row, address = at_the_door(land)
    seen = {"a-safety-wiring": "bad", "w-safety-wiring": "线头外露", "p-safety-wiring": [photo(), photo("blue")]}
    assert client.post(address, filled(land, **seen, **{"p-safety-exits": photo()})).status_code == 302
    finding = Finding.objects.get()
    for code, given in (("notify", With()), ("answer", With(note="已安排电工"))):
        advance_finding(finding=finding, code=code, given=given, actor=land.ann, at=now())
    mend, recheck = (reverse("matters:advance_finding", args=[finding.pk, code]) for code in ("mend", "ask_recheck"))
    client.post(mend, {"due_on": today()})
    assert client.post(recheck, {"note": "线头已包好", "photos": photo("green")}).status_code == 302
    page = reverse("matters:finding", args=[finding.pk])
    course = client.get(page).context["detail"].course
    assert [len(line.photos) for line in course if line.photos] == [2, 1]
    address = reverse("matters:finding_photo", args=[finding.pk, course[-1].photos[0]])
    assert address in client.get(page).content.decode()
    with Image.open(io.BytesIO(client.get(address).content)) as kept:
        assert kept.getpixel((5, 5))[1] > 100
    other = make.account(("inspector", make.area("别处街道")))
    client.force_login(other)
    assert client.get(address).status_code == 404


def test_photos_of_a_form_that_comes_back_are_asked_for_again(land, client):
    _row, address = at_the_door(land)
    given = {"a-safety-wiring": "bad", "w-safety-wiring": "", "p-safety-wiring": photo()}
    answer = client.post(address, filled(land, **given))
    assert set(answer.context["form"].errors) == {"w-safety-wiring", "p-safety-wiring"}
    assert "重新选择照片" in answer.content.decode()


def test_the_employers_sheet_tells_each_open_finding_with_rule_and_day_and_nobody_of_the_employer_prints_it(
    land, client
):
    carried = land.inspected(WIRING, EXITS)
    address = reverse("matters:notice", args=[carried.listed_id])
    assert address in client.get(reverse("matters:record_inspection", args=[carried.listed_id])).content.decode()
    finding = carried.findings.get(item="wiring")
    assert address in client.get(reverse("matters:finding", args=[finding.pk])).content.decode()
    page = client.get(address)
    assert page.content.decode().count("重大隐患：请立即") == 1
    (sheet,) = page.context["sheets"]
    assert (sheet.body, sheet.organisation) == ("样例街道总工会", "云杉样例0厂")
    assert {told.line.id for told in sheet.told} == {f.pk for f in carried.findings.all()}
    before = sheet.told[0].answer_by
    advance_finding(finding=finding, code="notify", given=With(), actor=land.ann, at=land.at)
    (sheet,) = client.get(address).context["sheets"]
    assert {told.answer_by for told in sheet.told} == {before}, "said before notice as it is counted after"
    assert all(told.source and "二楼西侧" in told.words for told in sheet.told)
    node = ScopeNode.objects.create(kind="organisation", ref=carried.listed.organisation_id, label="样例")
    Grant.objects.create(account=land.ann.account, role="inspector", node=node, valid_from=make.LONG_AGO)
    assert client.get(address).status_code == 404


def test_a_partner_prints_the_sheet_of_its_own_findings_only_and_nothing_shut(land, client):
    labour = (
        "labour",
        next(i.code for row in current_lists(land.at) if row.list.code == "labour" for i in row.list.items),
    )
    held = land.all_opened(partners={land.bureau: ["safety"]}).listed.order_by("pk").first()
    carried = land.inspected(
        WIRING, EXITS, labour, listed=held, words={WIRING: "线头", EXITS: "班长对女工性骚扰", labour: "没签"}
    )
    client.force_login(make.account(("chapter_officer", land.bureau)))
    (sheet,) = client.get(reverse("matters:notice", args=[carried.listed_id])).context["sheets"]
    assert [told.line.family for told in sheet.told] == ["安全生产"]
    assert "线头" in sheet.told[0].words
    client.force_login(land.lead.account)
    sheets = client.get(reverse("matters:notice", args=[carried.listed_id])).context["sheets"]
    assert sorted(sheet.body for sheet in sheets) == ["样例街道安监站", "样例街道总工会"]
    assert "性骚扰" not in client.get(reverse("matters:notice", args=[carried.listed_id])).content.decode()
