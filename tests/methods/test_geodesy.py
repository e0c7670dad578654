import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin_methods import cells, geodesy

TIANANMEN = {"wgs84": (116.391297, 39.907372), "gcj02": (116.397541, 39.908775), "bd09": (116.403919, 39.915114)}
"""One place in three datums, from the shift formula as published, to 1e-6."""

in_china = st.tuples(st.floats(75.0, 134.0), st.floats(4.0, 53.0))


@given(st.lists(in_china, min_size=1, max_size=20), st.sampled_from(geodesy.DATUMS))
def test_there_and_back_is_the_same_point_to_a_ten_thousandth_of_a_metre(points, datum):
    there = geodesy.from_wgs84(np.array(points), datum)
    assert np.abs(geodesy.to_wgs84(there, datum) - points).max() < 2e-9


def test_the_shift_in_beijing_is_about_half_a_kilometre_north_east():
    moved = geodesy.from_wgs84(np.array([TIANANMEN["wgs84"]]), "gcj02")[0] - TIANANMEN["wgs84"]
    east, north = moved * geodesy.metres_per_degree(39.9)
    assert 400 < east < 700
    assert 100 < north < 300


def test_bd09_lies_a_little_beyond_gcj02():
    point = np.array([TIANANMEN["wgs84"]])
    beyond = geodesy.from_wgs84(point, "bd09") - geodesy.from_wgs84(point, "gcj02")
    assert (beyond > 0.005).all()
    assert (beyond < 0.008).all()


def test_outside_china_nothing_is_shifted():
    paris = np.array([[2.35, 48.85]])
    assert (geodesy.from_wgs84(paris, "gcj02") == paris).all()


def test_an_unknown_datum_is_refused():
    with pytest.raises(geodesy.UnknownDatum):
        geodesy.to_wgs84(np.array([[114.0, 22.5]]), "utm")


def outline(path, name):
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        if name in str(feature["properties"]):
            geometry = feature["geometry"]
            polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
            return np.array(max(polygons, key=lambda p: len(p[0]))[0])[:-1, :2]
    raise LookupError(name)


def overlap(one, other):
    """Share of the joint surface that both outlines have, counted on a grid of 200 x 200."""
    both = np.concatenate([one, other])
    axes = [np.linspace(a, b, 200) for a, b in zip(both.min(axis=0), both.max(axis=0), strict=True)]
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    a, b = cells.contains(one, grid), cells.contains(other, grid)
    return (a & b).sum() / (a | b).sum()


@pytest.mark.real_data
def test_the_two_real_outlines_of_futian_agree_once_they_are_in_one_datum(shared):
    folder = shared / "data/boundaries"
    shifted = outline(folder / "futian_district_gcj02.geojson", "福田")
    straight = outline(folder / "shenzhen_districts_wgs84.geojson", "福田")
    assert overlap(shifted, straight) < 0.86
    assert overlap(geodesy.to_wgs84(shifted, "gcj02"), straight) > 0.995
