from datetime import timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.access.models import Grant, ScopeNode
from lianxin.access.operations import grants as op
from lianxin.kit.actor import System
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


class Place:
    """A district with two subdistricts, its administrator, and somebody without grants."""

    def __init__(self):
        self.district = make.area("福田区")
        self.here, self.there = make.area(parent=self.district), make.area(parent=self.district)
        self.steward = make.account(("steward", self.district))
        self.local = make.account(("steward", self.here))
        self.other = make.account()

    def node(self, area):
        return op.found_node(kind="area", ref=area.pk, label=area.code)

    def give(self, **given):
        actor = given.pop("actor", None) or AccountActor(self.steward)
        area = given.pop("area", self.here)
        defaults = {
            "account": self.other,
            "role": "community_officer",
            "node": given.pop("node", None) or self.node(area),
            "valid_from": TODAY,
            "valid_until": None,
            "actor": actor,
            "at": NOW,
        }
        return op.give_grant(**{**defaults, **given})


@pytest.fixture
def place():
    return Place()


def test_a_grant_begins_on_its_day_and_ends_before_its_last(place):
    place.give(valid_from=TOMORROW, valid_until=TOMORROW + timedelta(days=2))
    held = [AccountActor(place.other).may("desk.view_today", TODAY + timedelta(days=n)) for n in range(4)]
    assert held == [False, True, True, False]


def test_giving_a_grant_writes_one_entry_with_ids_only(place):
    grant = place.give()
    entry = Entry.objects.get()
    assert (entry.act, entry.subject_id, entry.actor_id) == ("access.grant.given", grant.pk, place.steward.pk)
    assert entry.facts == {"account": place.other.pk, "node": grant.node_id, "role": "community_officer"}


def test_nobody_gives_a_grant_to_themselves(place):
    with pytest.raises(op.GrantToYourself):
        place.give(account=place.steward, role="district_officer")


def test_an_administrator_gives_nothing_outside_the_own_area_nor_above_it(place):
    for area in (place.there, place.district):
        with pytest.raises(op.OutsideYourScope):
            place.give(actor=AccountActor(place.local), area=area)
    assert place.give(actor=AccountActor(place.local), area=place.here).pk


def test_an_administrator_of_one_line_gives_grants_on_that_line_only(place):
    league = make.account(("steward", place.district), line="league")
    for line in ("", "union"):
        with pytest.raises(op.OutsideYourScope):
            place.give(actor=AccountActor(league), line=line)
    assert place.give(actor=AccountActor(league), line="league").line == "league"


@pytest.mark.parametrize("role", ["district_officer", "community_officer", "auditor", "partner"])
def test_who_is_no_administrator_gives_nothing(place, role):
    officer = make.account((role, place.district))
    with pytest.raises(op.OutsideYourScope):
        place.give(actor=AccountActor(officer))
    assert not Grant.objects.filter(account=place.other).exists()


def test_past_days_stay_as_they_were(place):
    with pytest.raises(op.GrantInThePast):
        place.give(valid_from=TODAY - timedelta(days=1))
    grant = place.give()
    with pytest.raises(op.GrantInThePast):
        op.end_grant(grant=grant, on=TODAY - timedelta(days=1), actor=AccountActor(place.steward), at=NOW)


def test_days_must_be_in_order_and_the_role_known(place):
    with pytest.raises(op.GrantWithoutDays):
        place.give(valid_until=TODAY)
    with pytest.raises(op.NoSuchRole):
        place.give(role="emperor")


def test_the_same_role_is_not_given_twice_for_the_same_days(place):
    place.give(valid_until=TOMORROW)
    with pytest.raises(op.AlreadyGranted):
        place.give()
    assert place.give(valid_from=TOMORROW).pk


def test_an_administrator_is_not_the_auditor_of_the_own_acts(place):
    place.give(role="auditor")
    with pytest.raises(op.DutiesApart):
        place.give(role="steward")


def test_an_ended_grant_allows_nothing_from_that_day(place):
    grant = place.give()
    op.end_grant(grant=grant, on=TODAY, actor=AccountActor(place.steward), at=NOW)
    assert not AccountActor(place.other).may("desk.view_today", TODAY)


def test_ending_twice_changes_nothing_and_records_once(place):
    grant = place.give()
    for _ in range(2):
        op.end_grant(grant=grant, on=TODAY, actor=AccountActor(place.steward), at=NOW)
    assert Entry.objects.filter(act="access.grant.ended").count() == 1


def test_a_grant_to_come_can_be_ended_before_it_begins(place):
    grant = place.give(valid_from=TOMORROW)
    op.end_grant(grant=grant, on=TODAY, actor=AccountActor(place.steward), at=NOW)
    assert not AccountActor(place.other).may("desk.view_today", TOMORROW)


def test_an_administrator_cannot_end_a_grant_outside_the_own_area(place):
    grant = place.give(area=place.there)
    with pytest.raises(op.OutsideYourScope):
        op.end_grant(grant=grant, on=TODAY, actor=AccountActor(place.local), at=NOW)


def test_the_last_administrator_stays(place):
    local = place.local.grants.get()
    op.end_grant(grant=local, on=TODAY, actor=AccountActor(place.steward), at=NOW)
    with pytest.raises(op.LastSteward):
        op.end_grant(grant=place.steward.grants.get(), on=TODAY, actor=System("command"), at=NOW)


def test_a_node_is_founded_once(place):
    first = op.found_node(kind="body", ref=7, label="云杉样例工会")
    assert op.found_node(kind="body", ref=7, label="另一个名字") == first
    assert ScopeNode.objects.filter(kind="body").count() == 1


def test_the_installation_itself_gives_the_first_grant(place):
    grant = place.give(actor=System("command"), role="steward", area=place.district)
    assert grant.role == "steward"
