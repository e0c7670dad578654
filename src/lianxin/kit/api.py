"""What every operation of the integration API shares: answers that say no, and pages with a cursor.

An app's `api.py`:

    router = Router()

    @router.get("/organisations", response={200: Page[OrganisationOut], **NO})
    @performs("registry.view_organisations")
    def organisations(request: HttpRequest, page: Query[PageIn]) -> Page[OrganisationOut]: ...

`request.actor` is the token's or the session's actor; conf/api.py gathers the routers.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import Field

from .cursors import cursor_of, values_of

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


def paged(rows: Sequence[R], limit: int, key: Callable[[R], tuple[str | int, ...]], out: Callable[[R], T]) -> Page[T]:
    """A page of `rows`, which were asked for with `limit + 1`, so that the one too many tells of a next page."""
    kept = rows[:limit]
    following = cursor_of(*key(kept[-1])) if len(rows) > limit else None
    return Page(items=[out(row) for row in kept], next=following)


__all__ = ["NO", "FaultOut", "NoOut", "Page", "PageIn", "cursor_of", "paged", "values_of"]
