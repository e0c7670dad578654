"""What is owed, and who has named a liaison, as frames: numbers and days only, nobody's name."""

from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Value, When

from lianxin.kit.frames import Frame
from lianxin.rules.models import StoredRule

from .models import Liaison, ObligationVersion, Owed


def duty_rows() -> "QuerySet[Any, Any]":
    rules = StoredRule.objects.filter(severity="must").values("code")
    must = ObligationVersion.objects.filter(valid_until=None, due__in=rules).values_list("obligation", flat=True)
    is_must = Case(When(obligation__in=list(must), then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = Owed.objects.order_by("pk").annotate(is_must=is_must)
    names = ("pk", "area", "obligation__line", "obligation__target", "is_must", "is_due", "is_met")
    return rows.values_list(*names, "valid_from", "valid_until")


def liaison_rows() -> "QuerySet[Any, Any]":
    rows = Liaison.objects.order_by("organisation", "pk")
    return rows.values_list("organisation", "line", "valid_from", "valid_until")


FACTS = (
    Frame(
        "liaisons",
        (("organisation", "int"), ("line", "text"), ("valid_from", "day"), ("valid_until", "day")),
        liaison_rows,
    ),
    Frame(
        "duties",
        (
            ("duty", "int"),
            ("area", "int"),
            ("line", "text"),
            ("target", "text"),
            ("is_must", "bool"),
            ("is_due", "bool"),
            ("is_met", "bool"),
            ("valid_from", "day"),
            ("valid_until", "day"),
        ),
        duty_rows,
    ),
)
