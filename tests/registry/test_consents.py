from datetime import date

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.registry.attributes import ATTRIBUTES, FORBIDDEN
from lianxin.registry.models import Consent, Contact, Declaration, Purpose
from lianxin.registry.operations import consents as op
from lianxin.registry.operations.people import add_guardian

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
LATER = date(2026, 6, 1)


def purpose(code="services", **given):
    defaults = {"name": "服务", "name_en": "Services", "basis": "consent", "basis_text": "PIPL 13(1)"}
    return Purpose.objects.create(**{"code": code, **defaults, "notice": "用于预约服务", "keep_months": 12, **given})


def agreed(person, to):
    return op.answer_consent(person=person, purpose=to, is_given=True, day=TODAY, **BY)


def declare(person, to, attribute="work_form", value="courier", **given):
    return op.declare(person=person, attribute=attribute, value=value, purpose=to, **{"day": TODAY, **BY, **given})


def test_without_consent_nothing_is_stated():
    person, to = make.person(), purpose()
    with pytest.raises(op.NoConsent):
        declare(person, to)
    agreed(person, to)
    assert declare(person, to).valid_until == date(2027, 3, 4)


def test_a_purpose_resting_on_membership_asks_no_consent():
    assert declare(make.person(), purpose(basis="membership")).consent is None


def test_taking_consent_back_deletes_what_rested_on_it():
    person, to = make.person(), purpose()
    consent = agreed(person, to)
    declare(person, to)
    op.add_contact(person=person, kind="phone", value="13800138000", purpose=to, day=TODAY, **BY)
    op.withdraw_consent(consent=consent, day=LATER, **BY)
    assert not Declaration.objects.exists()
    assert not Contact.objects.exists()
    assert Consent.objects.get().withdrawn_on == LATER


def test_after_a_no_nobody_asks_again_for_a_while():
    person, to = make.person(), purpose(ask_again_months=6)
    op.answer_consent(person=person, purpose=to, is_given=False, day=TODAY, **BY)
    with pytest.raises(op.AskedTooSoon):
        op.answer_consent(person=person, purpose=to, is_given=True, day=LATER, **BY)
    op.answer_consent(person=person, purpose=to, is_given=True, day=date(2026, 9, 4), **BY)
    assert Consent.objects.filter(is_given=True).count() == 1


def test_the_answer_remembers_to_which_words_it_was_given():
    assert agreed(make.person(), purpose(notice_version=7)).notice_version == 7


@pytest.mark.parametrize(
    ("attribute", "value", "refusal"),
    [
        ("religion", "yes", op.UnknownAttribute),
        ("work_form", "spy", op.ValueNotAllowed),
        ("graduation_year", "20x6", op.ValueNotAllowed),
        ("low_income_certificate", "yes", op.ProofDayMissing),
    ],
)
def test_only_listed_things_with_listed_answers_are_stored(attribute, value, refusal):
    with pytest.raises(refusal):
        declare(make.person(), purpose(basis="membership"), attribute, value)


def test_no_attribute_is_among_the_forbidden():
    assert not FORBIDDEN & ATTRIBUTES.keys()


def test_a_new_statement_ends_the_one_before():
    person, to = make.person(), purpose(basis="membership")
    declare(person, to)
    declare(person, to, value="employee", day=LATER)
    assert Declaration.objects.on(TODAY).get().value == "courier"
    assert Declaration.objects.on(LATER).get().value == "employee"


def test_for_a_child_the_guardian_answers():
    child, parent, to = make.person("童样例"), make.person("林样例"), purpose(basis="membership")
    with pytest.raises(op.GuardianNeeded):
        declare(child, to, "birth_year", "2016")
    guardian = add_guardian(child=child, guardian=parent, day=TODAY, **BY)
    declare(child, to, "birth_year", "2016", guardian=guardian)
    with pytest.raises(op.GuardianNeeded):
        agreed(child, purpose("other"))
    with pytest.raises(op.NotTheGuardian):
        declare(make.person("别样例"), to, guardian=guardian)


def test_a_contact_is_sealed_and_found_by_its_keyed_word():
    person, to = make.person(), purpose(basis="membership")
    contact = op.add_contact(person=person, kind="phone", value="+86 138-0013-8000", purpose=to, day=TODAY, **BY)
    again = op.add_contact(person=person, kind="phone", value="１３８００１３８０００", purpose=to, day=TODAY, **BY)
    assert again.pk == contact.pk
    assert b"138" not in bytes(contact.sealed)
    assert "138" not in contact.lookup[:3]
    with pytest.raises(op.ContactNotReadable):
        op.add_contact(person=person, kind="phone", value="call me", purpose=to, day=TODAY, **BY)
