"""The part of a page that says who changed a record."""

from typing import Any

from django import template

from lianxin.trail import queries
from lianxin.trail.operations import kind_of

register = template.Library()


@register.inclusion_tag("trail/_history.html")
def who_changed(record: Any, limit: int = 20) -> dict[str, object]:
    """Who changed this record. `record` is a model or a line with `kind` and `id`; the page has checked that the
    reader may see it."""
    kind = kind_of(record) if hasattr(record, "_meta") else record.kind
    return {"lines": queries.history(kind, record.pk if hasattr(record, "_meta") else record.id, limit=limit)}


@register.inclusion_tag("trail/_history.html")
def who_changed_id(kind: str, number: int, limit: int = 20) -> dict[str, object]:
    """Who changed the record of this kind and number."""
    return {"lines": queries.history(kind, number, limit=limit)}
