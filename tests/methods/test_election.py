"""Counting an election: a case by hand, ties, voids, and properties that hold for any ballots."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin_methods.election import Ballot, Box, CountFaulty, Terms, count, distribution, needed

KEYS = ["1", "2", "3", "4"]


def ballot(approved: str = "", against: str = "") -> Ballot:
    return Ballot(frozenset(approved), frozenset(against))


def test_a_case_counted_by_hand_from_paper_and_codes():
    """Ten on the roll, two seats: six came with paper, three with codes; six approvals elect."""
    box = Box(issued=6, found=6, invalid=1, approved={"1": 5, "2": 3, "3": 1}, against={"3": 2})
    codes = [ballot("12"), ballot("12", "4"), ballot("23")]
    found = count(Terms(2, 10), KEYS, codes, [box], codes=3)
    assert (found.present, found.found, found.valid, found.invalid, found.needed) == (9, 9, 8, 1, 6)
    by_key = {line.key: (line.approved, line.against, line.abstained) for line in found.lines}
    assert by_key == {"1": (7, 0, 1), "2": (6, 0, 2), "3": (2, 2, 4), "4": (0, 1, 7)}
    assert (found.verdict, found.elected, found.open_seats) == ("elected", ("1", "2"), 0)


def test_more_than_half_means_more_than_half_of_the_roll():
    terms = Terms(1, 10)
    assert count(terms, KEYS, [ballot("1")] * 5 + [ballot()] * 5).verdict == "incomplete"
    assert count(terms, KEYS, [ballot("1")] * 6 + [ballot()] * 4).elected == ("1",)
    assert [needed(Terms(1, n), n) for n in (1, 2, 3, 1001)] == [1, 2, 2, 501]


def test_two_thirds_are_counted_without_rounding():
    assert count(Terms(1, 1001), KEYS, [ballot("1")] * 667).verdict == "too_few"
    assert count(Terms(1, 1001), KEYS, [ballot("1")] * 668).verdict == "elected"
    assert count(Terms(1, 999), KEYS, [ballot("1")] * 666).verdict == "elected"


def test_level_candidates_at_the_last_seat_face_each_other_again_and_the_others_are_elected():
    level = count(Terms(2, 9), KEYS, boxes=[Box(9, 9, 0, approved={"1": 8, "2": 5, "3": 5})])
    assert (level.verdict, level.elected, level.tied, level.open_seats) == ("tied", ("1",), ("2", "3"), 1)


def test_in_a_run_off_between_level_candidates_the_most_approvals_decide():
    terms = Terms(1, 9, votes_share=Fraction(0))
    assert count(terms, ["2", "3"], boxes=[Box(9, 9, 1, approved={"2": 4, "3": 3})]).elected == ("2",)
    assert count(terms, ["2", "3"], boxes=[Box(9, 9, 1, approved={"2": 4, "3": 4})]).verdict == "tied"
    assert count(terms, ["2", "3"], boxes=[Box(9, 9, 9)]).elected == ()


def test_more_ballots_than_were_handed_out_make_the_election_void():
    assert count(Terms(1, 9), KEYS, boxes=[Box(7, 8, 0, approved={"1": 8})]).verdict == "too_many_found"
    assert count(Terms(1, 9), KEYS, [ballot("1")] * 3, codes=2).verdict == "too_many_found"


def test_a_ballot_with_more_names_than_seats_does_not_count_but_somebody_took_part():
    found = count(Terms(1, 3), KEYS, [ballot("12"), ballot("1", "1"), ballot("1")])
    assert (found.present, found.valid, found.invalid) == (3, 1, 2)


def test_a_name_written_in_counts_like_any_other():
    found = count(Terms(1, 3), KEYS, [Ballot(frozenset({"+林样例"}))] * 2)
    assert found.elected == ("+林样例",)


@pytest.mark.parametrize(
    "box",
    [
        Box(5, 5, 6),
        Box(5, 5, -1),
        Box(5, 5, 1, approved={"1": 5}),
        Box(5, 5, 0, approved={"1": 3}, against={"1": 3}),
        Box(5, 5, 0, approved={"1": 5, "2": 5}),
        Box(10, 10, 0),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(box):
    with pytest.raises(CountFaulty):
        count(Terms(1, 9), KEYS, boxes=[box])


def test_a_rating_is_shown_as_a_distribution_and_not_below_the_smallest_number():
    cast = [ballot("1")] * 4 + [ballot("2")] * 3
    assert distribution(["1", "2", "3"], cast, [], least=5) == {"1": 4, "2": 3, "3": 0}
    assert distribution(["1", "2", "3"], cast, [], least=8) is None


cast_ballots = st.lists(
    st.builds(ballot, st.text("1234", max_size=4), st.text("1234", max_size=2)), min_size=1, max_size=40
)


@given(cast_ballots, st.integers(1, 3), st.randoms())
def test_the_order_of_ballots_and_paper_or_code_change_nothing(cast, seats, rng):
    """A box that holds some of the ballots gives the same result as those ballots one by one."""
    terms = Terms(seats, len(cast), present_share=Fraction(0))
    plain = count(terms, KEYS, cast)
    shuffled = rng.sample(cast, len(cast))
    split = rng.randint(0, len(cast))
    paper, single = shuffled[:split], shuffled[split:]
    good = [b for b in paper if len(b.approved) <= seats and not b.approved & b.against]
    box = Box(
        issued=len(paper),
        found=len(paper),
        invalid=len(paper) - len(good),
        approved={k: sum(k in b.approved for b in good) for k in KEYS},
        against={k: sum(k in b.against for b in good) for k in KEYS},
    )
    assert count(terms, KEYS, single, [box]) == plain


@given(cast_ballots, st.integers(1, 3))
def test_nobody_elected_has_fewer_approvals_than_somebody_who_is_not(cast, seats):
    found = count(Terms(seats, len(cast), votes_share=Fraction(0)), KEYS, cast)
    votes = {line.key: line.approved for line in found.lines}
    out = [votes[k] for k in votes if k not in found.elected and k not in found.tied]
    assert all(votes[key] >= max(out, default=0) for key in found.elected)
    assert len(found.elected) + found.open_seats == seats
    assert all(line.approved + line.against + line.abstained == found.valid for line in found.lines)
