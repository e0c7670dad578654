"""Versions of check lists: what ships with the product, what this installation changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lianxin.kit.actor import Actor
from lianxin.trail.operations import record

from ..checklists import read_list, shipped_lists
from ..models import StoredList
from .kinds import digest_of


@transaction.atomic
def current_lists(at: datetime) -> list[StoredList]:
    """The version in force of every check list, in the order of their codes.

    What ships with the product is stored when it is first asked for, and again when an upgrade changed it; a version
    of this installation's own stays in force.
    """
    newest = {row.code: row for row in StoredList.objects.order_by("version")}
    for code, content in shipped_lists().items():
        known = newest.get(code)
        if known is None or (known.is_shipped and known.digest != digest_of(content)):
            newest[code] = _stored(content, known, is_shipped=True, at=at)
    return [newest[code] for code in sorted(newest, reverse=True)]


@transaction.atomic
def save_list(*, content: Mapping[str, Any], actor: Actor, at: datetime) -> StoredList:
    """A new check list, or a new version of one. Rounds under way keep theirs. Raises ListFaulty."""
    code = read_list(content).code
    newest = StoredList.objects.filter(code=code).order_by("-version").first()
    if newest is not None and newest.digest == digest_of(content):
        return newest
    made = _stored(content, newest, is_shipped=False, at=at)
    record("matters.list.saved", made, actor=actor, at=at, code=code, version=made.version)
    return made


def _stored(content: Mapping[str, Any], newest: StoredList | None, *, is_shipped: bool, at: datetime) -> StoredList:
    return StoredList.objects.create(
        code=content["code"],
        version=newest.version + 1 if newest else 1,
        content=dict(content),
        digest=digest_of(content),
        is_shipped=is_shipped,
        made_at=at,
    )
