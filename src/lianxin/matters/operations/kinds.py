"""Versions of kinds: what ships with the product, what an administrator changed."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record

from ..kinds import read_kind
from ..models import StoredKind
from ..shipped import contents


class NoSuchKind(Refused):
    text = _("There is no kind of matter “%(code)s” that new matters can be opened of.")
    status = 404


def current(code: str, at: datetime) -> StoredKind:
    """The version that a new matter of a kind begins with. Raises NoSuchKind.

    What ships with the product is stored when it is first asked for, and again when an upgrade changed it; a version
    of this installation's own stays in force.
    """
    newest = StoredKind.objects.filter(code=code).order_by("-version").first()
    if newest is None or newest.is_shipped:
        shipped = contents().get(code)
        if shipped is not None and (newest is None or newest.digest != digest_of(shipped)):
            newest = _stored(code, shipped, newest, is_shipped=True, at=at)
    if newest is None or not newest.is_offered:
        raise NoSuchKind(code=code)
    return newest


@transaction.atomic
def save_kind(*, content: Mapping[str, Any], actor: Actor, at: datetime) -> StoredKind:
    """A new kind, or a new version of one. Matters under way keep theirs. Raises KindFaulty."""
    code = read_kind(content).code
    newest = StoredKind.objects.filter(code=code).order_by("-version").first()
    if newest is not None and newest.digest == digest_of(content):
        return newest
    made = _stored(code, content, newest, is_shipped=False, at=at)
    record("matters.kind.saved", made, actor=actor, at=at, code=code, version=made.version)
    return made


@transaction.atomic
def offer_kind(*, code: str, is_offered: bool, actor: Actor, at: datetime) -> StoredKind:
    """Let new matters of a kind be opened, or not. Those under way go on. Raises NoSuchKind."""
    newest = StoredKind.objects.filter(code=code).order_by("-version").first() or current(code, at)
    newest.is_offered = is_offered
    newest.save(update_fields=["is_offered"])
    record("matters.kind.offered", newest, actor=actor, at=at, code=code, offered=is_offered)
    return newest


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the plain data of a kind."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _stored(
    code: str, content: Mapping[str, Any], newest: StoredKind | None, *, is_shipped: bool, at: datetime
) -> StoredKind:
    version = newest.version + 1 if newest else 1
    made, _is_new = StoredKind.objects.get_or_create(
        code=code,
        version=version,
        defaults={
            "content": dict(content),
            "digest": digest_of(content),
            "is_shipped": is_shipped,
            "is_offered": newest.is_offered if newest else True,
            "made_at": at,
        },
    )
    return made
