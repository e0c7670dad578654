"""Bodies and organisations as what a grant reaches."""

import pytest
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.access.models import Grant
from lianxin.access.nodes import KINDS, line_choices
from lianxin.access.operations.grants import found_node
from lianxin.kit.clock import today

pytestmark = pytest.mark.django_db


def test_only_records_inside_the_scope_can_be_chosen():
    district = make.area()
    here, there = make.area(parent=district), make.area(parent=district)
    inside, outside = make.body("云杉工会", area=here), make.body("红桦工会", area=there)
    scope = AccountActor(make.account(("steward", here))).scope("access.give_grant", today())
    assert [choice.ref for choice in KINDS["body"].find("", scope, 10)] == [inside.pk]
    assert KINDS["body"].label(inside.pk, scope) == "云杉工会"
    assert KINDS["body"].label(outside.pk, scope) is None


def test_a_grant_on_an_organisation_reaches_it_and_nothing_else(client):
    area = make.area()
    firm, other = make.organisation("云杉厂", area=area), make.organisation("红桦厂", area=area)
    account = make.account()
    client.force_login(make.account(("steward", area)))
    given = {"role": "representative", "kind": "organisation", "ref": firm.pk, "valid_from": today().isoformat()}
    url = reverse("access:give_grant", kwargs={"pk": account.pk})
    assert client.post(url, given).status_code == 404, "an account of nowhere is nobody's to grant"
    account.home = make.account(("steward", area)).grants.get().node
    account.save()
    assert client.post(url, given).status_code == 302
    scope = AccountActor(account).scope("desk.view_today", today())
    assert scope.refs("organisation") == {firm.pk} != {other.pk}


def test_the_lines_are_those_of_the_registry():
    make.line("league")
    assert ("league", "共青团") in line_choices()


def test_an_administrator_looks_after_officers_of_the_bodies_in_the_own_area(client):
    district = make.area()
    here, there = make.area(parent=district), make.area(parent=district)
    officers = []
    for area in (here, there):
        node = found_node(kind="body", ref=make.body(area=area).pk, label="工会")
        officer = make.account()
        Grant.objects.create(account=officer, role="chapter_officer", node=node, valid_from=make.LONG_AGO)
        officers.append(officer)
    client.force_login(make.account(("steward", here)))
    codes = [client.post(reverse("access:password_link", kwargs={"pk": o.pk})).status_code for o in officers]
    assert codes == [200, 404]
