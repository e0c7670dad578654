"""The indicators of organising, on a small district whose right answers are counted by hand."""

from datetime import date, timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.figures import snapshots
from lianxin.figures.queries import cells, coverage_table
from lianxin.figures.rows import rows_behind
from lianxin.kit.actor import SYSTEM
from lianxin.kit.scope import Reach, Scope
from lianxin.places.models import AreaSpan, Site, SiteNetwork
from lianxin.reach.models import Liaison
from lianxin.registry.models import Membership, OrganisationSpan, Term, Visit
from lianxin.registry.operations.contracts import end_contract, sign_contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def land():
    district = make.area("样例区", code="440304")
    sub = make.area("样例街道", parent=district)
    return {"district": district, "sub": sub, "community": make.area("样例社区", parent=sub)}


def several(count, **given):
    return [make.organisation(**given) for _ in range(count)]


def cell(indicator, area, *, on=TODAY, **params):
    snapshots.write(NOW)
    return cells(indicator, areas=[area.pk], on=on, scope_params=params, actor_scope=None)[0]


def counted(found):
    return found.numerator, found.denominator, found.missing


def behind(indicator, area, part="rest"):
    path = AreaSpan.objects.get(area=area, valid_until=None).path
    scope = Scope(TODAY, (Reach("area", path=path),))
    return rows_behind(indicator, area=area.pk, on=TODAY, scope_params={}, part=part, rows_scope=scope)


# 4: how long it takes


def opened(area, days_ago, lag=None, months=6, **given):
    """An employer that came into scope so many days ago, covered so many days later."""
    entered = TODAY - timedelta(days=days_ago)
    month = entered.month - months
    born = entered.replace(year=entered.year + (month - 1) // 12, month=(month - 1) % 12 + 1, day=1)
    firm = make.organisation(area=area, opened_on=born, valid_from=born, **given)
    start = entered.replace(day=1)
    if lag is not None:
        make.body(area=area, covers=(firm,), valid_from=start + timedelta(days=lag))
    return firm


def test_the_lag_is_the_day_by_which_half_have_a_union_and_open_cases_count_as_open(land):
    """12 came into scope on 1 July: covered after 10, 20, ... 60 days, six not yet, so half are through after 60."""
    for number in range(12):
        opened(land["community"], 246, lag=10 * (number + 1) if number < 6 else None)
    found = cell("establishment_lag", land["community"])
    assert (found.numerator, found.denominator) == (6, 12)
    assert found.value == 60.0
    later = cell("establishment_lag", land["community"], on=date(2025, 8, 10))
    assert (later.numerator, later.denominator, later.value, later.reason) == (4, 12, None, "not_reached")


def test_a_closed_employer_is_open_until_its_closing_and_one_covered_before_counts_with_no_day(land):
    for _ in range(9):
        opened(land["community"], 246, lag=30)
    opened(land["community"], 246, closed_on=date(2025, 7, 11))
    early = opened(land["community"], 246)
    make.body(area=land["community"], covers=(early,), valid_from=date(2025, 3, 1))
    found = cell("establishment_lag", land["community"])
    # after 0 days 10/11 wait, at 10 days one leaves without a union, after 30 all the others are covered
    assert (found.numerator, found.denominator, found.value) == (10, 11, 30.0)


def test_entry_into_scope_follows_headcount_months_and_window(land):
    for _ in range(10):
        opened(land["community"], 246, lag=5)
    grown = opened(land["community"], 600, headcount=3)
    OrganisationSpan.objects.filter(organisation=grown).update(valid_until=date(2026, 1, 1))
    OrganisationSpan.objects.create(
        organisation=grown,
        name="长大厂",
        kind="enterprise",
        area=land["community"],
        opened_on=date(2023, 1, 1),
        headcount=30,
        valid_from=date(2026, 1, 1),
    )
    opened(land["community"], 1_500, lag=5)
    assert cell("establishment_lag", land["community"]).denominator == 11
    assert cell("establishment_lag", land["community"], years=5).denominator == 12
    assert cell("establishment_lag", land["community"], headcount=50).denominator == 0
    assert behind("establishment_lag", land["community"]).count == 1
    assert [line.name for line in behind("establishment_lag", land["community"]).lines] == ["长大厂"]


def test_medians_of_areas_do_not_add_up_so_each_is_drawn_anew(land):
    beside = make.area("旁边社区", parent=land["sub"])
    for number in range(20):
        opened(land["community"], 246, lag=number)
        opened(beside, 246, lag=100 + number)
    table = coverage_lag(land["sub"])
    assert {c.cell.name: c.cell.value for c in table.children} == {"样例社区": 9.5, "旁边社区": 109.5}
    assert table.top.value == 59.5


def coverage_lag(area):
    snapshots.write(NOW)
    return coverage_table("establishment_lag", area=area.pk, on=TODAY, actor_scope=None)


# 6: verified members


def test_verified_members_over_registered_ones_each_person_once(land):
    firm = make.organisation(area=land["community"])
    union = make.body(area=land["community"], covers=(firm,))
    for number in range(40):
        verified = date(2020, 1, 1) if number < 25 else None
        make.membership(person=make.person(f"林{number}"), body=union, organisation=firm, verified_on=verified)
    Membership.objects.filter(verified_on__isnull=False).first().delete()
    moved = make.person("林两处")
    make.membership(person=moved, body=union, organisation=firm, registered_on=date(2019, 1, 1))
    other = make.body(area=land["sub"])
    make.membership(person=moved, body=other, registered_on=date(2021, 1, 1), verified_on=TODAY + timedelta(days=1))
    make.membership(person=make.person("林走了"), body=union, organisation=firm, left_on=TODAY)
    make.membership(person=make.person("林团员"), body=make.body(area=land["community"], line="league"))
    assert counted(cell("verified_member_rate", land["community"])) == (24, 39, 0)
    assert counted(cell("verified_member_rate", land["district"])) == (24, 40, 0)


def test_few_members_who_are_not_verified_are_not_told(land):
    union = make.body(area=land["community"])
    for number in range(30):
        make.membership(person=make.person(), body=union, verified_on=TODAY if number < 26 else None)
    assert not cell("verified_member_rate", land["community"]).shown


# 7 and 8: new organisations


def test_league_coverage_is_of_new_organisations_with_enough_members(land):
    firms = several(20, area=land["community"], is_new_org=True, league_members=3)
    several(5, area=land["community"], is_new_org=True, league_members=2)
    several(4, area=land["community"], is_new_org=True)
    several(3, area=land["community"], league_members=9)
    several(2, area=land["community"], is_new_org=True, league_members=9, closed_on=TODAY)
    make.body(area=land["community"], line="league", covers=tuple(firms[:6]), form="joint")
    make.body(area=land["community"], line="league", covers=tuple(firms[6:9]), term_until=TODAY)
    make.body(area=land["community"], covers=tuple(firms))
    assert counted(cell("new_org_league_coverage", land["community"])) == (6, 20, 4)
    assert counted(cell("new_org_league_coverage", land["community"], members=1)) == (6, 25, 4)
    assert behind("new_org_league_coverage", land["community"]).count == 14


def test_the_three_full_counts_are_of_new_organisations_on_the_register(land):
    firms = several(20, area=land["community"], is_new_org=True, young_people=5, league_members=1)
    several(10, area=land["community"])
    several(2, area=land["community"], is_new_org=True, young_people=5)
    for firm in firms[:7]:
        Visit.objects.create(organisation=firm, visited_on=date(2019, 5, 1))
    Visit.objects.create(organisation=firms[8], visited_on=TODAY + timedelta(days=1))
    make.body(area=land["community"], line="league", covers=tuple(firms[:3]), form="joint")
    assert counted(cell("survey_completeness_1", land["community"])) == (7, 22, 0)
    assert counted(cell("survey_completeness_2", land["community"])) == (20, 22, 0)
    assert counted(cell("survey_completeness_3", land["community"])) == (3, 22, 0)
    Liaison.objects.create(organisation=firms[2], line="league", valid_from=make.LONG_AGO)
    Liaison.objects.create(organisation=firms[3], line="league", valid_from=make.LONG_AGO)
    Liaison.objects.create(organisation=firms[4], line="league", valid_from=make.LONG_AGO, valid_until=TODAY)
    Liaison.objects.create(organisation=firms[5], line="women", valid_from=make.LONG_AGO)
    assert counted(cell("survey_completeness_3", land["community"])) == (4, 22, 0)
    assert behind("survey_completeness_3", land["community"], "numerator").count == 4


# 10 and 11: places


def site(land, name, **given):
    values = {"kind": "building", "area": land["community"], "valid_from": make.LONG_AGO, **given}
    return Site.objects.create(name=name, **values)


def test_the_network_counts_areas_and_sites_with_an_elected_body(land):
    tower, small = site(land, "甲大厦"), site(land, "乙大厦")
    several(30, area=land["community"], site=tower)
    several(29, area=land["community"], site=small)
    make.body(area=land["district"], line="women", form="area")
    make.body(area=land["sub"], line="women", form="area", term_until=TODAY)
    make.body(area=land["community"], form="area")
    make.body(area=land["community"], line="women", form="site", site=tower)
    assert counted(cell("women_network_coverage", land["district"])) == (2, 4, 0)
    assert counted(cell("women_network_coverage", land["community"])) == (1, 2, 0)
    assert counted(cell("women_network_coverage", land["district"], organisations=10)) == (2, 5, 0)
    rest = behind("women_network_coverage", land["district"])
    assert sorted(line.name for line in rest.lines) == ["样例社区", "样例街道"]
    found = behind("women_network_coverage", land["district"], "numerator")
    assert sorted(line.name for line in found.lines) == ["样例区", "甲大厦"]


def test_few_places_are_shown_because_they_are_nobody_s_own(land):
    found = cell("women_network_coverage", land["sub"])
    assert (found.shown, found.denominator) == (True, 2)


def test_a_community_has_a_home_while_one_is_open(land):
    beside = make.area("旁边社区", parent=land["sub"])
    network = SiteNetwork.objects.create(code="wc_home", name="妇儿之家")
    canteens = SiteNetwork.objects.create(code="canteens", name="食堂")
    site(land, "妇儿之家", kind="venue", valid_until=TODAY).networks.add(network)
    site(land, "食堂", kind="venue", area=beside).networks.add(canteens)
    assert counted(cell("home_creation_rate", land["district"])) == (0, 2, 0)
    assert counted(cell("home_creation_rate", land["district"], on=TODAY - timedelta(days=1))) == (1, 2, 0)
    assert [line.name for line in behind("home_creation_rate", land["district"]).lines] == ["样例社区", "旁边社区"]


# 12: elections


def test_elections_within_the_limit_after_the_end_of_the_term(land):
    def body(ended, renewed=None, **given):
        made = make.body(area=land["community"], term_until=ended, **given)
        if renewed is not None:
            Term.objects.create(body=made, valid_from=renewed, valid_until=renewed + timedelta(days=1_000))
        return made

    last = date(2025, 9, 1)
    for _ in range(8):
        body(last, last)
    for late in (30, 31, 180):
        body(last, last + timedelta(days=late))
    body(last)
    body(TODAY - timedelta(days=30))  # still within the limit
    body(date(2025, 3, 4), date(2025, 3, 5))  # a year ago today: no longer within the year
    body(date(2025, 3, 5), date(2025, 3, 5))
    body(TODAY + timedelta(days=1))
    body(last, valid_until=last)  # dissolved on the last day of its term
    body(last, valid_until=last + timedelta(days=20))
    assert counted(cell("term_on_time_rate", land["community"])) == (10, 13, 0)
    assert counted(cell("term_on_time_rate", land["community"], days=0)) == (9, 15, 0)
    assert counted(cell("term_on_time_rate", land["community"], days=180)) == (12, 13, 0)
    assert counted(cell("term_on_time_rate", land["community"], on=last + timedelta(days=31))) == (11, 14, 0)
    assert behind("term_on_time_rate", land["community"]).count == 3


# 15: collective contracts


def test_workers_under_a_contract_over_those_of_employers_with_a_union(land):
    firms = several(14, area=land["community"], headcount=40)
    several(5, area=land["community"], headcount=100)
    unknown = make.organisation(area=land["community"], headcount=None)
    make.body(area=land["community"], form="joint", covers=(*firms[:12], unknown))
    by = {"actor": SYSTEM, "at": NOW}
    for firm in firms[:4]:
        sign_contract(organisation=firm, day=date(2025, 1, 1), until=date(2027, 1, 1), **by)
    sign_contract(organisation=firms[4], day=date(2025, 1, 1), until=date(2027, 1, 1), workers=15, **by)
    sign_contract(organisation=firms[4], day=date(2025, 6, 1), until=date(2027, 1, 1), workers=25, kind="wages", **by)
    sign_contract(organisation=firms[5], day=date(2024, 1, 1), until=TODAY, **by)
    sign_contract(organisation=firms[13], day=date(2025, 1, 1), until=date(2027, 1, 1), **by)
    over = sign_contract(organisation=firms[6], day=date(2025, 1, 1), until=date(2027, 1, 1), **by)
    end_contract(contract=over, day=date(2026, 1, 1), **by)
    assert counted(cell("collective_contract_coverage", land["community"])) == (4 * 40 + 25, 12 * 40, 1)
    earlier = cell("collective_contract_coverage", land["community"], on=date(2025, 12, 31))
    assert counted(earlier) == (6 * 40 + 25, 12 * 40, 1)
