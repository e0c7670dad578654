"""What every operation of the integration API shares: answers that say no, and pages with a cursor.

An app's `api.py`:

    router = Router()

    @router.get("/organisations", response={200: Page[OrganisationOut], **NO})
    @performs("registry.view_organisations")
    def organisations(request: HttpRequest, page: Query[PageIn]) -> Page[OrganisationOut]: ...

`request.actor` is the token's or the session's actor; conf/api.py gathers the routers.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from ninja import Schema
from ninja.errors import HttpError
from pydantic import Field

T = TypeVar("T")
R = TypeVar("R")
LONGEST_PAGE = 200


class NoOut(Schema):
    """Why not: a stable code and words a person can act on."""

    refused: str
    text: str


class FaultOut(Schema):
    """What is wrong with the input: one entry a fault, with the place it stands."""

    detail: list[dict[str, Any]] | str


NO: dict[int, Any] = {401: NoOut, 403: NoOut, 404: NoOut, 409: NoOut, 422: FaultOut, 429: NoOut}
"""The answers every operation documents beside its own."""


class PageIn(Schema):
    """Where to go on, and how many rows at most."""

    cursor: str = Field("", max_length=300, description="`next` of the page before; empty for the first")
    limit: int = Field(50, ge=1, le=LONGEST_PAGE)


class Page(Schema, Generic[T]):
    """One page of rows; `next` is null on the last."""

    items: list[T]
    next: str | None


def cursor_of(*values: str | int) -> str:
    """The sort key of a row as an opaque word for an address."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def values_of(cursor: str, *kinds: type) -> tuple[Any, ...] | None:
    """The sort key in a cursor, None for an empty one; anything else than values of `kinds` is answered with 422."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise HttpError(422, "cursor") from None
    fits = isinstance(values, list) and [type(v) for v in values] == list(kinds)
    # a number beyond 64 bits would be an error of the database, not of whoever sent it
    if not fits or any(isinstance(v, int) and abs(v) >= 2**63 or isinstance(v, str) and "\0" in v for v in values):
        raise HttpError(422, "cursor")
    return tuple(values)


def paged(rows: Sequence[R], limit: int, key: Callable[[R], tuple[str | int, ...]], out: Callable[[R], T]) -> Page[T]:
    """A page of `rows`, which were asked for with `limit + 1`, so that the one too many tells of a next page."""
    kept = rows[:limit]
    following = cursor_of(*key(kept[-1])) if len(rows) > limit else None
    return Page(items=[out(row) for row in kept], next=following)
