"""What an officer notes at the door becomes a visit, dated facts, the next stop, or a question."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.vault import unseal
from lianxin.reach.forms.visits import SaidAtDoor
from lianxin.reach.models import Difference, PlannedVisit, VisitRecord
from lianxin.reach.operations import records as op
from lianxin.reach.operations.visits import plan_visits
from lianxin.registry.models import Organisation, OrganisationSpan, Visit
from lianxin.registry.operations import organisations as registry
from lianxin.trail.models import Entry
from lianxin_methods.visits.converge import Said

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def street():
    return make.area("样例街道", parent=make.area("样例区"))


@pytest.fixture
def officer(street):
    return make.account(("subdistrict_officer", street))


@pytest.fixture
def firm(street):
    return make.organisation("云杉样例厂", area=street, headcount=28, women=10)


def by(officer):
    return {"officer": officer, "actor": AccountActor(officer), "at": NOW}


def said(firm, *counts, **more):
    given = SaidAtDoor(
        uuid4(), "organisation", firm.pk, None, TODAY, "willing", "", None, "", tuple(counts), written_at=NOW
    )
    return replace(given, **more)


def send(officer, record):
    return op.record_visit(said=record, **by(officer))


def now(firm, field="headcount"):
    return getattr(OrganisationSpan.objects.get(organisation=firm, valid_until=None), field)


def test_a_record_becomes_a_visit_and_closes_its_stop(officer, firm):
    (stop,) = plan_visits(
        actor=AccountActor(officer), at=NOW, officer=officer, day=TODAY, organisations=[firm], purpose="found"
    )
    send(officer, said(firm, planned=stop.pk))
    assert Visit.objects.get(organisation=firm).visited_on == TODAY
    stop.refresh_from_db()
    assert stop.state == "done"


def test_the_usual_step_goes_on_the_list_of_its_working_day(officer, firm):
    send(officer, said(firm))
    kept, stop = VisitRecord.objects.get(), PlannedVisit.objects.get()
    assert (kept.step, kept.step_on) == ("papers", date(2026, 3, 11))
    assert (stop.day, stop.purpose, stop.organisation_id) == (date(2026, 3, 11), "follow_up", firm.pk)


def test_sent_twice_it_is_kept_once(officer, firm):
    record = said(firm, Said("headcount", 28, 30))
    assert [send(officer, record), send(officer, record)] == ["kept", "kept"]
    assert VisitRecord.objects.count() == Visit.objects.count() == 1
    assert Entry.objects.filter(act="reach.visit.recorded").count() == 1


def test_a_key_of_somebody_else_gives_nothing_away(officer, firm, street):
    record = said(firm)
    send(officer, record)
    with pytest.raises(op.KeyTaken):
        send(make.account(("subdistrict_officer", street)), record)


def test_counts_hold_from_the_day_of_the_visit(officer, firm):
    send(officer, said(firm, Said("headcount", 28, 30), visited_on=YESTERDAY))
    spans = OrganisationSpan.objects.filter(organisation=firm).order_by("valid_from")
    assert [(s.headcount, s.valid_from) for s in spans] == [(28, make.LONG_AGO), (30, YESTERDAY)]


def test_a_count_that_a_colleague_changed_meanwhile_is_asked_about_with_both_values(officer, firm, street):
    colleague = make.account(("district_officer", street))
    registry.change_organisation(organisation=firm, day=TODAY, actor=AccountActor(colleague), at=NOW, headcount=31)
    send(officer, said(firm, Said("headcount", 28, 30)))
    asked = Difference.objects.get()
    assert (asked.base, asked.said, asked.found, asked.found_by) == (28, 30, 31, colleague.label)
    assert now(firm) == 31


@pytest.mark.parametrize(("chosen", "after"), [("said", 30), ("found", 31)])
def test_the_officer_decides_and_the_other_number_stays_with_the_record(officer, firm, chosen, after):
    registry.change_organisation(organisation=firm, day=TODAY, actor=AccountActor(officer), at=NOW, headcount=31)
    record = said(firm, Said("headcount", 28, 30))
    send(officer, record)
    choice = {"key": uuid4(), "asked": record.key, "field": "headcount", "chosen": chosen, "seen": 31}
    assert op.choose_count(**choice, **by(officer)) == "kept"
    assert op.choose_count(**choice, **by(officer)) == "kept"
    assert now(firm) == after
    asked = Difference.objects.get()
    assert (asked.said, asked.found, asked.chosen) == (30, 31, chosen)


def test_a_choice_made_against_an_old_number_is_asked_anew(officer, firm):
    record = said(firm, Said("headcount", 27, 30))
    send(officer, record)
    registry.change_organisation(organisation=firm, day=TODAY, actor=AccountActor(officer), at=NOW, headcount=33)
    choice = {"asked": record.key, "field": "headcount", "chosen": "said", **by(officer)}
    assert op.choose_count(key=uuid4(), seen=28, **choice) == "again"
    assert (Difference.objects.get().found, now(firm)) == (33, 33)
    assert op.choose_count(key=uuid4(), seen=33, **choice) == "kept"
    assert now(firm) == 30


def test_nobody_else_can_choose(officer, firm, street):
    record = said(firm, Said("headcount", 27, 30))
    send(officer, record)
    other = make.account(("subdistrict_officer", street))
    with pytest.raises(op.NothingToChoose):
        op.choose_count(key=uuid4(), asked=record.key, field="headcount", chosen="said", seen=28, **by(other))


def test_counts_that_do_not_fit_each_other_are_asked_about_and_the_visit_is_kept(officer, firm):
    send(officer, said(firm, Said("women", 10, 40)))
    assert (VisitRecord.objects.count(), Difference.objects.get().field, now(firm, "women")) == (1, "women", 10)


def test_a_visit_to_an_organisation_that_has_ended_is_kept_with_its_counts(officer, firm):
    plan_visits(actor=AccountActor(officer), at=NOW, officer=officer, day=TODAY, organisations=[firm], purpose="found")
    registry.close_organisation(organisation=firm, day=TODAY, actor=AccountActor(officer), at=NOW)
    send(officer, said(firm, Said("headcount", 28, 30)))
    kept = VisitRecord.objects.get()
    assert (kept.remark, kept.counts) == ("ended", {"headcount": {"said": 30, "base": 28}})
    assert not PlannedVisit.objects.open().exists()


def test_a_visit_follows_a_merged_record(officer, firm, street):
    other = make.organisation(area=street)
    Organisation.objects.filter(pk=firm.pk).update(merged_into=other)
    send(officer, said(firm))
    assert Visit.objects.get().organisation == other


def test_outside_the_own_area_nothing_is_taken_in(officer, street):
    elsewhere = make.organisation(area=make.area("别处街道"))
    with pytest.raises(op.NotYours):
        send(officer, said(elsewhere))
    assert not VisitRecord.objects.exists()


def test_a_note_is_sealed_and_opens_in_its_place_only(officer, firm):
    record = said(firm, note="负责人林样例愿意听")
    send(officer, record)
    kept = VisitRecord.objects.get()
    assert "林样例".encode() not in bytes(kept.note)
    assert unseal(kept.note, where=op.note_place(UUID(str(kept.key)))) == "负责人林样例愿意听"
