from datetime import date, timedelta

import pytest
from django.urls import reverse

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import today
from lianxin.registry.models import FormerNotice, Purpose
from lianxin.registry.operations import purposes as op

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
FACTS = {
    "name": "读书会",
    "name_en": "Reading",
    "basis_text": "本人同意",
    "data_kinds": "联系方式",
    "keep_months": 3,
    "ask_again_months": 12,
}


@pytest.fixture
def steward(client):
    client.force_login(make.account(("steward", make.area("样例区"))))
    return client


def text_of(client, name, *args):
    answer = client.get(reverse(f"registry:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_purposes_of_the_product_are_written_down_once():
    assert op.load_purposes(**BY) == Purpose.objects.count() > 8
    assert op.load_purposes(**BY) == 0


def test_every_purpose_of_the_product_says_everything_in_both_languages():
    op.load_purposes(**BY)
    for row in Purpose.objects.all():
        texts = (row.name, row.name_en, row.basis_text, row.notice, row.notice_en, row.data_kinds, row.data_kinds_en)
        assert all(texts), row.code


def test_sensitive_purposes_of_the_product_are_asked_by_themselves():
    op.load_purposes(**BY)
    separate = set(Purpose.objects.filter(is_separate=True).values_list("code", flat=True))
    assert {"hardship", "access_need", "child_service", "founding"} <= separate


def test_a_purpose_that_was_changed_is_not_overwritten_by_the_product():
    held = op.purpose("service")
    op.change_purpose(purpose=held, facts=op.PurposeFacts("改名", "Renamed", "决定", 1), **BY)
    op.load_purposes(**BY)
    assert op.purpose("service").name == "改名"


def test_new_words_are_the_next_version_and_the_old_ones_are_kept():
    held = op.purpose("service")
    before = held.notice
    after = op.write_notice(purpose=held, notice=op.Notice("新的告知内容"), day=TODAY, **BY)
    assert (after.notice_version, after.notice) == (2, "新的告知内容")
    assert FormerNotice.objects.get().text == before


def test_the_same_words_again_make_no_version():
    held = op.purpose("service")
    op.write_notice(purpose=held, notice=op.Notice(held.notice, held.notice_en), day=TODAY, **BY)
    assert op.purpose("service").notice_version == 1


def test_words_do_not_begin_before_those_they_follow():
    held = op.write_notice(purpose=op.purpose("service"), notice=op.Notice("二"), day=TODAY, **BY)
    with pytest.raises(op.NoticeInThePast):
        op.write_notice(purpose=held, notice=op.Notice("三"), day=TODAY - timedelta(days=1), **BY)


def test_a_purpose_without_words_and_a_code_twice_are_refused():
    facts = op.PurposeFacts("读书会", "Reading", "本人同意", 3)
    with pytest.raises(op.NoticeMissing):
        op.add_purpose(code="reading", basis="consent", facts=facts, notice=op.Notice("  "), **BY)
    op.add_purpose(code="reading", basis="consent", facts=facts, notice=op.Notice("用于通知"), **BY)
    with pytest.raises(op.CodeTaken):
        op.add_purpose(code="reading", basis="duty", facts=facts, notice=op.Notice("用于通知"), **BY)


def test_a_steward_adds_a_purpose_changes_it_and_writes_new_words(steward):
    given = {**FACTS, "code": "reading", "basis": "consent", "text": "用于通知读书会", "day": today().isoformat()}
    assert steward.post(reverse("registry:new_purpose"), given).status_code == 302
    assert "用于通知读书会" in text_of(steward, "purpose", "reading")
    steward.post(reverse("registry:edit_purpose", args=["reading"]), {**FACTS, "keep_months": 9})
    steward.post(reverse("registry:word_purpose", args=["reading"]), {"text": "第二版", "day": today().isoformat()})
    page = text_of(steward, "purpose", "reading")
    assert "9 个月" in page
    assert "第 2 版" in page
    assert "更新了告知书" in page


def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(steward):
    given = {**FACTS, "code": "not a code", "basis": "consent", "text": "用于通知", "day": today().isoformat()}
    answer = steward.post(reverse("registry:new_purpose"), given)
    assert answer.status_code == 422
    assert 'value="读书会"' in answer.content.decode()


def test_an_ended_purpose_leaves_the_public_list_and_can_come_back(steward):
    steward.post(reverse("registry:take_shipped_purposes"))
    name = op.purpose("visits").name
    address = reverse("registry:end_purpose", args=["visits"])
    steward.post(address)
    assert name not in text_of(steward, "notices")
    assert name in text_of(steward, "purposes")
    steward.post(address)
    assert name in text_of(steward, "notices")


def test_anybody_reads_a_notice_without_an_account_in_both_languages(client):
    op.load_purposes(**BY)
    assert op.purpose("visits").notice in text_of(client, "notice", "visits")
    client.cookies["lx_language"] = "en"
    page = text_of(client, "notice", "visits")
    assert "No opinions are noted" in page
    assert "12 months" in page
    assert client.get(reverse("registry:notice", args=["unknown"])).status_code == 404


def test_words_nobody_translated_are_shown_in_chinese(client):
    op.write_notice(purpose=op.purpose("visits"), notice=op.Notice("只有中文"), day=date(2026, 1, 1), **BY)
    client.cookies["lx_language"] = "en"
    assert "只有中文" in text_of(client, "notice", "visits")


def test_an_officer_reads_purposes_and_writes_none(client):
    client.force_login(make.account(("district_officer", make.area("样例区"))))
    op.load_purposes(**BY)
    page = text_of(client, "purpose", "visits")
    assert reverse("registry:word_purpose", args=["visits"]) not in page
    assert client.get(reverse("registry:word_purpose", args=["visits"])).status_code == 403
