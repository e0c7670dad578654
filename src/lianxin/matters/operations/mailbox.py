"""Mail taken in from a mailbox or a folder: each once, by its Message-ID; what machines wrote is left alone."""

import imaplib
import logging
import re
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lianxin.kit import vault
from lianxin.kit.rates import take
from lianxin.kit.refusals import Refused

from ..mail import MOST_BYTES, Mail, read_mail
from ..models import Arrival, Matter
from . import ways
from .happening import Requesting
from .opening import LONGEST, SIGNS, Given, Person, Picture
from .photos import MOST_PHOTOS, cleaned
from .reading import read_requester

log = logging.getLogger(__name__)
NUMBER = re.compile(rf"\b([0-9]{{6}}-[{SIGNS}]{{6}})\b")
AT_ONCE = 200
A_MINUTE_FROM_ONE = 12
"""More from one address at once is a loop, or an attack."""


def take_mail(raw: bytes, *, at: datetime) -> str:
    """Take one mail in. Returns what became of it: opened, joined, known, automatic, empty, later."""
    mail = read_mail(raw)
    if mail.is_automatic or mail.address == settings.DEFAULT_FROM_EMAIL.lower():
        return "automatic"
    if ways.known(_key(mail)) or Arrival.objects.filter(key=_digest(mail)).exists():
        return "known"
    pictures = _pictures(mail)
    if not mail.text and not mail.subject and not pictures:
        return "empty"
    sender = vault.lookup_word("mail", mail.address)[:24]
    if take(f"mail-{sender}", limit=A_MINUTE_FROM_ONE, at_s=time.time()):
        return "later"
    target = _answers(mail, at)
    return _join(target, mail, pictures, at) if target else _open(mail, pictures, at)


def _key(mail: Mail) -> str:
    return f"email:{mail.key}"


def _digest(mail: Mail) -> str:
    return sha256(mail.key.encode()).hexdigest()


def _pictures(mail: Mail) -> tuple[Picture, ...]:
    found = []
    for content in mail.pictures:
        try:
            found.append(cleaned(content))
        except Refused:
            continue  # signatures and the like; the words are what counts
    return tuple(found[:MOST_PHOTOS])


def _answers(mail: Mail, at: datetime) -> Matter | None:
    """The matter whose number stands in the subject, if its own requester writes: anybody may guess a number. Nobody
    looks at one that is closed any more: what comes then is a matter of its own."""
    named = NUMBER.search(mail.subject.upper())
    matter = Matter.objects.filter(number=named.group(1)).select_related("kind").first() if named else None
    if matter is None or not matter.is_open:
        return None
    contact = read_requester(matter=matter, actor=Requesting(matter.pk), at=at).contact.strip().lower()
    return matter if contact == mail.address else None


@transaction.atomic
def _join(matter: Matter, mail: Mail, pictures: tuple[Picture, ...], at: datetime) -> str:
    _made, is_new = Arrival.objects.get_or_create(key=_digest(mail), defaults={"matter": matter, "at": at})
    if is_new:
        ways.say(matter=matter, text=mail.text or mail.subject, pictures=pictures, at=at)
    return "joined" if is_new else "known"


@transaction.atomic
def _open(mail: Mail, pictures: tuple[Picture, ...], at: datetime) -> str:
    words = mail.text if not mail.subject or mail.subject in mail.text else f"{mail.subject}\n{mail.text}"
    given = Given(
        words=words.strip()[:LONGEST] or _("(Pictures only)"),
        way="email",
        person=Person(mail.name, "email", mail.address),
        pictures=pictures,
        key=_key(mail),
    )
    opened = ways.bring_in(given=given, at=at)
    if opened.is_new and settings.HAS_MAIL:
        from ..ways_jobs import send_receipt

        send_receipt.enqueue(matter=opened.matter.pk, key=_key(mail))
    return "opened" if opened.is_new else "known"


def receipt(*, matter: Matter, key: str, at: datetime) -> EmailMessage:
    """The answer to a mail: the number and the link, in words that give nothing away."""
    address = read_requester(matter=matter, actor=Requesting(matter.pk), at=at).contact
    link = f"{settings.PUBLIC_URL}/ask/p/{ways.secret_of(key)}/" if settings.PUBLIC_URL else ""
    with override(settings.LANGUAGE_CODE):
        subject = _("Received, number %(number)s") % {"number": matter.number}
        lines = [subject, *([_("Progress: %(link)s") % {"link": link}] if link else [])]
        lines.append(_("To add something, answer this mail and leave its subject as it is."))
    headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    return EmailMessage(subject, "\n\n".join(lines), to=[address], headers=headers)


def _tried(raw: bytes, at: datetime) -> str:
    """Take one in; one that cannot be taken does not hold up the others. Nothing of it is logged."""
    try:
        return take_mail(raw, at=at) if len(raw) <= MOST_BYTES else "too_large"
    except Exception as fault:
        log.error("a mail could not be taken in: %s", type(fault).__name__)
        return "failed"


def from_folder(folder: Path, *, at: datetime) -> Counter[str]:
    """Read what lies in a folder as .eml files, or in the `new` of a maildir; what was read is moved to `cur`."""
    found: Counter[str] = Counter()
    paths = [*sorted(folder.glob("*.eml")), *sorted(p for p in (folder / "new").glob("*") if p.is_file())]
    for path in paths[:AT_ONCE]:
        became = _tried(path.read_bytes(), at)
        found[became] += 1
        if became != "later":
            shelf = folder / ("failed" if became in ("failed", "too_large") else "cur")
            shelf.mkdir(exist_ok=True, mode=0o700)
            path.rename(shelf / path.name)
    return found


def from_mailbox(url: str, *, at: datetime) -> Counter[str]:
    """Read the unread mails of a mailbox, imaps://user:password@host:993/INBOX; what failed is flagged."""
    found: Counter[str] = Counter()
    with _mailbox(url) as box:
        _state, answer = box.uid("SEARCH", "UNSEEN", "UNFLAGGED")
        for uid in answer[0].split()[:AT_ONCE] if answer and answer[0] else []:
            raw = _fetched(box, uid)
            became = _tried(raw, at) if raw else "later"
            found[became] += 1
            if became != "later":
                box.uid("STORE", uid, "+FLAGS", r"(\Flagged)" if became in ("failed", "too_large") else r"(\Seen)")
    return found


def _fetched(box: imaplib.IMAP4, uid: bytes) -> bytes:
    _state, parts = box.uid("FETCH", uid, "(BODY.PEEK[])")  # type: ignore[arg-type]
    return next((bytes(part[1]) for part in parts or () if isinstance(part, tuple)), b"")


@contextmanager
def _mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlparse(url)
    host = parts.hostname or ""
    if parts.scheme == "imaps":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host, parts.port or 993, ssl_context=ssl.create_default_context(), timeout=20
        )
    else:
        box = imaplib.IMAP4(host, parts.port or 143, timeout=20)
        if host not in ("localhost", "127.0.0.1"):
            box.starttls(ssl.create_default_context())
    try:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        _choose(box, unquote(parts.path.strip("/")) or "INBOX")
        yield box
    finally:
        try:
            box.logout()
        except (OSError, imaplib.IMAP4.error):
            log.warning("the mailbox did not answer the farewell")


def _choose(box: imaplib.IMAP4, folder: str) -> None:
    """Say who asks, without which some hosts open nothing (RFC 2971), and open a folder by the server's name of it."""
    if "ID" in box.capabilities:
        box.xatom("ID", '("name" "lianxin")')
    state, answer = box.select(f'"{folder}"')
    if state != "OK":
        said = b" ".join(part for part in answer if isinstance(part, bytes)).decode("ascii", "replace")
        raise imaplib.IMAP4.error(f"the mailbox has no folder {folder!r} to read: {said}")
