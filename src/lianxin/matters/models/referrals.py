"""Referrals: a matter, or the least of it, given to another body or a partner with the person's own consent."""

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on

from .core import Matter, accused_side


class ReferralSet(models.QuerySet["Referral"]):
    def received_within(self, scope: Scope) -> "ReferralSet":
        """Referrals that were sent to a body or a partner of the scope; those only offered are nobody's yet, and those
        of a matter that accuses this side, as may be found out later, are not theirs any more."""
        bodies = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope).values("body")
        reached = Q(to_body__in=bodies) | Q(to_partner__in=scope.refs("organisation"))
        side = scope.refs("organisation") | accused_side(scope)
        return self.filter(reached, sent_at__isnull=False).exclude(matter__parent__accused__in=side)


class Referral(models.Model):
    """What goes along, to whom, until when (转介)."""

    FIELDS = ("need", "words", "place", "name", "contact", "safe_rule")
    """What can be passed on, each by itself."""
    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, primary_key=True, related_name="referral")
    """The referral's own course, a matter of the kind `referral`; its parent is the matter that is referred."""
    to_body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    to_partner = models.ForeignKey("registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField(default=list)
    """Which of `FIELDS` go along, at most."""
    expires_on = models.DateField()
    """The day from which the other side reads it no more."""
    sent_at = models.DateTimeField(null=True)
    passed = models.BinaryField(null=True)
    """JSON of the fields as they were when sent, sealed with the ring of its own matter; emptied when it ends."""
    objects = ReferralSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="referral_to_one_side",
                condition=Q(to_body__isnull=False, to_partner__isnull=True)
                | Q(to_body__isnull=True, to_partner__isnull=False),
            )
        ]
        indexes = [
            models.Index(name="referral_by_body", fields=["to_body", "sent_at"]),
            models.Index(name="referral_by_partner", fields=["to_partner", "sent_at"]),
        ]

    @property
    def where(self) -> str:
        """The place what is passed on is sealed for."""
        return f"matters.referral:{self.pk}"
