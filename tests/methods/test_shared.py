"""Neighbours cut into parts that share a body."""

from hypothesis import given
from hypothesis import strategies as st

from lianxin_methods.siting.shared import parts

COUNTS = st.lists(st.integers(1, 24), max_size=80)


def test_nobody_and_too_few_share_nothing():
    assert parts([], 3) == []
    assert parts([1, 1], 3) == []


def test_without_a_ceiling_all_share_one():
    assert parts([10, 10, 10], 25) == [[0, 1, 2]]


def test_a_ceiling_cuts_into_even_parts_of_neighbours():
    assert parts([2] * 6, 3, 6) == [[0, 1, 2], [3, 4, 5]]


def test_a_ceiling_gives_way_to_the_threshold():
    assert parts([24, 24], 25, 30) == [[0, 1]]


@given(COUNTS, st.sampled_from([None, 30, 50, 120]))
def test_each_part_reaches_the_threshold_and_everybody_is_in_one_part(counts, most):
    found = parts(counts, 25, most)
    assert all(sum(counts[i] for i in part) >= 25 for part in found)
    assert [i for part in found for i in part] == (list(range(len(counts))) if found else [])
    assert bool(found) == (sum(counts) >= 25)
