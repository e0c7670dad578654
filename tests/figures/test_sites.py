"""Down to the site: what the figures of a community are made of, and what is not told of small sites."""

import json
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.figures import snapshots
from lianxin.figures.queries import NoSuchArea, cells, coverage_table, time_line
from lianxin.figures.rows import PARTS, rows_behind
from lianxin.kit.clock import today
from lianxin.places.models import AreaSpan, AreaSuccession, Site

pytestmark = pytest.mark.django_db
RATE = "establishment_rate"


def site(name, area, **given):
    kind = {"kind": "building", "lon": 114.05, "lat": 22.54, **given}
    return Site.objects.create(name=name, area=area, valid_from=make.LONG_AGO, **kind)


def fill(area, where, count, covered):
    firms = [make.organisation(area=area, site=where) for _ in range(count)]
    make.body(area=area, form="joint", covers=tuple(firms[:covered]))


@pytest.fixture
def land():
    """A community with towers of 20, 12, 4 and 0 employers in scope, and 15 in none of them."""
    district = make.area("样例区", code="440304", lon=114.05, lat=22.54)
    sub = make.area("样例街道", parent=district, lon=114.05, lat=22.54)
    community = make.area("样例社区", parent=sub, lon=114.05, lat=22.54)
    towers = [site(name, community) for name in ("甲大厦", "乙园区", "丙大厦", "丁大厦")]
    for tower, (count, covered) in zip([*towers[:3], None], ((20, 12), (12, 3), (4, 1), (15, 5)), strict=True):
        fill(community, tower, count, covered)
    snapshots.write(NOW)
    return {"district": district, "sub": sub, "community": community, "towers": towers}


@pytest.fixture
def officer(client, land):
    account = make.account(("district_officer", land["district"]))
    client.force_login(account)
    client.account = account
    return client


def table(land, **given):
    return coverage_table(RATE, area=land["community"].pk, on=TODAY, actor_scope=None, **given)


def test_below_a_community_stand_its_sites_the_worst_first(land):
    found = table(land)
    assert [(c.cell.name, c.cell.numerator, c.cell.denominator) for c in found.children] == [
        ("乙园区", 3, 12),
        ("甲大厦", 12, 20),
        ("丙大厦", None, None),
        ("丁大厦", 0, 0),
    ]
    assert [c.cell.reason for c in found.children] == ["", "", "protected", "no_one_in_scope"]
    assert (found.top.numerator, found.top.denominator) == (21, 51)


def test_a_small_site_does_not_hide_its_community_because_what_lies_elsewhere_hides_it(land):
    assert table(land).top.shown
    fill(land["community"], land["towers"][3], 3, 0)
    snapshots.write(NOW)
    assert [c.cell.name for c in table(land).children if c.cell.shown] == ["乙园区", "甲大厦"]


def test_where_the_sites_are_all_of_a_community_another_one_is_hidden_beside_the_small_one(land):
    other = make.area("满社区", parent=land["sub"])
    towers = [site(f"戊{i}", other) for i in range(3)]
    for tower, count in zip(towers, (30, 25, 5), strict=True):
        fill(other, tower, count, 2)
    snapshots.write(NOW)
    found = coverage_table(RATE, area=other.pk, on=TODAY, actor_scope=None)
    assert found.top.denominator == 60
    assert sorted(c.cell.shown for c in found.children) == [False, False, True]


def test_where_nothing_protects_a_small_site_none_of_the_community_is_shown(land):
    other = make.area("小社区", parent=land["sub"])
    fill(other, site("己1", other), 6, 2)
    fill(other, site("己2", other), 5, 2)
    site("己3", other)
    snapshots.write(NOW)
    found = coverage_table(RATE, area=other.pk, on=TODAY, actor_scope=None)
    assert found.top.denominator == 11
    assert [c.cell.shown for c in found.children] == [False] * 3


def test_the_sites_of_a_community_that_is_not_shown_are_not_shown(land):
    other = make.area("更小社区", parent=land["sub"])
    fill(other, site("庚", other), 7, 2)
    snapshots.write(NOW)
    found = coverage_table(RATE, area=other.pk, on=TODAY, actor_scope=None)
    assert [found.top.shown, *(c.cell.shown for c in found.children)] == [False, False]


def test_the_command_goes_down_to_the_sites_and_starts_at_one(land, capsys):
    call_command("figures", RATE, "--area", "440304", "--on", "2026-03-04", "--format", "json")
    top = json.loads(capsys.readouterr().out)
    community = top["children"][0]["children"][0]
    assert [child["level"] for child in community["children"]] == ["site"] * 4
    assert [child.keys() == top.keys() for child in community["children"]] == [True] * 4
    assert {child["site"]: child["denominator"] for child in community["children"]} == {
        tower.pk: count for tower, count in zip(land["towers"], (20, 12, None, 0), strict=True)
    }
    assert community["site"] is None
    code = f"s{land['towers'][0].pk}"
    call_command("figures", RATE, "--area", code, "--on", "2026-03-04", "--format", "json")
    one = json.loads(capsys.readouterr().out)
    assert (one["area"], one["name"], one["kind"], one["value"]) == (code, "甲大厦", "building", 0.6)


def test_the_rows_behind_a_site_are_as_many_as_it_counts(land, officer):
    scope = AccountActor(officer.account).scope("registry.view_organisations", today())
    cell = cells(RATE, areas=[-land["towers"][1].pk], on=TODAY, actor_scope=None)[0]
    found = {
        part: rows_behind(
            RATE, area=-land["towers"][1].pk, on=TODAY, scope_params={}, part=part, rows_scope=scope
        ).count
        for part in PARTS
    }
    assert found == {"numerator": 3, "denominator": cell.denominator, "rest": 9, "missing": 0}


def test_the_page_of_a_community_shows_its_sites_as_points_and_leads_to_each(land, officer):
    page = officer.get(reverse("boards:coverage"), {"area": land["community"].pk}).content.decode()
    points = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><circle', page)
    assert [label for _, label in points] == ["甲大厦 60.0%", "乙园区 25.0%", "丙大厦", "丁大厦"]
    inside = officer.get(points[1][0].replace("&amp;", "&")).content.decode()
    assert "乙园区" in inside.split("<h1>")[1].split("</h1>")[0]
    assert "3 / 12" in inside
    ways = re.findall(r'<b><a href="([^"]+part=[^"]+)">([\d,]+)</a>', inside)
    assert [number for _, number in ways] == ["3", "12"]
    for way, number in ways:
        assert officer.get(way.replace("&amp;", "&")).context["found"].count == int(number)


def test_rows_of_a_site_open_only_for_whoever_may_open_its_community(client, land):
    beside = make.area("旁边街道", parent=land["district"])
    client.force_login(make.account(("subdistrict_officer", beside)))
    address = reverse("figures:rows", args=[RATE])
    assert client.get(address, {"area": -land["towers"][0].pk, "on": today().isoformat()}).status_code == 404


def test_a_site_has_a_time_line_and_is_not_there_before_it_was_built(land):
    tower = land["towers"][0]
    found = time_line(RATE, area=-tower.pk, days=[TODAY.replace(year=2014), TODAY], actor_scope=None)
    assert found[0] is None
    assert found[1].denominator == 20
    with pytest.raises(NoSuchArea):
        cells(RATE, areas=[-9_999], on=TODAY, actor_scope=None)


def test_sites_go_along_when_their_community_is_merged_into_another(land):
    new = make.area("新社区", parent=land["sub"])
    AreaSpan.objects.filter(area=land["community"]).update(valid_until=TODAY)
    AreaSuccession.objects.create(old=land["community"], new=new, on_day=TODAY, kind="merge")
    snapshots.write(NOW)
    found = coverage_table(RATE, area=new.pk, on=TODAY, actor_scope=None)
    assert [c.cell.denominator for c in found.children] == [12, 20, None, 0]


def test_an_organisation_placed_in_another_community_than_its_site_counts_where_it_is_placed(land):
    other = make.area("别的社区", parent=land["sub"])
    fill(other, land["towers"][0], 14, 0)
    snapshots.write(NOW)
    assert cells(RATE, areas=[-land["towers"][0].pk], on=TODAY, actor_scope=None)[0].denominator == 20
    assert cells(RATE, areas=[other.pk], on=TODAY, actor_scope=None)[0].denominator == 14
