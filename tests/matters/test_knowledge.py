"""The knowledge base: two people, days, and answers before something is sent in."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import Edition
from lianxin.matters.operations.knowledge import (
    BadDay,
    FromShut,
    NotDraft,
    OwnDraft,
    approve,
    confirm,
    draft,
    withdraw,
)
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.operations.steps import With, take_step
from lianxin.matters.queries.knowledge import answers, forget_index, knowledge_waiting

pytestmark = pytest.mark.django_db
WAGES = ("老板拖欠工资怎么办？", "保留考勤和工资条，向街道总工会反映。")
CLASS = ("暑期托管班怎么报名？", "六月在社区妇女儿童之家报名，名额抽签。")


@pytest.fixture(autouse=True)
def _fresh():
    forget_index()
    yield
    forget_index()


@pytest.fixture
def area():
    return make.area("样例区")


@pytest.fixture
def author(area):
    return AccountActor(make.account(("district_officer", area)))


@pytest.fixture
def other(area):
    return AccountActor(make.account(("district_officer", area)))


def public(words, author, other, **given):
    made = draft(question=words[0], answer=words[1], actor=author, at=now())
    return approve(edition=made, actor=other, at=now(), **given)


def test_nobody_approves_the_own_draft_not_even_past_the_operation(author, other):
    made = draft(question=WAGES[0], answer=WAGES[1], actor=author, at=now())
    with pytest.raises(OwnDraft):
        approve(edition=made, actor=author, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=made.pk).update(approved_by=author.id)
    assert answers("拖欠工资", today()) == []
    assert approve(edition=made, actor=other, at=now()).review_on > today()
    with pytest.raises(NotDraft):
        approve(edition=made, actor=other, at=now())


def test_a_question_finds_its_answer_by_words_and_by_likeness(author, other):
    public(WAGES, author, other)
    public(CLASS, author, other)
    assert [line.question for line in answers("工资被拖欠了", today())] == [WAGES[0]]
    assert [line.question for line in answers("孩子暑期托管在哪里报名", today())] == [CLASS[0]]
    assert answers("路灯不亮", today()) == []


def test_the_public_reads_the_approved_wording_until_the_next_is_approved(author, other, client):
    first = public(WAGES, author, other)
    again = draft(article=first.article, question=WAGES[0], answer="打 12351。", actor=other, at=now())
    page = client.get(reverse("ask:answers"), {"q": "拖欠工资"})
    assert "街道总工会" in page.content.decode()
    approve(edition=again, actor=author, at=now())
    assert "打 12351" in client.get(reverse("ask:answers"), {"q": "拖欠工资"}).content.decode()
    withdraw(article=first.article, actor=author, at=now())
    assert "打 12351" not in client.get(reverse("ask:answers"), {"q": "拖欠工资"}).content.decode()


def test_an_article_is_looked_at_again_and_waits_on_today_until_then(author, other):
    made = public(WAGES, author, other)
    later = today() + timedelta(days=181)
    assert [line.due_on for line in knowledge_waiting(author, later)] == [made.review_on]
    with pytest.raises(BadDay):
        confirm(edition=made, actor=author, at=now(), review_on=today())
    confirm(edition=made, actor=author, at=now(), review_on=today() + timedelta(days=365))
    assert knowledge_waiting(author, later) == []


def test_a_draft_waits_for_another_and_never_comes_from_a_shut_matter(author, other, area):
    draft(question=WAGES[0], answer=WAGES[1], actor=author, at=now())
    assert len(knowledge_waiting(other, today())) == 1
    assert knowledge_waiting(author, today()) == []
    sealed = open_matter(given=Given(words="我被家暴", area=area), actor=SYSTEM, at=now()).matter
    with pytest.raises(FromShut):
        draft(question="问", answer="答", source=sealed, actor=author, at=now())


def test_staff_write_and_approve_in_the_browser_without_script(author, other, client):
    client.force_login(author.account)
    client.post(reverse("matters:write_article"), {"question": WAGES[0], "answer": WAGES[1]})
    made = Edition.objects.get()
    assert client.post(reverse("matters:approve_article", args=[made.article_id])).status_code == 302
    assert Edition.objects.get().approved_at is None, "the author may not"
    client.force_login(other.account)
    assert client.get(reverse("matters:article", args=[made.article_id])).status_code == 200
    client.post(reverse("matters:approve_article", args=[made.article_id]))
    assert Edition.objects.get().approved_at is not None
    assert WAGES[0] in client.get(reverse("matters:articles")).content.decode()


def test_what_is_typed_is_read_and_not_kept(author, other, client):
    public(WAGES, author, other)
    client.force_login(author.account)
    page = client.post(reverse("matters:propose"), {"words": "老板拖欠工资三个月"})
    assert page["Cache-Control"] == "no-store"
    assert "欠薪" in page.content.decode()
    assert WAGES[0] in page.content.decode()


def test_an_article_after_an_answered_matter_begins_with_its_answer(author, area, client):
    client.force_login(author.account)
    matter = open_matter(given=Given(words="厂里欠薪三个月了，怎么办？", area=area), actor=SYSTEM, at=now()).matter
    link = reverse("matters:write_article") + f"?matter={matter.pk}"
    assert link not in client.get(reverse("matters:matter", args=[matter.pk])).content.decode()
    given = {"assign": With(owner=make.body("样例工会", area=area)), "answer": With(note="向街道总工会反映。")}
    for code in ("accept", "assign", "contact", "answer"):
        take_step(matter=matter, code=code, actor=author, at=now(), given=given.get(code, With()))
    assert link in client.get(reverse("matters:matter", args=[matter.pk])).content.decode()
    form = client.get(link).context["form"]
    assert (form["question"].value(), form["answer"].value()) == ("厂里欠薪三个月了，怎么办", "向街道总工会反映。")
    client.post(link, {"question": WAGES[0], "answer": WAGES[1]})
    assert Edition.objects.get().article.source == matter


def test_a_wording_is_approved_by_who_read_it_and_a_day_that_is_none_decides_nothing(author, other, client):
    first = draft(question=WAGES[0], answer=WAGES[1], actor=author, at=now())
    again = draft(article=first.article, question=WAGES[0], answer="打 12351。", need="A1", actor=author, at=now())
    client.force_login(other.account)
    where = reverse("matters:approve_article", args=[first.article_id])
    for given in ({"read": first.pk}, {"read": again.pk, "review_on": "2026-13-45"}):
        client.post(where, given)
        assert Edition.objects.get().approved_at is None
    client.post(where, {"read": again.pk})
    kept = Edition.objects.get()
    assert (kept.answer, kept.approved_at is None, kept.article.need) == ("打 12351。", False, "A1")
