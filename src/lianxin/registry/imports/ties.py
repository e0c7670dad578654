"""What stands in the way of an undo: everything else that by now points to a record."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from ..models.imports import Import, Recorded


def tied(model: type[models.Model], own: type[models.Model], batch: Import) -> Q:
    """The condition that something points to the record `ref` of a staged row, other than what the import wrote.

    own : the spans of the record, by the column that makes them its own.
    """
    found = Q(pk__in=[])
    for other, column in columns_to(model):
        rows = other._default_manager.filter(**{column: OuterRef("ref")})
        if issubclass(other, Recorded):
            if other is own and column == f"{model._meta.model_name}_id":
                continue
            rows = rows.exclude(born_in=batch)
        found |= Q(Exists(rows))
    return found


def columns_to(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every column of the product that points to a model."""
    related: Iterable[Any] = model._meta.get_fields(include_hidden=True)
    for relation in related:
        if (relation.one_to_many or relation.one_to_one) and relation.auto_created:
            other = relation.related_model
            if not other._meta.auto_created:
                yield other, relation.field.attname
