"""The periodic review: a meeting, what it looked at, what it decided (定期研判)."""

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope

from .core import Matter, of_scope
from .inspections import Round, areas_on_lines


class ReviewSet(models.QuerySet["Review"]):
    def led_within(self, scope: Scope) -> "ReviewSet":
        """Reviews in an area reached on their line, or called by a body reached."""
        return self.filter(areas_on_lines(scope) | Q(body__in=scope.refs("body")))

    def within(self, scope: Scope) -> "ReviewSet":
        """Reviews led within the scope, and those that a body of the scope attended or is to do something of."""
        there, deciding = Review.bodies.through.objects, Decision.objects
        asked = {*there.values_list("body", flat=True), *deciding.values_list("body", flat=True)}
        ours = of_scope(asked, scope)
        with_us = there.filter(body__in=ours).values("review")
        for_us = deciding.filter(body__in=ours).values("review")
        led = areas_on_lines(scope) | Q(body__in=scope.refs("body"))
        return self.filter(led | Q(pk__in=with_us) | Q(pk__in=for_us))


class Review(models.Model):
    """A meeting at which bodies look at what is open and decide (定期研判会议)."""

    title = models.CharField(max_length=80)
    line = models.ForeignKey("registry.Line", null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """The body that called it."""
    bodies = models.ManyToManyField("registry.Body", related_name="+")
    """Who was there, as bodies."""
    held_on = models.DateField()
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="reviews")
    findings = models.TextField(blank=True)
    """What the meeting saw, in its own words; no names of persons."""
    figures = models.JSONField(default=dict)
    """Figures as they stood at the meeting: open, overdue, hit rate with its interval and n."""
    next_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    objects = ReviewSet.as_manager()

    class Meta:
        indexes = [models.Index(name="review_by_day", fields=["-held_on", "-id"])]


class Decision(models.Model):
    """What a review decided: who does what by when; each is a matter of its own (议定事项)."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="decisions")
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="decision")
    text = models.CharField(max_length=300)
    body = models.ForeignKey("registry.Body", on_delete=models.PROTECT, related_name="+")
    """The owner."""
    due_on = models.DateField()

    class Meta:
        indexes = [models.Index(name="decision_by_review", fields=["review", "due_on"])]
