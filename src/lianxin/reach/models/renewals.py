"""Renewals: a body on its way from the notice to its new term and posts."""

from datetime import date

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on


class RenewalSet(models.QuerySet["Renewal"]):
    def within(self, scope: Scope) -> "RenewalSet":
        """Renewals of bodies that the scope reaches."""
        bodies = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
        return self.filter(body__in=bodies.values("body"))


class Renewal(models.Model):
    """The renewal of a body's term (换届), step by step from the notice to the result."""

    STEPS = ("notice", "preparing", "candidates", "meeting", "done")
    STATES = [(s, s) for s in (*STEPS, "stopped")]
    body = models.ForeignKey("registry.Body", on_delete=models.CASCADE, related_name="+")
    term_until = models.DateField(null=True)
    """When the running term ends or ended; null where none was on record."""
    step = models.CharField(max_length=12, choices=STATES, default="notice")
    noticed_on = models.DateField()
    prepared_on = models.DateField(null=True)
    nominated_on = models.DateField(null=True)
    meets_on = models.DateField(null=True)
    """The day called for, once the candidates stand."""
    held_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    stopped_because = models.CharField(max_length=200, blank=True)
    eligible = models.PositiveIntegerField(null=True)
    present = models.PositiveIntegerField(null=True)
    objects = RenewalSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="renewal_one_open", fields=["body"], condition=~Q(step__in=("done", "stopped"))
            ),
            models.CheckConstraint(
                name="renewal_present_are_eligible",
                condition=Q(present__isnull=True) | Q(present__lte=models.F("eligible")),
            ),
        ]
        indexes = [models.Index(name="renewal_by_step", fields=["step", "term_until"])]

    @property
    def since(self) -> date:
        """Since when it has been at its present step."""
        reached = {
            "notice": self.noticed_on,
            "preparing": self.prepared_on,
            "candidates": self.nominated_on,
            "meeting": self.nominated_on,
            "done": self.held_on,
            "stopped": self.stopped_on,
        }[self.step]
        return reached or self.noticed_on


class Candidate(models.Model):
    """Somebody who stands for a post of the new term (候选人): known members, never ranked, elected or not."""

    renewal = models.ForeignKey(Renewal, on_delete=models.CASCADE, related_name="candidates")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=40)
    votes = models.PositiveIntegerField(null=True)
    is_elected = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="candidate_once", fields=["renewal", "person", "title"])]
