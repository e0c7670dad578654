"""The knowledge base: questions that were answered, approved by a second person, looked at again (知识库)."""

from django.db import models
from django.db.models import F, Q

from .core import Matter


class Article(models.Model):
    """A question and its answer over time; what it says stands in its editions (知识条目)."""

    need = models.CharField(max_length=2, blank=True)
    source = models.ForeignKey(Matter, null=True, on_delete=models.SET_NULL, related_name="+")
    """The matter it was written after."""
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=100, blank=True)


class Edition(models.Model):
    """One wording of an article. It is public from its approval until the next one is approved."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="editions")
    question = models.CharField(max_length=200)
    answer = models.TextField()
    basis = models.CharField(max_length=200, blank=True)
    """The rule or notice it rests on."""
    written_by = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    written_by_label = models.CharField(max_length=100)
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    approved_by_label = models.CharField(max_length=100, blank=True)
    approved_at = models.DateTimeField(null=True)
    review_on = models.DateField(null=True)
    """When somebody must look whether it still holds."""
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="edition_approved_by_another",
                condition=Q(approved_by__isnull=True) | Q(written_by__isnull=True) | ~Q(approved_by=F("written_by")),
            ),
            models.CheckConstraint(
                name="edition_approved_is_dated", condition=Q(approved_at__isnull=True) ^ Q(review_on__isnull=False)
            ),
            models.UniqueConstraint(
                name="edition_one_current",
                fields=["article"],
                condition=Q(approved_at__isnull=False, replaced_at__isnull=True),
            ),
            models.UniqueConstraint(name="edition_one_draft", fields=["article"], condition=Q(approved_at=None)),
        ]
        indexes = [models.Index(name="edition_by_review", fields=["review_on"], condition=Q(replaced_at=None))]
