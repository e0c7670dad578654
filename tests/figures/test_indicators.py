"""The indicators on a small district whose right answers are counted by hand."""

from datetime import date, timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.figures import snapshots
from lianxin.figures.queries import NoSuchArea, NotOffered, cells
from lianxin.places.models import AreaSpan, AreaSuccession
from lianxin.registry.models import Import, OrganisationSpan, Visit

pytestmark = pytest.mark.django_db
DISTRICT, SUB, COMMUNITY = "district", "sub", "community"


@pytest.fixture
def land():
    district = make.area("福田区")
    sub = make.area("样例街道", parent=district)
    return {DISTRICT: district, SUB: sub, COMMUNITY: make.area("样例社区", parent=sub)}


def several(count, **given):
    return [make.organisation(**given) for _ in range(count)]


def cell(indicator, area, *, on=TODAY, **params):
    snapshots.write(NOW)
    return cells(indicator, areas=[area.pk], on=on, scope_params=params, actor_scope=None)[0]


def test_the_rate_counts_own_joint_and_site_bodies_alike(land):
    firms = several(20, area=land[COMMUNITY])
    make.body(area=land[COMMUNITY], covers=(firms[0],))
    make.body(area=land[COMMUNITY], form="joint", covers=tuple(firms[1:8]))
    make.body(area=land[COMMUNITY], form="site", covers=tuple(firms[7:12]))
    found = cell("establishment_rate", land[COMMUNITY])
    assert (found.numerator, found.denominator, found.value) == (12, 20, 0.6)
    own = cell("own_establishment_rate", land[COMMUNITY])
    assert (own.numerator, own.denominator) == (1, 20)


def test_a_body_whose_term_has_run_out_covers_nobody(land):
    firms = several(20, area=land[COMMUNITY])
    make.body(area=land[COMMUNITY], covers=tuple(firms[:5]), term_until=TODAY)
    make.body(area=land[COMMUNITY], covers=tuple(firms[5:7]), term_until=TODAY + timedelta(days=1))
    assert cell("establishment_rate", land[COMMUNITY]).numerator == 2
    assert cell("establishment_rate", land[COMMUNITY], on=TODAY - timedelta(days=1)).numerator == 7


def test_bodies_of_another_line_and_those_that_are_dissolved_do_not_count(land):
    firms = several(20, area=land[COMMUNITY])
    make.body(area=land[COMMUNITY], covers=tuple(firms[:5]), line="league")
    make.body(area=land[COMMUNITY], covers=tuple(firms[5:9]), valid_until=TODAY)
    assert cell("establishment_rate", land[COMMUNITY]).numerator == 0


def test_scope_is_headcount_and_months_open_and_both_can_be_changed(land):
    several(12, area=land[COMMUNITY], headcount=25)
    several(11, area=land[COMMUNITY], headcount=100)
    several(10, area=land[COMMUNITY], headcount=24)
    several(13, area=land[COMMUNITY], opened_on=date(2025, 9, 5))
    several(14, area=land[COMMUNITY], opened_on=date(2025, 9, 4))
    several(3, area=land[COMMUNITY], closed_on=TODAY)
    several(2, area=land[COMMUNITY], kind="union")
    assert cell("establishment_rate", land[COMMUNITY]).denominator == 12 + 11 + 14
    assert cell("establishment_rate", land[COMMUNITY], headcount=100).denominator == 11
    assert cell("establishment_rate", land[COMMUNITY], months=12).denominator == 12 + 11
    assert cell("establishment_rate", land[COMMUNITY], months=0, headcount=1).denominator == 60


def test_an_unknown_headcount_is_missing_and_not_in_the_denominator(land):
    several(15, area=land[COMMUNITY])
    several(4, area=land[COMMUNITY], headcount=None)
    several(3, area=land[COMMUNITY], opened_on=None)
    several(2, area=land[COMMUNITY], opened_on=None, headcount=3)
    several(1, area=land[COMMUNITY], headcount=None, opened_on=TODAY)
    found = cell("establishment_rate", land[COMMUNITY])
    assert (found.denominator, found.missing) == (15, 7)


def test_an_organisation_placed_only_in_the_subdistrict_counts_there_and_upward(land):
    several(15, area=land[COMMUNITY])
    several(4, area=land[SUB], placed="subdistrict")
    several(3, area=land[DISTRICT], placed="none")
    assert cell("establishment_rate", land[COMMUNITY]).denominator == 15
    assert cell("establishment_rate", land[SUB]).denominator == 19
    district = cell("establishment_rate", land[DISTRICT])
    assert (district.denominator, district.unplaced) == (22, 3)


def test_density_is_current_members_over_declared_employees(land):
    firms = several(3, area=land[COMMUNITY], headcount=40)
    unknown = make.organisation(area=land[COMMUNITY], headcount=None)
    union = make.body(area=land[COMMUNITY], covers=tuple(firms))
    league = make.body(area=land[COMMUNITY], line="league")
    several(9, area=land[COMMUNITY], headcount=10)
    for number in range(30):
        make.membership(person=make.person(f"林{number}"), body=union, organisation=firms[number % 3])
    twice = make.person()
    make.membership(person=twice, body=union, organisation=firms[0])
    make.membership(person=twice, body=make.body(area=land[COMMUNITY]), organisation=firms[0])
    make.membership(person=make.person(), body=union, organisation=firms[0], left_on=TODAY)
    make.membership(person=make.person(), body=union, organisation=firms[0], registered_on=None)
    make.membership(person=make.person(), body=league, organisation=firms[0])
    make.membership(person=make.person(), body=union, organisation=unknown)
    found = cell("union_density", land[COMMUNITY])
    assert (found.numerator, found.denominator, found.missing) == (31, 210, 1)


def test_blind_spots_are_neither_covered_nor_visited_for_a_year(land):
    firms = several(30, area=land[COMMUNITY])
    make.body(area=land[COMMUNITY], covers=tuple(firms[:5]))
    for firm in firms[5:8]:
        Visit.objects.create(organisation=firm, visited_on=date(2025, 3, 5))
    for firm in firms[8:10]:
        Visit.objects.create(organisation=firm, visited_on=date(2025, 3, 4))
    Visit.objects.create(organisation=firms[10], visited_on=TODAY + timedelta(days=1))
    found = cell("blind_spot_employers", land[COMMUNITY])
    assert (found.numerator, found.value, found.denominator) == (22, 22, 30)
    workers = cell("blind_spot_workers", land[COMMUNITY])
    assert (workers.numerator, workers.denominator) == (22 * 40, 30 * 40)


def test_a_rate_of_nobody_is_undefined_and_says_why(land):
    found = cell("establishment_rate", land[COMMUNITY])
    assert (found.shown, found.value, found.denominator, found.reason) == (True, None, 0, "no_one_in_scope")


def test_fewer_than_ten_are_not_shown_and_nothing_of_them_is_told(land):
    several(9, area=land[COMMUNITY])
    found = cell("establishment_rate", land[COMMUNITY])
    told = (found.numerator, found.denominator, found.missing, found.value, found.unplaced, found.rest)
    assert (found.shown, found.reason, told) == (False, "protected", (None,) * 6)


def test_a_past_day_shows_what_was_then(land):
    firm = several(20, area=land[COMMUNITY])[0]
    OrganisationSpan.objects.filter(organisation=firm).update(valid_until=TODAY)
    assert cell("establishment_rate", land[COMMUNITY]).denominator == 19
    assert cell("establishment_rate", land[COMMUNITY], on=TODAY - timedelta(days=1)).denominator == 20


def test_what_an_unfinished_import_wrote_or_ended_is_not_seen(land):
    firms = several(20, area=land[COMMUNITY])
    under_way = Import.objects.create(
        kind="organisations", file_name="a.csv", state="applying", effective_on=TODAY, started_at=NOW
    )
    several(5, area=land[COMMUNITY], born_in=under_way)
    OrganisationSpan.objects.filter(organisation=firms[0]).update(valid_until=TODAY, ended_in=under_way)
    assert cell("establishment_rate", land[COMMUNITY]).denominator == 20
    Import.objects.update(state="applied")
    assert cell("establishment_rate", land[COMMUNITY]).denominator == 24


def test_areas_that_went_over_into_another_take_their_organisations_along(land):
    old, new, one, two, gone = (make.area(parent=land[SUB]) for _ in range(5))
    several(12, area=old)
    several(13, area=gone)
    several(14, area=make.area(parent=land[SUB], valid_until=TODAY))
    AreaSpan.objects.filter(area__in=[old, gone]).update(valid_until=TODAY)
    AreaSuccession.objects.create(old=old, new=new, on_day=TODAY, kind="merge")
    for part in (one, two):
        AreaSuccession.objects.create(old=gone, new=part, on_day=TODAY, kind="split")
    assert cell("establishment_rate", new).denominator == 12
    assert cell("establishment_rate", one).denominator == 0
    assert cell("establishment_rate", land[SUB]).denominator == 39
    assert cell("establishment_rate", land[SUB], on=TODAY - timedelta(days=1)).denominator == 39


def test_thresholds_that_are_not_offered_are_refused(land):
    with pytest.raises(NotOffered):
        cell("establishment_rate", land[COMMUNITY], headcount=26)
    with pytest.raises(NotOffered):
        cell("union_density", land[COMMUNITY], headcount=25)


def test_an_area_that_is_not_there_on_the_day_is_refused(land):
    with pytest.raises(NoSuchArea):
        cell("establishment_rate", land[COMMUNITY], on=date(2014, 12, 31))
