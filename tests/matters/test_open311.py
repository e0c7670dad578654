"""Open311 GeoReport v2: the shape of the payloads of others, JSON and XML; what is not public stays away."""

import json
from xml.etree import ElementTree

import pytest
from django.test import Client

import make
from lianxin.access.actors import AccountActor
from lianxin.access.operations.tokens import make_token
from lianxin.kit.clock import now, today
from lianxin.matters import protection
from lianxin.matters.models import Matter
from lianxin.places.models import Area

pytestmark = pytest.mark.django_db
BASE = "/open311/v2/"


@pytest.fixture(autouse=True)
def land():
    return make.area("样例区")


def send(form="json", **given):
    said = {"service_code": "D1", "description": "食堂晚上没有热饭", **given}
    return Client().post(f"{BASE}requests.{form}", said)


def publish(matter):
    Matter.objects.filter(pk=matter.pk).update(level="C0")


def tags(path):
    root = ElementTree.parse(path).getroot()
    return root.tag, root[0].tag, {child.tag for child in root[0]}


def got(path):
    root = ElementTree.fromstring(Client().get(BASE + path).content)
    return root.tag, root[0].tag, {child.tag for child in root[0]}


@pytest.mark.real_data
def test_services_have_the_fields_of_other_cities(shared):
    theirs = json.loads((shared / "data/open311/open311status/service_list.json").read_text())
    ours = Client().get(BASE + "services.json").json()
    assert {*theirs[0]} - {"keywords"} <= {*ours[0]}
    assert all(isinstance(service["metadata"], bool) for service in ours)
    assert tags(shared / "data/open311/cfa-gem/services.xml") == got("services.xml")


@pytest.mark.real_data
def test_requests_have_the_fields_of_other_cities(shared):
    send()
    publish(Matter.objects.get())
    theirs = json.loads((shared / "data/open311/open311status/service_requests.json").read_text())
    ours = Client().get(BASE + "requests.json").json()
    assert {*theirs[0]} - {"lat", "long", "agency_responsible"} <= {*ours[0]}
    assert tags(shared / "data/open311/open311status/requests_many.xml") == got("requests.xml")
    assert tags(shared / "data/open311/cfa-gem/get_service_request.xml") == got(
        f"requests/{Matter.objects.get().number}.xml"
    )


@pytest.mark.real_data
def test_what_comes_back_on_sending_has_the_fields_of_other_cities(shared):
    root = ElementTree.fromstring(send("xml").content)
    wanted = tags(shared / "data/open311/cfa-gem/post_service_request.xml")
    assert (root.tag, root[0].tag) == wanted[:2]
    assert wanted[2] <= {child.tag for child in root[0]}


def test_a_request_that_is_not_public_is_listed_nowhere_and_followed_by_its_token_only():
    [said] = send().json()
    number = said["service_request_id"]
    assert Client().get(BASE + "requests.json").json() == []
    assert Client().get(f"{BASE}requests.json?service_request_id={number}").json() == []
    assert Client().get(f"{BASE}requests/{number}.json").status_code == 404
    [found] = Client().get(f"{BASE}tokens/{said['token']}.json").json()
    assert (found["service_request_id"], found["status"]) == (number, "open")
    assert Client().get(f"{BASE}tokens/{'0' * 40}.xml").status_code == 404


def test_words_never_leave_by_this_door_even_of_public_requests():
    send(description="食堂晚上没有热饭。请帮忙问问李样例。")
    publish(Matter.objects.get())
    assert "李样例" not in Client().get(BASE + "requests.xml").content.decode()


def test_lists_are_filtered_by_service_status_and_span():
    send()
    send(service_code="A1", description="工资晚发了")
    for matter in Matter.objects.all():
        publish(matter)
    count = lambda asked: len(Client().get(f"{BASE}requests.json?{asked}").json())  # noqa: E731
    assert count("") == 2
    assert count("service_code=A1") == 1
    assert count("service_code=A1,D1&status=open") == 2
    assert count("status=closed") == 0
    assert count("start_date=2020-01-01T00:00:00Z&end_date=2020-02-01T00:00:00Z") == 0
    assert Client().get(BASE + "requests.json?start_date=yesterday").status_code == 400


def test_needs_that_are_told_to_a_named_person_only_are_not_offered_here():
    codes = {s["service_code"] for s in Client().get(BASE + "services.json").json()}
    assert not codes & {"A5", "E4"}
    assert send(service_code="E4").status_code == 400
    assert Client().get(BASE + "services/E4.json").status_code == 404
    assert Client().get(BASE + "services/D1.json").json()[0]["service_code"] == "D1"


def test_a_key_must_be_good_and_allowed_and_without_one_the_limit_of_the_public_page_holds(land, monkeypatch):
    officer = make.account(("district_officer", land))
    by = {"actor": AccountActor(officer), "at": now(), "expires_on": today().replace(year=today().year + 1)}
    _t, good = make_token(account=officer, label="x", acts=["matters.take_in"], **by)
    _t, other = make_token(account=officer, label="y", acts=["desk.view_today"], **by)
    assert send(api_key=good).status_code == 201
    assert send(api_key=other).status_code == 403
    assert send("xml", api_key="lx_x_y").status_code == 403
    monkeypatch.setattr(protection, "SENT_A_MINUTE", 0)
    assert send().status_code == 429
    assert send(api_key=good).status_code == 201


def test_what_cannot_be_taken_is_said_in_the_form_that_was_asked_for():
    assert send(description=" ").json()[0]["code"] == 400
    assert ElementTree.fromstring(send("xml", service_code="none").content).tag == "errors"
    assert not Matter.objects.exists()


def test_sent_twice_with_one_key_of_its_own_it_is_one_request():
    first, second = (send(idempotency_key="app-7").json()[0] for _ in range(2))
    assert first == second
    assert Matter.objects.count() == Area.objects.count() == 1


def test_a_guessed_key_of_another_opens_nothing():
    theirs = send(idempotency_key="1", phone="13800000001").json()[0]
    for guess in ({"description": "别的事"}, {}, {"phone": "13800000002"}):
        assert send(idempotency_key="1", **guess).json()[0]["token"] != theirs["token"]


def test_coordinates_are_kept_where_no_address_came_and_impossible_ones_are_refused():
    send(lat="22.541", long="114.06")
    assert Matter.objects.get().words.place == "22.541000, 114.060000"
    send(lat="22.541", long="114.06", address_string="样例路 5 号")
    assert Matter.objects.order_by("-pk").first().words.place == "样例路 5 号"
    for wrong in ({"lat": "north", "long": "114"}, {"lat": "22.5"}, {"lat": "220", "long": "114"}):
        assert send(**wrong).json()[0]["code"] == 400
    assert Matter.objects.count() == 2


@pytest.mark.parametrize(
    ("method", "path"), [("post", "services.json"), ("put", "requests.json"), ("delete", "tokens/x.json")]
)
def test_another_method_is_refused_in_the_form_of_the_api(method, path):
    answer = getattr(Client(enforce_csrf_checks=True), method)(BASE + path)
    assert (answer.status_code, answer.json()[0]["code"]) == (405, 405)
    assert "GET" in answer["Allow"]


def test_a_status_that_there_is_not_is_no_wish_for_everything():
    assert Client().get(BASE + "requests.json?status=foo").json()[0]["code"] == 400


def test_a_null_character_which_no_database_keeps_is_refused_in_words():
    assert "空字符" in send(description="灯\0坏了").json()[0]["description"]
