"""Collective contracts: entered on the organisation's page, dated, ended before their day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import today
from lianxin.registry.models import CollectiveContract
from lianxin.registry.operations.agreements import PartnerNotThere
from lianxin.registry.operations.contracts import (
    AlreadyOver,
    ContractWithoutLength,
    MoreWorkersThanEmployed,
    UnionDoesNotCover,
    end_contract,
    sign_contract,
)
from lianxin.registry.operations.spans import DayBeforeSpan
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
UNTIL = date(2028, 1, 1)


@pytest.fixture
def firm():
    return make.organisation(area=make.area("样例区"), headcount=40)


def test_a_contract_is_recorded_with_its_days(firm):
    union = make.body(area=firm.spans.get().area, covers=(firm,))
    made = sign_contract(organisation=firm, day=TODAY, until=UNTIL, workers=30, body=union, number=" 7 ", **BY)
    assert (made.number, made.workers, made.body) == ("7", 30, union)
    assert list(CollectiveContract.objects.on(TODAY)) == [made]
    assert not CollectiveContract.objects.on(UNTIL).exists()
    assert Entry.objects.get(act="registry.contract.signed").facts["contract"] == made.pk


def test_what_cannot_be_is_refused(firm):
    other = make.body(area=firm.spans.get().area)
    with pytest.raises(ContractWithoutLength):
        sign_contract(organisation=firm, day=TODAY, until=TODAY, **BY)
    with pytest.raises(MoreWorkersThanEmployed):
        sign_contract(organisation=firm, day=TODAY, until=UNTIL, workers=41, **BY)
    with pytest.raises(UnionDoesNotCover):
        sign_contract(organisation=firm, day=TODAY, until=UNTIL, body=other, **BY)
    with pytest.raises(PartnerNotThere):
        sign_contract(organisation=firm, day=date(2010, 1, 1), until=UNTIL, **BY)
    assert not CollectiveContract.objects.exists()


def test_it_ends_once_and_not_before_it_began(firm):
    made = sign_contract(organisation=firm, day=TODAY, until=UNTIL, **BY)
    with pytest.raises(DayBeforeSpan):
        end_contract(contract=made, day=TODAY - timedelta(days=1), **BY)
    end_contract(contract=made, day=TODAY + timedelta(days=9), **BY)
    with pytest.raises(AlreadyOver):
        end_contract(contract=made, day=TODAY + timedelta(days=9), **BY)


def test_an_officer_enters_and_ends_one_on_the_page(client, firm):
    area = firm.spans.get().area
    client.force_login(make.account(("district_officer", area)))
    address = reverse("registry:add_contract", args=[firm.pk])
    given = {"kind": "wages", "number": "集字 1", "day": today().isoformat(), "until": "2039-01-01"}
    assert client.post(address, {**given, "workers": "90"}).status_code == 422
    assert client.post(address, given).url == reverse("registry:organisation", args=[firm.pk])
    page = client.get(reverse("registry:organisation", args=[firm.pk])).content.decode()
    assert "集字 1" in page
    assert "生效中" in page
    ending = reverse("registry:end_contract", args=[firm.pk, CollectiveContract.objects.get().pk])
    assert ending in page
    assert client.get(ending).status_code == 200
    assert client.post(ending, {"day": today().isoformat()}).status_code == 302
    assert "生效中" not in client.get(reverse("registry:organisation", args=[firm.pk])).content.decode()


def test_a_contract_of_another_organisation_is_not_found(client, firm):
    area = firm.spans.get().area
    made = sign_contract(organisation=make.organisation(area=area), day=TODAY, until=UNTIL, **BY)
    client.force_login(make.account(("district_officer", area)))
    assert client.get(reverse("registry:end_contract", args=[firm.pk, made.pk])).status_code == 404
