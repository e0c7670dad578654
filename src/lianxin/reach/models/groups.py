"""Groups of people without an employer: how many there are, as published estimates say, and which bodies they join."""

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered


class Group(models.Model):
    """People whom no employer holds together (群体): couriers, freelancers. Never a list of persons."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)


class GroupLoad(models.Model):
    """One file of estimates as it was read (群体规模导入)."""

    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    """`{"row", "fault", "written"}` of rows set aside."""
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=100)


class GroupEstimate(models.Model):
    """About how many people of a group there are in an area, in a year (群体规模估计)."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="estimates")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    margin = models.PositiveIntegerField(null=True)
    """Half the width of its 95 % interval; null where the source gives none."""
    load = models.ForeignKey(GroupLoad, on_delete=models.PROTECT, related_name="estimates")

    class Meta:
        constraints = [models.UniqueConstraint(name="groupestimate_once", fields=["group", "area", "year"])]


class GroupBody(Dated):
    """A body takes in people of a group without an employer (吸收群体的组织): an area's, a trade's or a site's."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="bodies")
    body = models.ForeignKey("registry.Body", on_delete=models.CASCADE, related_name="+")
    objects = DatedSet["GroupBody"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("groupbody_ordered"),
            models.UniqueConstraint(name="groupbody_one_open", fields=["body"], condition=Q(valid_until=None)),
        ]
