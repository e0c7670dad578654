"""Standing representatives: mandates, joint groups, meetings, proposals and who seconds them."""

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered
from lianxin.kit.scope import Scope
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on


class JointGroup(Dated):
    """Representatives of several bodies of a subdistrict who work together (代表联组)."""

    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    objects = DatedSet["JointGroup"].as_manager()

    class Meta:
        constraints = [span_is_ordered("jointgroup_ordered")]
        indexes = [models.Index(name="jointgroup_by_area", fields=["area", "valid_from"])]


class MandateSet(models.QuerySet["Mandate"]):
    def within(self, scope: Scope) -> "MandateSet":
        """Mandates in bodies that the scope reaches."""
        bodies = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
        return self.filter(post__body__in=bodies.values("body"))

    def running(self, scope: Scope) -> "MandateSet":
        """Those whose post is held on the day of the scope."""
        day = scope.day
        held = Q(post__valid_from__lte=day) & (Q(post__valid_until=None) | Q(post__valid_until__gt=day))
        return self.filter(held, post__person__isnull=False)


class Mandate(models.Model):
    """What a representative's post in the registry is for (代表履职): for whom, with which account, in which group."""

    post = models.OneToOneField("registry.Post", on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("access.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    unit = models.CharField(max_length=100, blank=True)
    """The electing unit, such as a workshop."""
    electors = models.PositiveIntegerField(null=True)
    """How many the representative stands for; null for every member of the body."""
    group = models.ForeignKey(JointGroup, null=True, on_delete=models.SET_NULL, related_name="mandates")
    objects = MandateSet.as_manager()


class RepresentativeMeeting(models.Model):
    """A meeting with electors, or of a joint group (联系选民、联组活动). Says how many came, never who."""

    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.CASCADE, related_name="meetings")
    group = models.ForeignKey(JointGroup, null=True, on_delete=models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    topic = models.CharField(max_length=120)
    place = models.CharField(max_length=100, blank=True)
    present = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="repmeeting_of_one",
                condition=Q(mandate__isnull=False, group__isnull=True) | Q(mandate__isnull=True, group__isnull=False),
            )
        ]


class Proposal(models.Model):
    """A proposal of a representative (提案): a matter of its kind, its author, and whether the public may read it."""

    matter = models.OneToOneField("matters.Matter", on_delete=models.CASCADE, related_name="proposal")
    author = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="proposals")
    may_be_shown = models.BooleanField(default=False)
    """The author agreed that everybody may read it."""
    shown_on = models.DateField(null=True)
    """Since when it stands in the open; null while it does not."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="proposal_shown_after_consent", condition=Q(shown_on__isnull=True) | Q(may_be_shown=True)
            )
        ]


class Seconder(models.Model):
    """A representative who seconds a proposal (附议)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="seconders")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="seconder_once", fields=["proposal", "mandate"])]
