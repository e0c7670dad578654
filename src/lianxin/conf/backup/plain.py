"""Plain twins of the models: the same tables and columns, without what fields do on the way in and out.

An encrypted field must be copied as it is stored, and a row must be written back without defaults, `auto_now` or
foreign keys being followed.
"""

import base64
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.apps.registry import Apps
from django.db import connection, models

TEXT = {"CharField", "TextField", "SlugField", "FileField", "FilePathField", "GenericIPAddressField"}
SAME: dict[str, type["models.Field[Any, Any]"]] = {
    "AutoField": models.IntegerField,
    "BigAutoField": models.BigIntegerField,
    "SmallAutoField": models.SmallIntegerField,
    "IntegerField": models.IntegerField,
    "BigIntegerField": models.BigIntegerField,
    "SmallIntegerField": models.SmallIntegerField,
    "PositiveIntegerField": models.IntegerField,
    "PositiveBigIntegerField": models.BigIntegerField,
    "PositiveSmallIntegerField": models.SmallIntegerField,
    "BooleanField": models.BooleanField,
    "DateField": models.DateField,
    "DateTimeField": models.DateTimeField,
    "TimeField": models.TimeField,
    "FloatField": models.FloatField,
    "JSONField": models.JSONField,
    "BinaryField": models.BinaryField,
    "UUIDField": models.UUIDField,
}


class Unclassed(RuntimeError):
    """A table or a kind of column that nobody has decided how to back up."""


def _plain_field(field: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
    source = field
    while isinstance(source, models.ForeignKey):
        source = source.target_field
    kind = source.get_internal_type()
    given: dict[str, Any] = {"null": field.null, "primary_key": field.primary_key, "db_column": field.column}
    if kind == "DecimalField":
        assert isinstance(source, models.DecimalField)
        return models.DecimalField(max_digits=source.max_digits, decimal_places=source.decimal_places, **given)
    if kind in TEXT:
        return models.TextField(**given)
    if kind not in SAME:
        raise Unclassed(f"{field.model._meta.label}.{field.name} is a {kind}")
    return SAME[kind](**given)


@cache
def twin(model: type[models.Model]) -> type[models.Model]:
    """The plain twin of a model."""
    meta = model._meta
    fields = {f.attname: _plain_field(f) for f in meta.concrete_fields if not getattr(f, "generated", False)}
    inner = type("Meta", (), {"apps": Apps(), "app_label": "plain", "db_table": meta.db_table, "managed": False})
    return type(meta.object_name or "", (models.Model,), {**fields, "Meta": inner, "__module__": __name__})


def models_kept(left_out: Iterable[str]) -> dict[str, type[models.Model]]:
    """Every model with a table, by label, but for those left out."""
    skipped = set(left_out)
    every = apps.get_models(include_auto_created=True)
    return {
        m._meta.label_lower: m
        for m in every
        if m._meta.managed and not m._meta.proxy and m._meta.label_lower not in skipped
    }


def strange_tables(derived: Iterable[str]) -> list[str]:
    """Tables of the database that belong to no model and are not listed as derived. Shadow tables go with theirs."""
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    prefixes = tuple(derived)
    tables = connection.introspection.table_names()
    return [t for t in tables if t not in known and not (prefixes and t.startswith(prefixes))]


def spell(value: object) -> Any:
    """For `json.dumps(default=...)`: values that JSON has no form for."""
    if isinstance(value, (date, time, datetime)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    raise TypeError(type(value).__name__)
