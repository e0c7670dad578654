"""Places as frames: the dated tree, what became of areas, sites."""

from typing import Any

from django.db.models import F, QuerySet

from lianxin.kit.frames import Frame

from .models import AreaSpan, AreaSuccession, Site


def area_rows() -> "QuerySet[Any, Any]":
    spans = AreaSpan.objects.annotate(code=F("area__code"), scheme=F("area__scheme__code")).order_by("area", "pk")
    return spans.values_list("area", "code", "scheme", "name", "level", "parent", "path", "valid_from", "valid_until")


def succession_rows() -> "QuerySet[Any, Any]":
    return AreaSuccession.objects.exclude(kind="match").order_by("old", "pk").values_list("old", "new", "on_day")


def site_rows() -> "QuerySet[Any, Any]":
    return Site.objects.order_by("pk").values_list("pk", "name", "kind", "area", "valid_from", "valid_until")


def network_rows() -> "QuerySet[Any, Any]":
    rows = Site.objects.filter(networks__isnull=False).order_by("pk", "networks")
    return rows.values_list("pk", "networks__code")


FACTS = (
    Frame("site_networks", (("site", "int"), ("network", "text")), network_rows),
    Frame(
        "area_spans",
        (
            ("area", "int"),
            ("code", "text"),
            ("scheme", "text"),
            ("name", "text"),
            ("level", "text"),
            ("parent", "int"),
            ("path", "text"),
            ("valid_from", "day"),
            ("valid_until", "day"),
        ),
        area_rows,
    ),
    Frame("area_successions", (("old", "int"), ("new", "int"), ("on_day", "day")), succession_rows),
    Frame(
        "sites",
        (
            ("site", "int"),
            ("name", "text"),
            ("kind", "text"),
            ("area", "int"),
            ("valid_from", "day"),
            ("valid_until", "day"),
        ),
        site_rows,
    ),
)
