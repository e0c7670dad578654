"""A body from the notice of its renewal to the new posts."""

from datetime import timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.scope import Scope
from lianxin.reach.models import Candidate, Renewal
from lianxin.reach.operations import renewals as op
from lianxin.reach.operations.foundings import NobodyElected, TooFewPresent
from lianxin.reach.queries.renewals import renewal_detail, renewal_waiting, term_page
from lianxin.registry.models import Post, Term
from lianxin.registry.operations.bodies import PostEndsBeforeStart, PostIsOver, give_post, hand_over_post
from lianxin.rules.packs import PACKS, load_pack

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
NEXT = TODAY + timedelta(days=5 * 365)


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setattr("lianxin.registry.scoping.today", lambda: TODAY)


@pytest.fixture
def area():
    return make.area("样例社区")


@pytest.fixture
def body(area):
    facts = {"line": "women", "form": "area", "kind": "women_federation"}
    made = make.body("样例社区妇联", area=area, term_until=TODAY - timedelta(days=3), **facts)
    Post.objects.create(body=made, title="chair", person=make.person("陈样例"), valid_from=make.LONG_AGO)
    return made


@pytest.fixture
def officer(area):
    return AccountActor(make.account(("community_officer", area)))


@pytest.fixture
def clocks():
    load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=NOW)


def scope_of(officer) -> Scope:
    return officer.scope("reach.view_renewals", TODAY)


def called(body, names=("林样例", "何样例")) -> Renewal:
    """A renewal led up to its meeting."""
    held = op.send_notice(body=body, day=TODAY, **BY)
    op.prepare(renewal=held, day=TODAY, **BY)
    for name in names:
        op.nominate(renewal=held, person=make.person(name), title="chair", **BY)
    op.settle_candidates(renewal=held, day=TODAY, **BY)
    return op.call_meeting(renewal=held, day=TODAY + timedelta(days=7), **BY)


def result(held, *names, **given):
    chosen = {c.pk: None for c in held.candidates.filter(person__name__in=names)}
    facts = {"day": TODAY + timedelta(days=7), "eligible": 30, "present": 25, "elected": chosen, "term_until": NEXT}
    return op.enter_result(renewal=held, **{**facts, **given}, **BY)


def test_from_the_notice_to_new_term_and_new_posts(body):
    held = called(body)
    result(held, "林样例")
    day = TODAY + timedelta(days=7)
    assert list(Post.objects.on(day).filter(body=body).values_list("title", "person__name")) == [("chair", "林样例")]
    assert Term.objects.on(day).get(body=body).valid_until == NEXT
    assert Post.objects.on(TODAY).get(body=body).person.name == "陈样例"
    assert dict(Candidate.objects.values_list("person__name", "is_elected")) == {"林样例": True, "何样例": False}
    held.refresh_from_db()
    assert (held.step, held.term_until) == ("done", TODAY - timedelta(days=3))


def test_steps_follow_each_other_and_one_renewal_runs_at_a_time(body):
    held = op.send_notice(body=body, day=TODAY, **BY)
    with pytest.raises(op.RenewalUnderWay):
        op.send_notice(body=body, day=TODAY, **BY)
    with pytest.raises(op.RenewalMovedOn):
        op.nominate(renewal=held, person=make.person(), title="chair", **BY)
    op.prepare(renewal=held, day=TODAY, **BY)
    with pytest.raises(op.NobodyStands):
        op.settle_candidates(renewal=held, day=TODAY, **BY)
    someone = make.person()
    op.nominate(renewal=held, person=someone, title="chair", **BY)
    with pytest.raises(op.StandsAlready):
        op.nominate(renewal=held, person=someone, title="chair", **BY)
    op.stop_renewal(renewal=held, reason="合并社区", day=TODAY, **BY)
    assert op.send_notice(body=body, day=TODAY, **BY).pk != held.pk


def test_a_meeting_too_few_attend_elects_nobody(body, clocks):
    held = called(body)
    with pytest.raises(TooFewPresent):
        result(held, "林样例", present=19)
    with pytest.raises(NobodyElected):
        result(held)
    assert Renewal.objects.get().step == "meeting"
    assert not Term.objects.filter(valid_until=NEXT).exists()


def test_a_candidate_who_does_not_stand_leaves_no_trace_on_the_list(body):
    held = called(body)
    op.withdraw_candidate(candidate=held.candidates.get(person__name="何样例"), **BY)
    assert held.candidates.count() == 1


def test_terms_that_end_within_the_time_of_notice_are_listed_before_they_end(area, body, officer, clocks):
    soon = make.body("快到期工会", area=area, term_until=TODAY + timedelta(days=60))
    make.body("还早工会", area=area, term_until=TODAY + timedelta(days=200))
    found = term_page(scope_of(officer))
    assert [row.body for row in found.lines] == [body.pk, soon.pk]
    assert (found.overdue, found.soon, found.under_way) == (1, 1, 0)


def test_without_parameters_only_ended_terms_are_listed(area, body, officer):
    make.body("快到期工会", area=area, term_until=TODAY + timedelta(days=6))
    assert [row.body for row in term_page(scope_of(officer)).lines] == [body.pk]


def test_what_is_overdue_waits_on_today_until_the_notice_and_then_its_next_step(body, officer, clocks):
    lines = renewal_waiting(officer, TODAY)
    assert [(w.title, w.due_on) for w in lines] == [("样例社区妇联", TODAY - timedelta(days=3))]
    held = op.send_notice(body=body, day=TODAY, **BY)
    lines = renewal_waiting(officer, TODAY)
    assert [w.url for w in lines] == [f"/reach/renewals/{held.pk}/"]
    result(called_from(held), "林样例")
    assert renewal_waiting(officer, TODAY + timedelta(days=7)) == []


def test_many_terms_that_ended_are_one_line_with_their_number_that_leads_to_the_list(area, body, officer, clocks):
    for days in (40, 400):
        make.body(f"超期{days}天工会", area=area, term_until=TODAY - timedelta(days=days))
    soon = make.body("快到期工会", area=area, term_until=TODAY + timedelta(days=60))
    late, ahead = renewal_waiting(officer, TODAY)
    assert (late.url, late.due_on) == ("/reach/renewals/?show=overdue", TODAY - timedelta(days=400))
    assert "3" in late.title
    assert "超期400天工会" in late.detail
    assert ahead.url == f"/reach/renewals/of/{soon.pk}/"


def called_from(held):
    op.prepare(renewal=held, day=TODAY, **BY)
    op.nominate(renewal=held, person=make.person("林样例"), title="chair", **BY)
    op.settle_candidates(renewal=held, day=TODAY, **BY)
    return op.call_meeting(renewal=held, day=TODAY + timedelta(days=7), **BY)


def test_who_reaches_another_line_or_area_sees_none_of_it(body, area):
    held = called(body)
    union = AccountActor(make.account(("community_officer", area), line="union"))
    beside = AccountActor(make.account(("community_officer", make.area("别处"))))
    for actor in (union, beside):
        assert renewal_detail(held.pk, actor, TODAY) is None
        assert term_page(scope_of(actor)).lines == ()


def test_the_list_takes_as_many_queries_for_many_as_for_one(area, body, officer, django_assert_num_queries, clocks):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    called(make.body(area=area, line="women", term_until=TODAY), names=("林样例",))
    scope = scope_of(officer)
    with CaptureQueriesContext(connection) as few:
        term_page(scope)
    for _ in range(10):
        called(make.body(area=area, line="women", term_until=TODAY), names=("林样例",))
    with django_assert_num_queries(len(few)):
        assert len(term_page(scope).lines) == 12


def test_a_post_is_handed_over_left_vacant_and_filled_again(body):
    post = Post.objects.get(body=body)
    empty = hand_over_post(post=post, person=None, day=TODAY, **BY)
    assert Post.objects.on(TODAY).get(body=body) == empty
    filled = hand_over_post(post=empty, person=make.person("林样例"), day=TODAY + timedelta(days=9), **BY)
    assert (filled.title, filled.person.name) == ("chair", "林样例")
    with pytest.raises(PostIsOver):
        hand_over_post(post=post, person=None, day=TODAY + timedelta(days=9), **BY)
    with pytest.raises(PostEndsBeforeStart):
        hand_over_post(post=filled, person=None, day=TODAY, **BY)


def test_a_vacant_post_can_be_given_from_the_start(body):
    assert give_post(body=body, title="vice_chair", person=None, day=TODAY, **BY).person is None
