"""What kind of contact a person gave: told from how it is written."""

import re

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,19}")


def kind_of(contact: str) -> str:
    """mobile, email, other; empty for none."""
    plain = contact.strip()
    if not plain:
        return ""
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", plain):
        return "email"
    return "mobile" if _PHONE.fullmatch(plain) else "other"
