"""Dated spans: the one way to end what holds and open what follows."""

from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused

from ..models.imports import Import, Recorded

_OWN = ("valid_from", "valid_until", "born_in", "ended_in", "corrected_at")
"""What belongs to one span and never goes over into the next."""

_S = TypeVar("_S", bound=Recorded)


class NothingOpen(Refused):
    text = _("This record has ended. Reopen it first, then change it.")


class ImportUnderWay(Refused):
    text = _("An import is writing this record right now. Please try again when it has finished.")


class DayBeforeSpan(Refused):
    text = _(
        "What is on record holds since %(since)s, so a change cannot start before that day. "
        "Choose that day or a later one, or correct the record instead."
    )


def lock_open(model: type[_S], **owner: Any) -> _S:
    """The open span of an owner, locked until the transaction ends.

    Raises NothingOpen, ImportUnderWay.
    """
    rows = model._default_manager.select_for_update().filter(valid_until=None, **owner)
    hidden = Import.hidden()
    found = rows.first()
    if found is None:
        ended = model._default_manager.filter(**owner, ended_in__in=hidden).exists() if hidden else False
        raise ImportUnderWay() if ended else NothingOpen()
    if found.born_in_id in hidden:
        raise ImportUnderWay()
    return found


def end_span(span: Recorded, day: date) -> None:
    """Let a span hold until before the day; a span that began on this very day becomes an empty one.

    Raises DayBeforeSpan.
    """
    if day < span.valid_from:
        raise DayBeforeSpan(since=span.valid_from)
    span.valid_until = day
    span.save(update_fields=["valid_until"])


def open_after(span: _S, day: date, changes: dict[str, Any]) -> _S:
    """Open a span from the day that is like another, with some facts changed."""
    kept = {
        field.attname: getattr(span, field.attname)
        for field in span._meta.concrete_fields
        if not field.primary_key and field.name not in (*changes, *_OWN)
    }
    return type(span)._default_manager.create(**kept, **changes, valid_from=day)


def follow_on(span: _S, day: date, changes: dict[str, Any]) -> _S:
    """End a span and open the next one from the day, with some facts changed. Raises DayBeforeSpan."""
    end_span(span, day)
    return open_after(span, day, changes)
