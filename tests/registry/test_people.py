from datetime import date

import pytest

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.kit.scope import Reach, Scope
from lianxin.registry.models import Membership, Person
from lianxin.registry.operations import people as op

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
LATER = date(2026, 6, 1)


def applied(**given):
    person = op.add_person(name=" 林 样例 ", **BY)
    body = make.body(area=given.pop("area", None) or make.area(), **given)
    return op.apply_for_membership(person=person, body=body, day=TODAY, **BY)


def test_a_person_is_a_name_and_nothing_more():
    person = op.add_person(name=" 林  样例 ", **BY)
    assert (person.name, person.area) == ("林 样例", None)
    with pytest.raises(op.PersonNameMissing):
        op.add_person(name=" ", **BY)


def test_membership_goes_through_its_steps_in_order():
    membership = applied()
    with pytest.raises(op.StepOutOfOrder):
        op.advance_membership(membership=membership, step="verified_on", day=TODAY, **BY)
    for step in ("registered_on", "verified_on", "active_on"):
        membership = op.advance_membership(membership=membership, step=step, day=TODAY, **BY)
    with pytest.raises(op.StepOutOfOrder):
        op.leave(membership=membership, day=date(2026, 1, 1), **BY)
    assert op.leave(membership=membership, day=LATER, **BY).left_on == LATER
    with pytest.raises(op.HasLeft):
        op.advance_membership(membership=membership, step="active_on", day=LATER, **BY)


def test_nobody_is_twice_in_one_body():
    membership = applied()
    with pytest.raises(op.AlreadyMember):
        op.apply_for_membership(person=membership.person, body=membership.body, day=LATER, **BY)


def test_a_transfer_moves_nothing_until_the_other_side_accepts():
    area = make.area()
    membership = op.advance_membership(membership=applied(area=area), step="registered_on", day=TODAY, **BY)
    other = make.body(area=area)
    transfer = op.offer_transfer(membership=membership, to_body=other, day=TODAY, **BY)
    assert not Membership.objects.filter(body=other).exists()
    with pytest.raises(op.TransferUnderWay):
        op.offer_transfer(membership=membership, to_body=other, day=TODAY, **BY)
    new = op.accept_transfer(transfer=transfer, day=LATER, **BY)
    membership.refresh_from_db()
    assert (membership.left_on, new.registered_on, new.body, new.verified_on) == (LATER, LATER, other, None)
    with pytest.raises(op.TransferAnswered):
        op.decline_transfer(transfer=transfer, day=LATER, **BY)


def test_a_declined_transfer_leaves_the_member_where_they_are():
    area = make.area()
    membership = applied(area=area)
    transfer = op.offer_transfer(membership=membership, to_body=make.body(area=area), day=TODAY, **BY)
    op.decline_transfer(transfer=transfer, day=LATER, **BY)
    assert Membership.objects.get(left_on=None) == membership


def test_a_membership_cannot_move_to_another_line():
    area = make.area()
    with pytest.raises(op.TransferToItself):
        op.offer_transfer(membership=applied(area=area), to_body=make.body(area=area, line="women"), day=TODAY, **BY)


def reached(*reaches):
    return set(Person.objects.within(Scope(TODAY, reaches)).values_list("pk", flat=True))


def test_people_are_reached_through_their_bodies_and_their_area():
    here, there = make.area(), make.area()
    union, women = make.body(area=here), make.body(area=here, line="women")
    in_union, in_women, gone = make.person(area=here), make.person(), make.person()
    beside, unbound = make.person(area=there), make.person(area=here)
    make.membership(person=in_union, body=union)
    make.membership(person=in_women, body=women)
    make.membership(person=gone, body=union, left_on=TODAY)
    path = here.spans.get().path
    assert reached(Reach("area", path=path)) == {in_union.pk, in_women.pk, unbound.pk}
    assert reached(Reach("area", path=path, line="women")) == {in_women.pk, unbound.pk}
    assert reached(Reach("body", ref=union.pk)) == {in_union.pk}
    assert reached(Reach("body", ref=union.pk), Reach("area", path=there.spans.get().path)) == {in_union.pk, beside.pk}


def test_a_partner_reaches_no_person():
    area = make.area()
    firm = make.organisation(area=area)
    make.membership(person=make.person(area=area), body=make.body(area=area, covers=(firm,)), organisation=firm)
    assert reached(Reach("organisation", ref=firm.pk)) == set()
