"""A body's own problem: five things, a check by another, neutral words for all, the second look."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import day_of, now, today
from lianxin.matters.models import OwnProblem
from lianxin.matters.operations import problems as op
from lianxin.matters.operations import published
from lianxin.matters.operations.happening import story
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.operations.steps import NotHandled, ReasonNeeded
from lianxin.matters.queries.problems import problem_page, problems_waiting, public_lines

pytestmark = pytest.mark.django_db
WORDS = op.PublicWords("周末窗口", "周末没有人值守。", "每周六上午开窗。")


class Land:
    def __init__(self):
        self.street = make.area("样例街道", parent=make.area("样例区"))
        self.body = make.body("样例街道总工会", area=self.street, form="area")
        self.owner, self.worker, self.other = (
            AccountActor(make.account(("subdistrict_officer", self.street), username=name))
            for name in ("owner", "worker", "other")
        )
        self.at = now()

    def listed(self, **given):
        listing = op.Listing(
            **{"words": "周末来办事没有人。", "body": self.body, "area": self.street, "source": "self", **given}
        )
        return op.list_problem(listing=listing, actor=self.worker, at=self.at)

    def five(self, **given):
        facts = {"measure": "增开窗口", "resources": "两人轮值", "fallback": "开预约"}
        return op.FiveInPlace(**{"owner": self.owner.account, "due_on": today() + timedelta(days=20), **facts, **given})

    def handed_in(self):
        problem = self.listed()
        by = {"actor": self.worker, "at": self.at}
        op.plan_problem(problem=problem, five=self.five(), **by)
        op.start_problem(problem=problem, **by)
        return op.hand_in(problem=problem, evidence="值班表", **by)

    def published(self):
        return op.pass_problem(problem=self.handed_in(), seen="去看过", words=WORDS, actor=self.other, at=self.at)


@pytest.fixture
def land():
    return Land()


def test_a_problem_has_all_five_things_before_work_begins(land):
    problem = land.listed()
    for missing in ("measure", "resources", "fallback"):
        with pytest.raises(op.FiveThings):
            op.plan_problem(problem=problem, five=land.five(**{missing: " "}), actor=land.worker, at=land.at)
    with pytest.raises(op.DueGone):
        five = land.five(due_on=today() - timedelta(days=1))
        op.plan_problem(problem=problem, five=five, actor=land.worker, at=land.at)
    assert op.plan_problem(problem=problem, five=land.five(), actor=land.worker, at=land.at).owner == land.owner.account


@pytest.mark.practice(6)
def test_neither_the_owner_nor_who_worked_on_it_checks_it(land):
    problem = land.handed_in()
    for actor in (land.owner, land.worker):
        with pytest.raises(op.OwnerChecks):
            op.pass_problem(problem=problem, seen="看过", words=WORDS, actor=actor, at=land.at)
        with pytest.raises(op.OwnerChecks):
            op.send_back(problem=problem, reason="不行", actor=actor, at=land.at)
    assert op.send_back(problem=problem, reason="还差一个窗口", actor=land.other, at=land.at).published_at is None


@pytest.mark.practice(6)
def test_what_is_published_is_neutral_and_complete(land):
    problem = land.handed_in()
    for words, refusal in (
        (op.PublicWords("周末窗口", "没有人", "打 13800000001"), op.SpeaksOfPersons),
        (op.PublicWords("周末窗口", "找 a.b@example.org", "改了"), op.SpeaksOfPersons),
        (op.PublicWords("", "没有人", "改了"), op.WordsForAll),
    ):
        with pytest.raises(refusal):
            op.pass_problem(problem=problem, seen="看过", words=words, actor=land.other, at=land.at)
    assert public_lines(today()) == []


def test_everybody_reads_the_published_words_and_nothing_else(land):
    land.published()
    line = public_lines(today())[0]
    assert (line.title, line.problem, line.done, line.state) == (*vars_of(WORDS), "watched")
    assert line.until == today() + timedelta(days=90)


def vars_of(words):
    return words.title, words.problem, words.done


def test_a_matter_that_became_shut_is_published_no_more(land):
    problem = land.published()
    problem.matter.level, problem.matter.title = "C3", ""
    problem.matter.save()
    assert public_lines(today()) == []
    assert not OwnProblem.objects.published().exists()


def test_words_of_harm_to_a_person_are_refused_on_the_list(land):
    with pytest.raises(op.NeutralWords):
        land.listed(words="工作人员对来访妇女性骚扰")
    assert not OwnProblem.objects.exists()


@pytest.mark.practice(6)
def test_it_is_struck_off_after_90_days_only_and_by_another(land):
    problem = land.published()
    later = land.at + timedelta(days=90)
    with pytest.raises(op.TooEarly):
        op.look_again(problem=problem, result="还在开", is_back=False, actor=land.other, at=later - timedelta(days=1))
    with pytest.raises(op.OwnerChecks):
        op.look_again(problem=problem, result="还在开", is_back=False, actor=land.owner, at=later)
    op.look_again(problem=problem, result="还在开", is_back=False, actor=land.other, at=later)
    assert public_lines(day_of(later))[0].state == "held"


def test_a_relapse_is_said_in_the_open_and_the_work_begins_anew(land):
    problem = land.published()
    again = op.look_again(problem=problem, result="又没人了", is_back=True, actor=land.other, at=land.at)
    assert (again.relapses, public_lines(today())[0].state) == (1, "back")
    again.matter.refresh_from_db()
    assert again.matter.state == "mending"


def test_a_problem_sent_twice_is_listed_once_and_stands_beside_the_matter_it_came_from(land):
    asked = open_matter(given=Given(words="周末没人", area=land.street), actor=land.worker, at=land.at).matter
    first = land.listed(key="k1", source="complaint", source_matter=asked)
    assert land.listed(key="k1", source="complaint", source_matter=asked) == first
    assert first.matter.parent == asked


def test_a_stranger_to_the_area_takes_no_step(land):
    far = AccountActor(make.account(("subdistrict_officer", make.area("别处街道"))))
    with pytest.raises(NotHandled):
        op.plan_problem(problem=land.listed(), five=land.five(), actor=far, at=land.at)
    assert problem_page(far.scope("matters.view_problems", today())).lines == ()


def test_what_waits_is_said_to_those_whose_turn_it_is(land):
    land.handed_in()
    assert [line.verb for line in problems_waiting(land.other, today())] == ["去核验"]
    assert problems_waiting(land.worker, today()) == []


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(land, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    land.listed()
    scope = land.other.scope("matters.view_problems", today())
    with CaptureQueriesContext(connection) as one:
        problem_page(scope)
    for _ in range(5):
        land.listed()
    with django_assert_num_queries(len(one)):
        assert problem_page(scope).open == 6


def test_whoever_checks_has_problem_plan_and_evidence_before_the_eyes(land, client):
    client.force_login(land.other.account)
    problem = land.handed_in()
    page = client.get(reverse("matters:check_problem", args=[problem.pk])).content.decode()
    for words in ("周末来办事没有人。", "增开窗口", "两人轮值", "值班表"):
        assert words in page


@pytest.mark.practice(6)
def test_photos_handed_in_as_evidence_are_before_the_eyes_of_whoever_checks(land, client):
    problem = land.listed()
    by = {"actor": land.worker, "at": land.at}
    op.plan_problem(problem=problem, five=land.five(), **by)
    op.start_problem(problem=problem, **by)
    client.force_login(land.worker.account)
    picture = io.BytesIO()
    Image.new("RGB", (60, 40)).save(picture, "PNG")
    given = {"evidence": "值班表", "photos": SimpleUploadedFile("a.png", picture.getvalue(), "image/png")}
    assert client.post(reverse("matters:hand_in_problem", args=[problem.pk]), given).status_code == 302
    client.force_login(land.other.account)
    address = reverse("matters:problem_photo", args=[problem.pk, problem.matter.photos.get().pk])
    assert address in client.get(reverse("matters:check_problem", args=[problem.pk])).content.decode()
    assert client.get(address)["Content-Type"] == "image/jpeg"
    client.force_login(make.account(("subdistrict_officer", make.area("别处街道"))))
    assert client.get(address).status_code == 404


@pytest.mark.practice(6)
def test_what_was_published_is_put_right_or_taken_off_by_who_may_publish_with_the_reason_on_record(land, client):
    problem = land.published()
    client.force_login(land.other.account)
    address = reverse("matters:correct_problem", args=[problem.pk])
    given = {"title": "周末窗口", "problem": "周末没有人值守。", "done": "每周六全天开窗。"}
    assert client.post(address, given).status_code == 422
    assert client.post(address, {**given, "reason": "写错了时间"}).status_code == 302
    assert public_lines(today())[0].done == "每周六全天开窗。"
    answer = client.post(reverse("matters:withdraw_problem", args=[problem.pk]), {"reason": "涉及个人"})
    assert answer.status_code == 302
    assert public_lines(today()) == []
    page = client.get(answer["Location"]).content.decode()
    for words in ("写错了时间", "每周六上午开窗。", "涉及个人"):
        assert words in page
    with pytest.raises(op.OffThePage):
        op.look_again(problem=problem, result="好", is_back=False, actor=land.other, at=land.at + timedelta(days=91))
    client.post(address, {**given, "reason": "已改妥"})
    assert public_lines(today())[0].title == "周末窗口"


def test_putting_right_what_was_published_moves_no_clock(land):
    problem = land.published()
    before = story(problem.matter)
    assert len(before) > 1
    published.correct_words(problem=problem, words=WORDS, reason="写错了", actor=land.other, at=land.at)
    assert story(OwnProblem.objects.get(pk=problem.pk).matter) == before


def test_nobody_who_worked_on_it_changes_what_was_published_and_nothing_that_was_not_is_taken_off(land):
    by = {"reason": "写错了", "at": land.at}
    problem = land.published()
    for actor in (land.owner, land.worker):
        with pytest.raises(op.OwnerChecks):
            published.withdraw_words(problem=problem, actor=actor, **by)
    far = AccountActor(make.account(("subdistrict_officer", make.area("别处街道"))))
    with pytest.raises(NotHandled):
        published.correct_words(problem=problem, words=WORDS, actor=far, **by)
    with pytest.raises(op.SpeaksOfPersons):
        numbers = op.PublicWords("窗口", "没有人", "打 13800000001")
        published.correct_words(problem=problem, words=numbers, actor=land.other, **by)
    with pytest.raises(ReasonNeeded):
        published.withdraw_words(problem=problem, actor=land.other, reason=" ", at=land.at)
    with pytest.raises(published.NotPublished):
        published.withdraw_words(problem=land.handed_in(), actor=land.other, **by)
