"""Names of organisations are offered while one types: of the own scope only, so that one of them can be entered."""

import pytest
from django.test import Client
from django.urls import reverse

import make
from lianxin.registry import search
from lianxin.registry.choosing import OFFERED

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return make.area("样例街道", parent=make.area("样例区"))


@pytest.fixture
def client(street):
    client = Client()
    client.force_login(make.account(("subdistrict_officer", street)))
    return client


def offered(client, text):
    answer = client.get(reverse("registry:organisation_names"), {"organisation": text})
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def firm(name, area, **given):
    made = make.organisation(name, area=area, **given)
    search.index("organisation", [made.pk])
    return made


def test_whole_names_that_hold_the_text_are_offered_from_the_own_scope(client, street):
    firm("样例食品厂", street)
    firm("云杉鞋厂", street)
    firm("样例食品二厂", make.area("别处街道", parent=make.area("别处区")))
    found = offered(client, "食品")
    assert 'value="样例食品厂"' in found
    assert "鞋厂" not in found
    assert "二厂" not in found


def test_one_character_offers_nothing_and_many_are_cut(client, street):
    for number in range(OFFERED + 3):
        firm(f"云杉食品{number}厂", street)
    assert offered(client, "云") == ""
    assert offered(client, "云杉").count("<option") == OFFERED


def test_two_of_one_name_are_told_apart_by_their_codes_and_markup_stays_text(client, street):
    codes = ("914403000000000011", "914403000000000022")
    for code in codes:
        firm("同名厂<b>", street, credit_code=code)
    found = offered(client, "同名厂")
    assert all(f'value="{code}"' in found for code in codes)
    assert "<b>" not in found
