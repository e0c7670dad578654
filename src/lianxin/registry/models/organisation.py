"""Organisations: an identity, and dated spans that hold all that can change."""

from django.db import models
from django.db.models import F, Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered
from lianxin.kit.scope import Scope
from lianxin.places.models import Area

from .imports import Recorded, RecordedSet


class Organisation(models.Model):
    """A firm, association or agency (单位). Only the identity; see OrganisationSpan for what it is like."""

    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """Where its history went on after a person confirmed that two records are one."""


class OrganisationSpanSet(RecordedSet["OrganisationSpan"]):
    def within(self, scope: Scope, *, is_wide: bool = False) -> "OrganisationSpanSet":
        """Organisations in an area reached, or reached one by one, or covered by a body reached.

        is_wide : many rows are known to lie within, so that the database should walk another index (the names) and
            check the area of each row, rather than collect and sort all rows of the areas.
        """
        from .body import Covering

        bodies, areas = scope.refs("body"), Area.objects.within(scope).values("pk")
        spans = self.alias(place=F("area_id") + 0) if is_wide else self
        reached = Q(place__in=areas) if is_wide else Q(area__in=areas)
        reached |= Q(organisation__in=scope.refs("organisation"))
        if bodies:
            reached |= Q(organisation__in=Covering.objects.on(scope.day).filter(body__in=bodies).values("organisation"))
        return spans.filter(reached)


class OrganisationSpan(Recorded):
    """What an organisation was like from a day until before a day. A change closes the span and opens another."""

    KINDS = [
        (k, k)
        for k in ("enterprise", "sole_trader", "association", "service_org", "foundation", "agency", "institution")
    ] + [("union", "union"), ("other", "other")]
    PLACED = [("community", "community"), ("subdistrict", "subdistrict"), ("none", "none")]
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="spans")
    credit_code = models.CharField(max_length=18, blank=True)
    """Unified social credit code, GB 32100, both check digits right; empty where unknown."""
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=KINDS)
    address = models.CharField(max_length=300, blank=True)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    """The lowest area known; while an address is to be placed, the area whose officers place it."""
    placed = models.CharField(max_length=12, choices=PLACED, default="none")
    """How far down the address was resolved; `none` is "to be placed"."""
    is_placed_by_hand = models.BooleanField(default=False)
    """An officer decided the area; an import leaves it while the address stays the same."""
    site = models.ForeignKey("places.Site", null=True, on_delete=models.SET_NULL, related_name="+")
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    headcount = models.PositiveIntegerField(null=True)
    """Employees as declared by the organisation; null is unknown, never 0."""
    women = models.PositiveIntegerField(null=True)
    young_people = models.PositiveIntegerField(null=True)
    """Aged 14 to 35, as declared."""
    league_members = models.PositiveIntegerField(null=True)
    union_members = models.PositiveIntegerField(null=True)
    """Members as declared; memberships in the registry are counted apart."""
    is_new_org = models.BooleanField(default=False)
    """One of the two new types of organisation (两新组织)."""
    corrected_at = models.DateTimeField(null=True)
    """When somebody last set right, in place, what this span says."""
    objects = OrganisationSpanSet.as_manager()

    class Meta:
        constraints = [
            span_is_ordered("organisationspan_ordered"),
            models.UniqueConstraint(
                name="organisationspan_one_open", fields=["organisation"], condition=Q(valid_until__isnull=True)
            ),
            models.UniqueConstraint(
                name="organisationspan_code_once",
                fields=["credit_code"],
                condition=Q(valid_until__isnull=True) & ~Q(credit_code=""),
            ),
        ]
        indexes = [
            models.Index(name="organisationspan_by_area", fields=["area", "valid_from"]),
            models.Index(name="organisationspan_by_name", fields=["name", "id"]),
            models.Index(name="organisationspan_by_site", fields=["site"]),
            models.Index(name="organisationspan_by_kind", fields=["kind", "name"]),
            models.Index(name="organisationspan_to_place", fields=["name"], condition=Q(placed="none")),
        ]


class Visit(models.Model):
    """Somebody went to an organisation (走访). Reach plans and records them; a roster may bring old ones along."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="visits")
    visited_on = models.DateField()
    outcome = models.CharField(max_length=30, blank=True)

    class Meta:
        indexes = [models.Index(name="visit_by_organisation", fields=["organisation", "-visited_on"])]


class Agreement(Dated):
    """What a partner agreed to do with us (合作协议): an organisation, a scope in words, from a day until a day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    scope = models.CharField(max_length=300)
    objects = DatedSet["Agreement"].as_manager()

    class Meta:
        constraints = [span_is_ordered("agreement_ordered")]
        indexes = [models.Index(name="agreement_by_organisation", fields=["organisation", "valid_from"])]
