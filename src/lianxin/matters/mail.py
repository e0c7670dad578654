"""What a mail holds, read with care: who wrote, in words, with which pictures, and whether a machine wrote it."""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime

MOST_BYTES = 40 * 1024 * 1024
LONGEST_TEXT = 20_000
_QUOTED = re.compile(
    r"^\s*(?:-{2,}\s*(?:原始邮件|Original Message|Forwarded message|转发的邮件).*"
    r"|On .{4,120} wrote:\s*|在.{4,120}写道[:：]\s*|发件人[:：].*|From: .*@.*|_{10,}\s*)$"
)
_BLOCKS = re.compile(r"(?is)<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->")
_BREAKS = re.compile(r"(?i)<br\s*/?>|</(?:p|div|tr|li|h[1-6])\s*>")
_TAGS = re.compile(r"(?s)<[^>]{0,2000}>")
_MACHINES = re.compile(r"(?i)^(?:mailer-daemon|postmaster|no-?reply|donotreply|bounces?|autoreply)\b")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail (来信).

    key : its Message-ID; where it has none, a digest of all of it. is_automatic : written by a machine, such as an
    absence note, a bounce, a newsletter: nothing to answer, and answering would make a loop.
    """

    key: str
    address: str
    name: str
    subject: str
    text: str
    sent_at: datetime | None
    pictures: tuple[bytes, ...]
    is_automatic: bool


def read_mail(raw: bytes) -> Mail:
    """A mail from its bytes; whatever they are, it does not fail."""
    message = message_from_bytes(raw, policy=default)
    name, address = parseaddr(_header(message, "Reply-To") or _header(message, "From"))
    key = _header(message, "Message-ID").strip() or "sha256:" + hashlib.sha256(raw).hexdigest()
    return Mail(
        key=key,
        address=address.strip().lower(),
        name=name.strip()[:60],
        subject=" ".join(_header(message, "Subject").split())[:200],
        text=_text(message)[:LONGEST_TEXT],
        sent_at=_moment(_header(message, "Date")),
        pictures=tuple(_pictures(message)),
        is_automatic=_is_automatic(message, address),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (ValueError, TypeError, IndexError, AttributeError, LookupError):  # what the library makes of odd headers
        return ""


def _is_automatic(message: EmailMessage, address: str) -> bool:
    said = _header(message, "Auto-Submitted").strip().lower()
    return (
        said not in ("", "no")
        or _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply")
        or any(message.get(n) is not None for n in ("X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe"))
        or _header(message, "Return-Path").strip() == "<>"
        or message.get_content_type() in ("multipart/report", "message/delivery-status")
        or bool(_MACHINES.match(address))
        or "@" not in address
    )


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if isinstance(part, EmailMessage) and not part.is_multipart():
            yield part


def _text(message: EmailMessage) -> str:
    """The words that were written now: plain ones first, without what they answer."""
    found = {"plain": "", "html": ""}
    for part in _parts(message):
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            kind = part.get_content_subtype()
            if kind in found and not found[kind]:
                found[kind] = _decoded(part)
    return _own(found["plain"].strip() or _from_html(found["html"]))


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    named = part.get_content_charset() or "utf-8"
    for encoding in ("gb18030" if named.lower() in ("gb2312", "gbk") else named, "utf-8", "gb18030"):
        try:
            return content.decode(encoding).replace("\0", "")
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", errors="replace").replace("\0", "")


def _from_html(text: str) -> str:
    bare = _TAGS.sub("", _BREAKS.sub("\n", _BLOCKS.sub("", text)))
    lines = (" ".join(line.split()) for line in html.unescape(bare).replace("\0", "").splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _own(text: str) -> str:
    """The part above the quotation; all of it where nothing stands above."""
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return "\n".join(kept).strip() or text.strip()


def _pictures(message: EmailMessage) -> Iterator[bytes]:
    for part in _parts(message):
        if part.get_content_maintype() == "image":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload:
                yield payload
