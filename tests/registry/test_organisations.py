from datetime import date

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.registry.codes import make_code
from lianxin.registry.models import Covering, Import, Organisation, OrganisationSpan
from lianxin.registry.operations import organisations as op
from lianxin.registry.operations import spans
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
CODE = make_code("91", "440304", 1234)
LATER = date(2026, 6, 1)


def add(**given):
    return op.add_organisation(**{"name": "云杉样例有限公司", "area": make.area(), "day": TODAY, **BY, **given})


def on(organisation, day):
    return OrganisationSpan.objects.on(day).filter(organisation=organisation).first()


def test_the_kind_follows_from_the_code_and_the_code_is_stored_clean():
    span = on(add(credit_code=f" {make_code('52', '440304', 7).lower()} "), TODAY)
    assert (span.kind, span.credit_code) == ("service_org", make_code("52", "440304", 7))


def test_a_change_leaves_earlier_days_as_they_were():
    organisation = add(headcount=20)
    op.change_organisation(organisation=organisation, day=LATER, headcount=30, **BY)
    assert on(organisation, TODAY).headcount == 20
    assert on(organisation, LATER).headcount == 30
    assert on(organisation, date(2026, 1, 1)) is None


def test_a_change_on_the_very_day_leaves_one_span_that_holds_and_an_empty_one():
    organisation = add(headcount=20)
    op.change_organisation(organisation=organisation, day=TODAY, headcount=30, **BY)
    assert OrganisationSpan.objects.on(TODAY).filter(organisation=organisation).count() == 1
    assert on(organisation, TODAY).headcount == 30
    assert organisation.spans.count() == 2


def test_saying_again_what_holds_writes_nothing():
    organisation = add(headcount=20)
    entries = Entry.objects.count()
    op.change_organisation(organisation=organisation, day=LATER, headcount=20, name="云杉样例有限公司 ", **BY)
    assert organisation.spans.count() == 1
    assert Entry.objects.count() == entries


def test_the_trail_names_fields_and_never_values():
    organisation = add(headcount=20)
    op.change_organisation(organisation=organisation, day=LATER, headcount=30, **BY)
    facts = Entry.objects.get(act="registry.organisation.changed").facts
    assert facts["fields"] == ["headcount"]
    assert 30 not in facts.values()


def test_a_change_before_the_facts_began_is_refused():
    with pytest.raises(spans.DayBeforeSpan) as raised:
        op.change_organisation(organisation=add(), day=date(2026, 1, 1), headcount=1, **BY)
    assert "2026-03-04" in raised.value.sentence


def test_a_correction_reaches_back_to_where_the_facts_began():
    organisation = add(headcount=20)
    op.correct_organisation(organisation=organisation, headcount=25, **BY)
    assert on(organisation, TODAY).headcount == 25
    assert on(organisation, TODAY).corrected_at == NOW
    assert organisation.spans.count() == 1


def test_a_code_another_open_record_has_is_refused_by_its_name():
    add(name="甲样例", credit_code=CODE)
    with pytest.raises(op.DuplicateCode) as raised:
        add(name="乙样例", credit_code=CODE)
    assert "甲样例" in raised.value.sentence
    assert Organisation.objects.count() == 1


def test_a_closed_organisation_frees_its_code_and_its_coverings_end():
    organisation = add(credit_code=CODE)
    make.body(area=on(organisation, TODAY).area, covers=(organisation,))
    op.close_organisation(organisation=organisation, day=LATER, **BY)
    assert on(organisation, LATER) is None
    assert not Covering.objects.on(LATER).exists()
    assert Covering.objects.on(TODAY).exists()
    add(credit_code=CODE)
    with pytest.raises(op.DuplicateCode):
        op.reopen_organisation(organisation=organisation, day=date(2026, 7, 1), **BY)


def test_a_closed_organisation_can_be_opened_again_and_the_gap_stays():
    organisation = add(headcount=20)
    op.close_organisation(organisation=organisation, day=LATER, **BY)
    with pytest.raises(spans.NothingOpen):
        op.change_organisation(organisation=organisation, day=LATER, headcount=1, **BY)
    op.reopen_organisation(organisation=organisation, day=date(2026, 8, 1), **BY)
    assert on(organisation, date(2026, 7, 1)) is None
    assert on(organisation, date(2026, 8, 1)).headcount == 20


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"name": "  "}, op.NameMissing),
        ({"headcount": 3, "women": 4}, op.PartAboveWhole),
        ({"opened_on": TODAY, "closed_on": date(2026, 1, 1)}, op.ClosedBeforeOpened),
    ],
)
def test_what_cannot_be_is_refused(facts, refusal):
    with pytest.raises(refusal):
        add(**facts)


def test_an_area_of_another_time_is_refused():
    with pytest.raises(op.AreaNotThere):
        add(area=make.area(valid_until=date(2020, 1, 1)))


def test_an_officer_places_what_the_address_could_not():
    district = make.area()
    community = make.area(parent=make.area(parent=district))
    organisation = add(area=district, placed="none")
    span = op.place_organisation(organisation=organisation, area=community, day=LATER, **BY)
    assert (span.placed, span.area, span.is_placed_by_hand) == ("community", community, True)
    assert on(organisation, TODAY).placed == "none"


def test_what_an_unfinished_import_wrote_cannot_be_changed_under_it():
    organisation = add(headcount=20)
    running = Import.objects.create(kind="organisations", state="applying", effective_on=LATER, started_at=NOW)
    OrganisationSpan.objects.filter(organisation=organisation).update(born_in=running)
    with pytest.raises(spans.ImportUnderWay):
        op.change_organisation(organisation=organisation, day=LATER, headcount=30, **BY)
