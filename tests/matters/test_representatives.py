"""Standing representatives: mandate, meetings, a proposal from its seconders to the answer in the open."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import Mandate, Proposal
from lianxin.matters.operations import representatives as op
from lianxin.matters.operations.steps import With, take_step
from lianxin.matters.queries import representatives as queries
from lianxin.registry.models import Post
from lianxin.rules.packs import PACKS, load_pack

pytestmark = pytest.mark.django_db
OFFICE = frozenset({"first_receiver", "lead", "handler", "verifier"})
BY = {"actor": SYSTEM, "at": NOW}


@pytest.fixture
def area():
    return make.area("样例社区")


@pytest.fixture
def union(area):
    return make.body("样例电器厂工会", area=area)


def standing(union, name: str, **given) -> tuple[Mandate, AccountActor]:
    """A representative with an account."""
    facts = {"body": union, "title": "representative", "valid_from": make.LONG_AGO, **given}
    post = Post.objects.create(person=make.person(name), **facts)
    account = make.account(("representative", union.spans.get().area))
    row = op.set_mandate(post=post, account=account, unit="一车间", electors=48, group=None, actor=SYSTEM, at=now())
    return row, AccountActor(account)


def proposed(union, *, may_be_shown: bool = True) -> tuple[Proposal, AccountActor]:
    mandate, author = standing(union, "何样例")
    words = {"title": "夜班车加开一趟", "words": "夜班后没有公交，建议与公交公司商量加开。"}
    row = op.put_forward(mandate=mandate, may_be_shown=may_be_shown, actor=author, at=now(), **words)
    return row, author


def backed(union, row: Proposal) -> Proposal:
    for name in ("林样例", "陈样例"):
        mandate, actor = standing(union, name)
        op.second(proposal=row, mandate=mandate, actor=actor, at=now())
    row.matter.refresh_from_db()
    return row


@pytest.mark.practice(4)
def test_a_proposal_goes_from_its_seconders_to_the_answer_and_into_the_open(union):
    row, author = proposed(union)
    assert row.matter.state == "seconding"
    backed(union, row)
    assert row.matter.state == "screening"
    office = {"actor": SYSTEM, "at": now(), "roles": OFFICE}
    take_step(matter=row.matter, code="assign", given=With(owner=union), **office)
    take_step(matter=row.matter, code="answer", given=With(note="已与公交公司商定，下月起加开。"), **office)
    take_step(matter=row.matter, code="carry_out", given=With(due_on=today() + timedelta(days=30)), **office)
    take_step(matter=row.matter, code="carried", given=With(note="已开行，附时刻表。"), **office)
    assert queries.public_proposals(today()) == []
    op.show(proposal=row, is_shown=True, actor=SYSTEM, at=now())
    (line,) = queries.public_proposals(today())
    assert [note for _step, _on, note in line.answers] == ["已与公交公司商定，下月起加开。", "已开行，附时刻表。"]
    assert (line.seconders, line.is_open) == (2, False)
    page = Client().get(reverse("proposals:proposals")).content.decode()
    assert "夜班车加开一趟" in page
    assert "何样例" not in page


def test_nothing_stands_in_the_open_without_the_author_and_leaves_it_at_once(union):
    row, author = proposed(union, may_be_shown=False)
    with pytest.raises(op.AuthorSaysNo):
        op.show(proposal=row, is_shown=True, actor=SYSTEM, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=row.pk).update(shown_on=TODAY)
    op.agree_to_show(proposal=row, agrees=True, actor=author, at=now())
    op.show(proposal=row, is_shown=True, actor=SYSTEM, at=now())
    assert len(queries.public_proposals(today())) == 1
    op.agree_to_show(proposal=row, agrees=False, actor=author, at=now())
    assert queries.public_proposals(today()) == []


def test_nobody_seconds_the_own_proposal_nor_one_twice_nor_one_that_is_over(union):
    row, author = proposed(union)
    with pytest.raises(op.OwnProposal):
        op.second(proposal=row, mandate=row.author, actor=author, at=now())
    mandate, other = standing(union, "林样例")
    op.second(proposal=row, mandate=mandate, actor=other, at=now())
    with pytest.raises(op.OwnProposal):
        op.second(proposal=row, mandate=mandate, actor=other, at=now())
    op.author_step(proposal=row, code="withdraw", reason="已解决", actor=author, at=now())
    late, third = standing(union, "陈样例")
    with pytest.raises(op.SecondingOver):
        op.second(proposal=row, mandate=late, actor=third, at=now())


def test_only_the_representative_acts_with_the_mandate_and_only_while_it_runs(union):
    mandate, _actor = standing(union, "何样例")
    stranger = AccountActor(make.account(("representative", union.spans.get().area)))
    words = {"title": "样例", "words": "样例", "may_be_shown": False}
    with pytest.raises(op.NotARepresentative):
        op.put_forward(mandate=mandate, actor=stranger, at=now(), **words)
    Post.objects.filter(pk=mandate.post_id).update(valid_until=today())
    with pytest.raises(op.NotARepresentative):
        op.put_forward(mandate=mandate, actor=_actor, at=now(), **words)


def test_a_mandate_is_noted_for_the_post_of_a_representative_only(union):
    chair = Post.objects.create(body=union, title="chair", person=make.person(), valid_from=make.LONG_AGO)
    with pytest.raises(op.NoRepresentativePost):
        op.set_mandate(post=chair, account=None, unit="", electors=None, group=None, **BY)


@pytest.mark.practice(4)
def test_the_desk_shows_electors_as_a_number_and_by_name_only_who_agreed(union):
    mandate, actor = standing(union, "何样例")
    for name in ("钱样例", "孙样例"):
        make.membership(person=make.person(name), body=union)
    mandate.electors = None
    mandate.save()
    found = queries.mandate_page(mandate, actor.id, today())
    assert (found.electors, found.contacts) == (2, ())


def test_meetings_say_how_many_came_and_groups_count_them(union, area):
    mandate, actor = standing(union, "何样例")
    group = op.form_group(area=area, name="样例街道联组", day=TODAY, **BY)
    Mandate.objects.filter(pk=mandate.pk).update(group=group)
    facts = {"topic": "食堂", "place": "", "day": today()}
    op.hold_meeting(mandate=mandate, present=14, actor=actor, at=now(), **facts)
    with pytest.raises(op.NobodyCame):
        op.hold_meeting(mandate=mandate, present=0, actor=actor, at=now(), **facts)
    with pytest.raises(op.MeetingAhead):
        ahead = {**facts, "day": today() + timedelta(days=1)}
        op.hold_meeting(mandate=mandate, present=4, actor=actor, at=now(), **ahead)
    officer = AccountActor(make.account(("subdistrict_officer", area)))
    op.hold_meeting(group=group, present=5, actor=SYSTEM, at=now(), **facts)
    scope = officer.scope(queries.VIEW, today())
    (line,) = queries.group_lines(scope, officer.id)
    assert (line.name, line.people, line.met) == ("样例街道联组", 1, 1)
    found = queries.group_page(group, officer.id, scope)
    assert ([m.name for m in found.members], [m.present for m in found.meetings]) == (["何样例"], [5])


def test_the_pages_of_a_representative_and_of_an_officer_open(union, area):
    row, author = proposed(union)
    backed(union, row)
    mine, officer = Client(), Client()
    mine.force_login(author.account)
    officer.force_login(make.account(("subdistrict_officer", area)))
    for client in (mine, officer):
        assert "夜班车加开一趟" in client.get(reverse("matters:representatives")).content.decode()
        assert "林样例" in client.get(reverse("matters:proposal", args=[row.pk])).content.decode()
    desk = mine.get(reverse("matters:mandate", args=[row.author_id]))
    assert "<b>48</b>" in desk.content.decode()
    assert officer.get(reverse("matters:mandate", args=[row.author_id])).status_code == 403
    posted = mine.post(
        reverse("matters:hold_meeting", args=[row.author_id]), {"day": today(), "topic": "食堂", "present": 9}
    )
    assert posted.status_code == 302
    shown = officer.post(reverse("matters:show_proposal", args=[row.pk]), {"shown": "1"})
    assert shown.status_code == 302
    row.refresh_from_db()
    assert row.shown_on == today()


def test_an_answer_waits_for_its_author_on_today(union):
    row, author = proposed(union)
    backed(union, row)
    office = {"actor": SYSTEM, "at": now(), "roles": OFFICE}
    take_step(matter=row.matter, code="assign", given=With(owner=union), **office)
    take_step(matter=row.matter, code="answer", given=With(note="样例答复"), **office)
    (line,) = queries.proposals_waiting(author, today())
    assert line.title == "夜班车加开一趟"
    op.author_step(proposal=row, code="not_satisfied", reason="没有说时间", actor=author, at=now())
    row.matter.refresh_from_db()
    assert row.matter.state == "assigned"


def test_a_joint_group_is_seen_by_who_belongs_to_it_and_another_line_sees_no_member(union, area):
    mandate, actor = standing(union, "何样例")
    group = op.form_group(area=area, name="样例街道联组", day=TODAY, **BY)
    Mandate.objects.filter(pk=mandate.pk).update(group=group)
    mine, other, league = Client(), Client(), Client()
    mine.force_login(actor.account)
    league.force_login(make.account(("subdistrict_officer", area), line="league"))
    other.force_login(make.account(("subdistrict_officer", make.area("别处社区"))))
    url = reverse("matters:joint_group", args=[group.pk])
    assert "何样例" in mine.get(url).content.decode()
    assert "何样例" not in league.get(url).content.decode()
    assert other.get(url).status_code == 404


def test_a_vacant_seat_shows_by_when_somebody_is_to_be_elected(union, area):
    load_pack(PACKS / "elections.yaml", actor=SYSTEM, at=NOW)
    facts = {"body": union, "title": "representative", "valid_from": today() - timedelta(days=30)}
    Post.objects.create(person=None, **facts)
    officer = AccountActor(make.account(("subdistrict_officer", area)))
    (seat,) = queries.vacant_seats(officer.scope(queries.VIEW, today()))
    assert timedelta(days=89) <= seat.due_on - seat.since <= timedelta(days=92)
    client = Client()
    client.force_login(officer.account)
    assert "kind=by_election" in client.get(reverse("matters:representatives")).content.decode()


def test_a_proposal_that_seeks_seconders_waits_on_today_until_it_is_seconded(union):
    row, _author = proposed(union)
    mandate, other = standing(union, "林样例")
    assert [line.title for line in queries.proposals_waiting(other, today())] == ["夜班车加开一趟"]
    op.second(proposal=row, mandate=mandate, actor=other, at=now())
    assert queries.proposals_waiting(other, today()) == []


def test_an_author_who_is_content_sends_the_answer_on_to_be_carried_out(union):
    row, author = proposed(union)
    backed(union, row)
    office = {"actor": SYSTEM, "at": now(), "roles": OFFICE}
    take_step(matter=row.matter, code="assign", given=With(owner=union), **office)
    take_step(matter=row.matter, code="answer", given=With(note="样例答复"), **office)
    client = Client()
    client.force_login(author.account)
    assert "满意，请落实" in client.get(reverse("matters:proposal", args=[row.pk])).content.decode()
    client.post(reverse("matters:author_step", args=[row.pk, "satisfied"]))
    row.matter.refresh_from_db()
    assert row.matter.state == "carrying_out"


def test_the_public_list_shows_words_and_why_something_was_not_taken_up(union):
    row, _author = proposed(union)
    backed(union, row)
    given = With(note="不属于本单位职责", rule="样例条例第三条", right_door="区交通局窗口")
    take_step(matter=row.matter, code="refuse", given=given, actor=SYSTEM, at=now(), roles=OFFICE)
    op.show(proposal=row, is_shown=True, actor=SYSTEM, at=now())
    page = Client().get(reverse("proposals:proposals")).content.decode()
    for words in ("夜班后没有公交", "不属于本单位职责", "样例条例第三条", "区交通局窗口"):
        assert words in page


def test_who_is_elected_again_keeps_the_own_proposals(union):
    row, author = proposed(union)
    backed(union, row)
    before = row.author.post
    Post.objects.filter(pk=before.pk).update(valid_until=today())
    with pytest.raises(op.NotARepresentative):
        op.agree_to_show(proposal=row, agrees=False, actor=author, at=now())
    post = Post.objects.create(body=union, title="representative", person=before.person, valid_from=today())
    again = op.set_mandate(post=post, account=author.account, unit="", electors=9, group=None, actor=SYSTEM, at=now())
    assert op.agree_to_show(proposal=row, agrees=False, actor=author, at=now()).may_be_shown is False
    found = queries.mandate_page(again, author.id, today())
    assert [line.title for line in found.proposals] == ["夜班车加开一趟"]
