import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

import make
from conftest import NOW, TODAY
from lianxin.kit import vault
from lianxin.kit.actor import SYSTEM
from lianxin.registry import search
from lianxin.registry.models import Consent, Contact, Declaration, Membership, Person, Purpose
from lianxin.registry.operations import consents, rights
from lianxin.registry.queries.retention import people_past_date
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
PHONE = "13800138000"


@pytest.fixture
def to():
    texts = {"name": "服务", "name_en": "Services", "basis_text": "PIPL 13(1)", "notice": "用于预约服务"}
    return Purpose.objects.create(code="services", basis="consent", keep_months=12, **texts)


@pytest.fixture
def person(to):
    made = make.person("林样例", area=make.area())
    search.index("person", [made.pk])
    make.membership(person=made, body=make.body(area=made.area))
    consents.answer_consent(person=made, purpose=to, is_given=True, day=TODAY, **BY)
    consents.declare(person=made, attribute="work_form", value="courier", purpose=to, day=TODAY, **BY)
    consents.add_contact(person=made, kind="phone", value=PHONE, purpose=to, day=TODAY, **BY)
    return made


def run(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    (line,) = out.getvalue().splitlines()
    return json.loads(line)


def test_the_copy_holds_everything_with_its_purpose(person):
    copy = run("person", "export", str(person.pk))
    assert copy["name"] == "林样例"
    assert copy["contacts"] == [{"kind": "phone", "value": PHONE, "purpose": "services", "added_on": "2026-03-04"}]
    assert copy["declarations"][0]["value"] == "courier"
    assert copy["consents"][0]["given"] is True
    assert len(copy["memberships"]) == 1
    assert Entry.objects.filter(act="registry.person.exported", subject_id=person.pk).exists()


def test_the_copy_names_every_table_that_points_at_a_person(person):
    pointing = {r.related_model._meta.model_name for r in Person._meta.related_objects}
    copied = {"membership", "contact", "declaration", "consent", "guardian", "post", "person", "rightsrequest"}
    assert pointing <= copied


def test_a_person_is_found_by_what_they_left(person):
    assert run("person", "export", "--lookup", "+86 138 0013 8000")["person"] == person.pk
    with pytest.raises(CommandError) as raised:
        run("person", "export", "--lookup", "13900139000")
    assert raised.value.returncode == 1


def test_erasure_leaves_a_nameless_row_and_the_count(person):
    run("person", "erase", str(person.pk))
    person.refresh_from_db()
    assert person.name == ""
    assert person.erased_at is not None
    for model in (Contact, Declaration, Consent):
        assert not model.objects.filter(person=person).exists()
    assert Membership.objects.filter(person=person).count() == 1
    assert not search.matching("person", "林样例").exists()
    assert "林样例" not in json.dumps(list(Entry.objects.values_list("facts", flat=True)))


def test_erasing_takes_merged_records_along(person):
    twin = make.person("林样列", merged_into=person)
    assert rights.erase_person(person=person, **BY)["people"] == 2
    twin.refresh_from_db()
    assert twin.name == ""


def test_a_hold_of_law_stands_against_erasure(person):
    rights.set_hold(person=person, reason="劳动仲裁案件未结", **BY)
    with pytest.raises(rights.OnHold) as raised:
        rights.erase_person(person=person, **BY)
    assert "劳动仲裁" in raised.value.sentence
    rights.set_hold(person=person, reason="", **BY)
    rights.erase_person(person=person, **BY)
    assert Person.objects.get(pk=person.pk).name == ""


def test_a_new_lookup_key_writes_the_words_anew(person, settings):
    settings.LOOKUP_KEY = "another"
    with pytest.raises(rights.NobodyFound):
        rights.person_by_contact(PHONE)
    assert run("keys", "rotate")["lookups_anew"] == 1
    assert rights.person_by_contact(PHONE) == person


def test_a_sealed_value_opens_nowhere_else(person):
    contact = Contact.objects.get()
    with pytest.raises(vault.NotOpened):
        vault.unseal(contact.sealed, where="registry.contact.sealed:another")
    with pytest.raises(vault.NotOpened):
        vault.unseal(bytes(contact.sealed)[:-1] + b"x", where=contact.where)


def test_statements_go_when_their_purpose_has_kept_them_long_enough(person):
    assert rights.delete_expired(day=date(2028, 3, 3), **BY) == 0
    assert rights.delete_expired(day=date(2028, 3, 4), **BY) == 1
    assert rights.delete_expired(day=date(2028, 3, 4), **BY) == 0


def test_people_for_whom_no_purpose_holds_are_listed_and_no_others(person):
    gone = make.person("去样例")
    body = make.body(area=person.area)
    make.membership(person=gone, body=body, left_on=date(2023, 1, 1))
    kept = make.person("留样例", hold_reason="案件未结")
    make.membership(person=kept, body=body, left_on=date(2023, 1, 1))
    assert list(people_past_date(TODAY)) == [gone]
    assert list(people_past_date(date(2024, 12, 31))) == []


def test_the_command_lists_who_is_held_too_long_and_wants_a_name_otherwise(person):
    gone = make.person("去样例")
    make.membership(person=gone, body=make.body(area=person.area), left_on=date(2016, 1, 1))
    assert run("person", "past-date") == {"people": [gone.pk]}
    with pytest.raises(CommandError) as raised:
        run("person", "erase")
    assert raised.value.returncode == 2
