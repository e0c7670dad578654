"""Issues that come again in what people send in (热点主题): matters that are alike, near each other, at one time."""

from django.db import models
from django.db.models import Q

from .core import Matter


class Theme(models.Model):
    """A theme (主题). It holds matters of C0 to C2 only, and is closed once, with an answer to all of them."""

    STATES = [(s, s) for s in ("open", "closed", "merged")]
    title = models.CharField(max_length=80, blank=True)
    """Words that most of its matters share, or what staff call it; empty while it is one matter."""
    is_named = models.BooleanField(default=False)
    """Staff gave the title."""
    is_held = models.BooleanField(default=False)
    """Staff split or merged it: it is never joined with another by itself."""
    state = models.CharField(max_length=8, choices=STATES, default="open")
    size = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    """When its newest matter came in."""
    joint = models.ForeignKey(Matter, null=True, on_delete=models.SET_NULL, related_name="+")
    """The one matter that works on all of it."""
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    """The closed theme whose issue came again with it."""
    decision = models.TextField(blank=True)
    """What was decided."""
    reason = models.TextField(blank=True)
    """And why."""
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=100, blank=True)
    answered_at = models.DateTimeField(null=True)
    """When the last of those who asked had the answer."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="theme_closed_says_why",
                condition=~Q(state="closed")
                | Q(closed_at__isnull=False) & ~Q(decision="") & ~Q(reason="") & ~Q(closed_by=""),
            ),
            models.CheckConstraint(
                name="theme_merged_says_where", condition=Q(state="merged") ^ Q(merged_into__isnull=True)
            ),
        ]
        indexes = [
            models.Index(name="theme_by_last", fields=["state", "-last_at"]),
            models.Index(name="theme_by_size", fields=["state", "-size"]),
        ]


class ThemeMember(models.Model):
    """A matter of a theme; a matter is in one theme at most."""

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, primary_key=True, related_name="theme_member")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="members")
    likeness = models.FloatField(default=0)
    """How like it was to the theme when it joined."""
    by_hand = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(name="thememember_by_theme", fields=["theme", "matter"])]


class ThemeAnswer(models.Model):
    """The answer that a matter had when its theme was closed (答复): once, whatever fails in between."""

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, primary_key=True, related_name="theme_answer")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="answers")
    answered_at = models.DateTimeField()


class Bridge(models.Model):
    """How many matters were like two themes: enough of them join both (牵连)."""

    older = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="+")
    newer = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="bridge_once", fields=["older", "newer"])]


class Flow(models.Model):
    """The one row that says how far the stream of matters has come, and with which words it is compared."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change that a stream in memory must hear of."""
    keys = models.BinaryField(default=b"")
    idf = models.BinaryField(default=b"")
    """The lexicon: uint64 runs and float32 weights."""
    learned_at = models.DateTimeField(null=True)
    messages = models.PositiveIntegerField(default=0)
    """How many were looked at when it was learned."""

    class Meta:
        constraints = [models.CheckConstraint(name="flow_is_one", condition=Q(id=1))]
