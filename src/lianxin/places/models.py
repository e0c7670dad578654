"""Dated area trees in several schemes, sites, geometry, the calendar of working days."""

from datetime import date

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, PathField, below, holds_on, span_is_ordered
from lianxin.kit.scope import Scope

SEGMENT = 5
"""Characters of one path segment: an area's id in base 36, room for 60 million areas."""


class Scheme(models.Model):
    """One way to divide the land (区划体系), such as the statistical codes of 2023. Levels are data."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    levels = models.JSONField(default=list)
    """Level codes from the top down, each `{"code": "community", "zh": "社区", "en": "Community"}`."""
    lies_in = models.CharField(max_length=100, blank=True)
    """What stands above the top areas in an address, such as 广东省深圳市; other cities are then elsewhere."""
    source = models.CharField(max_length=200, blank=True)
    is_primary = models.BooleanField(default=False)
    """The scheme that scopes, imports and figures use unless told otherwise; exactly one."""

    class Meta:
        constraints = [
            models.UniqueConstraint(name="scheme_one_primary", fields=["is_primary"], condition=Q(is_primary=True))
        ]


class AreaSet(models.QuerySet["Area"]):
    def on(self, day: date) -> "AreaSet":
        """Areas that exist on the day."""
        return self.filter(holds_on(day, "spans__"))

    def below(self, *paths: str, day: date) -> "AreaSet":
        """Areas at or below any of the paths on the day."""
        return self.filter(pk__in=AreaSpan.objects.on(day).filter(below(paths)).values("area"))

    def within(self, scope: Scope) -> "AreaSet":
        """Areas that a scope reaches on its day."""
        return self.below(*scope.area_paths, day=scope.day)


class Area(models.Model):
    """The identity of a place in a scheme (区域). Its name, parent and path are dated: see AreaSpan."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    objects = AreaSet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="area_code_once_a_scheme", fields=["scheme", "code"])]

    @property
    def segment(self) -> str:
        """This area's own part of every path, fixed for good."""
        digits, number = "", self.pk
        while number:
            number, digit = divmod(number, 36)
            digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
        return digits.rjust(SEGMENT, "0")

    @staticmethod
    def ids_of(path: str) -> tuple[int, ...]:
        """The ids of the areas along a path, root first."""
        return tuple(int(path[i : i + SEGMENT], 36) for i in range(0, len(path), SEGMENT))


class AreaSpan(Dated):
    """What an area was called and where it hung, from a day until before a day."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="spans")
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=40)
    parent = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    path = PathField(max_length=80)
    """Segments of all ancestors and of the area itself, root first."""
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    """Label point, WGS 84."""
    objects = DatedSet["AreaSpan"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("areaspan_ordered"),
            models.UniqueConstraint(name="areaspan_one_open", fields=["area"], condition=Q(valid_until__isnull=True)),
        ]
        indexes = [
            models.Index(name="areaspan_by_path", fields=["path"]),
            models.Index(name="areaspan_by_parent", fields=["parent", "valid_from"]),
        ]


class AreaSuccession(models.Model):
    """On a day one area went over into another, whole or in part (撤并、拆分)."""

    old = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    new = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")
    on_day = models.DateField()
    kind = models.CharField(max_length=10, choices=[("split", "split"), ("merge", "merge"), ("match", "match")])
    """`match`: the same land under another scheme."""

    class Meta:
        constraints = [models.UniqueConstraint(name="succession_once", fields=["old", "new", "on_day"])]


class Shape(Dated):
    """The outline of an area, WGS 84 (边界)."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="shapes")
    geometry = models.JSONField()
    """GeoJSON Polygon or MultiPolygon."""
    is_schematic = models.BooleanField(default=False)
    """Drawn from label points, not a real boundary; every figure that uses it says so."""
    source = models.CharField(max_length=200)
    objects = DatedSet["Shape"].as_manager()

    class Meta:
        constraints = [span_is_ordered("shape_ordered")]
        indexes = [models.Index(name="shape_by_area", fields=["area", "valid_from"])]


class SiteSet(DatedSet["Site"]):
    def within(self, scope: Scope) -> "SiteSet":
        """Sites that lie in an area the scope reaches, or in a former one that went over into it."""
        reached = Area.objects.within(scope)
        gone = AreaSuccession.objects.filter(new__in=reached, on_day__lte=scope.day)
        gone = gone.exclude(old__in=Area.objects.on(scope.day))
        return self.filter(Q(area__in=reached) | Q(area__in=gone.values("old")))


class Site(Dated):
    """A building, park, business area or venue (楼宇、园区、商圈、阵地): a point in an area."""

    KINDS = [("building", "building"), ("park", "park"), ("business_area", "business_area"), ("venue", "venue")]
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=KINDS)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    networks: "models.ManyToManyField[SiteNetwork, SiteNetwork]" = models.ManyToManyField(
        "SiteNetwork", related_name="sites", blank=True
    )
    objects = SiteSet.as_manager()

    class Meta:
        constraints = [span_is_ordered("site_ordered")]
        indexes = [models.Index(name="site_by_area", fields=["area", "name"])]


class SiteNetwork(models.Model):
    """A grouping of sites across areas (网络), such as canteens or youth homes; a site may be in several."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)


class CalendarDay(models.Model):
    """A day that differs from the week's pattern: a holiday, or a weekend day worked instead (调休)."""

    jurisdiction = models.CharField(max_length=20, default="CN")
    day = models.DateField()
    is_working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(name="calendar_day_once", fields=["jurisdiction", "day"])]
