"""How each clock of each matter ran: worked out from what happened, kept so that figures can count it."""

from django.db import models

from .core import Matter


class ClockRun(models.Model):
    """One run of a clock (时限). It follows from the events of the matter and can be worked out anew at any time."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="clock_runs")
    clock = models.CharField(max_length=40)
    is_closing = models.BooleanField()
    """The matter has to be dealt with by it: see `promises.closing_clocks`."""
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """When it runs out, extensions and waiting counted in; null while it is paused."""
    met_at = models.DateTimeField(null=True)
    extended = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="clockrun_once", fields=["matter", "clock", "started_at"])]
