"""Log-in, sessions, password links, the second factor."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.urls import reverse

import make
from lianxin.access.models import Account
from lianxin.access.operations import accounts as op
from lianxin.kit import clock
from lianxin.kit.actor import System
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
SYSTEM = System("command")
PASSWORD = "a-long-enough-word"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def officer():
    account = make.account(("community_officer", make.area()), username="lin")
    account.set_password(PASSWORD)
    account.save()
    return account


def log_in(client, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": "lin", "password": password})


def me(client):
    return client.get("/api/v1/me").status_code


def test_a_log_in_opens_a_session_and_is_recorded(client, officer):
    assert log_in(client).status_code == 302
    assert me(client) == 200
    assert Entry.objects.get().act == "access.account.signed_in"


def test_a_log_in_changes_the_session_key(client, officer):
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    log_in(client)
    assert client.session.session_key != before


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client, officer):
    cookie = log_in(client).cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_wrong_password_is_recorded_without_the_password(client, officer):
    assert log_in(client, "wrong-wrong-wrong").status_code == 200
    entry = Entry.objects.get()
    assert (entry.act, entry.subject_id, entry.facts) == ("access.account.sign_in_failed", officer.pk, {})


def test_after_five_wrong_passwords_the_right_one_waits(client, officer):
    for _ in range(5):
        log_in(client, "wrong-wrong-wrong")
    log_in(client)
    assert me(client) == 401


def test_a_closed_account_loses_its_session_at_the_next_request(client, officer):
    log_in(client)
    op.close_account(account=officer, on=clock.today(), to=None, actor=SYSTEM, at=clock.now())
    assert me(client) == 401


def test_a_closed_account_does_not_sign_in_any_more(client, officer):
    Account.objects.filter(pk=officer.pk).update(left_on=clock.today())
    log_in(client)
    assert me(client) == 401


def test_all_sessions_of_an_account_end_at_once(client, officer):
    log_in(client)
    op.end_sessions(account=Account.objects.get(pk=officer.pk), actor=SYSTEM, at=clock.now())
    assert me(client) == 401


def test_a_password_link_works_once(client, officer):
    link = op.password_link(account=officer, actor=SYSTEM, at=clock.now())
    page = client.get(link, follow=True)
    where = page.request["PATH_INFO"]
    new = {"password1": "another-long-word", "password2": "another-long-word"}
    assert client.post(where, new).status_code == 302
    officer.refresh_from_db()
    assert officer.check_password("another-long-word")
    assert Entry.objects.filter(act="access.account.password_set").count() == 1
    client.logout()
    again = client.get(link, follow=True)
    assert again.context["token_fail"]


def test_a_short_or_common_password_is_refused(client, officer):
    page = client.get(op.password_link(account=officer, actor=SYSTEM, at=clock.now()), follow=True)
    for bad in ("short", "1234567890"):
        answer = client.post(page.request["PATH_INFO"], {"password1": bad, "password2": bad})
        assert answer.context["form"].errors


def test_who_has_a_second_factor_is_asked_for_it(client, officer):
    TOTP.activate(officer, generate_totp_secret())
    answer = log_in(client)
    assert answer.url == reverse("mfa_authenticate")
    assert me(client) == 401


def test_the_key_of_a_second_factor_is_not_readable_in_the_database(officer):
    secret = generate_totp_secret()
    made = TOTP.activate(officer, secret)
    assert secret not in str(made.instance.data)


def test_where_it_is_required_nobody_works_without_a_second_factor(client, officer, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(officer)
    assert client.get("/api/v1/me").url == reverse("mfa_activate_totp")
    TOTP.activate(officer, generate_totp_secret())
    assert me(client) == 200


def test_nobody_signs_up(client):
    assert client.post(reverse("account_signup"), {"username": "x", "password1": PASSWORD}).status_code == 200
    assert not Account.objects.filter(username="x").exists()


def test_without_mail_a_forgotten_password_leads_to_the_administrator(client):
    assert "access/forgotten.html" in [t.name for t in client.get(reverse("account_reset_password")).templates]


def test_with_mail_a_forgotten_password_is_set_by_a_link(client, officer, settings, mailoutbox):
    settings.HAS_MAIL = True
    Account.objects.filter(pk=officer.pk).update(email="lin@example.org")
    client.post(reverse("account_reset_password"), {"email": "lin@example.org"})
    assert "/accounts/password/reset/key/" in mailoutbox[0].body


def test_with_mail_nobody_learns_which_addresses_exist(client, officer, settings, mailoutbox):
    settings.HAS_MAIL = True
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert answer.url == reverse("account_reset_password_done")
    assert not mailoutbox
