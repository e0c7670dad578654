"""Periodic reviews: what the meeting decided becomes matters of the bodies that own it."""

from datetime import timedelta

import pytest
from django.urls import reverse

import make
from lianxin.kit.clock import day_of
from lianxin.matters.models import Decision, OwnProblem, Review
from lianxin.matters.operations import reviews as op
from lianxin.matters.operations.steps import With, take_step

from .inspecting import Land

pytestmark = pytest.mark.django_db


@pytest.fixture
def land():
    return Land()


def held(land, **given):
    day = day_of(land.at)
    facts = {
        "title": "十一月研判",
        "area": land.street,
        "held_on": day,
        "findings": "通道堵塞较多。",
        "body": land.union,
    }
    return op.hold_review(meeting=op.Meeting(**{**facts, "bodies": [land.union, land.bureau], **given}), **land.by)


def decided(land, review, **given):
    day = day_of(land.at) + timedelta(days=12)
    return op.decide(
        review=review, **{"text": "物业清理三处通道", "body": land.bureau, "due_on": day, **given}, **land.by
    )


@pytest.mark.practice(5)
def test_a_decision_becomes_a_matter_with_its_body_that_another_checks_at_the_end(land):
    review = held(land)
    decision = decided(land, review)
    assert set(review.bodies.all()) == {land.union, land.bureau}
    matter = decision.matter
    assert day_of(matter.due_at - timedelta(seconds=1)) == decision.due_on
    assert (matter.code, matter.way, matter.body, matter.first_body) == (
        "review_task",
        "review",
        land.bureau,
        land.bureau,
    )
    for code, actor, given in (
        ("start", land.lead, With()),
        ("report", land.lead, With(note="三处都清了")),
        ("pass", land.person("subdistrict_officer", land.street, "other"), With()),
    ):
        matter = take_step(matter=matter, code=code, actor=actor, at=land.at, given=given)
    assert (matter.state, matter.is_open) == ("closed", False)


def test_what_is_wrong_with_a_body_goes_on_its_own_list(land):
    decision = decided(land, held(land), text="窗口周末没有人值守", body=land.union, is_own_problem=True)
    problem = OwnProblem.objects.get()
    assert (problem.matter, problem.matter.code) == (decision.matter, "rectification")


def test_a_meeting_to_come_a_day_before_it_and_words_of_harm_are_refused(land):
    day = day_of(land.at)
    with pytest.raises(op.NotYetHeld):
        held(land, held_on=day + timedelta(days=1))
    review = held(land)
    with pytest.raises(op.DueBeforeMeeting):
        decided(land, review, due_on=day - timedelta(days=1))
    with pytest.raises(op.NeutralWords):
        decided(land, review, text="女工反映主管动手动脚，性骚扰")
    assert not Decision.objects.exists()


def test_the_next_meeting_comes_after_this_one(land, client):
    day = day_of(land.at)
    for next_on in (day, day - timedelta(days=3)):
        with pytest.raises(op.NextBeforeMeeting):
            held(land, next_on=next_on)
    client.force_login(land.lead.account)
    asked = {"title": "十一月研判", "body": "样例街道总工会", "held_on": day, "findings": "通道堵塞。", "next_on": day}
    answer = client.post(reverse("matters:hold_review"), asked)
    assert set(answer.context["form"].errors) == {"next_on"}
    assert not Review.objects.exists()


def test_the_day_that_was_decided_stays_with_a_problem_until_its_plan(land, client):
    decision = decided(land, held(land), text="窗口周末没有人值守", body=land.union, is_own_problem=True)
    assert OwnProblem.objects.get().due_on == decision.due_on
    client.force_login(land.lead.account)
    page = client.get(reverse("matters:plan_problem", args=[decision.matter_id])).content.decode()
    assert f'value="{decision.due_on:%Y-%m-%d}"' in page


@pytest.mark.practice(5)
def test_a_body_of_another_line_attends_is_given_a_task_and_its_people_see_both(land, client):
    womens = make.body("样例街道妇女联合会", area=land.street, form="area", line="women", kind="women_federation")
    far = make.body("样例厂妇委会", area=land.community, line="women")
    officer = make.account(("subdistrict_officer", land.street), line="women", username="womens")
    union = make.account(("subdistrict_officer", land.street), line="union", username="union")
    client.force_login(union)
    day = day_of(land.at)
    asked = {"title": "十一月研判", "body": "样例街道总工会", "held_on": day, "findings": "通道堵塞较多。"}
    answer = client.post(
        reverse("matters:hold_review"), {**asked, "bodies": [womens.pk], "others": "没有这个\n样例厂妇委会"}
    )
    assert set(answer.context["form"].errors) == {"others"}
    answer = client.post(reverse("matters:hold_review"), {**asked, "bodies": [womens.pk], "others": "样例厂妇委会"})
    review = Review.objects.get()
    assert set(review.bodies.all()) == {womens, far}
    said = {"text": "走访女职工", "body": "样例街道妇女联合会", "due_on": day + timedelta(days=12)}
    assert client.post(reverse("matters:decide_review", args=[review.pk]), said).status_code == 302
    matter = Decision.objects.get().matter
    assert "走访女职工" in client.get(reverse("matters:review", args=[review.pk])).content.decode()
    client.force_login(officer)
    page = client.get(reverse("matters:review", args=[review.pk])).content.decode()
    assert reverse("matters:matter", args=[matter.pk]) in page
    assert client.get(reverse("matters:matter", args=[matter.pk])).status_code == 200
    assert reverse("matters:decide_review", args=[review.pk]) not in page
    assert client.get(reverse("matters:decide_review", args=[review.pk])).status_code == 404


def test_the_record_is_kept_and_a_decision_entered_on_the_pages(land, client):
    client.force_login(land.lead.account)
    day = day_of(land.at)
    asked = {"title": "十一月研判", "body": "样例街道总工会", "held_on": day, "findings": "通道堵塞较多。"}
    answer = client.post(reverse("matters:hold_review"), {**asked, "bodies": [land.union.pk, land.bureau.pk]})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    review = Review.objects.get()
    said = {"text": "物业清理三处通道", "body": "样例街道安监站", "due_on": day + timedelta(days=12)}
    answer = client.post(reverse("matters:decide_review", args=[review.pk]), said)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = client.get(reverse("matters:review", args=[review.pk])).content.decode()
    assert "物业清理三处通道" in page
    assert "样例街道安监站" in page
