"""Mail read over IMAP: each once, what the server could not give is asked for again, refusals are plain."""

import imaplib

import pytest

import make
from lianxin.kit.clock import now
from lianxin.matters.models import Matter
from lianxin.matters.operations.mailbox import from_mailbox
from matters.imap_box import imap_box

pytestmark = pytest.mark.django_db
HEAD = "From: lin@example.org\r\nSubject: lamp\r\nMessage-ID: <{}@example.org>\r\n{}\r\n食堂的灯坏了。\r\n"


def mail(name, more=""):
    return HEAD.format(name, more).encode()


@pytest.fixture(autouse=True)
def land():
    return make.area("样例区")


def test_unread_mails_are_taken_once_and_flagged_by_what_became_of_them(monkeypatch):
    monkeypatch.setattr("lianxin.matters.operations.mailbox.MOST_BYTES", 400)
    robot, large = mail("robot", "Auto-Submitted: auto-replied\r\n"), mail("large") + b"a" * 400
    with imap_box(mail("one"), mail("one"), robot, large) as box:
        assert from_mailbox(box.url, at=now()) == {"opened": 1, "known": 1, "automatic": 1, "too_large": 1}
        assert box.flags == {1: {r"\Seen"}, 2: {r"\Seen"}, 3: {r"\Seen"}, 4: {r"\Flagged"}}
        assert from_mailbox(box.url, at=now()) == {}
    assert Matter.objects.get().way == "email"


def test_a_mail_the_server_could_not_give_stays_unread_and_is_taken_the_next_time():
    with imap_box(None, mail("two")) as box:
        assert from_mailbox(box.url, at=now()) == {"later": 1, "opened": 1}
        assert box.flags == {2: {r"\Seen"}}
        box.mails[1] = mail("one")
        assert from_mailbox(box.url, at=now()) == {"opened": 1}
    assert Matter.objects.count() == 2


def test_who_asks_is_said_before_a_folder_is_opened_as_some_hosts_demand():
    with imap_box() as box:
        from_mailbox(box.url, at=now())
    assert [line.split()[0] for line in box.asked].index("ID") < box.asked.index('SELECT "INBOX"')


def test_a_folder_or_a_secret_the_server_does_not_know_says_so_and_flags_nothing():
    with imap_box(mail("one"), folder="Nowhere") as box, pytest.raises(imaplib.IMAP4.error, match="folder 'Nowhere'"):
        from_mailbox(box.url, at=now())
    with imap_box(mail("one")) as box, pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        from_mailbox(box.url.replace("secret", "other"), at=now())
    assert box.flags == {}
    assert box.asked[-1] == "LOGOUT"
