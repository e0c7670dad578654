"""Hidden cells stay hidden: from a subtraction by hand to an attacker with linear programming."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin_methods.indicators.rollup import Tree, roll_up, tree_of
from lianxin_methods.privacy.attack import TOLERANCE, attack
from lianxin_methods.privacy.suppress import Need, intervals, protect, small

K = 10


def grow(children: list[int], grandchildren: list[int]) -> Tree:
    """A root, `len(children)` nodes below it, and so many leaves below each."""
    paths = ["r"]
    for i, _ in enumerate(children):
        paths.append(f"r{i:x}")
        paths += [f"r{i:x}{j:x}" for j in range(grandchildren[i])]
    return tree_of(np.arange(len(paths)), paths, 1)


def hide(tree: Tree, covered: list[int], rest: list[int]) -> tuple[np.ndarray, np.ndarray]:
    parts = roll_up(tree, np.column_stack([covered, rest]).astype(np.int64))
    size = parts.sum(axis=1)
    hidden = protect(tree, parts, small(size, K), [Need((0, 1))], k=K, order=np.arange(len(tree)))
    return parts, hidden


def test_one_small_community_takes_a_second_with_it():
    tree = grow([0], [3])
    _, hidden = hide(tree, [0, 0, 3, 40, 50], [0, 0, 0, 5, 5])
    assert hidden.tolist() == [False, False, True, True, False]


def test_nothing_is_hidden_where_nothing_is_small():
    _, hidden = hide(grow([0], [3]), [0, 0, 30, 40, 50], [0] * 5)
    assert not hidden.any()


def test_what_could_not_be_placed_further_down_hides_nobody():
    """26 rows that name only the subdistrict: an attacker may know that number, so it is no companion."""
    tree = grow([0], [2])
    _, hidden = hide(tree, [0, 26, 3, 60], [0, 0, 0, 0])
    assert hidden.tolist() == [False, False, True, True]


def test_two_small_ones_that_add_up_to_little_take_a_third():
    _, hidden = hide(grow([0], [3]), [0, 0, 3, 2, 50], [0] * 5)
    assert hidden.tolist() == [False, False, True, True, True]


def test_an_only_child_hides_its_parent():
    tree = grow([0, 0], [1, 2])
    _, hidden = hide(tree, [0, 0, 4, 0, 30, 40], [0] * 6)
    assert hidden[1]
    assert hidden[2]
    assert not hidden[0]


def test_a_subdistrict_hidden_for_anothers_sake_hides_something_below_it():
    """Otherwise its communities, all shown, would add up to it, and the small one would be the difference."""
    tree = grow([0, 0], [1, 3])
    parts, hidden = hide(tree, [0, 0, 4, 0, 30, 40, 50], [0] * 7)
    assert hidden[3]
    assert hidden[4:].any()
    assert min(k.width for k in attack(tree, parts, hidden)) >= K


def test_an_empty_area_is_shown_as_empty():
    _, hidden = hide(grow([0], [3]), [0, 0, 0, 3, 40], [0] * 5)
    assert not hidden[2]


def test_the_closed_form_of_a_subtraction_by_hand():
    tree = grow([0], [3])
    counts = np.array([93, 93, 3, 40, 50])
    hidden = np.array([False, False, True, True, False])
    low, high = intervals(tree, counts, hidden)
    assert (low[2], high[2]) == (0, 43)
    low, high = intervals(tree, counts, hidden, least=1)
    assert (low[2], high[2]) == (1, 42)


counts = st.sampled_from([0, 0, 1, 2, 3, 5, 8, 9, 10, 11, 15, 40, 200])
trees = st.lists(st.integers(0, 4), min_size=1, max_size=4)


@st.composite
def tables(draw):
    below = draw(trees)
    tree = grow([0] * len(below), below)
    own = [draw(st.tuples(counts, counts)) for _ in range(len(tree))]
    return tree, [a for a, _ in own], [b for _, b in own]


@settings(max_examples=150, deadline=None)
@given(tables())
def test_no_attacker_learns_a_hidden_cell_to_within_ten(table):
    tree, covered, rest = table
    parts, hidden = hide(tree, covered, rest)
    assert (hidden | ~small(parts.sum(axis=1), K)).all()
    for known in attack(tree, parts, hidden):
        assert known.width >= K - TOLERANCE, known


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(0, 1))
def test_the_closed_form_and_the_linear_programme_agree_on_one_part(table, part):
    tree, covered, rest = table
    parts = roll_up(tree, np.column_stack([covered, rest]).astype(np.int64))
    hidden = small(parts[:, part], K)
    one = parts[:, [part]]
    low, high = intervals(tree, one[:, 0], hidden, least=1)
    for known in attack(tree, one, hidden):
        assert known.low == pytest.approx(low[known.cell])
        assert known.high == pytest.approx(high[known.cell])


@settings(max_examples=60, deadline=None)
@given(tables())
def test_counts_of_persons_are_protected_in_both_parts(table):
    tree, members, others = table
    parts = roll_up(tree, np.column_stack([members, others]).astype(np.int64))
    few, rest, all_ = small(parts[:, 0], K), small(parts[:, 1], K), small(parts.sum(axis=1), K)
    needs = [Need((0, 1)), Need((0,), few), Need((1,), rest)]
    hidden = protect(tree, parts, few | rest | all_, needs, k=K, order=np.arange(len(tree)))
    assert (hidden | ~(few | rest | all_)).all()
    for part, cells in ((0, few), (1, rest)):
        for known in attack(tree, parts, hidden, [part]):
            assert not cells[known.cell] or known.width >= K - TOLERANCE
