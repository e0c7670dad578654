"""Joining online: codes that a body hands out, and what people send with them."""

import uuid

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on


class JoinCode(models.Model):
    """A code on paper or screen with which people join a body, or a founding (入会码)."""

    code = models.CharField(max_length=12, unique=True)
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.CASCADE, related_name="+")
    founding = models.ForeignKey("reach.Founding", null=True, on_delete=models.CASCADE, related_name="codes")
    where = models.CharField(max_length=100, blank=True)
    """Where it hangs or was shown, in the words of who made it."""
    made_on = models.DateField()
    until = models.DateField()
    """The day from which it no longer works."""
    revoked_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="joincode_for_one_thing",
                condition=Q(body__isnull=False, founding__isnull=True) | Q(body__isnull=True, founding__isnull=False),
            )
        ]
        indexes = [models.Index(name="joincode_by_body", fields=["body", "until"])]


class ApplicationSet(models.QuerySet["Application"]):
    def within(self, scope: Scope) -> "ApplicationSet":
        """Applications to bodies that the scope reaches; those to a founding are for its handlers only."""
        bodies = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
        return self.filter(body__in=bodies.values("body"))


class Application(models.Model):
    """What somebody sent to join (入会申请): sealed until the body enters the person, deleted when it does not."""

    STATES = [(s, s) for s in ("applied", "registered", "verified", "active", "refused", "withdrawn")]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True)
    """What stands on the receipt."""
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret in the applicant's link."""
    code = models.ForeignKey(JoinCode, on_delete=models.PROTECT, related_name="applications")
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.CASCADE, related_name="+")
    founding = models.ForeignKey("reach.Founding", null=True, on_delete=models.CASCADE, related_name="applications")
    state = models.CharField(max_length=12, choices=STATES, default="applied")
    sealed = models.BinaryField(null=True)
    """JSON of name, contact and place of work; null once entered, refused or withdrawn."""
    answers = models.JSONField(default=dict)
    """Code of the purpose -> [version of the words read, yes or no]."""
    applied_on = models.DateField()
    answered_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    """Why it was refused, in words for the applicant."""
    membership = models.ForeignKey("registry.Membership", null=True, on_delete=models.SET_NULL, related_name="+")
    objects = ApplicationSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="application_refused_says_why", condition=~Q(state="refused") | ~Q(reason="")),
            models.CheckConstraint(
                name="application_keeps_nothing_when_over",
                condition=Q(state="applied", sealed__isnull=False) | (~Q(state="applied") & Q(sealed__isnull=True)),
            ),
        ]
        indexes = [models.Index(name="application_by_body", fields=["body", "state", "applied_on"])]

    @property
    def place(self) -> str:
        """The place this value is sealed for."""
        return f"reach.application.sealed:{self.pk}"
