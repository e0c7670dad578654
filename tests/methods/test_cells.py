import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin_methods import cells

SQUARE = np.array([[114.0, 22.0], [115.0, 22.0], [115.0, 23.0], [114.0, 23.0]])
BAY = np.array([[114.0, 22.0], [115.0, 22.0], [115.0, 23.0], [114.5, 22.4], [114.0, 23.0]])
points_inside = st.lists(st.tuples(st.integers(1, 99), st.integers(1, 39)), min_size=1, max_size=25, unique=True).map(
    lambda found: np.array(found) / 100 + [114.0, 22.0]
)


def surface(rings):
    return sum(cells.signed_area(r) for r in rings if len(r))


@settings(deadline=None)
@given(points_inside, st.sampled_from([SQUARE, BAY]))
def test_cells_fill_the_outline_without_overlap_and_hold_their_points(points, outline):
    found = cells.cells(points, outline)
    assert surface(found) == pytest.approx(surface([outline]), abs=1e-4)
    for ring, point in zip(found, points, strict=True):
        assert not len(ring) or cells.contains(ring, np.array([point]))[0] or outline is BAY


@settings(deadline=None)
@given(points_inside)
def test_all_cells_joined_are_the_outline_again(points):
    joined = cells.dissolve(cells.cells(points, SQUARE))
    assert len(joined) == 1
    assert cells.signed_area(joined[0]) == pytest.approx(1.0, abs=1e-4)


def test_a_ring_of_squares_joined_has_a_hole():
    at = [(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    squares = [np.array([[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]], dtype=float) for x, y in at]
    polygons = cells.polygons(cells.dissolve(squares))
    assert [len(p) for p in polygons] == [2]
    assert surface(polygons[0]) == pytest.approx(8.0)


def test_neighbours_with_a_corner_in_the_middle_of_an_edge_are_joined():
    long = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]])
    upper = [np.array([[x, 1.0], [x + 1.0, 1.0], [x + 1.0, 2.0], [x, 2.0]]) for x in (0.0, 1.0)]
    joined = cells.dissolve([long, *upper])
    assert [cells.signed_area(r) for r in joined] == [pytest.approx(4.0)]


def test_the_middle_of_a_square_is_its_centroid():
    assert cells.centroid(SQUARE) == pytest.approx([114.5, 22.5])


def test_points_are_spread_evenly():
    found = cells.cells(cells.spread(SQUARE, 9), SQUARE)
    sizes = [cells.signed_area(c) for c in found]
    assert max(sizes) < 1.6 * min(sizes)


def test_clipping_keeps_the_side_asked_for():
    left = cells.clip(SQUARE, np.array([1.0, 0.0]), 114.25)
    assert surface([left]) == pytest.approx(0.25)
    assert not len(cells.clip(SQUARE, np.array([1.0, 0.0]), 113.0))
