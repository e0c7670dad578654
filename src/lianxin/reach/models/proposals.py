"""Proposals of the machine: small organisations that together would reach a rule's threshold."""

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope
from lianxin.places.models import Area


class ProposalSet(models.QuerySet["Proposal"]):
    def within(self, scope: Scope) -> "ProposalSet":
        """Those in an area reached on their line."""
        found = Q(pk__in=[])
        for line in {reach.line for reach in scope.reaches if reach.kind == "area"}:
            part = Scope(scope.day, tuple(r for r in scope.reaches if r.line == line))
            here = Q(area__in=Area.objects.within(part).values("pk"))
            found |= here & Q(line=line) if line else here
        return self.filter(found)

    def open(self) -> "ProposalSet":
        """Those that wait for a person."""
        return self.filter(state="open")


class Proposal(models.Model):
    """A body that several small organisations could share (联合建组织的建议). Nothing happens until a person decides.

    form : `join` an existing body of the site or area, found one for a `site`, or found a `joint` one in a community.
    """

    FORMS = [(f, f) for f in ("join", "site", "joint")]
    STATES = [(s, s) for s in ("open", "started", "founded", "dismissed", "lapsed")]
    line = models.CharField(max_length=20)
    form = models.CharField(max_length=10, choices=FORMS)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("places.Site", null=True, on_delete=models.SET_NULL, related_name="+")
    part = models.PositiveIntegerField(default=1)
    """Number of the part where one place has more than a single body should hold."""
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.SET_NULL, related_name="+")
    """The body to join; once decided, the body that was founded or joined."""
    founding = models.ForeignKey("reach.Founding", null=True, on_delete=models.SET_NULL, related_name="+")
    """The founding that an officer started from it."""
    measure = models.CharField(max_length=20)
    """What was added up, a declared count of the organisations."""
    least = models.PositiveIntegerField()
    param = models.CharField(max_length=80)
    """The parameter that says `least`."""
    total = models.PositiveIntegerField()
    found_on = models.DateField()
    state = models.CharField(max_length=10, choices=STATES, default="open")
    reason = models.CharField(max_length=200, blank=True)
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    objects = ProposalSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="proposal_dismissed_says_why", condition=~Q(state="dismissed") | ~Q(reason="")),
            models.UniqueConstraint(
                name="proposal_one_open_at_a_site",
                fields=["line", "site", "part"],
                condition=Q(state="open", site__isnull=False),
            ),
            models.UniqueConstraint(
                name="proposal_one_open_in_an_area",
                fields=["line", "area", "part"],
                condition=Q(state="open", site__isnull=True),
            ),
        ]
        indexes = [models.Index(name="proposal_by_state", fields=["state", "line", "area"])]


class ProposalMember(models.Model):
    """One of the organisations of a proposal, with its count when the proposal was made (建议涵盖的单位)."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="proposalmember_once", fields=["proposal", "organisation"])]
        indexes = [models.Index(name="proposalmember_by_org", fields=["organisation"])]
