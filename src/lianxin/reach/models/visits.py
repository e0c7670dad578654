"""Visits planned, records made at the door, and what two of them say differently."""

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope
from lianxin.places.models import Area, Site
from lianxin.registry.queries.cards import COUNTS, organisation_ids

FACTS = COUNTS
"""Counts that are asked for at the door, each a fact of the organisation."""
RECORD = "reach.record_visits"
"""The act of going and noting: an officer's list holds only what it reaches."""
PURPOSES = ("found", "understand", "blind_spot", "survey", "follow_up", "care", "other")
OUTCOMES = ("willing", "considering", "absent", "moved", "declined", "other")
STEPS = ("none", "again", "papers", "call", "correct", "hand_over")


def _choices(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, code) for code in codes]


def _one_subject(name: str) -> models.CheckConstraint:
    """A visit goes to exactly one of an organisation, a site, a community."""
    wanted = Q(pk__in=[])
    fields = ("organisation", "site", "area")
    for chosen in fields:
        wanted |= Q(**{f"{field}__isnull": field != chosen for field in fields})
    return models.CheckConstraint(name=name, condition=wanted)


def reached(scope: Scope) -> Q:
    """The condition that what a visit goes to lies within the scope."""
    return (
        Q(organisation__in=organisation_ids(scope))
        | Q(site__in=Site.objects.within(scope).values("pk"))
        | Q(area__in=Area.objects.within(scope).values("pk"))
    )


class PlannedVisitSet(models.QuerySet["PlannedVisit"]):
    def within(self, scope: Scope) -> "PlannedVisitSet":
        return self.filter(reached(scope))

    def open(self) -> "PlannedVisitSet":
        """Still to be made."""
        return self.filter(state="planned")


class PlannedVisit(models.Model):
    """One stop on an officer's list of a day (走访安排)."""

    STATES = _choices(("planned", "done", "cancelled"))
    officer = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    position = models.PositiveIntegerField()
    """Its place on the list, from 1."""
    organisation = models.ForeignKey("registry.Organisation", null=True, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey("places.Site", null=True, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    """A community, to meet a group that no employer holds together."""
    purpose = models.CharField(max_length=20, choices=_choices(PURPOSES))
    state = models.CharField(max_length=10, choices=STATES, default="planned")
    objects = PlannedVisitSet.as_manager()

    class Meta:
        constraints = [
            _one_subject("plannedvisit_one_subject"),
            models.UniqueConstraint(
                name="plannedvisit_once_a_day",
                fields=["officer", "day", "organisation"],
                condition=Q(state="planned", organisation__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="plannedvisit_by_officer", fields=["officer", "day", "position"]),
            models.Index(name="plannedvisit_by_org", fields=["organisation", "state"]),
        ]


class VisitRecordSet(models.QuerySet["VisitRecord"]):
    def within(self, scope: Scope) -> "VisitRecordSet":
        return self.filter(reached(scope))


class VisitRecord(models.Model):
    """What an officer noted at the door (走访记录), often without a connection; never changed afterwards."""

    key = models.UUIDField(unique=True)
    """Made where it was written: sent twice, it is kept once."""
    officer = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    planned = models.ForeignKey(PlannedVisit, null=True, on_delete=models.SET_NULL, related_name="records")
    organisation = models.ForeignKey("registry.Organisation", null=True, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey("places.Site", null=True, on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    visit = models.OneToOneField("registry.Visit", null=True, on_delete=models.SET_NULL, related_name="+")
    visited_on = models.DateField()
    outcome = models.CharField(max_length=12, choices=_choices(OUTCOMES))
    step = models.CharField(max_length=12, choices=_choices(STEPS), default="none")
    step_on = models.DateField(null=True)
    note = models.BinaryField(default=bytes)
    """Sealed; may speak of persons, so only the officer and those who see the organisation's visits read it."""
    counts = models.JSONField(default=dict)
    """Field of FACTS -> `{"said": number, "base": what the officer had before their eyes}`."""
    remark = models.CharField(max_length=12, blank=True)
    """`ended`: the organisation had ended, so that the counts stay here only."""
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    objects = VisitRecordSet.as_manager()

    class Meta:
        constraints = [_one_subject("visitrecord_one_subject")]
        indexes = [
            models.Index(name="visitrecord_by_officer", fields=["officer", "-visited_on"]),
            models.Index(name="visitrecord_by_org", fields=["organisation", "-visited_on"]),
            models.Index(name="visitrecord_by_receipt", fields=["received_at"]),
        ]


class Difference(models.Model):
    """A count said at the door that met another one on record (两处写得不一样). The officer chooses; both are kept."""

    CHOICES = _choices(("said", "found"))
    record = models.ForeignKey(VisitRecord, on_delete=models.CASCADE, related_name="differences")
    field = models.CharField(max_length=20, choices=_choices(FACTS))
    base = models.IntegerField(null=True)
    said = models.IntegerField()
    found = models.IntegerField(null=True)
    found_by = models.CharField(max_length=100, blank=True)
    """Label of whoever wrote what was found, where the trail knows it."""
    found_at = models.DateTimeField()
    chosen = models.CharField(max_length=6, choices=CHOICES, blank=True)
    chosen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="difference_once", fields=["record", "field"])]
        indexes = [models.Index(name="difference_open", fields=["record"], condition=Q(chosen=""))]


class Choice(models.Model):
    """An officer's answer to a difference, by the key it was sent with (选择回执)."""

    key = models.UUIDField(unique=True)
    officer = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    difference = models.ForeignKey(Difference, on_delete=models.CASCADE, related_name="answers")
    state = models.CharField(max_length=10)
    """What came of it: `kept`, `overtaken` or `again`."""
    received_at = models.DateTimeField()


class FieldRound(models.Model):
    """How often an officer's phones were answered (联机次数): a later answer is never undone by an earlier one."""

    officer = models.OneToOneField("access.Account", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField(default=0)
