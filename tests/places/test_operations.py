from datetime import date

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.places import followers
from lianxin.places.models import AreaSpan, AreaSuccession
from lianxin.places.operations import NewArea, add_area, close_area, merge_areas, move_area, rename_area, split_area
from lianxin.places.operations.areas import AreasInside, MovedUnderItself
from lianxin.places.operations.changes import AreasNotShared, LevelsDiffer, TooFewParts
from lianxin.places.operations.spans import ChangedSince, CodeTaken, LevelsDoNotFit, NameTaken, NotOpen, OtherScheme
from lianxin.places.queries import (
    ancestors,
    area_line,
    area_lines,
    children,
    history,
    home_on,
    predecessors,
    successor_on,
)
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
ON = date(2026, 1, 1)
BEFORE = date(2025, 12, 31)
WHEN = {"on": ON, "actor": SYSTEM, "at": NOW}


@pytest.fixture
def tree(db):
    district = make.area("区")
    east, west = make.area("东街道", parent=district), make.area("西街道", parent=district)
    return district, east, west, make.area("甲社区", parent=east), make.area("乙社区", parent=east)


def names_below(area, day):
    return [line.name for line in children(area, day)]


def test_a_renamed_area_has_its_old_name_on_old_days(tree):
    area = tree[3]
    rename_area(area=area, name="新甲社区", **WHEN)
    assert area_line(area, BEFORE).name == "甲社区"
    assert area_line(area, ON).name == "新甲社区"
    assert [(s.name, s.valid_until) for s in history(area)] == [("新甲社区", None), ("甲社区", ON)]


def test_a_second_change_on_the_same_day_replaces_the_first(tree):
    area = tree[3]
    rename_area(area=area, name="一", **WHEN)
    rename_area(area=area, name="二", **WHEN)
    assert [s.name for s in history(area)] == ["二", "甲社区"]


def test_a_moved_area_takes_along_all_that_lies_in_it(tree):
    district, east, west, first, second = tree
    inner = make.area("网格", parent=first)
    move_area(area=first, parent=west, **WHEN)
    assert [line.name for line in ancestors(area_line(inner, ON).path, ON)] == ["区", "西街道", "甲社区", "网格"]
    assert [line.name for line in ancestors(area_line(inner, BEFORE).path, BEFORE)] == [
        "区",
        "东街道",
        "甲社区",
        "网格",
    ]
    assert names_below(east, ON) == ["乙社区"]
    assert Entry.objects.get(act="places.area.moved").facts["rows"] == 2


def test_merged_areas_lead_to_their_successor_and_are_gone_from_the_day_on(tree):
    _, east, _, first, second = tree
    joint = merge_areas(areas=[first, second], into=NewArea("j", "合社区"), **WHEN)
    assert names_below(east, ON) == ["合社区"]
    assert names_below(east, BEFORE) == ["甲社区", "乙社区"]
    assert successor_on(first, TODAY) == joint
    assert successor_on(first, BEFORE) == first
    assert {s.name for s in predecessors(joint)} == {"甲社区", "乙社区"}


def test_an_area_may_absorb_another_and_keeps_its_identity(tree):
    _, east, _, first, second = tree
    assert merge_areas(areas=[first, second], into=second, **WHEN) == second
    assert names_below(east, ON) == ["乙社区"]
    assert successor_on(second, ON) == second


def test_what_lay_in_merged_subdistricts_lies_in_the_joint_one(tree):
    district, east, west, first, second = tree
    merge_areas(areas=[east, west], into=west, **WHEN)
    assert names_below(west, ON) == ["甲社区", "乙社区"]
    assert names_below(west, BEFORE) == []


def test_facts_of_a_split_area_wait_at_the_area_above_until_they_are_placed(tree):
    _, east, _, first, _ = tree
    parts = split_area(area=first, into=[NewArea("p1", "甲一社区"), NewArea("p2", "甲二社区")], **WHEN)
    assert names_below(east, ON) == ["乙社区", "甲一社区", "甲二社区"]
    assert successor_on(first, ON) is None
    assert home_on(first, ON) == east
    assert home_on(first, BEFORE) == first
    assert home_on(parts[0], ON) == parts[0]


def test_an_area_from_which_a_part_is_split_off_stays(tree):
    first = tree[3]
    split_area(area=first, into=[NewArea("p", "甲东社区")], keeps=True, **WHEN)
    assert successor_on(first, ON) == first
    assert home_on(first, ON) == first


def test_a_split_subdistrict_shares_out_its_communities(tree):
    district, east, _, first, second = tree
    with pytest.raises(AreasNotShared):
        split_area(area=east, into=[NewArea("e1", "东一", children=(first,)), NewArea("e2", "东二")], **WHEN)
    parts = [NewArea("e1", "东一街道", children=(first,)), NewArea("e2", "东二街道", children=(second,))]
    made = split_area(area=east, into=parts, **WHEN)
    assert [names_below(m, ON) for m in made] == [["甲社区"], ["乙社区"]]
    assert home_on(east, ON) == district


def test_a_successor_is_found_over_several_steps(tree):
    _, _, west, first, second = tree
    joint = merge_areas(areas=[first, second], into=NewArea("j", "合社区"), **WHEN)
    third = merge_areas(areas=[joint], into=NewArea("k", "再合社区"), on=TODAY, actor=SYSTEM, at=NOW)
    assert successor_on(first, TODAY) == third
    assert successor_on(first, ON) == joint
    assert AreaSuccession.objects.filter(old=first, new=third).exists()


def test_the_other_apps_are_told_what_went_over_into_what(tree, monkeypatch):
    told = []
    monkeypatch.setattr(followers, "FOLLOWERS", [lambda **given: told.append((given["old"], given["new"]))])
    _, _, _, first, second = tree
    joint = merge_areas(areas=[first, second], into=NewArea("j", "合社区"), **WHEN)
    parts = split_area(area=joint, into=[NewArea("x", "子社区"), NewArea("y", "丑社区")], **WHEN)
    assert told == [((first, second), (joint,)), ((joint,), tuple(parts))]


def test_every_change_is_one_audit_entry(tree):
    district, east, west, first, second = tree
    rename_area(area=first, name="丙社区", **WHEN)
    move_area(area=second, parent=west, **WHEN)
    new = add_area(scheme=district.scheme, code="z", name="丁社区", level="community", parent=east, **WHEN)
    close_area(area=new, on=TODAY, actor=SYSTEM, at=NOW)
    acts = [e.act.rsplit(".", 1)[1] for e in Entry.objects.order_by("pk")]
    assert acts == ["renamed", "moved", "added", "closed"]


@pytest.mark.parametrize(
    ("refusal", "attempt"),
    [
        (MovedUnderItself, lambda t: move_area(area=t[1], parent=t[3], **WHEN)),
        (MovedUnderItself, lambda t: move_area(area=t[1], parent=t[1], **WHEN)),
        (LevelsDoNotFit, lambda t: move_area(area=t[3], parent=t[4], **WHEN)),
        (OtherScheme, lambda t: move_area(area=t[3], parent=other(), **WHEN)),
        (OtherScheme, lambda t: merge_areas(areas=[t[0], other()], into=NewArea("m", "合"), **WHEN)),
        (LevelsDiffer, lambda t: merge_areas(areas=[t[1], t[3]], into=NewArea("m", "合"), **WHEN)),
        (TooFewParts, lambda t: merge_areas(areas=[t[3]], into=t[3], **WHEN)),
        (TooFewParts, lambda t: split_area(area=t[3], into=[NewArea("m", "分")], **WHEN)),
        (NameTaken, lambda t: rename_area(area=t[3], name="乙社区", **WHEN)),
        (CodeTaken, lambda t: split_area(area=t[3], into=[NewArea(t[4].code, "分"), NewArea("n", "另")], **WHEN)),
        (ChangedSince, lambda t: rename_area(area=t[3], name="早", on=date(2010, 1, 1), actor=SYSTEM, at=NOW)),
        (AreasInside, lambda t: close_area(area=t[1], **WHEN)),
        (
            LevelsDoNotFit,
            lambda t: add_area(scheme=t[0].scheme, code="q", name="错", level="district", parent=t[1], **WHEN),
        ),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(tree, refusal, attempt):
    before = list(AreaSpan.objects.filter(area__in=tree).order_by("pk").values())
    with pytest.raises(refusal) as refused:
        attempt(tree)
    assert refused.value.sentence
    assert list(AreaSpan.objects.filter(area__in=tree).order_by("pk").values()) == before
    assert not Entry.objects.exists()


def other():
    from lianxin.places.models import Scheme

    return make.area("别处", scheme=Scheme.objects.create(code="other", name="另一套"))


def test_an_area_that_has_ended_cannot_be_changed(tree):
    close_area(area=tree[3], **WHEN)
    with pytest.raises(NotOpen):
        rename_area(area=tree[3], name="迟", on=TODAY, actor=SYSTEM, at=NOW)


def test_a_day_before_the_last_change_below_an_area_is_refused(tree):
    _, east, west, first, _ = tree
    rename_area(area=first, name="新", on=TODAY, actor=SYSTEM, at=NOW)
    with pytest.raises(ChangedSince):
        rename_area(area=east, name="新东街道", **WHEN)


def test_a_tree_is_read_in_one_query(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        lines = area_lines(ON)
    assert [line.name for line in lines] == ["区", "东街道", "甲社区", "乙社区", "西街道"]
    assert [line.areas_inside for line in lines] == [2, 2, 0, 0, 0]
