"""Sums up a tree: two roads to one answer."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin_methods.indicators.rollup import Tree, count_up, own_of, roll_up, tree_of


@st.composite
def trees(draw):
    paths = ["a"]
    for number in range(draw(st.integers(0, 25))):
        paths.append(draw(st.sampled_from(paths)) + "bcdefghijklmnopqrstuvwxyz"[number])
    return tree_of(np.arange(100, 100 + len(paths)), paths, 1, codes=paths)


def by_hand(tree: Tree, own: np.ndarray) -> list[int]:
    return [sum(own[j] for j, code in enumerate(tree.codes) if code.startswith(above)) for above in tree.codes]


@settings(max_examples=100, deadline=None)
@given(trees(), st.randoms())
def test_a_node_holds_what_hangs_on_it_and_on_all_below_it(tree, random):
    own = np.array([random.randint(0, 9) for _ in range(len(tree))])
    total = roll_up(tree, own)
    assert total.tolist() == by_hand(tree, own)
    assert own_of(tree, total).tolist() == own.tolist()


@settings(max_examples=100, deadline=None)
@given(trees(), st.lists(st.tuples(st.integers(0, 25), st.integers(0, 2), st.integers(0, 50)), max_size=60))
def test_counting_facts_up_is_the_same_as_rolling_up_what_hangs_on_each_node(tree, facts):
    at = np.array([f[0] % len(tree) for f in facts], np.int64)
    group, weight = (np.array([f[i] for f in facts], np.int64) for i in (1, 2))
    for counted in (None, weight):
        own = np.zeros((len(tree), 3), np.int64)
        np.add.at(own, (at, group), 1 if counted is None else counted)
        assert (count_up(tree, at, group, 3, counted) == roll_up(tree, own)).all()


def test_a_subtree_is_an_interval_of_positions():
    tree = tree_of(np.array([5, 3, 9, 7]), ["ab", "a", "aca", "ac"], 1)
    assert tree.ids.tolist() == [3, 5, 7, 9]
    assert tree.size.tolist() == [4, 1, 2, 1]
    assert tree.above(3) == [2, 0]
    assert tree.positions(np.array([9, 4, 3])).tolist() == [3, -1, 0]


def test_an_empty_tree_has_nothing_to_sum():
    assert not len(roll_up(tree_of(np.array([], np.int64), [], 1), np.zeros((0, 1), np.int64)))
