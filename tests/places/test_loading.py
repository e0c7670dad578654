from datetime import date

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.places.demonstration import load_futian
from lianxin.places.loading import AreaRow, AreasAtFault, load_areas
from lianxin.places.models import Area, AreaSpan
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db


def load(*rows, on=date(2023, 1, 1)):
    return load_areas(scheme=make.scheme(), rows=rows, on=on, actor=SYSTEM, at=NOW)


def test_the_demonstration_district_has_10_subdistricts_and_92_communities():
    district = load_futian(NOW)
    below = AreaSpan.objects.on(TODAY).filter(area__in=Area.objects.below(district.segment, day=TODAY))
    assert below.filter(level="subdistrict").count() == 10
    assert below.filter(level="community").count() == 92
    assert not below.filter(area__code__startswith="440304400").exists()
    assert all(113.9 < s.lon < 114.2 and 22.4 < s.lat < 22.7 for s in below)


def test_loading_the_demonstration_district_a_second_time_changes_nothing():
    assert load_futian(NOW) == load_futian(NOW)
    assert Area.objects.count() == 103
    assert Entry.objects.filter(act="places.scheme.loaded").count() == 1


def test_the_codes_and_names_are_those_of_the_statistical_list(shared):
    load_futian(NOW)
    lines = (shared / "data/admin-divisions/futian_communities.csv").read_text(encoding="utf-8").splitlines()[1:]
    listed = {tuple(line.replace("居委会", "").split(",")[:2]) for line in lines if ",440304400," not in line}
    assert set(AreaSpan.objects.filter(level="community").values_list("area__code", "name")) == listed


def test_rows_may_come_in_any_order_and_paths_follow_the_parents():
    load(
        AreaRow("a1x", "丙", "a1", "community"),
        AreaRow("a1", "乙", "a", "subdistrict"),
        AreaRow("a", "甲", "", "district"),
    )
    paths = dict(AreaSpan.objects.values_list("area__code", "path"))
    assert paths["a1x"].startswith(paths["a1"])
    assert paths["a1"].startswith(paths["a"])
    assert len(paths["a1x"]) == 15


def test_a_later_list_hangs_under_areas_that_are_there_already():
    load(AreaRow("a", "甲", "", "district"))
    assert load(AreaRow("a1", "乙", "a", "subdistrict")) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [AreaRow("a", "甲", "", "district"), AreaRow("a", "乙", "", "district")],
        [AreaRow("a", "甲", "nobody", "district")],
        [AreaRow("a", "甲", "b", "district"), AreaRow("b", "乙", "a", "district")],
        [AreaRow("a", "甲", "", "continent")],
    ],
)
def test_a_list_at_fault_is_refused_as_a_whole(rows):
    with pytest.raises(AreasAtFault):
        load(AreaRow("z", "好", "", "district"), *rows)
    assert not Area.objects.exists()
