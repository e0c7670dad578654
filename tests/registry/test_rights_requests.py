from datetime import timedelta

import pytest
from django.urls import reverse

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import today
from lianxin.registry.models import RightsRequest
from lianxin.registry.operations import requests as op
from lianxin.registry.operations.rights import OnHold, delete_expired, erase_person, export_person, set_hold
from lianxin.registry.queries import waiting_lines

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}


@pytest.fixture
def community():
    return make.area("样例社区", parent=make.area("样例区"))


@pytest.fixture
def person(community):
    return make.person("林样例", area=community)


def ask(person, kind="copy", **given):
    return op.receive_request(person=person, kind=kind, **{"day": TODAY, **BY, **given})


def test_the_clock_is_thirty_calendar_days():
    assert ask(make.person()).due_on == TODAY + timedelta(days=30)


def test_the_same_request_waits_once_and_a_correction_says_what(person):
    ask(person)
    with pytest.raises(op.AlreadyAsked):
        ask(person)
    with pytest.raises(op.WishMissing):
        ask(person, "correct")
    assert ask(person, "correct", wish="姓名写错").wish == "姓名写错"


def test_a_copy_answers_the_request_for_one(person):
    ask(person)
    assert export_person(person=person, **BY)["requests"][0]["outcome"] == "done"
    assert RightsRequest.objects.get().answered_on == TODAY


def test_an_erasure_answers_all_that_was_asked_and_keeps_no_words(person):
    ask(person, "erase")
    ask(person, "correct", wish="姓名写错")
    erase_person(person=person, **BY)
    assert set(RightsRequest.objects.values_list("outcome", "wish")) == {("done", "")}


def test_under_a_legal_hold_the_request_stays_open_and_is_refused_with_the_reason(person):
    held = ask(person, "erase")
    set_hold(person=person, reason="劳动争议未结", **BY)
    with pytest.raises(OnHold):
        erase_person(person=person, **BY)
    with pytest.raises(op.ReasonMissing):
        op.refuse_request(request=held, reason=" ", day=TODAY, **BY)
    op.refuse_request(request=held, reason="依法留存", day=TODAY, **BY)
    with pytest.raises(op.AlreadyAnswered):
        op.answer_request(request=held, day=TODAY, **BY)
    assert RightsRequest.objects.get().outcome == "refused"


def test_answered_requests_are_deleted_after_three_years(person):
    op.answer_request(request=ask(person), day=TODAY, **BY)
    ask(person, "erase")
    delete_expired(day=TODAY.replace(year=TODAY.year + 3), **BY)
    assert RightsRequest.objects.get().kind == "erase"


def test_it_waits_on_the_protection_officers_today_with_its_last_day(person, community):
    ask(person, day=today())
    watcher = AccountActor(make.account(("protection_officer", community)))
    line = next(line for line in waiting_lines(watcher, today()))
    assert line.due_on == today() + timedelta(days=30)
    assert "林样例" in line.title
    beside = AccountActor(make.account(("protection_officer", make.area("别区"))))
    assert not waiting_lines(beside, today())
    assert not waiting_lines(AccountActor(make.account(("auditor", community))), today())


def test_an_officer_notes_it_and_the_protection_officer_answers(client, person, community):
    client.force_login(make.account(("community_officer", community)))
    address = reverse("registry:note_request", args=[person.pk])
    assert client.post(address, {"kind": "correct", "day": today().isoformat()}).status_code == 422
    client.post(address, {"kind": "correct", "wish": "姓名写错", "day": today().isoformat()})
    held = RightsRequest.objects.get()
    assert client.get(reverse("registry:request", args=[held.pk])).status_code == 403
    client.force_login(make.account(("protection_officer", community)))
    assert "姓名写错" in client.get(reverse("registry:request", args=[held.pk])).content.decode()
    assert "林样例" in client.get(reverse("registry:requests")).content.decode()
    client.post(reverse("registry:finish_request", args=[held.pk]))
    assert RightsRequest.objects.get().outcome == "done"


def test_a_refusal_on_the_page_needs_its_reason(client, person, community):
    held = ask(person)
    client.force_login(make.account(("protection_officer", community)))
    address = reverse("registry:refuse_request", args=[held.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "不能确认是本人"})
    assert "不能确认是本人" in client.get(reverse("registry:requests")).content.decode()


def test_an_erased_person_leaves_no_name_in_the_list_of_answers(client, person, community):
    ask(person, "erase")
    client.force_login(make.account(("protection_officer", community)))
    client.post(reverse("registry:erase_person", args=[person.pk]))
    page = client.get(reverse("registry:requests")).content.decode()
    assert "林样例" not in page
    assert "已删除" in page


def test_a_request_goes_along_when_two_records_become_one(person, community):
    from lianxin.registry.operations.duplicates import merge_people

    twin = make.person("林样例", area=community)
    ask(twin)
    ask(twin, "erase")
    ask(person)
    merge_people(kept=person, gone=twin, day=TODAY, **BY)
    assert set(person.rights_requests.values_list("kind", flat=True)) == {"copy", "erase"}
    export_person(person=person, **BY)
    assert list(RightsRequest.objects.filter(answered_on=None).values_list("kind", flat=True)) == ["erase"]
