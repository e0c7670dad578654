from datetime import timedelta

import pytest
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.access.lost import lost_grants, waiting_lines
from lianxin.access.models import Account, Grant
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.operations import NewArea, merge_areas, split_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return make.area("样例街道", parent=make.area("样例区"))


@pytest.fixture
def steward(street):
    return make.account(("steward", street.spans.get().parent), username="steward")


def merged(street):
    """Two communities that became one today."""
    areas = [make.area(name, parent=street) for name in ("甲社区", "乙社区")]
    worker = make.account(("community_officer", areas[0]), username="worker")
    worker.home = worker.grants.get().node
    worker.save()
    by = {"on": today(), "actor": SYSTEM, "at": now()}
    joint = merge_areas(areas=tuple(areas), into=NewArea("new-1", "新社区"), **by)
    return worker, joint


def scope_of(account):
    return AccountActor(account).scope("access.give_grant", today())


def test_after_a_merger_the_line_on_today_names_who_sees_nothing(street, steward):
    assert not waiting_lines(AccountActor(steward), today())
    worker, _joint = merged(street)
    line = waiting_lines(AccountActor(steward), today())[0]
    assert worker.label in line.detail
    assert "甲社区" in line.detail
    assert line.url == reverse("access:lost_grants")


def test_a_grant_is_given_anew_where_the_area_went_and_the_old_one_ends(client, street, steward):
    worker, joint = merged(street)
    client.force_login(steward)
    page = client.get(reverse("access:lost_grants")).content.decode()
    assert "新社区" in page
    old = worker.grants.get()
    client.post(reverse("access:answer_lost_grant", args=[old.pk]), {"area": joint.pk})
    held = Grant.objects.on(today()).get(account=worker)
    assert (held.node.area, held.role) == (joint, "community_officer")
    assert Account.objects.get(pk=worker.pk).home == held.node
    assert not waiting_lines(AccountActor(steward), today())


def test_a_split_offers_every_part_and_nothing_is_chosen_by_the_machine(street, steward):
    one = make.area("大社区", parent=street)
    make.account(("community_officer", one))
    parts = (NewArea("new-2", "东社区"), NewArea("new-3", "西社区"))
    split_area(area=one, into=parts, on=today(), actor=SYSTEM, at=now())
    assert [name for _area, name in lost_grants(scope_of(steward))[0].into] == ["东社区", "西社区"]
    assert Grant.objects.on(today()).filter(role="community_officer").count() == 1


def test_a_grant_may_be_left_to_end(client, street, steward):
    worker, _joint = merged(street)
    client.force_login(steward)
    client.post(reverse("access:answer_lost_grant", args=[worker.grants.get().pk]), {"end": "1"})
    assert not Grant.objects.on(today()).filter(account=worker).exists()


def test_an_area_that_did_not_take_its_place_is_not_accepted(client, street, steward):
    worker, _joint = merged(street)
    other = make.area("别社区", parent=street)
    client.force_login(steward)
    client.post(reverse("access:answer_lost_grant", args=[worker.grants.get().pk]), {"area": other.pk})
    assert Grant.objects.on(today()).get(account=worker).node.label != other.code
    assert lost_grants(scope_of(steward))


def test_an_administrator_elsewhere_sees_none_of_it(client, street):
    worker, joint = merged(street)
    stranger = make.account(("steward", make.area("别区")))
    assert not waiting_lines(AccountActor(stranger), today())
    client.force_login(stranger)
    address = reverse("access:answer_lost_grant", args=[worker.grants.get().pk])
    assert client.post(address, {"area": joint.pk}).status_code == 404
    client.force_login(make.account(("district_officer", street)))
    assert client.get(reverse("access:lost_grants")).status_code == 403


def test_a_grant_that_still_reaches_its_area_is_never_listed(street, steward):
    make.account(("community_officer", make.area("社区", parent=street)))
    assert not lost_grants(scope_of(steward))
    assert not lost_grants(AccountActor(steward).scope("access.give_grant", today() + timedelta(days=1)))
