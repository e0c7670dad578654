"""Periodic reviews: what the meeting decided becomes matters of the bodies that own it."""

from datetime import timedelta

import pytest
from django.urls import reverse

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


def test_the_record_is_kept_and_a_decision_entered_on_the_pages(land, client):
    client.force_login(land.lead.account)
    day = day_of(land.at)
    asked = {"title": "十一月研判", "body": land.union.pk, "held_on": day, "findings": "通道堵塞较多。"}
    answer = client.post(reverse("matters:hold_review"), {**asked, "bodies": [land.union.pk, land.bureau.pk]})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    review = Review.objects.get()
    said = {"text": "物业清理三处通道", "body": land.bureau.pk, "due_on": day + timedelta(days=12)}
    answer = client.post(reverse("matters:decide_review", args=[review.pk]), said)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = client.get(reverse("matters:review", args=[review.pk])).content.decode()
    assert "物业清理三处通道" in page
    assert "样例街道安监站" in page
