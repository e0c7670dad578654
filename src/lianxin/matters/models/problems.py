"""A body's own problems: where they came from, the five things in place, what is published (自身问题整改)."""

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope

from .core import Matter

SOURCES = ("complaint", "survey", "rating", "audit", "inspection", "review", "theme", "self")


class ProblemSet(models.QuerySet["OwnProblem"]):
    def within(self, scope: Scope) -> "ProblemSet":
        return self.filter(matter__in=Matter.objects.within(scope).values("pk"))

    def published(self) -> "ProblemSet":
        """What anyone may read: C0 and C1, checked and published."""
        return self.filter(published_at__isnull=False, matter__level__in=("C0", "C1"))


class OwnProblem(models.Model):
    """A problem of a body itself, on its list (问题清单): who mends it how, with what, by when, and what came of it."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="own_problem")
    source = models.CharField(max_length=12, choices=[(s, s) for s in SOURCES])
    source_matter = models.ForeignKey(Matter, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    """Who answers for it being mended (责任人)."""
    measure = models.TextField(blank=True)
    resources = models.CharField(max_length=500, blank=True)
    """Money, people, rooms (资金)."""
    fallback = models.CharField(max_length=500, blank=True)
    """What is done if the measure does not hold (预案)."""
    due_on = models.DateField(null=True)
    evidence = models.TextField(blank=True)
    handed_in_by = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    public_title = models.CharField(max_length=80, blank=True)
    public_problem = models.CharField(max_length=500, blank=True)
    public_done = models.CharField(max_length=1000, blank=True)
    """What was done about it, in words for everybody."""
    published_at = models.DateTimeField(null=True)
    public_result = models.CharField(max_length=500, blank=True)
    """What the second look found."""
    relapses = models.PositiveSmallIntegerField(default=0)
    objects = ProblemSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="problem_checked_by_another",
                condition=Q(checked_by__isnull=True)
                | (~Q(checked_by=models.F("handed_in_by")) & ~Q(checked_by=models.F("owner"))),
            ),
            models.CheckConstraint(
                name="problem_published_with_words",
                condition=Q(published_at__isnull=True) | (~Q(public_title="") & ~Q(public_done="")),
            ),
        ]
        indexes = [models.Index(name="ownproblem_by_day", fields=["-published_at"])]
