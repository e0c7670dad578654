"""Rounds of inspections: whom they go to and why, what was carried out, what was found (隐患排查)."""

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope
from lianxin.places.models import Area

from ..checklists import GRADES, CheckList, read_list
from .core import Matter, of_scope

ANSWERS = ("ok", "bad", "na")
"""In order; a finding; does not apply here."""


def areas_on_lines(scope: Scope) -> Q:
    """The condition that a record with an area and a line lies where the scope reaches."""
    reached = Q(pk__in=[])
    for line in {reach.line for reach in scope.reaches if reach.kind == "area"}:
        part = Scope(scope.day, tuple(r for r in scope.reaches if r.kind == "area" and r.line == line))
        condition = Q(area__in=Area.objects.within(part).values("pk"))
        reached |= condition & (Q(line__code=line) | Q(line=None)) if line else condition
    return reached


class StoredList(models.Model):
    """One version of a check list (检查表). A round keeps the versions it began with."""

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    """Plain data as `checklists.read_list` reads it."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the content."""
    is_shipped = models.BooleanField()
    """It came with the product; a newer one of the product takes its place, unless it was changed here."""
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="storedlist_version_once", fields=["code", "version"])]

    @property
    def list(self) -> CheckList:
        """The list, read."""
        return read_list(self.content)


class RoundSet(models.QuerySet["Round"]):
    def led_within(self, scope: Scope) -> "RoundSet":
        """Rounds in an area reached on their line, or led by a body reached."""
        return self.filter(areas_on_lines(scope) | Q(body__in=scope.refs("body")))

    def within(self, scope: Scope) -> "RoundSet":
        """Rounds led within the scope, and those that a body of the scope takes part in."""
        partners = RoundPartner.objects.order_by().values_list("body", flat=True).distinct()
        joined = RoundPartner.objects.filter(body__in=of_scope(partners, scope)).values("round")
        return self.filter(areas_on_lines(scope) | Q(body__in=scope.refs("body")) | Q(pk__in=joined))


class Round(models.Model):
    """One round of inspections over a list of organisations (排查轮次)."""

    WAYS = [("drawn", "drawn"), ("chosen", "chosen")]
    STATES = [("planned", "planned"), ("open", "open"), ("closed", "closed"), ("dropped", "dropped")]
    title = models.CharField(max_length=80)
    line = models.ForeignKey("registry.Line", null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """The body that leads it."""
    lists = models.ManyToManyField(StoredList, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    way = models.CharField(max_length=8, choices=WAYS)
    is_announced = models.BooleanField(default=True)
    """Organisations hear of it before."""
    wanted = models.PositiveIntegerField()
    least_headcount = models.PositiveIntegerField(default=0)
    """Smaller organisations, and those of unknown size, are not in the frame; 0 takes all in."""
    frame_size = models.PositiveIntegerField(default=0)
    certain = models.PositiveIntegerField(default=0)
    """How many of the frame had probability 1."""
    seed = models.BigIntegerField(null=True)
    method = models.CharField(max_length=40, blank=True)
    """What drew it, with its version; null seed and no method where the list was chosen by hand."""
    state = models.CharField(max_length=8, choices=STATES, default="planned")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    objects = RoundSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="round_ends_after_start", condition=Q(ends_on__gte=models.F("starts_on"))),
            models.CheckConstraint(name="round_drawn_has_seed", condition=~Q(way="drawn") | Q(seed__isnull=False)),
        ]
        indexes = [models.Index(name="round_by_start", fields=["-starts_on", "-id"])]


class RoundFrame(models.Model):
    """Everybody a drawn round could have gone to, with what the draw was made of (抽样框): draws the same again."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, primary_key=True, related_name="frame")
    rows = models.JSONField()
    """`[organisation, size, is a priority]` of each, in the order that the draw saw."""


class RoundPartner(models.Model):
    """A body that takes part in a joint round and works on the findings of some families (联合检查单位)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="partners")
    body = models.ForeignKey("registry.Body", on_delete=models.PROTECT, related_name="+")
    families = models.JSONField(default=list)
    """Families of check lists whose findings go to it."""

    class Meta:
        constraints = [models.UniqueConstraint(name="roundpartner_once", fields=["round", "body"])]


class Listed(models.Model):
    """An organisation on the list of a round (受检单位)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="listed")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    probability = models.FloatField(null=True)
    """With which it was drawn, in (0, 1]; null where the list was chosen by hand."""
    reasons = models.JSONField(default=list)
    """Codes of what made it a priority or its size larger."""
    matter = models.OneToOneField(Matter, null=True, on_delete=models.PROTECT, related_name="listed")
    """The inspection, once the round is open."""

    class Meta:
        constraints = [
            models.UniqueConstraint(name="listed_once", fields=["round", "organisation"]),
            models.CheckConstraint(
                name="listed_has_a_chance",
                condition=Q(probability__isnull=True) | Q(probability__gt=0, probability__lte=1),
            ),
        ]
        indexes = [models.Index(name="listed_by_organisation", fields=["organisation"])]


class CarriedOut(models.Model):
    """What two inspectors noted at an organisation (检查记录); never changed afterwards."""

    listed = models.OneToOneField(Listed, on_delete=models.PROTECT, related_name="carried_out")
    key = models.UUIDField(unique=True)
    """Made with the form: sent twice, it is kept once."""
    carried_on = models.DateField()
    first = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    second_name = models.CharField(max_length=60, blank=True)
    """An inspector of a partner without an account, with where from."""
    met = models.CharField(max_length=60, blank=True)
    """Post of who was met, no name."""
    answers = models.JSONField()
    """List code -> item code -> one of ANSWERS; what is handled in secret is left out."""
    is_hit = models.BooleanField()
    """Something was found, of whatever kind; for the share of organisations only."""
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="carriedout_by_two",
                condition=(Q(second__isnull=False) & ~Q(second=models.F("first")) & Q(second_name=""))
                | (Q(second__isnull=True) & ~Q(second_name="")),
            )
        ]


class FindingSet(models.QuerySet["Finding"]):
    def within(self, scope: Scope) -> "FindingSet":
        """Findings whose matter lies in the scope, or was handed to a body of the scope: of a partner its own only."""
        return self.filter(matter__in=Matter.objects.within(scope, with_handed=True).values("pk"))

    def open(self) -> "FindingSet":
        return self.filter(matter__is_open=True)


class Finding(models.Model):
    """A fault found at an inspection (查出的问题), as the check list grades it."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="finding")
    carried_out = models.ForeignKey(CarriedOut, on_delete=models.PROTECT, related_name="findings")
    list_code = models.CharField(max_length=40)
    item = models.CharField(max_length=40)
    family = models.CharField(max_length=20)
    grade = models.CharField(max_length=8, choices=[(g, g) for g in GRADES])
    mend_by = models.DateField(null=True)
    """By when the employer said, or was told, that it is mended."""
    objects = FindingSet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="finding_once", fields=["carried_out", "list_code", "item"])]
        indexes = [models.Index(name="finding_by_grade", fields=["grade"])]
