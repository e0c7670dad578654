"""Elections from roll to declared result: what is asked on the way, and what is refused."""

import random
from datetime import timedelta

import pytest
from django.utils import translation

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.matters.forms.elections import BallotForm, BoxForm, GivenForm
from lianxin.matters.models import BallotBox, BallotCode, Election, Elector, Mandate, Nominee
from lianxin.matters.offices import least_candidates, offices
from lianxin.matters.operations import composition, counting, voting
from lianxin.matters.operations import elections as op
from lianxin.registry.models import Person, Post, Term
from lianxin.rules.packs import PACKS, load_pack
from lianxin_methods.election import Box
from matters import electing
from matters.electing import BY, called, holders, opened

pytestmark = pytest.mark.django_db
NEXT = TODAY + timedelta(days=1095)


@pytest.fixture
def rules():
    for name in ("elections", "reach_clocks"):
        load_pack(PACKS / f"{name}.yaml", actor=SYSTEM, at=NOW)


@pytest.fixture
def union():
    return electing.union(60)


def on_paper(held: Election, approved: dict[str, int], *, issued: int = 50, invalid: int = 0) -> Election:
    """One box, counted alike by two tellers, and the result."""
    box = BallotBox.objects.get(election=held)
    for teller in holders(2):
        counted = Box(issued, issued, invalid, approved)
        counting.count_box(box=box, issued=issued, counted=counted, account=teller, **BY)
    voting.close_voting(election=held, day=TODAY, **BY)
    return counting.count_votes(election=held, day=TODAY, **BY)


def keys_by_name(held: Election) -> dict[str, str]:
    return dict(held.nominees.values_list("person__name", "key"))


@pytest.mark.practice(4)
def test_a_committee_elected_on_paper_takes_its_posts_and_a_new_term_begins(union):
    before = Post.objects.create(body=union, title="member", person=make.person("旧样例"), valid_from=make.LONG_AGO)
    held = opened(called(union, office="committee", seats=2, stand=3), boxes=("箱",)).election
    assert sorted(keys_by_name(held).values()) == ["1", "2", "3"]
    done = on_paper(held, {"1": 40, "2": 35, "3": 20})
    assert (done.step, done.protocol["result"]["verdict"]) == ("counted", "elected")
    counting.declare(election=done, day=TODAY, **BY)
    names = {n.person.name for n in Nominee.objects.filter(election=done, is_elected=True)}
    posts = Post.objects.on(TODAY).filter(body=union, title="member")
    assert {p.person.name for p in posts} == names
    assert len(names) == 2
    assert {p.mandate_until for p in posts} == {NEXT}
    before.refresh_from_db()
    assert before.valid_until == TODAY
    assert Term.objects.on(TODAY).get(body=union).valid_until == NEXT


def test_candidates_exceed_seats_by_the_share_of_the_day(union, rules):
    held = op.call_election(body=union, office="representatives", seats=40, day=TODAY, **BY)
    assert held.terms["excess"]["share"] == "3/20"
    assert "总工发" in held.terms["excess"]["source"]
    assert least_candidates(held.terms, 40) == 46
    assert held.terms["present"]["share"] == "2/3"
    assert held.terms["votes"]["share"] == "1/2"
    op.fill_roll(election=held, day=TODAY, **BY)
    op.settle_roll(election=held, day=TODAY, deviation="样例", **BY)
    for person in Person.objects.order_by("pk")[:45]:
        op.nominate(election=held, person=person, nominated_by="", station="", day=TODAY, **BY)
    with pytest.raises(op.TooFewCandidates) as refusal:
        op.settle_candidates(election=held, day=TODAY, **BY)
    assert "46" in refusal.value.sentence
    assert "45" in refusal.value.sentence


def test_an_unusual_number_of_seats_needs_its_reason(union):
    held = op.call_election(body=union, office="committee", seats=9, day=TODAY, **BY)
    op.fill_roll(election=held, day=TODAY, **BY)
    with pytest.raises(op.UnusualSeats) as refusal:
        op.settle_roll(election=held, day=TODAY, **BY)
    assert "3-7" in refusal.value.sentence
    assert "3-5" in refusal.value.sentence
    assert op.settle_roll(election=held, day=TODAY, deviation="两个厂区合并", **BY).step == "nomination"


def test_both_tables_of_committee_sizes_are_kept():
    sizes = offices()["committee"].usual("union", 300)
    assert [(s.least, s.most) for s in sizes] == [(7, 15), (7, 9)]
    assert offices()["representatives"].usual("union", 1001)[0].least == 60
    assert offices()["representatives"].usual("union", 99)[0].zh
    assert offices()["committee"].usual("women", 300) == []


def test_a_roll_of_names_and_a_roll_that_is_a_number(union):
    held = op.call_election(body=union, office="chair", seats=5, day=TODAY, **BY)
    assert held.seats == 1
    assert op.fill_roll(election=held, day=TODAY, **BY) == 60
    assert op.fill_roll(election=held, day=TODAY, **BY) == 0
    assert op.add_names(election=held, names=["外派样例", " ", "借调 样例"], **BY) == 2
    op.strike_elector(elector=held.electors.get(name="外派样例"), **BY)
    op.enter_roll_count(election=held, count=480, **BY)
    assert not held.electors.exists()
    assert op.settle_roll(election=held, day=TODAY, **BY).eligible == 480
    with pytest.raises(op.ElectionMovedOn):
        op.fill_roll(election=held, day=TODAY, **BY)


def test_one_election_of_a_kind_runs_at_a_time_in_a_unit(union):
    op.call_election(body=union, office="chair", seats=1, day=TODAY, **BY)
    with pytest.raises(op.OtherElectionOpen):
        op.call_election(body=union, office="chair", seats=1, day=TODAY, **BY)
    assert op.call_election(body=union, office="chair", seats=1, unit="二车间", day=TODAY, **BY)


def test_a_code_is_used_once_and_only_while_the_vote_is_open(union):
    held = opened(called(union, seats=2, stand=3), codes=5)
    one, two = held.codes[:2]
    choice = voting.Choice(frozenset({"1"}))
    receipt = voting.cast(typed=one.lower().replace("-", " "), choice=choice)
    assert receipt == voting.receipt_of(one)
    with pytest.raises(voting.CodeUsed):
        voting.cast(typed=one, choice=choice)
    with pytest.raises(voting.CodeUnknown):
        voting.cast(typed="AAAA-BBBB-CCCC", choice=choice)
    for wrong in (voting.Choice(frozenset("123")), voting.Choice(frozenset("9")), voting.Choice(*[frozenset("1")] * 2)):
        with pytest.raises((voting.TooManyChosen, voting.NotACandidate)):
            voting.cast(typed=two, choice=wrong)
    assert BallotCode.objects.filter(is_used=True).count() == 1
    voting.close_voting(election=held.election, day=TODAY, **BY)
    with pytest.raises(voting.VoteNotOpen):
        voting.cast(typed=two, choice=choice)


def test_codes_need_two_key_holders_and_never_outnumber_the_roll(union):
    held = called(union, seats=2, stand=3)
    with pytest.raises(voting.TooFewKeys):
        voting.make_codes(election=held, count=5, **BY)
    one, two, three, four = holders(4)
    voting.hold_key(election=held, account=one, **BY)
    with pytest.raises(voting.HoldsKey):
        voting.hold_key(election=held, account=one, **BY)
    with pytest.raises(voting.TooFewKeys):
        voting.open_voting(election=held, day=TODAY, boxes=[], **BY)
    for account in (two, three):
        voting.hold_key(election=held, account=account, **BY)
    with pytest.raises(voting.HoldsKey):
        voting.hold_key(election=held, account=four, **BY)
    assert len(set(voting.make_codes(election=held, count=60, **BY))) == 60
    with pytest.raises(voting.MoreCodesThanRoll):
        voting.make_codes(election=held, count=1, **BY)


def test_nobody_is_handed_two_ballots(union):
    held = opened(called(union, seats=2, stand=3), codes=5).election
    assert voting.give_ballots(election=held, numbers=[1, 2], means="code", **BY) == 2
    with pytest.raises(voting.HasBallot):
        voting.give_ballots(election=held, numbers=[2, 3], means="paper", **BY)
    assert Elector.objects.filter(election=held, given="paper").count() == 0


def test_a_number_that_is_not_on_the_roll_is_said_so(union):
    held = opened(called(union, seats=1, stand=2), boxes=("箱",)).election
    with pytest.raises(voting.NotOnRoll) as refused:
        voting.give_ballots(election=held, numbers=[3, 61], means="paper", **BY)
    assert "61" in str(refused.value.sentence)
    assert not held.electors.exclude(given="").exists()


def test_no_more_members_call_for_a_recall_than_may_vote(union, rules):
    post = Post.objects.create(body=union, title="chair", person=make.person("何样例"), valid_from=make.LONG_AGO)
    with pytest.raises(op.MoreCallersThanVoters):
        op.call_recall(post=post, callers=61, eligible=60, day=TODAY, **BY)


def test_numbers_are_read_as_people_write_them():
    form = GivenForm({"numbers": "3、8，12-14；20～21 30", "means": "paper"})
    assert form.is_valid()
    assert form.cleaned_data["numbers"] == [3, 8, 12, 13, 14, 20, 21, 30]
    for wrong in ("²", "5-3", "1-9999", "99999999999999999999"):
        assert not GivenForm({"numbers": wrong, "means": "paper"}).is_valid()


def test_names_written_in_are_added_up_and_no_number_is_too_large_to_be_refused():
    given = {"issued": 9, "found": 9, "invalid": 0, "others": "韦样例　2\n韦样例 3"}
    form = BoxForm(given, candidates=[("1", "甲")])
    assert form.is_valid()
    assert form.counted().approved["+韦样例"] == 5
    assert "issued" in BoxForm({**given, "issued": 10**20}, candidates=[]).errors


def test_whoever_stands_is_not_written_in_as_well(union):
    held = opened(called(union, seats=2, stand=3), boxes=("箱",)).election
    candidates = [("1", "韦样例"), ("2", "林样例"), ("3", "何样例")]
    ballot = BallotForm({"c1": "for", "other0": " 韦样例 "}, election=held, candidates=candidates)
    assert "other0" in ballot.errors
    assert BallotForm({"c1": "for", "other0": "韦 样例"}, election=held, candidates=candidates).is_valid()
    box = BoxForm({"issued": 9, "found": 9, "invalid": 0, "others": "林样例 3"}, candidates=candidates)
    assert "others" in box.errors


def test_more_used_codes_than_were_handed_out_make_the_election_void(union):
    rng = random.Random(2)
    held = opened(called(union, seats=2, stand=3), boxes=(), codes=50)
    voting.give_ballots(election=held.election, numbers=range(1, 46), means="code", **BY)
    electing.vote(held, 46, rng)
    done = electing.counted(held)
    assert (done.step, done.protocol["result"]["verdict"]) == ("void", "too_many_found")


def test_a_box_counts_when_two_tellers_found_the_same(union):
    held = opened(called(union, seats=2, stand=3), boxes=("箱",)).election
    box, (one, two) = BallotBox.objects.get(election=held), holders(2)
    first = Box(50, 50, 0, {"1": 40, "2": 30})
    assert counting.count_box(box=box, issued=50, counted=first, account=one, **BY) is False
    assert counting.count_box(box=box, issued=50, counted=first, account=one, **BY) is False
    other = Box(50, 50, 0, {"1": 40, "2": 29})
    assert counting.count_box(box=box, issued=50, counted=other, account=two, **BY) is False
    voting.close_voting(election=held, day=TODAY, **BY)
    with pytest.raises(counting.BoxesNotCounted):
        counting.count_votes(election=held, day=TODAY, **BY)
    assert counting.count_box(box=box, issued=50, counted=first, account=two, **BY) is True
    with pytest.raises(counting.CountsContradict):
        counting.count_box(box=box, issued=50, counted=Box(50, 50, 0, {"1": 51}), account=two, **BY)


def test_two_tellers_agree_on_how_many_ballots_were_handed_out_as_well(union):
    box = BallotBox.objects.get(election=opened(called(union, seats=1, stand=2), boxes=("箱",)).election)
    first, second = holders(2)

    def count(teller, issued: int) -> bool:
        counted = Box(issued, 40, 0, {"1": 30, "2": 10})
        return counting.count_box(box=box, issued=issued, counted=counted, account=teller, **BY)

    assert [count(first, 50), count(second, 45), count(first, 45)] == [False, False, True]
    assert not count(second, 50)
    assert counting.agreed(box) is None


def test_level_candidates_face_each_other_again_and_the_most_approvals_decide(union):
    held = opened(called(union, seats=2, stand=3), boxes=("箱",)).election
    done = on_paper(held, {"1": 36, "2": 32, "3": 32})
    assert done.protocol["result"]["verdict"] == "tied"
    counting.declare(election=done, day=TODAY, **BY)
    again = op.vote_again(election=done, day=TODAY, **BY)
    level = {name for name, key in keys_by_name(held).items() if key in ("2", "3")}
    assert set(again.nominees.values_list("person__name", flat=True)) == level
    assert (again.kind, again.seats, again.electors.count()) == ("run_off", 1, 60)
    published = op.settle_roll(election=again, day=TODAY, **BY)
    assert published.step == "published"
    second = on_paper(opened(published, boxes=("箱",)).election, {"1": 20, "2": 24})
    assert second.protocol["result"]["elected"] == ["2"]
    counting.declare(election=second, day=TODAY, **BY)
    assert Post.objects.on(TODAY).filter(body=union, title="representative").count() == 2


def test_too_few_take_part_and_no_votes_are_shown_before_the_vote_is_held_again(union):
    held = opened(called(union, seats=2, stand=3), boxes=("箱",)).election
    done = on_paper(held, {"1": 30, "2": 25}, issued=39)
    assert (done.step, done.protocol["result"]["verdict"]) == ("void", "too_few")
    assert done.protocol["result"]["lines"] == []
    assert done.protocol["boxes"] == []
    assert op.vote_again(election=done, day=TODAY, **BY).seats == 2
    with pytest.raises(op.ElectionMovedOn):
        counting.declare(election=done, day=TODAY, **BY)


def test_a_by_election_fills_the_vacant_seat_until_the_mandate_of_before_ends(union):
    sitting = Post.objects.create(body=union, title="representative", person=make.person(), valid_from=make.LONG_AGO)
    vacant = Post.objects.create(body=union, title="representative", person=None, valid_from=make.LONG_AGO)
    held = opened(called(union, seats=1, stand=2, kind="by_election"), boxes=("箱",)).election
    counting.declare(election=on_paper(held, {"1": 45, "2": 3}), day=TODAY, **BY)
    vacant.refresh_from_db()
    sitting.refresh_from_db()
    assert (vacant.valid_until, sitting.valid_until) == (TODAY, None)
    assert Post.objects.on(TODAY).filter(body=union, title="representative").count() == 2


def test_a_recall_needs_a_third_to_call_and_more_than_half_of_all_to_decide(union, rules):
    post = Post.objects.create(body=union, title="chair", person=make.person("何样例"), valid_from=make.LONG_AGO)
    with pytest.raises(op.TooFewCallers):
        op.call_recall(post=post, callers=19, eligible=60, day=TODAY, **BY)
    held = op.call_recall(post=post, callers=20, eligible=60, day=TODAY, **BY)
    op.fill_roll(election=held, day=TODAY, **BY)
    published = op.settle_roll(election=held, day=TODAY, **BY)
    done = on_paper(opened(published, boxes=("箱",)).election, {"1": 30})
    with pytest.raises(op.NothingToVoteOnAgain):
        op.vote_again(election=done, day=TODAY, **BY)
    assert counting.declare(election=done, day=TODAY, **BY).step == "declared"
    post.refresh_from_db()
    assert post.valid_until is None


def test_who_is_recalled_loses_the_post_on_the_day(union, rules):
    post = Post.objects.create(body=union, title="chair", person=make.person("何样例"), valid_from=make.LONG_AGO)
    held = op.call_recall(post=post, callers=20, eligible=60, day=TODAY, **BY)
    op.fill_roll(election=held, day=TODAY, **BY)
    published = op.settle_roll(election=held, day=TODAY, **BY)
    counting.declare(election=on_paper(opened(published, boxes=("箱",)).election, {"1": 31}), day=TODAY, **BY)
    post.refresh_from_db()
    assert post.valid_until == TODAY


def test_the_seat_of_a_representative_who_was_recalled_is_vacant_in_its_unit_until_its_mandate_ends(union, rules):
    facts = {"person": make.person("何样例"), "valid_from": make.LONG_AGO, "mandate_until": NEXT}
    post = Post.objects.create(body=union, title="representative", **facts)
    Mandate.objects.create(post=post, unit="一车间", electors=60)
    held = op.call_recall(post=post, callers=20, eligible=60, day=TODAY, **BY)
    op.fill_roll(election=held, day=TODAY, **BY)
    published = op.settle_roll(election=held, day=TODAY, **BY)
    counting.declare(election=on_paper(opened(published, boxes=("箱",)).election, {"1": 31}), day=TODAY, **BY)
    vacant = Post.objects.on(TODAY).get(body=union, title="representative", person=None)
    assert (vacant.valid_from, vacant.mandate_until) == (TODAY, NEXT)
    assert Mandate.objects.get(post=vacant).unit == "一车间"


def test_a_recall_that_too_few_voted_on_is_held_again_as_a_recall(union, rules):
    post = Post.objects.create(body=union, title="chair", person=make.person("何样例"), valid_from=make.LONG_AGO)
    held = op.call_recall(post=post, callers=20, eligible=60, day=TODAY, **BY)
    op.fill_roll(election=held, day=TODAY, **BY)
    published = op.settle_roll(election=held, day=TODAY, **BY)
    void = on_paper(opened(published, boxes=("箱",)).election, {"1": 30}, issued=30)
    again = op.vote_again(election=void, day=TODAY, **BY)
    assert (again.kind, again.recalls, again.callers) == ("recall", post, 20)
    published = op.settle_roll(election=again, day=TODAY, **BY)
    counting.declare(election=on_paper(opened(published, boxes=("箱",)).election, {"1": 41}), day=TODAY, **BY)
    post.refresh_from_db()
    assert post.valid_until == TODAY


def test_open_seats_are_put_to_the_vote_again_once(union):
    done = on_paper(opened(called(union, seats=2, stand=3), boxes=("箱",)).election, {"1": 36, "2": 32, "3": 32})
    counting.declare(election=done, day=TODAY, **BY)
    again = op.vote_again(election=done, day=TODAY, **BY)
    published = op.settle_roll(election=again, day=TODAY, **BY)
    second = on_paper(opened(published, boxes=("箱",)).election, {"1": 20, "2": 24})
    counting.declare(election=second, day=TODAY, **BY)
    with pytest.raises(op.VotedAgain):
        op.vote_again(election=done, day=TODAY, **BY)


def test_a_second_vote_that_was_stopped_may_be_called_again(union):
    done = on_paper(opened(called(union, seats=2, stand=3), boxes=("箱",)).election, {"1": 36, "2": 32, "3": 32})
    first = op.vote_again(election=done, day=TODAY, **BY)
    op.stop_election(election=first, reason="改期", day=TODAY, **BY)
    assert op.vote_again(election=done, day=TODAY, **BY).pk != first.pk


def test_the_first_vote_is_declared_before_the_second(union):
    done = on_paper(opened(called(union, seats=2, stand=3), boxes=("箱",)).election, {"1": 36, "2": 32, "3": 32})
    published = op.settle_roll(election=op.vote_again(election=done, day=TODAY, **BY), day=TODAY, **BY)
    second = on_paper(opened(published, boxes=("箱",)).election, {"1": 20, "2": 24})
    with pytest.raises(counting.FirstVoteFirst):
        counting.declare(election=second, day=TODAY, **BY)
    counting.declare(election=done, day=TODAY, **BY)
    counting.declare(election=second, day=TODAY, **BY)
    assert Post.objects.on(TODAY).filter(body=union, title="representative").count() == 2


@pytest.mark.parametrize(("issued", "approved"), [(39, {"1": 30}), (50, {"1": 30, "2": 25})])
def test_those_of_before_leave_when_a_second_vote_elects_what_the_first_could_not(union, issued, approved):
    for name in ("旧甲", "旧乙"):
        Post.objects.create(body=union, title="representative", person=make.person(name), valid_from=make.LONG_AGO)
    first = on_paper(opened(called(union, seats=2, stand=3), boxes=("箱",)).election, approved, issued=issued)
    if first.step == "counted":
        counting.declare(election=first, day=TODAY, **BY)
    assert Post.objects.on(TODAY).filter(body=union, title="representative").count() == 2
    published = op.settle_roll(election=op.vote_again(election=first, day=TODAY, **BY), day=TODAY, **BY)
    second = on_paper(opened(published, boxes=("箱",)).election, {"1": 40, "2": 41})
    counting.declare(election=second, day=TODAY, **BY)
    people = Post.objects.on(TODAY).filter(body=union, title="representative").values_list("person__name", flat=True)
    assert len(people) == 2
    assert not {"旧甲", "旧乙"} & set(people)


def test_a_by_election_fills_no_more_seats_than_are_known_to_be_vacant(union):
    Post.objects.create(body=union, title="representative", person=None, valid_from=make.LONG_AGO)
    with pytest.raises(op.MoreThanVacant):
        called(union, seats=2, stand=3, kind="by_election")


def test_a_body_is_rated_once_a_year(union):
    for at in range(12):
        facts = {"person": make.person(f"代表{at}"), "valid_from": make.LONG_AGO}
        Post.objects.create(body=union, title="representative", **facts)
    held = op.call_rating(body=union, year=2026, day=TODAY, **BY)
    op.settle_roll(election=held, day=TODAY, **BY)
    held.refresh_from_db()
    counting.declare(
        election=on_paper(opened(held, boxes=("箱",)).election, {"1": 5, "2": 7}, issued=12), day=TODAY, **BY
    )
    with pytest.raises(op.RatedAlready):
        op.call_rating(body=union, year=2026, day=TODAY, **BY)
    assert op.call_rating(body=union, year=2027, day=TODAY, **BY).step == "roll"


def test_a_count_that_contradicts_itself_is_said_with_the_name_in_the_language_of_the_reader(union):
    held = opened(called(union, seats=2, stand=3), boxes=("箱",)).election
    name = held.nominees.get(key="1").person.name
    with pytest.raises(counting.CountsContradict) as refused, translation.override("zh-hans"):
        given = {"issued": 50, "counted": Box(50, 40, 0, {"1": 45}), "account": make.account()}
        counting.count_box(box=BallotBox.objects.get(election=held), **given, **BY)
    assert name in str(refused.value.sentence)
    assert "valid" not in str(refused.value.sentence)


def test_a_name_written_in_and_elected_must_be_somebody(union):
    held = opened(called(union, office="chair", seats=1, stand=1), boxes=("箱",)).election
    done = on_paper(held, {"1": 10, "+韦样例": 35})
    with pytest.raises(counting.WhoIsIt):
        counting.declare(election=done, day=TODAY, **BY)
    person = make.person("韦样例")
    counting.declare(election=done, day=TODAY, written_in={"+韦样例": person}, **BY)
    assert Post.objects.on(TODAY).get(body=union, title="chair").person == person


@pytest.mark.practice(4)
def test_a_yearly_rating_keeps_its_distribution_and_no_ballot(union):
    for person in Person.objects.order_by("pk")[:14]:
        Post.objects.create(body=union, title="representative", person=person, valid_from=make.LONG_AGO)
    held = op.call_rating(body=union, year=2026, day=TODAY, **BY)
    assert held.electors.count() == 14
    made = opened(op.settle_roll(election=held, day=TODAY, **BY), boxes=(), codes=14)
    for code, level in zip(made.codes, "11122223344555"[:12], strict=False):
        voting.cast(typed=code, choice=voting.Choice(frozenset(level)))
    done = electing.counted(made)
    assert done.protocol["levels"] == {"1": 3, "2": 4, "3": 2, "4": 2, "5": 1}
    assert not done.ballots.exists()
    assert done.protocol["result"]["lines"] == []
    assert counting.declare(election=done, day=TODAY, **BY).step == "declared"


def test_a_rating_that_few_answered_is_not_shown(union):
    for person in Person.objects.order_by("pk")[:12]:
        Post.objects.create(body=union, title="representative", person=person, valid_from=make.LONG_AGO)
    held = op.settle_roll(election=op.call_rating(body=union, year=2026, day=TODAY, **BY), day=TODAY, **BY)
    made = opened(held, boxes=(), codes=12)
    for code in made.codes[:9]:
        voting.cast(typed=code, choice=voting.Choice(frozenset("1")))
    assert electing.counted(made).protocol["levels"] is None


def test_a_stopped_election_destroys_what_lies_in_the_box_unread(union):
    held = opened(called(union, seats=2, stand=3), codes=12)
    electing.vote(held, 3, random.Random(5))
    done = op.stop_election(election=held.election, reason="选举办法有误", day=TODAY, **BY)
    assert (done.step, done.drawers.count(), done.key_holders.count(), done.ballots.count()) == ("stopped", 0, 0, 0)


def test_names_on_the_roll_and_codes_are_forgotten_some_time_after_the_result(union):
    held = opened(called(union, office="committee", seats=2, stand=3), boxes=("箱",), codes=4)
    done = on_paper_with_keys(held)
    counting.declare(election=done, day=TODAY, **BY)
    assert counting.forget_rolls(before=TODAY, **BY) == 0
    assert counting.forget_rolls(before=TODAY + timedelta(days=1), **BY) == 1
    done.refresh_from_db()
    assert (done.electors.count(), done.codes.count(), done.eligible) == (0, 0, 60)
    assert counting.forget_rolls(before=TODAY + timedelta(days=1), **BY) == 0


def on_paper_with_keys(held: electing.Held) -> Election:
    box = BallotBox.objects.get(election=held.election)
    for teller in holders(2):
        counting.count_box(box=box, issued=50, counted=Box(50, 50, 0, {"1": 40, "2": 35}), account=teller, **BY)
    return electing.counted(held)


def with_stations(union, stations: dict[str, int], *, seats: int = 40, unit: str = "") -> Election:
    """Representatives to elect, so many of each place at work standing, the roll settled."""
    held = op.call_election(body=union, office="representatives", seats=seats, unit=unit, day=TODAY, **BY)
    op.fill_roll(election=held, day=TODAY, **BY)
    taken = Nominee.objects.values("person")
    people = iter(Person.objects.filter(memberships__body=union).exclude(pk__in=taken).order_by("pk"))
    for station, number in stations.items():
        for _ in range(number):
            op.nominate(election=held, person=next(people), nominated_by="", station=station, day=TODAY, **BY)
    return op.settle_roll(election=held, day=TODAY, deviation="样例", **BY)


@pytest.mark.usefixtures("rules")
def test_no_more_than_a_fifth_of_the_seats_are_open_to_managers(union):
    held = with_stations(union, {"manager": 9, "front_line": 37})
    with pytest.raises(composition.TooManyManagers) as refusal:
        op.settle_candidates(election=held, day=TODAY, **BY)
    assert "8" in refusal.value.sentence
    assert "9" in refusal.value.sentence
    assert "总工发" in refusal.value.sentence
    op.withdraw_nominee(nominee=held.nominees.filter(station="manager").first(), **BY)
    some = Person.objects.exclude(pk__in=held.nominees.values("person")).first()
    op.nominate(election=held, person=some, nominated_by="", station="technical", day=TODAY, **BY)
    assert op.settle_candidates(election=held, day=TODAY, **BY).step == "published"


@pytest.mark.usefixtures("rules")
def test_more_managers_than_that_stand_only_with_a_reason_that_stays_with_the_election(union):
    held = with_stations(union, {"manager": 9, "front_line": 37})
    done = op.settle_candidates(election=held, day=TODAY, deviation="管理岗占职工多数", **BY)
    assert done.step == "published"
    assert "管理岗占职工多数" in done.deviation


@pytest.mark.usefixtures("rules")
def test_front_line_workers_are_the_majority_of_those_who_stand(union):
    held = with_stations(union, {"technical": 23, "front_line": 23})
    with pytest.raises(composition.FrontLineTooFew):
        op.settle_candidates(election=held, day=TODAY, **BY)
    some = Person.objects.exclude(pk__in=held.nominees.values("person")).first()
    op.nominate(election=held, person=some, nominated_by="", station="front_line", day=TODAY, **BY)
    assert op.settle_candidates(election=held, day=TODAY, **BY).step == "published"


@pytest.mark.usefixtures("rules")
def test_the_place_at_work_of_every_candidate_for_representative_is_known(union):
    held = with_stations(union, {"": 1, "front_line": 45})
    with pytest.raises(composition.StationMissing):
        op.settle_candidates(election=held, day=TODAY, **BY)


@pytest.mark.usefixtures("rules")
def test_the_share_of_managers_is_counted_over_all_electing_units(union):
    one = with_stations(union, {"manager": 1, "front_line": 4}, seats=4, unit="一车间")
    with pytest.raises(composition.TooManyManagers):
        op.settle_candidates(election=one, day=TODAY, **BY)
    with_stations(union, {"front_line": 7}, seats=6, unit="二车间")
    assert composition.mix_of(one).most_managers == 2
    assert op.settle_candidates(election=one, day=TODAY, **BY).step == "published"


@pytest.mark.usefixtures("rules")
def test_a_committee_has_no_share_of_managers_but_relatives_of_the_head_cannot_stand(union):
    held = op.call_election(body=union, office="committee", seats=3, day=TODAY, **BY)
    facts = {"nominated_by": "", "station": "manager", "day": TODAY}
    person = Person.objects.first()
    with pytest.raises(op.MustSayUnrelated):
        op.nominate(election=held, person=person, **facts, **BY)
    assert op.nominate(election=held, person=person, says_unrelated=True, **facts, **BY).pk
    assert "managers" not in held.terms


@pytest.mark.usefixtures("rules")
def test_a_term_is_three_or_five_years_and_a_mandate_no_longer(union):
    facts = {"body": union, "office": "committee", "seats": 3, "day": TODAY}
    for days in (365, 1460, 2200):
        with pytest.raises(composition.UnusualTerm):
            op.call_election(mandate_until=TODAY + timedelta(days=days), **facts, **BY)
    assert op.call_election(mandate_until=TODAY + timedelta(days=1826), **facts, **BY).mandate_until
    for_seats = {**facts, "office": "representatives"}
    with pytest.raises(composition.UnusualTerm):
        op.call_election(mandate_until=TODAY + timedelta(days=2200), **for_seats, **BY)
    assert op.call_election(mandate_until=TODAY + timedelta(days=700), **for_seats, **BY).mandate_until


@pytest.mark.usefixtures("rules")
def test_a_mandate_ends_with_the_usual_term_where_nobody_said_otherwise(union):
    held = opened(called(union, seats=2, stand=3, mandate_until=None), boxes=("箱",)).election
    counting.declare(election=on_paper(held, {"1": 40, "2": 35}), day=TODAY, **BY)
    ends = set(Post.objects.on(TODAY).filter(body=union).values_list("mandate_until", flat=True))
    assert ends == {TODAY.replace(year=TODAY.year + 3)}


def elected_in(union, unit: str) -> set[int]:
    held = opened(called(union, seats=2, stand=3, unit=unit), boxes=("箱",)).election
    counting.declare(election=on_paper(held, {"1": 40, "2": 35}), day=TODAY, **BY)
    return set(Mandate.objects.filter(unit=unit, post__valid_until=None).values_list("post", flat=True))


def test_an_electing_unit_replaces_its_own_representatives_only(union):
    first, other = elected_in(union, "一车间"), elected_in(union, "二车间")
    assert len(first | other) == 4
    again = elected_in(union, "一车间")
    running = set(Post.objects.filter(body=union, valid_until=None).values_list("pk", flat=True))
    assert running == again | other
    assert {row.electors for row in Mandate.objects.filter(post__in=running)} == {60}


def test_a_by_election_ends_when_the_mandate_of_before_would_have(union):
    until = TODAY + timedelta(days=200)
    facts = {"body": union, "title": "representative", "valid_from": make.LONG_AGO}
    Post.objects.create(person=None, mandate_until=until, **facts)
    held = opened(called(union, seats=1, stand=2, kind="by_election"), boxes=("箱",)).election
    counting.declare(election=on_paper(held, {"1": 45, "2": 3}), day=TODAY, **BY)
    assert Post.objects.on(TODAY).get(body=union, title="representative").mandate_until == until


def test_where_all_members_meet_the_refusal_says_so(union):
    held = op.call_election(body=union, office="representatives", seats=40, day=TODAY, **BY)
    op.fill_roll(election=held, day=TODAY, **BY)
    with pytest.raises(op.UnusualSeats) as refusal:
        op.settle_roll(election=held, day=TODAY, **BY)
    assert "100 人以下开会员大会" in refusal.value.sentence
