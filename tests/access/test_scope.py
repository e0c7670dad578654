from datetime import date

import pytest

import make
from conftest import TODAY
from lianxin.access.actors import AccountActor
from lianxin.access.may import MAY
from lianxin.kit.scope import Scope
from lianxin.registry.models import OrganisationSpan

pytestmark = pytest.mark.django_db


def test_an_officer_sees_the_subtree_of_the_grant_and_nothing_beside_it():
    district = make.area("福田区")
    here, there = make.area(parent=district), make.area(parent=district)
    inside = make.organisation(area=make.area(parent=here))
    make.organisation(area=make.area(parent=there))
    actor = AccountActor(make.account(("subdistrict_officer", here)))
    scope = actor.scope("desk.view_today", TODAY)
    assert [s.organisation_id for s in OrganisationSpan.objects.on(TODAY).within(scope)] == [inside.pk]


def test_an_empty_scope_sees_nothing():
    make.organisation(area=make.area())
    assert not OrganisationSpan.objects.on(TODAY).within(Scope(TODAY)).exists()


def test_a_grant_that_has_ended_allows_nothing():
    account = make.account(("district_officer", make.area()))
    account.grants.update(valid_until=TODAY)
    assert not AccountActor(account).may("desk.view_today", TODAY)
    assert AccountActor(account).may("desk.view_today", date(2026, 3, 3))


def test_an_act_that_nobody_listed_is_allowed_to_nobody():
    assert "no.such_act" not in MAY
    assert not AccountActor(make.account(("steward", make.area()))).may("no.such_act", TODAY)


@pytest.mark.parametrize("line", ["", "league"])
def test_what_belongs_to_all_takes_a_grant_on_a_top_area_for_every_line(line):
    district = make.area("福田区")
    top = AccountActor(make.account(("steward", district), line=line))
    local = AccountActor(make.account(("steward", make.area(parent=district)), line=line))
    assert top.may("rules.edit_rules", TODAY) is (line == "")
    assert not local.may("rules.edit_rules", TODAY)
    assert local.scope("rules.edit_rules", TODAY).is_empty
    assert local.may("access.give_grant", TODAY)
