from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lianxin.boards.drawing import class_limits, class_of, line
from lianxin.boards.queries import month_ends

RATES = st.lists(st.floats(0, 1), min_size=2, max_size=200)


@given(RATES)
def test_limits_rise_and_every_value_has_one_of_five_classes(values):
    limits = class_limits(values, "percent")
    assert limits == sorted(set(limits))
    assert len(limits) <= 4
    assert {class_of(v, limits) for v in values} <= {1, 2, 3, 4, 5}


@given(RATES, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_value_is_never_in_a_lower_class(values, a, b):
    limits = class_limits(values, "percent")
    assert (class_of(a, limits) <= class_of(b, limits)) or a > b


def test_a_value_on_a_limit_is_in_the_class_above_it():
    assert [class_of(v, [0.9, 0.95]) for v in (0.89, 0.9, 0.95)] == [1, 2, 3]


@given(st.lists(st.none() | st.floats(0, 1), max_size=12))
def test_points_stay_inside_the_picture_and_gaps_stay_gaps(values):
    points, low, high = line(values, 900, 110)
    assert [p.y is None for p in points] == [v is None for v in values]
    assert all(0 <= p.y <= 110 for p in points if p.y is not None)
    assert low < high


def test_months_end_on_their_last_day_and_the_day_itself_comes_last():
    assert month_ends(date(2026, 3, 4), 4) == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 4),
    ]
