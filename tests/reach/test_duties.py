"""Who should be organised: obligations are worked out for every record, dated, and explained."""

from datetime import date, timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.calendar import WorkingDays
from lianxin.reach import jobs
from lianxin.reach.deadlines import deadline_of
from lianxin.reach.models import NO_DEADLINE, Obligation, ObligationVersion, Owed, Reckoning
from lianxin.reach.operations.duties import (
    AlreadySo,
    NotUsable,
    ReasonMissing,
    Terms,
    save_obligation,
    switch_obligation,
)
from lianxin.reach.operations.reckoning import EarlierDay, in_force, is_stale, reckon
from lianxin.registry.models import OrganisationSpan, Post
from lianxin.rules.packs import load_pack, shipped
from lianxin.trail.tasks import run_until_idle

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def packs():
    for code in ("union", "league", "women"):
        make.line(code)
    for path in shipped():
        load_pack(path, **BY)


@pytest.fixture
def land(packs):
    district = make.area("福田区")
    sub = make.area("样例街道", parent=district)
    return make.area("样例社区", parent=sub)


def owed(code, record=None, *, on=TODAY):
    rows = Owed.objects.on(on).filter(obligation__code=code)
    return rows.get(ref=record.pk) if record else [*rows]


def states(code, on=TODAY):
    return sorted(row.state for row in owed(code, on=on))


def test_an_employer_with_25_members_owes_a_committee_of_its_own(land):
    own, joint, few, unknown = (make.organisation(area=land, union_members=n) for n in (25, 300, 24, None))
    make.body(area=land, covers=(own,))
    make.body(area=land, covers=(joint, few), form="joint", kind="joint_union")
    reckon(day=TODAY, **BY)
    found = {row.ref: row.state for row in owed("union.committee")}
    assert found == {own.pk: "met", joint.pk: "unmet", unknown.pk: "unknown"}
    assert {row.ref: row.state for row in owed("union.few_members")} == {few.pk: "met", unknown.pk: "unknown"}


def test_a_term_that_ended_is_overdue_from_the_day_after(land):
    late = make.body(area=land, term_until=TODAY)
    running = make.body(area=land, term_until=TOMORROW)
    reckon(day=TODAY, **BY)
    assert (owed("union.renewal", late).state, owed("union.renewal", late).deadline) == ("unmet", TODAY)
    assert (owed("union.renewal", running).state, owed("union.renewal", running).deadline) == ("met", TOMORROW)
    assert owed("union.district")[0].deadline == NO_DEADLINE


def test_what_rests_on_another_place_s_text_or_on_memory_is_off(land):
    on = {ready.version.obligation.code for ready in in_force(TODAY)}
    off = {"union.founding", "union.chair", "union.women_workers", "union.seats_2016", "union.congress"}
    off |= {"league.general_branch", "league.committee", "league.term_length", "women.federation", "women.term_length"}
    assert set(Obligation.objects.values_list("code", flat=True)) - on == off
    doubted = set(ObligationVersion.objects.exclude(doubt="").values_list("obligation__code", flat=True))
    assert doubted == off | {"women.chair"}


def test_where_the_local_text_is_in_force_its_obligations_are_on(settings):
    settings.JURISDICTION = "310104"
    for code in ("union", "league", "women"):
        make.line(code)
    for path in shipped():
        load_pack(path, **BY)
    found = {ready.version.obligation.code: ready for ready in in_force(TODAY)}
    assert found["union.founding"].limit == 6
    assert "union.women_workers" in found
    assert "union.chair" not in found


def test_a_switch_holds_from_its_day_and_needs_a_reason(land):
    founding = Obligation.objects.get(code="union.founding")
    firm = make.organisation(area=land, opened_on=date(2025, 3, 3))
    reckon(day=TODAY, **BY)
    assert owed("union.founding") == []
    with pytest.raises(ReasonMissing):
        switch_obligation(obligation=founding, is_on=True, reason=" ", day=TOMORROW, **BY)
    switch_obligation(obligation=founding, is_on=True, reason="区总工会决定", day=TOMORROW, **BY)
    with pytest.raises(AlreadySo):
        switch_obligation(obligation=founding, is_on=True, reason="区总工会决定", day=TOMORROW, **BY)
    reckon(day=TODAY, **BY)
    assert owed("union.founding") == []
    reckon(day=TOMORROW, **BY)
    row = owed("union.founding", firm, on=TOMORROW)
    assert (row.state, row.since, row.deadline) == ("unmet", date(2025, 3, 3), date(2026, 3, 3))
    switch_obligation(obligation=founding, is_on=False, reason="撤回", day=TOMORROW + timedelta(days=1), **BY)
    reckon(day=TOMORROW + timedelta(days=1), **BY)
    assert owed("union.founding", on=TOMORROW + timedelta(days=1)) == []
    assert states("union.founding", on=TOMORROW) == ["unmet"]


def test_terms_must_name_rules_days_and_limits_that_exist(packs):
    found = Obligation.objects.get(code="union.chair")
    good = Terms.of(found.versions.get())
    for wrong in (
        {"due": "union.none"},
        {"met": "union.is_covered"},
        {"starts": "has_chair"},
        {"starts": "none"},
        {"limit": "none"},
        {"starts": ""},
    ):
        terms = Terms(**{**{name: getattr(good, name) for name in Terms.__slots__}, **wrong})
        with pytest.raises(NotUsable):
            save_obligation(obligation=found, terms=terms, valid_from=TODAY, **BY)


def test_every_past_day_shows_what_was_reckoned_then(land):
    firm = make.organisation(area=land, union_members=30)
    still = make.organisation(area=land, union_members=31)
    reckon(day=TODAY, **BY)
    make.body(area=land, covers=(firm,), valid_from=TOMORROW)
    reckon(day=TOMORROW, **BY)
    assert (owed("union.committee", firm).state, owed("union.committee", firm, on=TOMORROW).state) == ("unmet", "met")
    assert owed("union.committee", still).pk == owed("union.committee", still, on=TOMORROW).pk
    with pytest.raises(EarlierDay):
        reckon(day=TODAY, **BY)


def test_reckoning_a_day_again_leaves_no_trace_of_the_first_time(land):
    firm = make.organisation(area=land, union_members=30)
    reckon(day=TODAY, **BY)
    OrganisationSpan.objects.filter(organisation=firm).update(union_members=3)
    reckon(day=TODAY, **BY)
    assert not Owed.objects.filter(obligation__code="union.committee").exists()
    assert states("union.few_members") == ["unmet"]


def test_a_change_of_facts_or_rules_makes_the_reckoning_stale(land):
    assert is_stale(TODAY)
    reckon(day=TODAY, **BY)
    assert not is_stale(TODAY)
    assert is_stale(TOMORROW)
    founding = Obligation.objects.get(code="union.founding")
    switch_obligation(obligation=founding, is_on=True, reason="决定", day=TODAY, **BY)
    assert is_stale(TODAY)


def test_a_vacant_chair_counts_from_the_day_it_fell_vacant(land):
    chair = Obligation.objects.get(code="union.chair")
    switch_obligation(obligation=chair, is_on=True, reason="决定", day=TODAY, **BY)
    vacant, held, unknown = (make.body(area=land) for _ in range(3))
    since = date(2025, 11, 30)
    Post.objects.create(body=vacant, title="chair", person=make.person(), valid_from=make.LONG_AGO, valid_until=since)
    Post.objects.create(body=vacant, title="chair", valid_from=since)
    Post.objects.create(body=held, title="chair", person=make.person(), valid_from=make.LONG_AGO)
    reckon(day=TODAY, **BY)
    row = owed("union.chair", vacant)
    assert (row.state, row.since, row.deadline) == ("unmet", since, date(2026, 2, 28))
    assert (owed("union.chair", held).state, owed("union.chair", unknown).state) == ("met", "unknown")


def test_whether_a_chair_sits_in_the_residents_committee_is_told_only_where_one_is_on_record(land):
    federation = make.body(area=land, line="women", kind="women_federation", form="area")
    chair = make.person()
    Post.objects.create(body=federation, title="chair", person=chair, valid_from=make.LONG_AGO)
    reckon(day=TODAY, **BY)
    assert owed("women.chair", federation).state == "unknown"
    committee = make.body(area=land, line="women", kind="residents_committee", form="area")
    reckon(day=TODAY, **BY)
    assert owed("women.chair", federation).state == "unmet"
    Post.objects.create(body=committee, title="member", person=chair, valid_from=make.LONG_AGO)
    reckon(day=TODAY, **BY)
    assert owed("women.chair", federation).state == "met"


def test_limits_in_months_days_and_working_days():
    calendar = WorkingDays.of({date(2026, 10, 1): False, date(2026, 10, 2): False, date(2026, 10, 10): True})
    assert deadline_of(date(2025, 8, 31), 6, "months", calendar) == date(2026, 2, 28)
    assert deadline_of(date(2026, 9, 30), 3, "days", calendar) == date(2026, 10, 3)
    assert deadline_of(date(2026, 9, 30), 3, "working_days", calendar) == date(2026, 10, 7)
    assert deadline_of(date(2026, 9, 30), None, "months", calendar) == date(2026, 9, 30)


def test_the_job_works_out_what_is_stale_and_rests_afterwards(land):
    make.organisation(area=land, union_members=40)
    jobs.keep_duties_fresh.enqueue()
    run_until_idle()
    assert Reckoning.objects.exclude(done_at=None).count() == 1
    assert states("union.committee", on=today()) == ["unmet"]
    founding = Obligation.objects.get(code="union.founding")
    switch_obligation(obligation=founding, is_on=True, reason="决定", day=today(), actor=SYSTEM, at=now())
    jobs.keep_duties_fresh.enqueue()
    run_until_idle()
    assert Reckoning.objects.count() == 1
