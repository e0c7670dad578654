"""Curves of waiting: by hand, without change under what must not matter, and as R's survival says."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin_methods.result import Estimate
from lianxin_methods.survival.curves import BadObservations, Curve, aalen_johansen, curves, kaplan_meier

ORACLE = Path(__file__).resolve().parents[2] / "tools/oracle/survival"
SETS = ("aml", "ovarian", "veteran", "lags", "open_tail", "level_half")
ENDS = ("ways_out", "transplant", "mgus2", "same_days", "hours", "one_way", "four_ways")
NEAR = 1e-8


def table(name: str) -> list[dict[str, str]]:
    with (ORACLE / name).open() as file:
        return list(csv.DictReader(file))


def data(name: str) -> np.ndarray:
    return np.loadtxt(ORACLE / f"data/{name}.csv", delimiter=",", skiprows=1)


def number(text: str) -> float:
    return np.nan if text in ("NA", "NaN") else float(text)


def near(ours: float | None, theirs: str) -> bool:
    wanted = number(theirs)
    return np.isnan(wanted) if ours is None or np.isnan(ours) else bool(abs(ours - wanted) <= NEAR)


def same(ours: Estimate, row: dict[str, str]) -> bool:
    return all(near(getattr(ours, part), row[part]) for part in ("value", "lower", "upper"))


def fits(name: str) -> dict[tuple[str, str, str], tuple[Curve, list[dict[str, str]]]]:
    rows, found = data(name), {}
    for row in (r for r in table("survfit.csv") if r["data"] == name):
        key = (row["group"], row["type"], row["level"])
        if key not in found:
            part = rows if key[0] == "0" else rows[rows[:, 2] == float(key[0])]
            found[key] = (kaplan_meier(part[:, 0], part[:, 1], level=float(key[2]), scale=key[1]), [])
        found[key][1].append(row)
    return found


@pytest.mark.parametrize("name", SETS)
def test_medians_and_their_limits_are_those_of_r(name):
    seen = [(same(c.median(), r), key) for key, (c, rows) in fits(name).items() for r in rows if r["kind"] == "median"]
    assert seen
    assert [key for ok, key in seen if not ok] == []


@pytest.mark.parametrize("name", SETS)
def test_quantiles_and_their_limits_are_those_of_r(name):
    seen = [
        (same(curve.quantile(float(r["at"])), r), (*key, r["at"]))
        for key, (curve, rows) in fits(name).items()
        for r in rows
        if r["kind"] == "quantile"
    ]
    assert seen
    assert [key for ok, key in seen if not ok] == []


@pytest.mark.parametrize("name", SETS)
def test_curves_errors_and_limits_are_those_of_r(name):
    for key, (curve, rows) in fits(name).items():
        steps = [r for r in rows if r["kind"] == "curve"]
        if not steps:
            continue
        assert len(steps) == len(curve.time)
        for i, row in enumerate(steps):
            ours = {"at": curve.time, "value": curve.height, "lower": curve.lower, "upper": curve.upper}
            assert [part for part, y in ours.items() if not near(y[i], row[part])] == [], (key, row)
            assert curve.log_error[i] == number(row["se"].replace("Inf", "inf")) or near(curve.log_error[i], row["se"])
            assert (curve.at_risk[i], curve.events[i]) == (int(row["n_risk"]), int(row["n_event"]))


@pytest.mark.parametrize("name", ENDS)
def test_shares_of_several_ways_out_are_those_of_r(name):
    rows, wanted = data(name), [r for r in table("aalen_johansen.csv") if r["data"] == name]
    found = {}
    for row in wanted:
        key = (row["group"], row["level"])
        if key not in found:
            part = rows if key[0] == "0" else rows[rows[:, 2] == float(key[0])]
            ways = aalen_johansen(part[:, 0], part[:, 1], ways=int(rows[:, 1].max()), level=float(key[1]))
            found[key] = ways, part
        ours, way = found[key][0], int(row["state"]) - 1
        assert len(ours.time) == int(row["times"])
        at = int(np.argmin(np.abs(ours.time - float(row["at"]))))
        mine = {"value": ours.share, "se": ours.error, "lower": ours.lower, "upper": ours.upper}
        assert near(ours.time[at], row["at"])
        assert [part for part, y in mine.items() if not near(y[at, way], row[part])] == [], row
        assert near(ours.waiting[at], row["waiting"]), row
    assert len(found) == 2 * (1 + len({*rows[:, 2]}) * (len({*rows[:, 2]}) > 1))


def test_the_sets_with_several_ways_out_hold_what_makes_them_hard():
    """Ties of ends with ends and with open cases, ends on the first day, a way nobody takes, nobody left over."""
    seen = {name: data(name) for name in ENDS}
    assert len(seen) >= 6
    ways = {name: {*rows[:, 1].astype(int)} for name, rows in seen.items()}
    assert all(0 in found and len(found) >= 3 for found in ways.values())
    assert max(max(found) for found in ways.values()) == 4
    tied = {name: len(np.unique(rows[:, 0])) < len(rows) for name, rows in seen.items()}
    assert all(tied.values())
    days = seen["same_days"]
    assert {0, 1, 2} <= {*days[days[:, 0] == 1, 1]}
    assert (seen["hours"][:, 0] % 1 > 0).any()
    assert (seen["one_way"][seen["one_way"][:, 2] == 3, 1] == 0).all()
    assert (seen["one_way"][seen["one_way"][:, 2] == 4, 1] > 0).all()


def test_three_firms_by_hand():
    curve = kaplan_meier([30, 60, 90], [1, 0, 1])
    assert curve.height == pytest.approx([2 / 3, 2 / 3, 0])
    assert curve.log_error[0] == pytest.approx(np.sqrt(1 / 6))
    assert curve.median().value == 90
    assert (curve.n, curve.happened) == (3, 2)


def test_a_median_not_reached_is_none_and_not_a_number():
    found = kaplan_meier([10, 20, 30], [1, 0, 0]).median()
    assert (found.value, found.upper) == (None, None)


def test_where_the_curve_runs_level_at_one_half_the_median_is_the_middle_of_the_step():
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]).median().value == 2.5


def test_the_share_still_waiting_can_be_read_off_at_any_time():
    curve = kaplan_meier([30, 60, 90], [1, 0, 1])
    assert [curve.at(t).value for t in (0, 30, 89.9, 90, 500)] == pytest.approx([1, 2 / 3, 2 / 3, 0, 0])


def test_each_area_has_a_curve_of_its_own():
    found = curves([1, 2, 3, 4], [1, 1, 1, 0], [7, 7, 9, 9])
    assert {g: c.median().value for g, c in found.items()} == {7: 1.5, 9: 3.0}


@pytest.mark.parametrize(("time", "event"), [([], []), ([1], [1, 0]), ([-1], [1]), ([np.nan], [1]), ([1], [-1])])
def test_what_is_no_observation_is_refused(time, event):
    with pytest.raises(BadObservations):
        kaplan_meier(time, event)


def test_a_way_out_that_was_not_announced_is_refused():
    with pytest.raises(BadObservations):
        aalen_johansen([1, 2], [1, 3], ways=2)


OBSERVED = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(OBSERVED, st.randoms())
def test_the_order_of_observations_does_not_matter(seen, luck):
    again = list(seen)
    luck.shuffle(again)
    one, other = (kaplan_meier([t for t, _ in part], [e for _, e in part]) for part in (seen, again))
    assert np.array_equal(one.height, other.height)
    assert one.median() == other.median()


@settings(max_examples=60, deadline=None)
@given(OBSERVED)
def test_those_waiting_and_those_gone_by_either_way_are_all(seen):
    ours = aalen_johansen([t for t, _ in seen], [1 + t % 2 if e else 0 for t, e in seen], ways=2)
    assert np.allclose(ours.waiting + ours.share.sum(axis=1), 1)
    assert np.allclose(ours.waiting, kaplan_meier([t for t, _ in seen], [e for _, e in seen]).height)


@settings(max_examples=60, deadline=None)
@given(OBSERVED)
def test_without_open_cases_the_curve_is_the_share_above(seen):
    times = np.array([t for t, _ in seen])
    curve = kaplan_meier(times, np.ones(len(times)))
    assert np.allclose(curve.height, [(times > t).mean() for t in curve.time])
