"""Full counts: who is counted, what counts as done; registers that name organisations; liaisons."""

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered


class Register(models.Model):
    """A list that names organisations (名单): market register, tax list, the league's own, a walk through the streets.

    is_walk : organisations met on a walk through places drawn at random; only such a one can show whether two other
        lists depend on each other.
    """

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=200, blank=True)
    is_walk = models.BooleanField(default=False)


class RegisterLoad(models.Model):
    """One file of a register as it was read (名单导入), with the rows that were not taken and why."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="loads")
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    on = models.DateField()
    """The day the list speaks of."""
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    """`{"row", "written", "fault"}` of rows set aside: the code as written, or the name where there is none."""
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=100)


class Listing(Dated):
    """A register names an organisation (名单上的一家), from a day until before a day.

    An organisation that the registry does not know stays by its code and name, so that lists can be compared before
    anything is entered.
    """

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="listings")
    credit_code = models.CharField(max_length=18, blank=True)
    organisation = models.ForeignKey("registry.Organisation", null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    """As the register writes it; kept only while the registry does not know the organisation."""
    address = models.CharField(max_length=300, blank=True)
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    """Where the register's address lies; only while the registry does not know the organisation."""
    objects = DatedSet["Listing"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("listing_ordered"),
            models.CheckConstraint(
                name="listing_names_somebody", condition=~Q(credit_code="") | Q(organisation__isnull=False)
            ),
            models.UniqueConstraint(
                name="listing_code_once",
                fields=["register", "credit_code"],
                condition=Q(valid_until=None) & ~Q(credit_code=""),
            ),
            models.UniqueConstraint(
                name="listing_organisation_once",
                fields=["register", "organisation"],
                condition=Q(valid_until=None, organisation__isnull=False),
            ),
        ]
        indexes = [models.Index(name="listing_by_organisation", fields=["organisation"])]


class CountSet(models.Model):
    """A full count (三个百分百): whom it is about, and what must be done for each of them."""

    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    line = models.CharField(max_length=20, blank=True)
    """Code of the line that counts; empty for all."""
    universe = models.TextField(max_length=4000)
    """Rule text: who belongs to it, over the target `counted`."""
    due_on = models.DateField(null=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)


class Completeness(models.Model):
    """One of the hundred-percents (完成口径): a rule that holds where it is done."""

    count_set = models.ForeignKey(CountSet, on_delete=models.CASCADE, related_name="aims")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, blank=True)
    rule = models.TextField(max_length=4000)

    class Meta:
        constraints = [models.UniqueConstraint(name="completeness_once", fields=["count_set", "position"])]


class Liaison(Dated):
    """An organisation has named somebody whom a line may turn to (联络员). Who it is stays with the body, not here."""

    organisation = models.ForeignKey("registry.Organisation", on_delete=models.CASCADE, related_name="+")
    line = models.CharField(max_length=20)
    objects = DatedSet["Liaison"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("liaison_ordered"),
            models.UniqueConstraint(
                name="liaison_one_open", fields=["organisation", "line"], condition=Q(valid_until=None)
            ),
        ]
