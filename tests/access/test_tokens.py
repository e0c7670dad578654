from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.access.jobs import tidy
from lianxin.access.models import Account, ApiToken
from lianxin.access.operations import tokens as op
from lianxin.access.operations.accounts import close_account
from lianxin.kit import clock
from lianxin.kit.actor import System
from lianxin.kit.rates import take
from lianxin.trail.tasks import run_until_idle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_counters(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def officer():
    return make.account(("district_officer", make.area("福田区")))


def token(account, **given):
    day = clock.today()
    defaults = {"label": "数据平台", "acts": ["desk.view_today"], "expires_on": day + timedelta(days=30)}
    return op.make_token(account=account, actor=AccountActor(account), at=clock.now(), **{**defaults, **given})


def ask(client, secret, path="/api/v1/me"):
    return client.get(path, headers={"Authorization": f"Bearer {secret}"})


def test_a_token_says_who_it_acts_for_and_what_it_may_do(client, officer):
    made, secret = token(officer)
    answer = ask(client, secret).json()
    assert answer["username"] == officer.username
    assert answer["acts"] == ["desk.view_today"]
    assert [g["role"] for g in answer["grants"]] == ["district_officer"]


def test_only_a_digest_of_the_token_is_kept(officer):
    made, secret = token(officer)
    row = ApiToken.objects.filter(pk=made.pk).values().get()
    assert secret not in str(row)
    assert secret.startswith(f"lx_{made.prefix}_")


def test_a_token_cannot_do_more_than_its_account(officer):
    with pytest.raises(op.ActsBeyondYours) as no:
        token(officer, acts=["desk.view_today", "access.give_grant"])
    assert "access.give_grant" in no.value.sentence


def test_a_token_does_less_than_its_account(officer):
    made, _secret = token(officer)
    actor = AccountActor(officer, acts=frozenset(made.acts))
    assert AccountActor(officer).may("access.view_rights", TODAY)
    assert not actor.may("access.view_rights", TODAY)
    assert actor.scope("access.view_rights", TODAY).is_empty


def test_a_token_loses_what_its_account_loses(client, officer):
    _made, secret = token(officer)
    officer.grants.update(valid_until=clock.today())
    assert ask(client, secret).json()["acts"] == []


@pytest.mark.parametrize("days", [0, 400])
def test_a_token_expires_within_a_year(officer, days):
    with pytest.raises(op.TokenTooLong):
        token(officer, expires_on=clock.today() + timedelta(days=days))


def test_a_token_needs_acts_and_a_sensible_rate(officer):
    with pytest.raises(op.TokenWithoutActs):
        token(officer, acts=[])
    with pytest.raises(op.TokenTooFast):
        token(officer, rate_per_minute=100_000)


def test_an_expired_revoked_or_mistyped_token_is_401_with_words(client, officer):
    made, secret = token(officer)
    old, old_secret = token(officer)
    ApiToken.objects.filter(pk=old.pk).update(expires_on=clock.today())
    assert ask(client, old_secret).status_code == 401
    assert ask(client, secret[:-1]).status_code == 401
    assert ask(client, "nonsense").status_code == 401
    op.revoke_token(token=made, actor=AccountActor(officer), at=NOW)
    answer = ask(client, secret)
    assert answer.status_code == 401
    assert answer.json()["refused"] == "NotSignedIn"
    assert answer.json()["text"]


def test_a_bad_token_is_refused_even_beside_a_good_session(client, officer):
    client.force_login(officer)
    assert client.get("/api/v1/me").status_code == 200
    assert ask(client, "lx_wrong_token").status_code == 401


def test_tokens_end_with_the_account(client, officer):
    _made, secret = token(officer)
    close_account(account=officer, on=clock.today() + timedelta(days=5), to=None, actor=System(), at=clock.now())
    assert ask(client, secret).status_code == 401


def test_a_token_over_its_rate_waits_and_is_told_how_long(client, officer, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_800_000_030.0)
    _made, secret = token(officer, rate_per_minute=2)
    codes = [ask(client, secret).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    answer = ask(client, secret)
    assert answer["Retry-After"] == str(60 - 1_800_000_030 % 60)
    assert answer.json()["refused"] == "TooFast"


def test_a_counter_starts_again_with_the_minute():
    assert [take("one", limit=1, at_s=at) for at in (0.0, 59.0, 60.0, 61.0)] == [0, 1, 0, 59]


def test_a_revoked_token_is_revoked_once(officer):
    made, _secret = token(officer)
    for at in (NOW, clock.now()):
        op.revoke_token(token=made, actor=AccountActor(officer), at=at)
    made.refresh_from_db()
    assert made.revoked_at == NOW


def test_the_day_of_the_last_use_is_kept(client, officer):
    made, secret = token(officer)
    ask(client, secret)
    made.refresh_from_db()
    assert made.last_used_on == clock.today()


def test_a_stranger_is_401(client):
    assert client.get("/api/v1/me").status_code == 401


def test_an_account_without_grants_may_ask_who_it_is(client):
    client.force_login(Account.objects.create(username="new", label="新人"))
    assert client.get("/api/v1/me").json()["acts"] == []


def test_the_night_clears_sessions_and_counters_that_are_over(client, officer, settings):
    _made, secret = token(officer)
    ask(client, secret)
    ApiToken.objects.update(expires_on=clock.today())
    client.force_login(officer)
    Session.objects.update(expire_date=NOW)
    tidy.enqueue()
    run_until_idle()
    assert not Session.objects.exists()
    assert not list((settings.HOME / "rates").iterdir())
