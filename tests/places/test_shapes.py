import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.places.demonstration import load_futian
from lianxin.places.geometry import ShapeAtFault, read_rings
from lianxin.places.maps import shapes
from lianxin.places.models import Area, Shape
from lianxin.places.operations import NewArea, import_shapes, merge_areas, read_features, split_area
from lianxin.places.operations.shapes import DatumUnknown, NotGeoJson, NothingMatched
from lianxin_methods import cells

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)
WHEN = {"on": TODAY, "actor": SYSTEM, "at": NOW}


def surface(feature):
    return sum(cells.signed_area(r) for r in read_rings(feature["geometry"]))


def square(x, y, **properties):
    ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def take(scheme, *features, datum="wgs84", on=TODAY):
    return import_shapes(scheme=scheme, features=features, datum=datum, on=on, source="测试", actor=SYSTEM, at=NOW)


def test_the_demonstration_map_is_schematic_says_so_and_fills_the_outline():
    district = load_futian(NOW)
    upper, lower = shapes(district, TODAY), shapes(district, TODAY, level="community")
    assert (len(upper["features"]), len(lower["features"])) == (10, 92)
    assert upper["is_schematic"]
    assert lower["is_schematic"]
    whole = surface({"geometry": Shape.objects.get().geometry})
    assert sum(map(surface, lower["features"])) == pytest.approx(whole, rel=1e-4)
    assert sum(map(surface, upper["features"])) == pytest.approx(whole, rel=1e-4)
    assert {f["geometry"]["type"] for f in upper["features"]} == {"Polygon"}
    assert {"id", "code", "name", "is_schematic"} <= upper["features"][0]["properties"].keys()


def test_a_subdistrict_shows_its_own_communities_with_the_same_cells_as_the_district():
    district = load_futian(NOW)
    area = Area.objects.get(code="440304010")
    below = shapes(area, TODAY)["features"]
    assert len(below) == 5
    in_district = {f["id"]: f["geometry"] for f in shapes(district, TODAY, level="community")["features"]}
    assert all(in_district[f["id"]] == f["geometry"] for f in below)


def test_a_map_costs_the_same_number_of_queries_for_few_and_many_areas(django_assert_max_num_queries):
    district = load_futian(NOW)
    with django_assert_max_num_queries(5):
        shapes(district, TODAY, level="community")


def test_a_place_without_label_points_has_no_map():
    district = make.area()
    make.area(parent=district)
    assert shapes(district, TODAY)["features"] == []
    assert shapes(district, date(1900, 1, 1))["features"] == []


@pytest.fixture
def pair(db):
    """A district with two communities that have real outlines side by side, and one drawn."""
    district = make.area("区")
    first = make.area("甲社区", parent=district, code="c1", lon=114.005, lat=22.005)
    second = make.area("乙岸社区", parent=district, code="c2", lon=114.015, lat=22.005)
    take(first.scheme, square(114.0, 22.0, code="c1"), square(114.01, 22.0, name="乙岸社区居委会"), on=make.LONG_AGO)
    return district, first, second


def test_outlines_are_matched_by_code_or_name_and_take_the_place_of_cells(pair):
    found = shapes(pair[0], TODAY)
    assert not found["is_schematic"]
    assert [f["properties"]["source"] for f in found["features"]] == ["测试", "测试"]


def test_what_fits_no_area_or_is_broken_is_named_and_left_out(pair):
    broken = square(114.0, 22.0, code="c1") | {"geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}}
    done = take(pair[0].scheme, square(114.01, 22.0, code="c2"), square(1, 1, name="无此社区"), broken)
    assert (done.matched, done.unmatched, len(done.faults)) == (1, ("无此社区",), 1)


def test_a_new_outline_leaves_the_old_one_on_old_days(pair):
    district, first, _ = pair
    take(first.scheme, square(114.0, 22.5, code="c1"))
    old = next(f for f in shapes(district, YESTERDAY)["features"] if f["id"] == first.pk)
    new = next(f for f in shapes(district, TODAY)["features"] if f["id"] == first.pk)
    assert old["geometry"]["coordinates"][0][0] == [114.0, 22.0]
    assert new["geometry"]["coordinates"][0][0] == [114.0, 22.5]


def test_coordinates_come_out_in_wgs84(pair):
    district, first, _ = pair
    take(first.scheme, square(114.0, 22.0, code="c1"), datum="gcj02")
    corner = next(f for f in shapes(district, TODAY)["features"] if f["id"] == first.pk)["geometry"]["coordinates"][0][
        0
    ]
    assert 0.003 < 114.0 - corner[0] < 0.007


def test_merged_areas_have_their_outlines_joined(pair):
    district, first, second = pair
    merge_areas(areas=[first, second], into=NewArea("c3", "合社区"), **WHEN)
    joint = shapes(district, TODAY)["features"]
    assert [f["properties"]["is_schematic"] for f in joint] == [False]
    assert surface(joint[0]) == pytest.approx(2e-4, rel=1e-6)
    assert len(shapes(district, YESTERDAY)["features"]) == 2


def test_a_split_area_is_divided_schematically_inside_its_real_outline(pair):
    district, first, _ = pair
    split_area(area=first, into=[NewArea("p1", "甲一"), NewArea("p2", "甲二")], **WHEN)
    found = {f["properties"]["code"]: f for f in shapes(district, TODAY)["features"]}
    assert found["p1"]["properties"]["is_schematic"]
    assert not found["c2"]["properties"]["is_schematic"]
    assert surface(found["p1"]) + surface(found["p2"]) == pytest.approx(1e-4, rel=1e-6)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [114, 22]},
        {"type": "Polygon", "coordinates": [[[114, 22], [114, 22], [114, 22], [114, 22]]]},
        {"type": "Polygon", "coordinates": [[[114, 22], [115, "x"], [115, 23], [114, 22]]]},
        {"type": "Polygon", "coordinates": [[[12690000, 2570000], [12691000, 2570000], [12691000, 2571000]]]},
    ],
)
def test_what_is_no_outline_is_refused(geometry):
    with pytest.raises(ShapeAtFault):
        read_rings(geometry)


def test_a_file_that_is_no_geojson_an_unknown_datum_and_strangers_are_refused(pair):
    with pytest.raises(NotGeoJson):
        read_features("a,b,c")
    with pytest.raises(NotGeoJson):
        read_features('{"type": "Feature"}')
    with pytest.raises(DatumUnknown):
        take(pair[0].scheme, square(1, 1, code="c1"), datum="utm")
    with pytest.raises(NothingMatched):
        take(pair[0].scheme, square(1, 1, code="zz"))


@pytest.mark.real_data
def test_the_real_outline_of_the_district_frames_the_cells(shared, capsys):
    district = load_futian(NOW)
    file = shared / "data/boundaries/futian_district_gcj02.geojson"
    call_command("import_shapes", str(file), datum="gcj02", on=TODAY, format="json")
    assert json.loads(capsys.readouterr().out) == {"matched": 1, "unmatched": [], "faults": []}
    found = shapes(district, TODAY, level="community")
    assert len(found["features"]) == 92
    real = surface({"geometry": Shape.objects.get(is_schematic=False).geometry})
    assert sum(map(surface, found["features"])) == pytest.approx(real, rel=1e-3)


def test_the_command_refuses_with_a_sentence(tmp_path):
    load_futian(NOW)
    file = tmp_path / "x.geojson"
    file.write_text("{}")
    with pytest.raises(CommandError, match="GeoJSON|geojson"):
        call_command("import_shapes", str(file), datum="wgs84")
