"""The real subdistricts of Shenzhen from 2016 to 2023: six districts became nine, and both years stay true."""

import csv
from datetime import date

import pytest

from conftest import NOW
from lianxin.kit.actor import SYSTEM
from lianxin.places.addresses import Gazetteer
from lianxin.places.loading import AreaRow, load_areas
from lianxin.places.models import Area, AreaSpan, Scheme
from lianxin.places.names import subdistrict_key
from lianxin.places.operations import NewArea, add_area, close_area, merge_areas, move_area, rename_area
from lianxin.places.queries import successor_on

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]
THEN, LATER = date(2016, 7, 31), date(2023, 6, 30)
WHEN = {"on": LATER, "actor": SYSTEM, "at": NOW}
DISTRICTS = {
    "440303": "罗湖区",
    "440304": "福田区",
    "440305": "南山区",
    "440306": "宝安区",
    "440307": "龙岗区",
    "440308": "盐田区",
}


def rows(path):
    with path.open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


@pytest.fixture
def lists(shared):
    """(code -> name) of the subdistricts of 2016 and of 2023, and the districts of 2023."""
    folder = shared / "data/admin-divisions"
    old = {r["code"]: r["name"] for r in rows(folder / "shenzhen_streets_2016.csv")}
    new = {r["code"]: r["name"] for r in rows(folder / "china_streets.csv") if r["code"].startswith("4403")}
    districts = {r["code"]: r["name"] for r in rows(folder / "china_areas.csv") if r["code"].startswith("4403")}
    return old, new, districts


def reorganise(lists):
    """Load 2016, then carry out with the operations all that 2023 says differently."""
    old, new, districts = lists
    levels = [{"code": c, "zh": c, "en": c} for c in ("city", "district", "subdistrict")]
    scheme = Scheme.objects.create(code="sz", name="深圳", levels=levels, is_primary=True, lies_in="广东省")
    upper = [AreaRow("4403", "深圳市", "", "city")] + [AreaRow(c, n, "4403", "district") for c, n in DISTRICTS.items()]
    streets = [AreaRow(code, name, code[:6], "subdistrict") for code, name in old.items()]
    load_areas(scheme=scheme, rows=upper + streets, on=THEN, actor=SYSTEM, at=NOW)
    area = {a.code: a for a in Area.objects.all()}
    for code, name in districts.items():
        if code not in area:
            area[code] = add_area(scheme=scheme, code=code, name=name, level="district", parent=area["4403"], **WHEN)
    for code in old.keys() & new.keys():
        if old[code] != new[code]:
            rename_area(area=area[code], name=new[code], **WHEN)
    gone = {subdistrict_key(old[c]) or old[c]: c for c in old.keys() - new.keys()}
    for code in sorted(new.keys() - old.keys()):
        before = gone.pop(subdistrict_key(new[code]) or new[code], None)
        if before is None:
            parent = area[code[:6]]
            add_area(scheme=scheme, code=code, name=new[code], level="subdistrict", parent=parent, **WHEN)
        else:
            made = merge_areas(areas=[area[before]], into=NewArea(code, new[code]), **WHEN)
            if code[:6] != before[:6]:
                move_area(area=made, parent=area[code[:6]], **WHEN)
    for code in gone.values():
        close_area(area=area[code], **WHEN)
    return area


def on(day):
    spans = AreaSpan.objects.on(day).filter(level="subdistrict")
    return {code: (name, parent) for code, name, parent in spans.values_list("area__code", "name", "parent__code")}


def test_both_years_read_as_they_were_listed(lists):
    old, new, _ = lists
    reorganise(lists)
    assert on(THEN) == {code: (name, code[:6]) for code, name in old.items()}
    assert on(LATER) == {code: (name, code[:6]) for code, name in new.items()}


def test_a_subdistrict_that_went_to_a_new_district_is_found_under_both(lists):
    area = reorganise(lists)
    gazetteer = Gazetteer.on(LATER)
    moved = successor_on(area["440306012"], LATER)
    assert moved.code[:6] == "440309"
    assert gazetteer.resolve("深圳市龙华区龙华街道").area_id == moved.pk
    assert gazetteer.resolve("深圳市宝安区龙华街道").area_id == moved.pk
    assert gazetteer.resolve("深圳市南山区龙华街道").area_id is None
    assert Gazetteer.on(THEN).resolve("深圳市宝安区龙华办事处").area_id == area["440306012"].pk
