from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

import make
from conftest import NOW, TODAY
from lianxin.access import handover
from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.access.operations import accounts as op
from lianxin.access.operations.grants import LastSteward
from lianxin.kit.actor import System
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
SYSTEM = System("command")


@pytest.fixture
def steward():
    return make.account(("steward", make.area("福田区")))


@pytest.fixture
def desk(monkeypatch):
    """Work of one app: two things that lie with whoever is named."""
    work = {"owner": 0}

    def open_work(account_id):
        mine = work["owner"] == account_id
        return (
            [handover.OpenWork("visit", "走访云杉样例厂"), handover.OpenWork("visit", "走访云杉二厂")] if mine else []
        )

    def hand_over(account_id, to_id, *, actor, at):
        moved = len(open_work(account_id))
        work["owner"] = to_id if moved else work["owner"]
        return moved

    monkeypatch.setattr(handover, "HANDOVERS", {"reach": handover.Desk(open_work, hand_over)})
    monkeypatch.setattr(op, "HANDOVERS", handover.HANDOVERS)
    return work


def test_a_new_account_has_no_password_and_no_grants(steward):
    account = op.open_account(username="lin", label="林样例", home=None, actor=AccountActor(steward), at=NOW)
    assert not account.has_usable_password()
    assert not account.grants.exists()
    assert Entry.objects.get().act == "access.account.opened"


def test_a_log_in_name_is_taken_whatever_its_capitals(steward):
    op.open_account(username="lin", label="林样例", home=None, actor=SYSTEM, at=NOW)
    with pytest.raises(op.NameTaken) as no:
        op.open_account(username="Lin", label="林二", home=None, actor=SYSTEM, at=NOW)
    assert "Lin" in no.value.sentence


def test_leaving_ends_grants_on_the_day_and_those_to_come_never_begin(steward):
    leaver = make.account(("community_officer", make.area()), ("inspector", make.area()))
    leaver.grants.filter(role="inspector").update(valid_from=TODAY + timedelta(days=30))
    op.close_account(account=leaver, on=TODAY + timedelta(days=2), to=None, actor=AccountActor(steward), at=NOW)
    leaver.refresh_from_db()
    days = [AccountActor(leaver).may("desk.view_today", TODAY + timedelta(days=n)) for n in (1, 2, 31)]
    assert days == [True, False, False]


def test_leaving_with_open_work_needs_a_colleague_who_then_has_it(steward, desk):
    leaver, colleague = make.account(("community_officer", make.area())), make.account()
    desk["owner"] = leaver.pk
    with pytest.raises(op.WorkLeft) as no:
        op.close_account(account=leaver, on=TODAY, to=None, actor=AccountActor(steward), at=NOW)
    assert "2" in no.value.sentence
    assert op.close_account(account=leaver, on=TODAY, to=colleague, actor=AccountActor(steward), at=NOW) == 2
    assert desk["owner"] == colleague.pk
    assert Entry.objects.get(act="access.account.closed").facts["moved"] == 2


def test_work_does_not_go_to_somebody_who_has_left_or_is_leaving_too(steward, desk):
    leaver, gone = make.account(), make.account()
    Account.objects.filter(pk=gone.pk).update(left_on=TODAY)
    for to in (leaver, Account.objects.get(pk=gone.pk)):
        with pytest.raises(op.NobodyToTakeOver):
            op.close_account(account=leaver, on=TODAY, to=to, actor=AccountActor(steward), at=NOW)


def test_nobody_closes_the_own_account_nor_the_last_administrators(steward):
    with pytest.raises(op.NotYourself):
        op.close_account(account=steward, on=TODAY, to=None, actor=AccountActor(steward), at=NOW)
    with pytest.raises(LastSteward):
        op.close_account(account=steward, on=TODAY, to=None, actor=SYSTEM, at=NOW)


def test_an_account_is_closed_once_and_not_in_the_past(steward):
    leaver = make.account()
    with pytest.raises(op.ClosesInThePast):
        op.close_account(account=leaver, on=TODAY - timedelta(days=1), to=None, actor=SYSTEM, at=NOW)
    op.close_account(account=leaver, on=TODAY, to=None, actor=SYSTEM, at=NOW)
    with pytest.raises(op.AlreadyClosed):
        op.close_account(account=leaver, on=TODAY, to=None, actor=SYSTEM, at=NOW)


def test_a_second_factor_is_reset_by_somebody_else_only(steward):
    lost = make.account()
    Authenticator.objects.create(user=lost, type="totp", data={})
    with pytest.raises(op.NotYourself):
        op.reset_second_factor(account=lost, actor=AccountActor(lost), at=NOW)
    assert op.reset_second_factor(account=lost, actor=AccountActor(steward), at=NOW) == 1
    assert not Authenticator.objects.filter(user=lost).exists()
