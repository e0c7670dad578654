"""Bodies named in a form by their whole name."""

import pytest
from django.core.exceptions import ValidationError

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import today
from lianxin.registry.naming import bodies_named, body_named
from lianxin.registry.scoping import scope_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope():
    district = make.area("样例区")
    north, south = (make.area(name, parent=district) for name in ("北街道", "南街道"))
    make.body("第一小学工会", area=north)
    make.body("第一小学工会", area=south)
    make.body("样例厂工会（筹）", area=north)
    make.body("北街道妇联", area=north, line="women")
    make.body("别处工会", area=make.area("别处区"))
    actor = AccountActor(make.account(("district_officer", district), line="union"))
    return scope_on(actor, "matters.plan_rounds", today())


def test_a_body_is_found_by_its_whole_name_however_it_is_spaced(scope):
    assert body_named(" 样例厂工会（筹） ", scope).spans.get().name == "样例厂工会（筹）"


def test_where_several_bear_a_name_the_areas_are_said_and_tell_them_apart(scope):
    with pytest.raises(ValidationError) as refused:
        body_named("第一小学工会", scope)
    assert "北街道、南街道" in refused.value.messages[0]
    assert body_named("第一小学工会（南街道）", scope).spans.get().area.spans.get().name == "南街道"


@pytest.mark.parametrize("name", ["没有这个工会", "别处工会", "北街道妇联"])
def test_a_name_of_nowhere_of_elsewhere_or_of_another_line_is_refused(scope, name):
    with pytest.raises(ValidationError):
        body_named(name, scope)


def test_bodies_of_other_lines_in_the_same_areas_may_be_named_where_that_is_asked_for(scope):
    assert body_named("北街道妇联", scope.across_lines).line.code == "women"
    with pytest.raises(ValidationError):
        body_named("别处工会", scope.across_lines)


def test_every_name_that_fits_none_is_said_at_once_and_each_body_counts_once(scope):
    with pytest.raises(ValidationError) as refused:
        bodies_named("甲\n样例厂工会（筹）\n乙", scope)
    assert len(refused.value.messages) == 2
    assert len(bodies_named("样例厂工会（筹）\n\n样例厂工会（筹）", scope)) == 1
