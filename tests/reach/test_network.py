"""1+10+N read off the tree of bodies, and what the network lacks."""

from datetime import timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.scope import Reach, Scope
from lianxin.places.models import Site
from lianxin.reach.operations import network as op
from lianxin.reach.queries.network import (
    group_lines,
    missing_lines,
    network_waiting,
    patterns,
    vacant_chairs,
    vacant_count,
)
from lianxin.registry.models import Post
from lianxin.rules.packs import PACKS, load_pack

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setattr("lianxin.registry.scoping.today", lambda: TODAY)


class Land:
    """A district, two subdistricts, three communities; women's bodies in all but one community."""

    def __init__(self):
        self.line = make.line("women")
        self.district = make.area("样例区")
        self.streets = [make.area(f"样例{n}街道", parent=self.district) for n in "甲乙"]
        self.communities = [make.area(f"样例{n}社区", parent=self.streets[0]) for n in "一二三"]
        for area in (self.district, *self.streets, *self.communities[:2]):
            self.found(area)

    def found(self, area, **given):
        return make.body(area=area, line="women", form="area", kind="women_federation", **given)

    @property
    def scope(self):
        path = self.district.spans.get().path
        return Scope(TODAY, (Reach("area", path=path),))

    def pattern(self, scope=None):
        return next(p for p in patterns(scope or self.scope) if p.line == "women")


@pytest.fixture
def land():
    return Land()


@pytest.mark.practice(3)
def test_the_pattern_is_read_off_the_tree_and_missing_bodies_are_counted(land):
    found = land.pattern()
    assert found.written == "1+2+2+N"
    assert [(p.bodies, p.wanted, p.missing) for p in found.parts[:3]] == [(1, 1, 0), (2, 2, 0), (2, 3, 1)]


@pytest.mark.practice(3)
def test_informal_groups_and_other_bodies_are_n(land):
    make.body(area=land.communities[0], line="women", form="own")
    op.add_group(line=land.line, name="楼宇姐妹", kind="building", area=land.communities[0], day=TODAY, people=30, **BY)
    assert land.pattern().n == 2
    group = group_lines(land.scope)[0]
    assert (group.name, group.people) == ("楼宇姐妹", 30)


@pytest.mark.practice(3)
def test_a_group_that_ended_counts_on_past_days_only(land):
    made = op.add_group(line=land.line, name="志愿队", kind="volunteers", area=land.district, day=TODAY, **BY)
    op.end_group(group=made, day=TODAY + timedelta(days=3), **BY)
    assert land.pattern().n == 1
    later = Scope(TODAY + timedelta(days=3), land.scope.reaches)
    assert land.pattern(later).n == 0
    with pytest.raises(op.GroupEndsBeforeStart):
        op.end_group(group=made, day=TODAY - timedelta(days=3), **BY)
    with pytest.raises(op.GroupNameMissing):
        op.add_group(line=land.line, name=" ", kind="volunteers", area=land.district, day=TODAY, **BY)


@pytest.mark.practice(3)
def test_what_is_missing_leads_to_a_founding_or_a_renewal(land):
    late = land.found(land.communities[2], term_until=TODAY)
    rows = missing_lines(land.line, "level:community", land.scope)
    assert [(row.name, row.body, row.url) for row in rows] == [
        ("样例三社区", late.pk, f"/reach/renewals/of/{late.pk}/")
    ]
    rows = missing_lines(make.line("union"), "level:subdistrict", land.scope)
    assert [row.name for row in rows] == ["样例甲街道", "样例乙街道"]
    assert f"area={land.streets[0].pk}" in rows[0].url
    assert "line=union" in rows[0].url


def test_a_pattern_set_from_a_day_leaves_earlier_days_as_they_were(land):
    site = {"area": land.communities[0], "kind": "park", "valid_from": make.LONG_AGO}
    parks = [Site.objects.create(name=f"样例园区{n}", **site) for n in range(2)]
    make.body(area=land.communities[0], line="women", form="site", site=parks[0])
    parts = [{"level": "district"}, {"site": "park"}]
    op.set_pattern(line=land.line, parts=parts, day=TODAY, **BY)
    found = land.pattern()
    assert (found.written, found.is_set, found.missing) == ("1+1", True, 1)
    before = land.pattern(Scope(TODAY - timedelta(days=1), land.scope.reaches))
    assert (before.written, before.is_set) == ("1+2+2+N", False)
    assert [row.name for row in missing_lines(land.line, "site:park", land.scope)] == ["样例园区1"]
    with pytest.raises(op.PatternEmpty):
        op.set_pattern(line=land.line, parts=[], day=TODAY, **BY)


def test_an_officer_of_a_subdistrict_sees_its_part_of_the_network_on_the_own_line(land):
    officer = AccountActor(make.account(("subdistrict_officer", land.streets[0]), line="women"))
    found = patterns(officer.scope("reach.view_network", TODAY))
    assert [(p.line, p.written) for p in found] == [("women", "1+2+N")]


@pytest.mark.practice(3)
def test_vacant_chairs_wait_with_a_clock_and_a_link_to_fill_them(land):
    load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=NOW)
    body = land.found(land.communities[2])
    post = Post.objects.create(body=body, title="chair", valid_from=TODAY - timedelta(days=100))
    row = vacant_chairs(land.scope)[0]
    assert (row.body, row.post, vacant_count(land.scope)) == (body.pk, post.pk, 1)
    assert row.due_on < TODAY
    officer = AccountActor(make.account(("district_officer", land.district)))
    assert [w.url for w in network_waiting(officer, TODAY)] == [f"/registry/bodies/{body.pk}/posts/{post.pk}/"]


def test_many_chairs_vacant_for_too_long_are_one_line_with_their_number_that_leads_to_the_list(land):
    load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=NOW)
    for days in (500, 400, 300, 70, 5):
        body = land.found(land.communities[2], name=f"空缺{days}天工会")
        Post.objects.create(body=body, title="chair", valid_from=TODAY - timedelta(days=days))
    officer = AccountActor(make.account(("district_officer", land.district)))
    late, ahead = network_waiting(officer, TODAY)
    assert late.url == "/reach/network/vacancies/"
    assert "3" in late.title
    assert "空缺500天工会" in late.detail
    assert late.due_on < TODAY < ahead.due_on
    assert ahead.title == "空缺70天工会"


def test_the_patterns_take_as_many_queries_for_many_bodies_as_for_few(land, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    scope = land.scope
    with CaptureQueriesContext(connection) as few:
        patterns(scope)
    for area in land.communities * 4:
        make.body(area=area, line="women", form="own")
    with django_assert_num_queries(len(few)):
        patterns(scope)
