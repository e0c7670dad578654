"""What the machine proposes for a matter, what it was learned from, and how likely duplicates are found."""

from django.db import models
from django.db.models import Q

from .core import Matter

LARGEST_BYTES = 20_000_000


class TextModel(models.Model):
    """One version of what was learned from closed matters (文本模型). Plain arrays and a card; nothing that runs."""

    TARGETS = [("need", "need"), ("kind", "kind")]
    target = models.CharField(max_length=8, choices=TARGETS)
    """What it proposes."""
    version = models.CharField(max_length=12)
    """Digest of its arrays: the same messages give the same version."""
    trained_at = models.DateTimeField()
    messages = models.PositiveIntegerField()
    content = models.BinaryField()
    bytes = models.PositiveIntegerField()
    card = models.JSONField()
    """Data, score and limits, as the method states them, and what it was compared with."""
    is_active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="textmodel_once", fields=["target", "version"]),
            models.UniqueConstraint(name="textmodel_one_active", fields=["target"], condition=Q(is_active=True)),
            models.CheckConstraint(name="textmodel_small", condition=Q(bytes__lte=LARGEST_BYTES)),
        ]


class Suggestion(models.Model):
    """What is proposed for a matter of C0 to C2 (建议), why, and what a person made of it.

    It holds no words: `why` are stretches of the text, which is read with the matter.
    """

    SOURCES = [("words", "words"), ("model", "model")]
    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, primary_key=True, related_name="suggestion")
    kind = models.CharField(max_length=40)
    need = models.CharField(max_length=2)
    second_need = models.CharField(max_length=2, blank=True)
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.SET_NULL, related_name="+")
    """The body that the list of duties names, null where the matter is another department's."""
    other_bodies = models.JSONField(default=list)
    """Ids of the next best bodies."""
    why = models.JSONField(default=list)
    """[start, end, weight] of the stretches that decided on the need, the heaviest first."""
    chance = models.FloatField()
    is_sure = models.BooleanField(default=False)
    source = models.CharField(max_length=8, choices=SOURCES)
    model = models.ForeignKey(TextModel, null=True, on_delete=models.PROTECT, related_name="+")
    """What said so; null for words that were known beforehand."""
    made_at = models.DateTimeField()
    is_streamed = models.BooleanField(default=False)
    """It has been looked at for themes."""
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True)
    taken = models.JSONField(default=dict)
    """What the person took over as proposed: {"need": true, "kind": false, "body": true}."""

    class Meta:
        constraints = [
            models.CheckConstraint(name="suggestion_chance_is_one", condition=Q(chance__range=(0, 1))),
            models.CheckConstraint(
                name="suggestion_by_words_unsure", condition=Q(model__isnull=False) | Q(is_sure=False)
            ),
        ]
        indexes = [
            models.Index(name="suggestion_to_stream", fields=["matter"], condition=Q(is_streamed=False)),
            models.Index(name="suggestion_by_decision", fields=["decided_at"]),
        ]


class Sketch(models.Model):
    """One of twelve numbers of a matter's text; likely duplicates have one in common (指纹). Kept for 90 days."""

    key = models.BigIntegerField()
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(name="sketch_by_key", fields=["key", "-matter"])]
