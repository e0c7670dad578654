"""The network of a line: its pattern as data, and informal groups that count without their members' names."""

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered
from lianxin.kit.scope import Scope
from lianxin.places.models import Area


class InformalGroupSet(DatedSet["InformalGroup"]):
    def within(self, scope: Scope) -> "InformalGroupSet":
        """Groups of an area reached on their line."""
        reached = Q(pk__in=[])
        for line in {reach.line for reach in scope.reaches if reach.kind == "area"}:
            part = Scope(scope.day, tuple(r for r in scope.reaches if r.line == line))
            condition = Q(area__in=Area.objects.within(part))
            reached |= condition & Q(line__code=line) if line else condition
        return self.filter(reached)


class InformalGroup(Dated):
    """A group that belongs to the network without being a body (“N”): its members' names are not asked for."""

    KINDS = [(k, k) for k in ("building", "park", "association", "volunteers", "workers", "other")]
    line = models.ForeignKey("registry.Line", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=KINDS)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("places.Site", null=True, on_delete=models.SET_NULL, related_name="+")
    people = models.PositiveIntegerField(null=True)
    """About how many take part, as the group says; null is unknown."""
    objects = InformalGroupSet.as_manager()

    class Meta:
        constraints = [span_is_ordered("informalgroup_ordered")]
        indexes = [models.Index(name="informalgroup_by_area", fields=["area", "line", "valid_from"])]


class Pattern(Dated):
    """How a line's network is meant to be built (组织网络模式), such as 1+10+95+N, from a day until before a day."""

    line = models.ForeignKey("registry.Line", on_delete=models.CASCADE, related_name="+")
    parts = models.JSONField(default=list)
    """In order: `{"level": "community"}` for bodies of the areas of a level, `{"site": "park"}` for bodies at the
    sites of a kind, `{"rest": true}` for all other bodies and the informal groups."""
    objects = DatedSet["Pattern"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("pattern_ordered"),
            models.UniqueConstraint(name="pattern_one_open", fields=["line"], condition=Q(valid_until=None)),
        ]
