from datetime import date, timedelta

import pytest
from django.urls import reverse

import make
from conftest import NOW
from lianxin.access.models import Grant, ScopeNode
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import today
from lianxin.registry.models import Consent, Contact, Declaration, Guardian, Person
from lianxin.registry.operations import consents as op
from lianxin.registry.operations.people import add_guardian
from lianxin.registry.operations.purposes import purpose
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
NUMBER = "13800138000"


@pytest.fixture
def community():
    district = make.area("样例区")
    return make.area("样例社区", parent=make.area("样例街道", parent=district))


@pytest.fixture
def officer(client, community):
    client.force_login(make.account(("community_officer", community)))
    return client


@pytest.fixture
def person(community):
    return make.person("林样例", area=community)


def chapter_officer(body):
    account = make.account()
    node = ScopeNode.objects.create(kind="body", ref=body.pk, label="样例")
    Grant.objects.create(account=account, role="chapter_officer", node=node, valid_from=make.LONG_AGO)
    return account


def at(name, person, *args):
    return reverse(f"registry:{name}", args=[person.pk, *args])


def page_of(client, person):
    return client.get(reverse("registry:person", args=[person.pk])).content.decode()


def agree(person, code="service"):
    return op.answer_consent(person=person, purpose=purpose(code), is_given=True, day=today(), **BY)


def phone(person, code="membership"):
    return op.add_contact(person=person, kind="phone", value=NUMBER, purpose=purpose(code), day=today(), **BY)


def test_consent_is_given_to_the_words_shown_and_taken_back_by_one_press(officer, person):
    words = officer.get(at("answer_consent", person, purpose("service").code)).content.decode()
    assert purpose("service").notice in words
    officer.post(at("answer_consent", person, "service"), {"answer": "yes", "day": today().isoformat()})
    assert "第 1 版" in page_of(officer, person)
    assert officer.post(at("withdraw_consent", person, "service")).status_code == 302
    assert Consent.objects.get().withdrawn_on == today()
    assert "不再询问" in page_of(officer, person)


def test_after_a_no_asking_again_too_soon_is_refused_on_the_form(officer, person):
    purpose("service")
    address = at("answer_consent", person, "service")
    officer.post(address, {"answer": "no", "day": today().isoformat()})
    answer = officer.post(address, {"answer": "yes", "day": today().isoformat()})
    assert answer.status_code == 422
    assert not Consent.objects.filter(is_given=True).exists()


def test_a_yes_to_older_words_says_which_words_hold_today(officer, person):
    from lianxin.registry.operations.purposes import Notice, write_notice

    agree(person)
    write_notice(purpose=purpose("service"), notice=Notice("新的告知内容"), day=today(), **BY)
    assert "现在是第 2 版" in page_of(officer, person)


def test_a_statement_needs_a_purpose_agreed_to_and_is_noted_then(officer, person):
    assert "先征求同意" in officer.get(at("state", person, "work_form")).content.decode()
    agree(person)
    officer.post(at("state", person, "work_form"), {"value": "courier", "purpose": purpose("service").pk})
    assert Declaration.objects.get().value == "courier"
    assert "快递" in page_of(officer, person)


def test_an_answer_outside_the_closed_list_stands_beside_its_field(officer, person):
    agree(person)
    answer = officer.post(at("state", person, "work_form"), {"value": "spy", "purpose": purpose("service").pk})
    assert answer.status_code == 422
    assert officer.get(at("state", person, "religion")).status_code == 404


def test_a_sensitive_statement_takes_a_purpose_asked_by_itself_and_is_read_by_an_act(officer, person):
    agree(person)
    address = at("state", person, "access_need")
    assert "先征求同意" in officer.get(address).content.decode()
    agree(person, "access_need")
    officer.post(address, {"value": "ramp", "purpose": purpose("access_need").pk})
    row = Declaration.objects.get()
    assert "坡道" not in page_of(officer, person)
    opened = officer.post(at("open_statement", person, row.pk))
    assert "坡道" in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    assert Entry.objects.filter(act="registry.declaration.opened", subject_id=person.pk).count() == 1


def test_the_operation_refuses_a_sensitive_statement_for_another_purpose(person):
    with pytest.raises(op.SeparateConsentNeeded):
        op.declare(
            person=person, attribute="access_need", value="ramp", purpose=purpose("membership"), day=today(), **BY
        )


def test_a_statement_is_deleted_on_request(officer, person):
    agree(person)
    officer.post(at("state", person, "work_form"), {"value": "courier", "purpose": purpose("service").pk})
    officer.post(at("remove_statement", person, Declaration.objects.get().pk))
    assert not Declaration.objects.exists()


def test_a_contact_is_sealed_masked_and_opened_only_for_a_reason_that_is_recorded(officer, person):
    given = {"kind": "phone", "value": NUMBER, "purpose": purpose("membership").pk, "is_safe": "on"}
    assert officer.post(at("new_contact", person), given).status_code == 302
    held = Contact.objects.get()
    assert NUMBER not in page_of(officer, person)
    address = at("open_contact", person, held.pk)
    assert officer.post(address, {"reason": ""}).status_code == 422
    assert not Entry.objects.filter(act="registry.contact.opened").exists()
    opened = officer.post(address, {"reason": "matter"})
    assert NUMBER in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    entry = Entry.objects.get(act="registry.contact.opened")
    assert (entry.facts["reason"], entry.facts["purpose"]) == ("matter", purpose("membership").pk)
    assert NUMBER not in str(entry.facts)


def test_a_contact_that_makes_no_sense_is_refused_and_kept_in_the_form(officer, person):
    given = {"kind": "phone", "value": "12", "purpose": purpose("membership").pk}
    answer = officer.post(at("new_contact", person), given)
    assert answer.status_code == 422
    assert 'value="12"' in answer.content.decode()


def test_a_contact_is_deleted(officer, person):
    held = phone(person)
    officer.post(at("remove_contact", person, held.pk))
    assert not Contact.objects.exists()


def test_for_a_child_the_guardian_answers(officer, person, community):
    op.declare(
        person=person,
        attribute="birth_year",
        value=str(today().year - 8),
        purpose=purpose("membership"),
        guardian=add_guardian(child=person, guardian=make.person("家长", area=community), day=make.LONG_AGO, **BY),
        day=today(),
        **BY,
    )
    Guardian.objects.update(valid_until=today())
    assert "还没有登记监护人" in page_of(officer, person)
    officer.post(at("new_guardian", person), {"name": "家长", "day": today().isoformat()})
    held = Guardian.objects.get(valid_until=None)
    address, given = at("answer_consent", person, purpose("child_service").code), {"day": today().isoformat()}
    assert officer.post(address, {**given, "answer": "yes"}).status_code == 422
    officer.post(address, {**given, "answer": "yes", "guardian": held.pk})
    assert Consent.objects.get().guardian == held
    officer.post(at("end_guardian", person, held.pk))
    assert not Guardian.objects.on(today()).exists()


def test_a_guardian_of_a_common_name_is_chosen_and_an_unknown_one_is_entered(officer, person, community):
    first, _second = make.person("同名", area=community), make.person("同名", area=community)
    address, day = at("new_guardian", person), {"day": today().isoformat()}
    assert officer.post(address, {**day, "name": "同名"}).status_code == 422
    officer.post(address, {**day, "name": "同名", "which": first.pk})
    assert Guardian.objects.get().guardian == first
    assert officer.post(address, {**day, "name": "新家长"}).status_code == 422
    officer.post(address, {**day, "name": "新家长", "is_new": "on"})
    assert Guardian.objects.filter(guardian__name="新家长").exists()


def test_name_and_area_are_set_right_and_the_page_says_who_did(officer, person, community):
    officer.post(at("edit_person", person), {"name": "林更正", "area": community.pk})
    assert Person.objects.get(pk=person.pk).name == "林更正"
    assert Entry.objects.filter(act="registry.person.changed", actor_kind="account").count() == 1


def test_the_protection_officer_keeps_a_record_by_law_and_lets_it_go(client, person, community):
    client.force_login(make.account(("protection_officer", community)))
    client.post(at("hold", person), {"reason": "劳动争议未结"})
    page = page_of(client, person)
    assert "劳动争议未结" in page
    assert reverse("registry:erase_person", args=[person.pk]) not in page
    client.post(at("release", person))
    assert Person.objects.get(pk=person.pk).hold_reason == ""


def test_the_protection_officer_opens_no_contact_and_sees_no_sensitive_statement(client, person, community):
    agree(person, "access_need")
    need = purpose("access_need")
    op.declare(person=person, attribute="access_need", value="ramp", purpose=need, day=today(), **BY)
    held = phone(person)
    client.force_login(make.account(("protection_officer", community)))
    assert "无障碍需要" not in page_of(client, person)
    assert client.post(at("open_contact", person, held.pk), {"reason": "check"}).status_code == 403


def test_a_chapter_officer_sees_own_members_only_and_nothing_sensitive(client, community):
    mine, other = make.body(area=community), make.body(area=community)
    member, stranger = make.person("甲样例", area=community), make.person("乙样例", area=community)
    for who, body in ((member, mine), (stranger, other)):
        make.membership(person=who, body=body)
        agree(who, "access_need")
        need = purpose("access_need")
        op.declare(person=who, attribute="access_need", value="ramp", purpose=need, day=today(), **BY)
    client.force_login(chapter_officer(mine))
    page = page_of(client, member)
    assert "甲样例" in page
    assert reverse("registry:open_statement", args=[member.pk, Declaration.objects.get(person=member).pk]) not in page
    assert client.get(at("state", member, "access_need")).status_code == 404
    for name in ("edit_person", "new_contact", "new_guardian", "note_request"):
        assert client.get(at(name, stranger)).status_code == 404
    held = phone(stranger)
    assert client.post(at("open_contact", stranger, held.pk), {"reason": "matter"}).status_code == 404


@pytest.mark.parametrize("role", ["partner", "auditor", "steward", "representative", "inspector", "counsellor"])
def test_others_reach_none_of_it(client, person, community, role):
    held = phone(person)
    client.force_login(make.account((role, community)))
    assert client.get(reverse("registry:person", args=[person.pk])).status_code == 403
    assert client.post(at("open_contact", person, held.pk), {"reason": "matter"}).status_code == 403
    assert client.get(at("note_request", person)).status_code == 403
    assert client.get(reverse("registry:requests")).status_code == 403


def test_nobody_reaches_the_contact_of_one_person_through_another(officer, person, community):
    other = make.person("别样例", area=community)
    held = phone(other)
    assert officer.post(at("open_contact", person, held.pk), {"reason": "matter"}).status_code == 404


def test_an_ended_purpose_takes_nothing_new(person):
    from lianxin.registry.operations.purposes import PurposeEnded, end_purpose

    end_purpose(purpose=purpose("service"), day=today(), **BY)
    with pytest.raises(PurposeEnded):
        agree(person)
    end_purpose(purpose=purpose("membership"), day=today() - timedelta(days=1), **BY)
    with pytest.raises(PurposeEnded):
        phone(person)


def test_the_page_costs_the_same_whatever_is_held(officer, person, community, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page_of(officer, person)
    with CaptureQueriesContext(connection) as few:
        page_of(officer, person)
    for code in ("service", "visits", "activity_news"):
        agree(person, code)
    for attribute in ("outdoor_worker", "migrant_worker", "volunteer"):
        op.declare(person=person, attribute=attribute, value="yes", purpose=purpose("service"), day=date.today(), **BY)
    with CaptureQueriesContext(connection) as many:
        page_of(officer, person)
    assert len(many) <= len(few)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_about_a_person_speaks_both_languages(officer, person, language):
    officer.cookies["lx_language"] = language
    agree(person)
    held = phone(person)
    addresses = [at(name, person) for name in ("edit_person", "new_contact", "new_guardian", "note_request")]
    addresses += [at("state", person, "work_form"), at("answer_consent", person, purpose("visits").code)]
    addresses += [at("open_contact", person, held.pk), reverse("registry:person", args=[person.pk])]
    for address in addresses:
        assert f'lang="{language}"' in officer.get(address).content.decode()
