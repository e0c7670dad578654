"""What kind of contact a person gave: told from how it is written."""

import re

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,19}")


def kind_of(contact: str) -> str:
    """mobile, email, other; empty for none."""
    plain = contact.strip()
    if not plain:
        return ""
    if _MAIL.fullmatch(plain):
        return "email"
    return "mobile" if _PHONE.fullmatch(plain) else "other"


def is_whole(contact: str) -> bool:
    """Whether a contact can reach somebody as it is written: a digit too few loses the person.

    Mobile numbers of the mainland begin with 1 and have 11 digits, other numbers 7 to 15 (E.164); what is no number and
    no e-mail address, such as a WeChat name, needs four signs.
    """
    plain = contact.strip()
    if "@" in plain:
        return bool(_MAIL.fullmatch(plain))
    if not re.fullmatch(r"[+0-9 ()-]+", plain):
        return len(plain) >= 4
    digits = re.sub(r"[^0-9]", "", plain)
    if digits.startswith("1") and not plain.startswith("+"):
        return len(digits) == 11
    return 7 <= len(digits) <= 15
