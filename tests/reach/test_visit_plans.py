"""Lists of visits: planned, moved, cancelled, put in order."""

from datetime import timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.places.models import Site
from lianxin.reach.models import PlannedVisit
from lianxin.reach.operations import visits as op
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}


@pytest.fixture
def land():
    district = make.area("样例区")
    return make.area("样例街道", parent=district), make.area("别处街道", parent=district)


@pytest.fixture
def officer(land):
    return make.account(("subdistrict_officer", land[0]))


@pytest.fixture
def firms(land):
    return [make.organisation(area=land[0]) for _ in range(3)]


def plan(officer, organisations, day=TODAY, **more):
    return op.plan_visits(
        officer=officer, day=day, organisations=organisations, purpose=more.pop("purpose", "found"), **BY, **more
    )


def test_visits_stand_in_the_order_they_were_planned(officer, firms):
    plan(officer, firms[:2])
    plan(officer, firms[2:])
    assert [v.organisation_id for v in PlannedVisit.objects.order_by("position")] == [f.pk for f in firms]


def test_planning_twice_leaves_one_visit_and_one_entry_each_time_something_is_new(officer, firms):
    assert len(plan(officer, firms)) == 3
    assert plan(officer, firms) == []
    assert Entry.objects.filter(act="reach.visits.planned").count() == 1


def test_a_site_and_a_community_can_be_visited(officer, land):
    site = Site.objects.create(name="云杉大厦", kind="building", area=land[0], valid_from=make.LONG_AGO)
    made = plan(officer, [], sites=[site], areas=[land[0]])
    assert [(v.site_id, v.area_id) for v in made] == [(site.pk, None), (None, land[0].pk)]


def test_what_lies_outside_the_officers_reach_is_refused(officer, firms, land):
    other = make.organisation("云杉别处厂", area=land[1])
    with pytest.raises(op.OutOfReach, match="OutOfReach"):
        plan(officer, [*firms, other])
    assert not PlannedVisit.objects.exists()


def test_yesterday_is_refused(officer, firms):
    with pytest.raises(op.DayGone):
        plan(officer, firms, TODAY - timedelta(days=1))


def test_more_than_a_day_holds_is_refused(officer, land):
    with pytest.raises(op.TooManyADay):
        plan(officer, [make.organisation(area=land[0]) for _ in range(op.MOST_A_DAY + 1)])


def test_a_moved_visit_goes_to_the_end_of_the_other_day(officer, firms):
    first, *_ = plan(officer, firms)
    plan(officer, firms[1:], TODAY + timedelta(days=1))
    moved = op.move_visit(visit=first, day=TODAY + timedelta(days=1), **BY)
    assert (moved.day, moved.position) == (TODAY + timedelta(days=1), 3)


def test_a_visit_moved_to_where_it_stands_already_is_not_doubled(officer, firms):
    first, *_ = plan(officer, firms)
    plan(officer, firms, TODAY + timedelta(days=1))
    op.move_visit(visit=first, day=TODAY + timedelta(days=1), **BY)
    assert PlannedVisit.objects.open().filter(organisation=firms[0]).count() == 1


def test_a_visit_moves_to_a_colleague_only_within_reach(officer, firms, land):
    first, *_ = plan(officer, firms)
    with pytest.raises(op.OutOfReach):
        op.move_visit(visit=first, day=TODAY, officer=make.account(("subdistrict_officer", land[1])), **BY)
    colleague = make.account(("subdistrict_officer", land[0]))
    assert op.move_visit(visit=first, day=TODAY, officer=colleague, **BY).officer == colleague


def test_a_cancelled_visit_can_be_planned_again_and_not_cancelled_twice(officer, firms):
    first, *_ = plan(officer, firms)
    op.cancel_visit(visit=first, **BY)
    with pytest.raises(op.NotPlanned):
        op.cancel_visit(visit=first, **BY)
    assert len(plan(officer, firms)) == 1


def test_the_one_put_first_leads_the_list(officer, firms):
    *_, last = plan(officer, firms)
    op.put_first(visit=last, **BY)
    order = PlannedVisit.objects.order_by("position").values_list("organisation", flat=True)
    assert list(order) == [firms[2].pk, firms[0].pk, firms[1].pk]
