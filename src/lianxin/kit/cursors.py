"""Where a list goes on: the sort key of its last row as an opaque word for an address."""

import base64
import binascii
import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from .refusals import Refused


class BadCursor(Refused):
    text = _("This place in the list does not exist. Start again from its first page.")
    status = 422


def cursor_of(*values: str | int) -> str:
    """The sort key of a row as an opaque word for an address."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def values_of(cursor: str, *kinds: type) -> tuple[Any, ...] | None:
    """The sort key in a cursor, None for an empty one.

    kinds : the types of its values, in order. Raises BadCursor.
    """
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise BadCursor(cursor) from None
    fits = isinstance(values, list) and [type(v) for v in values] == list(kinds)
    # what a database cannot hold would be its error, not the sender's
    if not fits or any(isinstance(v, int) and abs(v) >= 2**63 or isinstance(v, str) and "\0" in v for v in values):
        raise BadCursor(cursor)
    return tuple(values)
