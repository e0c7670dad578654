"""What people ask about their own data."""

from django.db import models
from django.db.models import Q

from .person import Person


class RightsRequest(models.Model):
    """A person asks for a copy, a correction or erasure (个人权利请求). It is answered within 30 days."""

    KINDS = [(k, k) for k in ("copy", "correct", "erase")]
    OUTCOMES = [(o, o) for o in ("done", "refused")]
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="rights_requests")
    kind = models.CharField(max_length=10, choices=KINDS)
    wish = models.CharField(max_length=300, blank=True)
    """What is to be set right, in the person's words; emptied with the answer."""
    received_on = models.DateField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    """Why it was refused, as the person is told."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rightsrequest_one_open", fields=["person", "kind"], condition=Q(answered_on__isnull=True)
            ),
            models.CheckConstraint(
                name="rightsrequest_answered", condition=Q(answered_on__isnull=True, outcome="") | ~Q(outcome="")
            ),
            models.CheckConstraint(name="rightsrequest_refusal_says_why", condition=~Q(outcome="refused", reason="")),
        ]
        indexes = [
            models.Index(name="rightsrequest_open", fields=["due_on"], condition=Q(answered_on__isnull=True)),
        ]
