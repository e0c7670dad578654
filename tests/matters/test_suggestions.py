"""What a machine proposes for a matter, and what it never touches."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.jobs import retrain
from lianxin.matters.models import Duty, Matter, Sketch, Suggestion, TextModel, ThemeMember
from lianxin.matters.needs import NEEDS
from lianxin.matters.operations import learning
from lianxin.matters.operations.handling import set_level
from lianxin.matters.operations.learning import NothingToLearn
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.operations.steps import take_step
from lianxin.matters.operations.suggestions import decide_need, propose_for, read, with_old_sketches
from lianxin.matters.operations.theming import forget_stream, join_pending
from lianxin.matters.queries.duplicates import duplicates, duplicates_of
from lianxin.matters.seed_words import guess_kind, guess_need, need_words, outside
from lianxin.trail.tasks import run_until_idle

pytestmark = pytest.mark.django_db
WAGES = "老板拖欠我们三个月工资，一直说没钱，想请工会帮忙讨薪。"
MEALS = "园区食堂中午排队太长，菜太贵，希望改进用餐。"


@pytest.fixture(autouse=True)
def _fresh():
    learning.forget_loaded()
    forget_stream()
    yield
    learning.forget_loaded()


@pytest.fixture
def district():
    return make.area("样例区")


@pytest.fixture
def street(district):
    return make.area("样例街道", parent=district)


@pytest.fixture
def officer(street):
    return AccountActor(make.account(("subdistrict_officer", street)))


def sent(words, area, **given):
    return open_matter(given=Given(words=words, area=area, **given), actor=SYSTEM, at=given.pop("at", now())).matter


def test_every_need_has_words_and_every_word_is_said_in_one_way_only():
    assert {*need_words()} == {*NEEDS, *outside()}
    assert all(len(words) >= 6 and len({*words}) == len(words) for words in need_words().values())


def test_a_matter_gets_a_category_a_kind_and_a_body_with_the_words_that_decided(street):
    body = make.body("样例街道总工会", area=street, form="area")
    Duty.objects.create(need="A1", line=make.line(), level="subdistrict", valid_from=make.LONG_AGO)
    matter = sent(WAGES, street)
    run_until_idle()
    found = Suggestion.objects.get(matter=matter)
    assert (found.need, found.body, found.source, found.is_sure) == ("A1", body, "words", False)
    assert {WAGES[a:b] for a, b, _weight in found.why} >= {"拖欠", "工资", "讨薪"}


def test_every_message_gets_some_category_even_when_no_word_is_known(street):
    said = read("呵呵呵", street.pk, today())
    assert (said.need, said.chance, said.why) == ("G5", 0.0, ())


def test_danger_decides_the_kind_whatever_else_is_said():
    assert guess_kind("请问怎么办，我老公动手打我").code == "protection_case"
    assert guess_kind("请问如何申请入会").code == "question"


def test_another_departments_task_is_named_with_its_door():
    assert guess_need("小区物业不修电梯，路灯也不亮").code == "Z1"
    assert "12345" in outside()["Z1"]["door"]


def test_shut_matters_are_never_read_and_leave_everything_when_they_become_shut(street, officer):
    sealed = sent("我被家暴，拖欠工资", street)
    matter = sent(WAGES, street)
    run_until_idle()
    assert not Suggestion.objects.filter(matter=sealed).exists()
    assert propose_for(matter=sealed.pk, at=now()) is None
    assert join_pending(at=now()) == 1
    assert Sketch.objects.filter(matter=matter).exists()
    assert ThemeMember.objects.filter(matter=matter).exists()
    set_level(matter=matter, level="C3", reason="当事人要求保密", actor=officer, at=now())
    assert not Suggestion.objects.filter(matter=matter).exists()
    assert not Sketch.objects.filter(matter=matter).exists()
    assert not ThemeMember.objects.filter(matter=matter).exists()


def test_what_the_person_decides_stands_and_says_whether_it_was_proposed(street, officer):
    matter = sent(WAGES, street)
    run_until_idle()
    decide_need(matter=matter, need="A4", actor=officer, at=now())
    found = Suggestion.objects.get(matter=matter)
    assert Matter.objects.get(pk=matter.pk).need == "A4"
    assert found.taken["need"] is False
    assert found.decided_by == officer.label
    assert propose_for(matter=matter.pk, at=now()) is None


def closed(street, text, need, officer):
    matter = sent(text, street)
    decide_need(matter=matter, need=need, actor=officer, at=now())
    Matter.objects.filter(pk=matter.pk).update(is_open=False, closed_at=now(), state="closed")


def test_it_learns_from_what_was_closed_here_and_says_so_on_its_card(street, officer):
    with pytest.raises(NothingToLearn):
        learning.retrain(target="need", actor=SYSTEM, at=now())
    for i in range(30):
        closed(street, f"第{i}车间的考勤机坏了，打不上卡，{'早班' if i % 2 else '晚班'}都这样", "A3", officer)
        closed(street, f"第{i}栋的晾衣杆松动，{'三楼' if i % 2 else '五楼'}的栏杆也要看看", "D2", officer)
    made = learning.retrain(target="need", actor=SYSTEM, at=now())
    assert made is not None
    assert made.is_active
    assert made.bytes == len(made.content) <= 20_000_000
    assert made.card["sources"]["closed_here"] == 60
    assert made.card["limits"]
    said = read("我们车间考勤机又坏了，打不上卡", street.pk, today())
    assert (said.need, said.model) == ("A3", made.pk)
    assert said.why
    assert learning.retrain(target="need", actor=SYSTEM, at=now()) is None, "the same messages give the same version"


def test_shut_matters_and_those_nobody_decided_on_are_not_learned_from(street, officer):
    closed(street, WAGES, "A1", officer)
    undecided = sent(MEALS, street, need="D1")
    Matter.objects.filter(pk=undecided.pk).update(is_open=False, closed_at=now())
    assert learning.examples("need") == ([WAGES], ["A1"])
    Matter.objects.update(level="C3", title="")
    assert learning.examples("need") == ([], [])


def test_a_sure_proposal_without_a_model_cannot_be_stored(street):
    matter = sent(WAGES, street)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.create(
            matter=matter, kind="request", need="A1", chance=1.0, is_sure=True, source="words", made_at=now()
        )
    assert not TextModel.objects.exists()


def test_likely_duplicates_are_alike_near_and_recent_and_only_what_may_be_seen(district, street, officer):
    other = make.area("另一街道", parent=district)
    first = sent(WAGES, street)
    again = sent("三个月工资被老板拖欠，一直讲没钱，请工会帮讨薪", street)
    sent(MEALS, street)
    far = sent(WAGES, other)
    run_until_idle()
    scope = officer.scope("matters.view_matters", today())
    found = duplicates_of(again, scope=scope, at=now())
    assert [d.id for d in found] == [first.pk]
    assert found[0].is_near
    wide = AccountActor(make.account(("district_officer", district))).scope("matters.view_matters", today())
    assert {d.id for d in duplicates(WAGES, scope=wide, at=now())} == {first.pk, again.pk, far.pk}
    Matter.objects.filter(pk=first.pk).update(level="C3", title="")
    assert duplicates_of(again, scope=scope, at=now()) == []


def test_sketches_of_old_matters_are_forgotten(street):
    matter = sent(WAGES, street)
    run_until_idle()
    kept = sent(MEALS, street)
    run_until_idle()
    assert with_old_sketches(now()) == []
    Matter.objects.filter(pk=matter.pk).update(arrived_at=now() - timedelta(days=91))
    retrain.enqueue()
    run_until_idle()
    assert {*Sketch.objects.values_list("matter", flat=True)} == {kept.pk}


def test_a_proposal_is_taken_over_with_one_tap_and_a_mere_guess_is_not_shown(street, officer):
    client = Client()
    client.force_login(officer.account)
    client.cookies["lx_language"] = "zh-hans"
    shown = client.post(reverse("matters:propose"), {"words": WAGES}).content.decode()
    assert "data-fill" in shown
    assert "&quot;need&quot;: &quot;A1&quot;" in shown
    guessed = client.post(reverse("matters:propose"), {"words": "嗯嗯嗯嗯嗯嗯嗯嗯"}).content.decode()
    assert "data-fill" not in guessed
    assert "请自己选" in guessed


def test_the_step_that_asks_who_takes_it_over_begins_with_the_body_of_the_list_of_duties(street, officer):
    body = make.body("样例街道总工会", area=street, form="area")
    matter = sent(WAGES, street)
    run_until_idle()
    Suggestion.objects.filter(matter=matter).update(body=body)
    step = next(s for s in matter.kind.kind.steps if "owner" in s.needs)
    take_step(matter=matter, code="accept", actor=officer, at=now())
    client = Client()
    client.force_login(officer.account)
    page = client.get(reverse("matters:matter", args=[matter.pk])).content.decode()
    assert f'<option value="{body.pk}" selected>' in page
    assert f"steps/{step.code}/" in page
