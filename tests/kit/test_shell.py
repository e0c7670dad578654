import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponseNotAllowed

import make
from lianxin.kit.middleware import WaysUp
from lianxin.kit.templatetags.lx import day, share, urgency

COMPONENTS = Path(settings.SOURCE) / "kit/templates/cotton/lx"


@pytest.fixture
def officer(client):
    account = make.account(("district_officer", make.area("福田区")))
    client.force_login(account)
    return client


@pytest.mark.django_db
def test_the_gallery_shows_every_component_and_leaves_no_raw_tag(officer):
    page = officer.get("/dev/components/").content.decode()
    assert "部件与状态" in page
    source = (Path(settings.SOURCE) / "kit/templates/kit/gallery.html").read_text()
    assert {p.stem for p in COMPONENTS.glob("*.html")} == set(re.findall(r"<c-lx\.([a-z_]+)", source))
    assert "<c-" not in page
    assert "{%" not in page


@pytest.mark.django_db
def test_no_page_carries_inline_script_or_style(officer):
    response = officer.get("/dev/components/")
    page = response.content.decode()
    assert not re.findall(r"<script(?![^>]*src=)", page)
    assert "<style" not in page
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_language_and_large_type_are_kept_and_lead_back(officer):
    answer = officer.post("/kit/language/", {"language": "en", "next": "/dev/components/"})
    assert answer.url == "/dev/components/"
    officer.post("/kit/type-size/", {"size": "large", "next": "/"})
    response = officer.get("/dev/components/")
    page = response.content.decode()
    assert 'lang="en"' in page
    assert 'data-type="large"' in page
    assert "Components and their states" in page


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["https://elsewhere.invalid/", "//elsewhere.invalid/", "javascript:alert(1)"])
def test_a_preference_never_leads_to_another_site(client, place):
    assert client.post("/kit/language/", {"language": "en", "next": place}).url == "/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "above"),
    [
        ("/listen/258/note/", "/listen/258/"),
        ("/listen/258/steps/accept/", "/listen/258/"),
        ("/ask/p/0123/say/", "/ask/p/0123/"),
        ("/join/p/0123/withdraw/", "/join/p/0123/"),
        ("/rules/rule/union.own/1/verify/", "/rules/rule/union.own/"),
        ("/kit/language/", "/"),
    ],
)
def test_an_address_that_only_takes_what_is_sent_leads_to_the_page_above_it(officer, address, above):
    answer = officer.get(address)
    while answer.status_code == 302 and answer.url not in (above, "/"):
        assert address.startswith(answer.url)
        answer = officer.get(answer.url)
    assert (answer.url, answer["Allow"]) == (above, "POST")


@pytest.mark.parametrize("address", ["/api/v1/matters/", "/open311/v2/requests.json"])
def test_an_address_for_machines_never_leads_elsewhere(rf, address):
    assert WaysUp(lambda request: HttpResponseNotAllowed(["POST"]))(rf.get(address)).status_code == 405


@pytest.mark.django_db
def test_a_stranger_is_asked_to_log_in_and_an_unknown_page_says_what_to_do(client):
    assert client.get("/dev/components/").url.startswith("/accounts/login/")
    missing = client.get("/no/such/page/")
    assert missing.status_code == 404
    assert "回到首页" in missing.content.decode()


def test_days_and_shares_read_as_people_write_them():
    assert day(date(2026, 3, 1)) == "2026年3月1日（周日）"
    assert share(0.9432) == "94.3%"
    assert share(None) == ""
    assert urgency(date(2000, 1, 1)) == "overdue"
