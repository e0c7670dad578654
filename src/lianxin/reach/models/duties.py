"""Who should be organised: obligations as data, and what every record owes on a day."""

from datetime import date

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered
from lianxin.kit.scope import Scope
from lianxin.places.models import Area, AreaSpan
from lianxin.rules.catalogue import target_of

NO_DEADLINE = date(9999, 12, 31)
"""Stands for "no deadline", so that lists can be sorted and walked by one index."""


class Obligation(models.Model):
    """Something that an organisation, a body or an area should have or do (应尽的义务). What it says: the versions."""

    code = models.CharField(max_length=80, unique=True)
    item = models.CharField(max_length=20, blank=True)
    """Number of the rule in the collection that the packs are made from, such as UN-02."""
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100)
    line = models.CharField(max_length=20)
    """Code of the line whose obligation it is."""
    target = models.CharField(max_length=40)
    """Code of the rule target whose records owe it: organisation, body, area."""


class ObligationSet(DatedSet["ObligationVersion"]):
    def in_force(self, day: date) -> "ObligationSet":
        """Those that are switched on and hold on the day."""
        return self.on(day).filter(is_on=True)  # type: ignore[return-value]


class ObligationVersion(Dated):
    """When an obligation is owed, what meets it, by when, and whether it is switched on (义务的版本)."""

    UNITS = [(u, u) for u in ("months", "days", "working_days")]
    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    due = models.CharField(max_length=80)
    """Code of the rule that says for whom it is owed; severity, source and article are that rule's."""
    met = models.CharField(max_length=80)
    """Code of the rule that says what meets it."""
    starts = models.CharField(max_length=60, blank=True)
    """Name of the day on record from which the limit runs; empty where no text sets a deadline."""
    limit = models.CharField(max_length=80, blank=True)
    """Code of the parameter that is the limit; empty where the day itself is the deadline."""
    unit = models.CharField(max_length=12, choices=UNITS, default="months")
    is_on = models.BooleanField()
    doubt = models.CharField(max_length=300, blank=True)
    doubt_en = models.CharField(max_length=300, blank=True)
    """What nobody could verify."""
    reason = models.CharField(max_length=300, blank=True)
    """Why somebody switched it on or off."""
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=100)
    objects = ObligationSet.as_manager()

    class Meta:
        constraints = [
            span_is_ordered("obligationversion_ordered"),
            models.UniqueConstraint(name="obligationversion_numbered", fields=["obligation", "number"]),
            models.UniqueConstraint(
                name="obligationversion_one_open", fields=["obligation"], condition=Q(valid_until=None)
            ),
        ]


class OwedSet(DatedSet["Owed"]):
    def within(self, scope: Scope) -> "OwedSet":
        """What records in an area reached owe on the lines reached there, and what records reached one by one owe."""
        reached = Q(pk__in=[])
        for line in {reach.line for reach in scope.reaches if reach.kind == "area"}:
            part = Scope(scope.day, tuple(r for r in scope.reaches if r.line == line and r.kind == "area"))
            condition = ~Q(pk__in=[]) if _is_everywhere(part) else Q(area__in=Area.objects.within(part).values("pk"))
            reached |= condition & Q(obligation__line=line) if line else condition
        single = Scope(scope.day, tuple(r for r in scope.reaches if r.kind in ("body", "organisation")))
        for code in ("organisation", "body") if single.reaches else ():
            target = target_of(code)
            refs = target.rows(single, scope.day).order_by().values(target.ref)
            reached |= Q(obligation__target=code, ref__in=refs)
        return self.filter(reached)


def _is_everywhere(scope: Scope) -> bool:
    """Whether a scope reaches every top area: then no area needs to be asked."""
    tops = AreaSpan.objects.on(scope.day).filter(area__scheme__is_primary=True, parent=None)
    return not tops.exclude(path__in=scope.area_paths).exists()


class Owed(Dated):
    """What one record owes under one obligation, as reckoned, from a day until before a day (应尽的一项义务).

    is_due : True, or None where a missing value leaves it open whether it is owed; what is not owed has no row.
    is_met : None where a missing value leaves it open.
    """

    STATES = [(s, s) for s in ("met", "unmet", "unknown")]
    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="+")
    ref = models.BigIntegerField()
    """Id of the organisation, body or area."""
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    is_due = models.BooleanField(null=True)
    is_met = models.BooleanField(null=True)
    state = models.CharField(max_length=8, choices=STATES)
    since = models.DateField(null=True)
    """The day on record from which the limit runs."""
    deadline = models.DateField(default=NO_DEADLINE)
    objects = OwedSet.as_manager()

    class Meta:
        constraints = [
            span_is_ordered("owed_ordered"),
            models.UniqueConstraint(name="owed_one_open", fields=["obligation", "ref"], condition=Q(valid_until=None)),
        ]
        indexes = [
            models.Index(
                name="owed_by_area",
                fields=["area", "obligation", "state", "deadline"],
                condition=Q(valid_until=None),
            ),
            models.Index(
                name="owed_by_state",
                fields=["obligation", "state", "deadline", "id"],
                condition=Q(valid_until=None),
            ),
            models.Index(name="owed_by_deadline", fields=["state", "deadline", "id"], condition=Q(valid_until=None)),
        ]


class Reckoning(models.Model):
    """One working-out of all obligations for a day (清算)."""

    day = models.DateField()
    reckoned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    last_entry = models.BigIntegerField(default=0)
    """The newest audit entry about facts that it has seen."""
    counts = models.JSONField(default=dict)
    """State -> number of rows."""

    class Meta:
        indexes = [models.Index(name="reckoning_by_day", fields=["-day", "-id"])]
