"""Rounds: by hand, exact probabilities, no bias and honest intervals over repeated draws, and what is refused."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin_methods.rounds.draw import BadDraw, TooManyPriorities, draw, inclusion_probabilities
from lianxin_methods.rounds.hit_rate import BadRound, Seen, hit_rate, horvitz_thompson

DRAWS = int(os.environ.get("ROUND_DRAWS", "2000"))


def no_priority(n: int) -> np.ndarray:
    return np.zeros(n, dtype=bool)


def district(base: float, n: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes of 1 to 5, some priorities, and findings that are likelier where the size is larger."""
    rng = np.random.default_rng(1)
    sizes = 1 + rng.poisson(1.0, n).clip(0, 4).astype(float)
    must = rng.random(n) < 0.04
    chance = np.where(must, 0.8, np.clip(base * (sizes / sizes.mean()) ** 0.7, 0, 0.95))
    return sizes, must, rng.random(n) < chance


def seen_of(sizes, must, hits, n, seed):
    found = draw(sizes, must, n, seed=seed)
    certain = int((found.probabilities >= 1).sum())
    return Seen(hits[found.chosen], found.probabilities[found.chosen], len(sizes), certain, n - certain)


def test_probabilities_are_proportional_and_the_largest_is_set_apart():
    found = inclusion_probabilities(np.array([1.0, 1.0, 2.0, 20.0]), 3)
    assert found.tolist() == [0.5, 0.5, 1.0, 1.0]


@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=60), st.data())
def test_probabilities_add_up_and_everybody_has_a_chance(sizes, data):
    n = data.draw(st.integers(1, len(sizes)))
    found = inclusion_probabilities(np.array(sizes), n)
    assert found.sum() == pytest.approx(n)
    assert (found > 0).all()
    assert (found <= 1).all()


@given(
    st.lists(st.tuples(st.floats(0.1, 50), st.booleans()), min_size=2, max_size=60), st.integers(0, 2**32), st.data()
)
def test_exactly_as_many_are_drawn_as_wanted_priorities_among_them_and_the_same_seed_draws_the_same(rows, seed, data):
    sizes, must = np.array([s for s, _m in rows]), np.array([m for _s, m in rows])
    fewest = int(must.sum()) + min(2, int((~must).sum()))
    n = data.draw(st.integers(fewest, len(rows)))
    found = draw(sizes, must, n, seed=seed)
    assert len(set(found.chosen.tolist())) == n
    assert set(np.flatnonzero(must)) <= set(found.chosen.tolist())
    assert draw(sizes, must, n, seed=seed).chosen.tolist() == found.chosen.tolist()


def test_each_is_drawn_as_often_as_its_probability_says():
    sizes = np.array([1.0, 2, 3, 4, 5, 1, 1, 3])
    times = np.zeros(8)
    for seed in range(DRAWS):
        times[draw(sizes, no_priority(8), 3, seed=seed).chosen] += 1
    expected = inclusion_probabilities(sizes, 3)
    assert np.abs(times / DRAWS - expected).max() < 4 * np.sqrt(0.25 / DRAWS)


@pytest.mark.parametrize(("base", "n"), [(0.3, 60), (0.15, 30)])
@pytest.mark.practice(5)
def test_over_repeated_draws_the_hit_rate_has_no_bias_and_its_interval_holds_the_truth(base, n):
    sizes, must, hits = district(base)
    truth = hits.mean()
    rounds = [seen_of(sizes, must, hits, n, seed) for seed in range(DRAWS)]
    exact = np.array([horvitz_thompson(seen) for seen in rounds])
    found = [hit_rate(seen) for seen in rounds]
    assert abs(exact.mean() - truth) < 3.5 * exact.std() / np.sqrt(DRAWS)
    assert abs(np.mean([e.value for e in found]) - truth) < 0.005
    assert 0.93 <= np.mean([e.lower <= truth <= e.upper for e in found]) <= 0.985
    naive = np.mean([seen.hits.mean() for seen in rounds])
    assert naive - truth > 0.05, "a plain share of those inspected would be far too high"


def test_a_draw_with_equal_chances_by_hand():
    seen = Seen(np.array([True, False, False, True]), np.full(4, 0.2), frame=20, certain=0, by_lot=4)
    assert horvitz_thompson(seen) == pytest.approx(0.5)
    found = hit_rate(seen)
    assert (found.value, found.n, found.level) == (pytest.approx(0.5), 4, 0.95)
    assert 0 <= found.lower < 0.5 < found.upper <= 1


def test_when_all_are_inspected_nothing_is_left_open():
    seen = Seen(np.array([True, False, False, True, True]), np.ones(5), frame=5, certain=5, by_lot=0)
    assert hit_rate(seen).value == hit_rate(seen).lower == hit_rate(seen).upper == pytest.approx(0.6)


def test_no_finding_at_all_still_leaves_room_above():
    found = hit_rate(Seen(np.zeros(12, dtype=bool), np.full(12, 0.2), frame=60, certain=0, by_lot=12))
    assert (found.value, found.lower) == (0, 0)
    assert 0.1 < found.upper < 0.35


def test_those_still_to_come_widen_the_interval():
    hits, chances = np.array([True, False] * 10), np.full(20, 0.2)
    done = hit_rate(Seen(hits, chances, frame=100, certain=0, by_lot=20))
    half = hit_rate(Seen(hits[:10], chances[:10], frame=100, certain=0, by_lot=20))
    assert half.value == done.value
    assert half.upper - half.lower > done.upper - done.lower


def test_a_part_nobody_was_inspected_of_leaves_the_rate_unsaid():
    found = hit_rate(Seen(np.array([True]), np.array([1.0]), frame=50, certain=1, by_lot=5))
    assert (found.value, found.lower, found.upper, found.n) == (None, None, None, 1)


def test_one_inspected_by_lot_gives_a_value_without_limits():
    found = hit_rate(Seen(np.array([True]), np.array([0.1]), frame=50, certain=0, by_lot=5))
    assert (found.value, found.lower, found.upper) == (1.0, None, None)


def test_priorities_that_leave_no_room_for_the_lot_are_refused_with_what_is_needed():
    with pytest.raises(TooManyPriorities) as refused:
        draw(np.ones(9), np.arange(9) < 4, 5, seed=1)
    assert (refused.value.priorities, refused.value.needed) == (4, 6)


@pytest.mark.parametrize("sizes", [[1, 0, 2], [1, -1, 2], [1, np.nan, 2], [1, np.inf, 2]])
def test_a_size_that_gives_no_chance_is_refused(sizes):
    with pytest.raises(BadDraw):
        draw(np.array(sizes, dtype=float), no_priority(3), 2, seed=1)


def test_more_than_there_are_are_refused():
    with pytest.raises(BadDraw):
        draw(np.ones(3), no_priority(3), 4, seed=1)
    with pytest.raises(BadDraw):
        draw(np.ones(3), no_priority(4), 2, seed=1)


@pytest.mark.parametrize(
    "given",
    [
        {"probabilities": np.array([0.0, 0.5])},
        {"probabilities": np.array([1.5, 0.5])},
        {"probabilities": np.array([0.5])},
        {"by_lot": 1},
        {"frame": 1},
    ],
)
def test_observations_that_do_not_fit_are_refused(given):
    facts = {"hits": np.array([True, False]), "probabilities": np.array([0.5, 0.5]), "frame": 9, "certain": 0}
    with pytest.raises(BadRound):
        Seen(**{**facts, "by_lot": 2, **given})


def test_an_empty_frame_has_no_share():
    with pytest.raises(BadRound):
        horvitz_thompson(Seen(np.zeros(0, dtype=bool), np.zeros(0), frame=0, certain=0, by_lot=0))
