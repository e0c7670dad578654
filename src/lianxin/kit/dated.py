"""Dated rows: half-open spans of days, null = open."""

from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import Q

_M = TypeVar("_M", bound=models.Model)


def holds_on(day: date, prefix: str = "") -> Q:
    """The condition that a dated row holds on `day`; `prefix` reaches it through a relation (`"spans__"`)."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gt": day})
    )


class DatedSet(models.QuerySet[_M]):
    """Queryset of a model with `valid_from` and `valid_until`."""

    def on(self, day: date) -> "DatedSet[_M]":
        """Rows that hold on the day."""
        return self.filter(holds_on(day))


class Dated(models.Model):
    """A row that holds from a day until before a day (有起止日期的事实)."""

    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


def span_is_ordered(name: str) -> models.CheckConstraint:
    """Constraint for the Meta of a dated model: a span never ends before it starts (it may be empty)."""
    return models.CheckConstraint(
        name=name, condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from"))
    )


class PathField(models.CharField):  # type: ignore[type-arg]
    """A tree path compared byte by byte, so that `path >= p and path < p + "~"` is one index range."""

    def db_parameters(self, connection):  # type: ignore[no-untyped-def]
        return {**super().db_parameters(connection), "collation": self._collation(connection)}

    @staticmethod
    def _collation(connection) -> str:  # type: ignore[no-untyped-def]
        return "C" if connection.vendor == "postgresql" else "BINARY"


def below(paths: tuple[str, ...], prefix: str = "") -> Q:
    """The condition that a path lies at or below one of `paths`; nothing matches an empty tuple."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": path + "~"})
    return condition
