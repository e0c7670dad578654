"""What no list holds: by hand, over invented districts, and what is refused or left unsaid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from tools.prove.chapman import DISTRICTS, SEED, dependent, district, independent, pooled

from lianxin_methods.recapture.chapman import BadOverlap, Overlap, chapman, stratified
from lianxin_methods.recapture.independence import Checked, examine, is_uneven, without_the_lists

COUNTS = st.integers(0, 400)


def checked(met: tuple[int, int, int], neither: int, not_met: tuple[int, int, int] = (0, 0, 0)) -> Checked:
    return Checked(Overlap(*met), neither, Overlap(*not_met))


def test_two_lists_of_two_hundred_that_share_a_hundred_by_hand():
    found = chapman(Overlap(both=100, first=100, second=100))
    assert found.value == pytest.approx(201 * 201 / 101 - 1)
    assert found.n == 300
    assert found.lower < 399 < found.upper


def test_the_interval_is_the_published_formula():
    a, b, c = 7.5, 4.5, 9.5
    error = np.sqrt(1 / a + 1 / b + 1 / c + a / (b * c))
    found = chapman(Overlap(both=7, first=4, second=9))
    assert found.upper == pytest.approx(20 - 0.5 + b * c / a * np.exp(1.959963985 * error))


def test_lists_without_anything_in_common_still_have_a_finite_interval():
    found = chapman(Overlap(both=0, first=12, second=9))
    assert np.isfinite(found.upper)
    assert found.lower >= 21


def test_when_one_list_holds_the_other_nothing_is_taken_for_unseen():
    found = stratified([Overlap(30, 20, 0), Overlap(10, 5, 0)])
    assert (found.value, found.lower, found.upper) == (65, 65, 65)


def test_one_stratum_is_one_table():
    assert stratified([Overlap(50, 20, 10)]) == chapman(Overlap(50, 20, 10))


@pytest.mark.parametrize("counts", [(-1, 2, 3), (1, -2, 3), (1, 2, -3)])
def test_counts_below_nothing_are_refused(counts):
    with pytest.raises(BadOverlap):
        Overlap(*counts)


def test_no_stratum_is_refused():
    with pytest.raises(BadOverlap):
        stratified([])


@settings(max_examples=100, deadline=None)
@given(COUNTS, COUNTS, COUNTS)
def test_it_does_not_matter_which_list_is_first(both, first, second):
    one, other = chapman(Overlap(both, first, second)), chapman(Overlap(both, second, first))
    assert (one.value, one.lower, one.upper) == pytest.approx((other.value, other.lower, other.upper))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=1, max_size=6))
def test_an_estimate_lies_in_its_interval_and_never_below_what_was_seen(strata):
    found = stratified([Overlap(*counts) for counts in strata])
    assert found.n <= found.lower <= found.upper
    assert found.value >= found.n - 1e-9


def test_the_odds_ratio_among_those_met_in_the_field_by_hand():
    found = examine([checked((40, 20, 10), neither=30)])
    assert found.odds_ratio.value == pytest.approx(40 * 30 / (20 * 10))
    assert found.verdict == "dependent"
    assert found.p_value == pytest.approx(fisher_exact([[40, 20], [10, 30]])[1], abs=0.001)


def test_strata_are_compared_within_and_not_across():
    """Both lists thorough here and poor there: dependent when thrown together, independent in each."""
    here, there = checked((81, 9, 9), neither=1), checked((1, 9, 9), neither=81)
    assert examine([here, there]).verdict == "no_sign"
    assert examine([checked((82, 18, 18), neither=82)]).verdict == "dependent"


def test_with_too_few_met_in_the_field_nothing_is_said():
    found = examine([checked((20, 5, 5), neither=10)])
    assert (found.verdict, found.odds_ratio.value) == ("untested", None)


def test_without_a_contrast_nothing_is_said():
    assert examine([checked((80, 0, 0), neither=0)]).verdict == "untested"


def test_lists_that_never_disagree_have_a_finite_odds_ratio():
    assert np.isfinite(examine([checked((40, 0, 0), neither=40)]).odds_ratio.value)


def test_lists_that_are_even_over_the_district_may_be_pooled():
    assert not is_uneven([Overlap(60, 20, 30), Overlap(120, 40, 60)])
    assert is_uneven([Overlap(160, 20, 30), Overlap(20, 100, 90)])


def test_one_uneven_list_alone_does_no_harm():
    """The second list holds half of the first everywhere, whatever the first holds of the second."""
    assert not is_uneven([Overlap(50, 50, 10), Overlap(50, 50, 300)])


def test_the_field_check_counts_both_lists_as_one():
    found = without_the_lists([checked((30, 10, 10), neither=25, not_met=(100, 60, 40))])
    assert found.value == pytest.approx((251) * (76) / (51) - 1)


def test_intervals_cover_in_invented_districts_with_independent_lists():
    seen = independent(np.random.default_rng(SEED), DISTRICTS)
    assert all(0.93 <= seen[f"coverage_{how}"] <= 0.97 for how in ("one_table", "stratified", "field_check"))
    assert seen["warned_without_reason"] <= 0.08


def test_a_planted_dependence_warns_and_the_field_check_still_covers():
    seen = dependent(np.random.default_rng(SEED), DISTRICTS)
    assert seen["warned"] >= 0.9
    assert seen["coverage_field_check"] >= 0.93
    assert seen["coverage_if_not_heeded"] < 0.2


def test_an_invented_district_holds_what_it_says():
    truth, strata = district(np.random.default_rng(3))
    assert truth > pooled(strata).seen + sum(s.neither for s in strata)
