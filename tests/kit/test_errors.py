"""Every way to say no has its page, in the words of a person, in the shell where one can be had."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.views.defaults import server_error

import make
from lianxin.conf.urls import handler403
from lianxin.conf.urls import urlpatterns as ours
from lianxin.kit.guards import PUBLIC, performs
from lianxin.kit.refusals import Refused


class TooLate(Refused):
    text = "报名已经截止，下一期 5 月开始。"


@performs(PUBLIC)
def refuse(request: HttpRequest):
    raise TooLate


@performs(PUBLIC)
def suspicious(request: HttpRequest):
    raise SuspiciousOperation


urlpatterns = [*ours, path("test/refuse/", refuse), path("test/suspicious/", suspicious)]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
__all__ = ["handler403"]


@pytest.fixture
def officer(client):
    client.force_login(make.account(("district_officer", make.area("福田区"))))
    return client


def test_a_refusal_says_why_on_a_page_with_a_way_back(officer):
    answer = officer.get("/test/refuse/", headers={"referer": "/dev/components/"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert TooLate.text in page
    assert 'href="/dev/components/"' in page
    assert "lx-nav" in page
    assert "HX-Request" in answer["Vary"]


def test_the_same_refusal_is_a_fragment_where_a_part_of_the_page_was_asked_for(officer):
    answer = officer.get("/test/refuse/", headers={"hx-request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert TooLate.text in page
    assert "<html" not in page


def test_a_stranger_sees_errors_without_the_navigation_of_staff(client):
    for address, status in {"/test/refuse/": 409, "/test/suspicious/": 400, "/no/such/": 404}.items():
        answer = client.get(address)
        assert answer.status_code == status
        assert "lx-nav" not in answer.content.decode()
        assert "<h1>" in answer.content.decode()


def test_who_may_not_reads_which_role_it_takes_and_whom_to_ask(client):
    make.account(("steward", make.area("福田区")), username="shen")
    client.force_login(make.account())
    answer = client.get("/dev/components/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "样例shen" in page
    assert "需要其中一个角色" in page


def test_who_gives_grants_is_not_sent_to_an_administrator(client):
    client.force_login(make.account(("steward", make.area("福田区"))))
    page = client.get("/listen/").content.decode()
    assert "打开这一页需要的权限：" in page
    assert reverse("access:accounts") in page
    assert "请找" not in page


def test_a_page_that_cannot_be_shown_does_not_speak_of_what_was_lost(officer):
    assert "这一页现在打不开" in officer.get("/test/refuse/").content.decode()
    assert "没有办成" not in officer.get("/test/refuse/").content.decode()
    assert "这一页现在打不开" not in officer.post("/test/refuse/").content.decode()


def test_a_form_sent_twice_too_late_says_that_nothing_is_lost():
    answer = Client(enforce_csrf_checks=True).post("/kit/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "请再" in answer.content.decode()


def test_the_page_of_our_own_faults_needs_no_database():
    request = RequestFactory().get("/")
    with connection.execute_wrapper(_no_database):
        answer = server_error(request)
    assert answer.status_code == 500
    assert "系统出错了，不是您的问题" in answer.content.decode()


def _no_database(*_):
    raise AssertionError("the database was asked")


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["%00", "%%0000"])
def test_a_null_character_in_an_address_finds_nothing_and_breaks_nothing(asked):
    make.organisation("云杉样例厂", area=make.area("样例区"))
    client = Client()
    client.force_login(make.account(("district_officer", make.area("样例区"))))
    for address in ("/search/?q=", "/registry/bodies/?line=", "/reach/network/vacancies/?line="):
        assert client.get(address + asked).status_code == 200
    assert client.get("/rules/rule/" + asked + "/").status_code == 404
