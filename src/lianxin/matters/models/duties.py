"""The list of duties: which body answers for which need, where (责任清单)."""

from datetime import date

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered


class Duty(Dated):
    """One line of the list. The narrowest line that fits decides: the need before its group, the lower area first."""

    LEVELS = [(level, level) for level in ("district", "subdistrict", "community")]
    need = models.CharField(max_length=2, blank=True)
    """A need such as A1, a group such as A, or empty for whatever no other line names."""
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    """Where it holds; null for everywhere."""
    line = models.ForeignKey("registry.Line", null=True, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=20, blank=True)
    """With `line`: that line's federation of the area at this level, or the nearest above."""
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """Instead: one body."""
    door = models.CharField(max_length=200, blank=True)
    """Instead: no body of ours; where to go."""
    source = models.CharField(max_length=200, blank=True)
    """What it rests on."""
    objects = DatedSet["Duty"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("duty_ordered"),
            models.CheckConstraint(
                name="duty_names_one",
                condition=(
                    Q(line__isnull=False, body=None, door="") & ~Q(level="")
                    | Q(line=None, body__isnull=False, door="", level="")
                    | Q(line=None, body=None, level="") & ~Q(door="")
                ),
            ),
            models.UniqueConstraint(
                name="duty_one_open_there", fields=["need", "area"], condition=Q(valid_until__isnull=True)
            ),
            models.UniqueConstraint(
                name="duty_one_open_everywhere",
                fields=["need"],
                condition=Q(valid_until__isnull=True, area__isnull=True),
            ),
        ]
        indexes = [models.Index(name="duty_by_day", fields=["valid_from", "valid_until"])]

    def ends_on(self, day: date) -> bool:
        """Whether it still holds on the day."""
        return self.valid_from <= day and (self.valid_until is None or self.valid_until > day)
