"""Figures over the integration API: the cells of the pages, protected in the same way."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from lianxin.kit.api import NO
from lianxin.kit.clock import today
from lianxin.kit.guards import performs
from lianxin.registry.scoping import scope_on

from .asked import Asked, thresholds
from .catalogue import codes, version_on
from .exports import nested
from .pages import area_asked
from .queries import coverage_table

router = Router()
CELLS = "figures.view_cells"


class FigureIn(Schema):
    """Which figure; thresholds are those that the definition offers."""

    area: int = Field(
        0,
        gt=-(2**62),
        lt=2**62,
        description="id of an area, of a site below zero; the top of what you may see unless given",
    )
    on: date | None = Field(None, description="the day; today unless given")
    headcount: int | None = Field(None, ge=0, lt=2**31)
    months: int | None = Field(None, ge=0, lt=2**31)
    thresholds: str = Field("", max_length=200, description="any other thresholds, such as years=3&days=30")

    def asked(self, indicator: str) -> Asked:
        given = {"headcount": self.headcount, "months": self.months}
        params = {code: value for code, value in given.items() if value is not None}
        params |= thresholds(self.thresholds)
        return Asked(indicator, self.area, self.on or today(), params)


class FigureOut(Schema):
    """A cell with those below it; its numbers are null where it is not shown."""

    indicator: str
    on: date
    area: str
    name: str
    level: str
    unit: str
    value: float | None
    numerator: int | None
    denominator: int | None
    missing: int | None
    shown: bool
    reason: str
    params: dict[str, int]
    source: dict[str, Any]
    site: int | None
    kind: str
    low: float | None
    high: float | None
    children: list["FigureOut"]


class IndicatorOut(Schema):
    """An indicator in force today."""

    code: str
    version: int
    zh: str
    en: str
    unit: str
    scope: str
    numerator: str
    source: str


@router.get("/indicators", response={200: list[IndicatorOut], **NO})
@performs(CELLS)
def indicators(request: HttpRequest) -> list[dict[str, Any]]:
    found = [version_on(code, today()).definition for code in codes()]
    names = ("code", "zh", "en", "unit", "scope", "numerator", "source")
    return [{"version": d.number, **{name: getattr(d, name) for name in names}} for d in found]


@router.get("/figures/{indicator}", response={200: FigureOut, **NO})
@performs(CELLS)
def figure(request: HttpRequest, indicator: str, wanted: Query[FigureIn]) -> dict[str, Any]:
    asked = wanted.asked(indicator)
    scope = scope_on(request.actor, CELLS, asked.on)  # type: ignore[attr-defined]
    area = area_asked(asked, scope)
    table = coverage_table(
        indicator, area=area, on=asked.on, scope_params=asked.params, actor_scope=scope, with_sites=True
    )
    return nested(table)
