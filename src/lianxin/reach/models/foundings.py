"""Foundings: a body on its way from first talk to registration, and the founders behind it."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from lianxin.kit.scope import Scope
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on


class FoundingSet(models.QuerySet["Founding"]):
    def within(self, scope: Scope) -> "FoundingSet":
        """Foundings in an area reached on their line, or below a body reached. Guarded ones are in it as well: see
        `queries.foundings.seen_by`, which says who may know of them."""
        from lianxin.places.models import Area

        reached = Q(upper__in=scope.refs("body"))
        for line in {reach.line for reach in scope.reaches if reach.kind == "area"}:
            part = Scope(scope.day, tuple(r for r in scope.reaches if r.line == line))
            condition = Q(area__in=Area.objects.within(part))
            reached |= condition & Q(line__code=line) if line else condition
        return self.filter(reached)

    def decided_within(self, scope: Scope) -> "FoundingSet":
        """Foundings that wait for the answer of a body above that the scope reaches."""
        above = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
        return self.filter(step="submitted", upper__in=above.values("body"))

    def handled_by(self, account: int) -> "FoundingSet":
        """Foundings that an account is named a handler of."""
        return self.filter(pk__in=Handler.objects.filter(account=account, until=None).values("founding"))


class Founding(models.Model):
    """A body that is being founded (建会): who it is for, how far it has come, who must approve it."""

    STEPS = ("talks", "preparing", "submitted", "approved", "elected", "registered")
    STATES = [(s, s) for s in (*STEPS, "stopped")]
    line = models.ForeignKey("registry.Line", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=10, choices=BodySpan.FORMS)
    kind = models.CharField(max_length=40)
    """Identifier of the domain, such as joint_union, league_branch."""
    name = models.CharField(max_length=200)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("places.Site", null=True, on_delete=models.SET_NULL, related_name="+")
    upper = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """The body above, which approves it."""
    is_guarded = models.BooleanField(default=True)
    """Only its handlers know of it, and from the request on those who decide it (受保护)."""
    why = models.CharField(max_length=300, blank=True)
    """What it rests on, such as a duty or a proposal of the machine that an officer took up."""
    step = models.CharField(max_length=12, choices=STATES, default="talks")
    begun_on = models.DateField()
    prepared_on = models.DateField(null=True)
    """When the preparation group was formed."""
    submitted_on = models.DateField(null=True)
    """When the body above was last asked."""
    submitted_by = models.BigIntegerField(default=0)
    """Account that asked it; whoever asked does not answer."""
    approved_on = models.DateField(null=True)
    elected_on = models.DateField(null=True)
    registered_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    stopped_because = models.CharField(max_length=200, blank=True)
    eligible = models.PositiveIntegerField(null=True)
    present = models.PositiveIntegerField(null=True)
    """How many could vote, and how many came."""
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """What came of it."""
    objects = FoundingSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="founding_registered_has_body", condition=~Q(step="registered") | Q(body__isnull=False)
            ),
            models.CheckConstraint(
                name="founding_site_named", condition=~Q(form="site") | Q(site__isnull=False) | ~Q(step="registered")
            ),
            models.CheckConstraint(
                name="founding_present_are_eligible",
                condition=Q(present__isnull=True) | Q(present__lte=models.F("eligible")),
            ),
        ]
        indexes = [
            models.Index(name="founding_by_area", fields=["area", "step"]),
            models.Index(name="founding_by_step", fields=["step", "begun_on"]),
        ]

    @property
    def since(self) -> date:
        """Since when it has been at its present step."""
        reached = {
            "talks": self.begun_on,
            "preparing": self.prepared_on,
            "submitted": self.submitted_on,
            "approved": self.approved_on,
            "elected": self.elected_on,
            "registered": self.registered_on,
            "stopped": self.stopped_on,
        }[self.step]
        return reached or self.begun_on

    @property
    def is_open(self) -> bool:
        return self.step not in ("registered", "stopped")


class Party(models.Model):
    """An organisation whose people the body is founded for (拟覆盖单位)."""

    founding = models.ForeignKey(Founding, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.CASCADE, related_name="+")
    joined_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="party_once", fields=["founding", "organisation"])]
        indexes = [models.Index(name="party_by_organisation", fields=["organisation"])]


class Handler(models.Model):
    """A named person who works on a founding and alone sees who the founders are (经办人)."""

    founding = models.ForeignKey(Founding, on_delete=models.CASCADE, related_name="handlers")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="handler_once", fields=["founding", "account"], condition=Q(until=None))
        ]
        indexes = [models.Index(name="handler_by_account", fields=["account", "until"])]


class Decision(models.Model):
    """What the body above answered to one request (上级批复): approved, or sent back with the reason."""

    founding = models.ForeignKey(Founding, on_delete=models.CASCADE, related_name="decisions")
    asked_on = models.DateField()
    answered_on = models.DateField()
    is_approved = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(name="decision_sent_back_says_why", condition=Q(is_approved=True) | ~Q(reason=""))
        ]


class Founder(models.Model):
    """Somebody who founds, under confidentiality C3 (发起人、筹备组成员).

    Everything that says who it is lies sealed in one value, opened only for named handlers, each reading recorded. It
    never enters the registry, the search, an export or the API before registration, and is deleted when the founding
    is registered or stopped.
    """

    PARTS = [("initiator", "initiator"), ("group", "group"), ("member", "member")]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    founding = models.ForeignKey(Founding, on_delete=models.CASCADE, related_name="founders")
    part = models.CharField(max_length=10, choices=PARTS, default="member")
    sealed = models.BinaryField()
    """JSON of name, contact and place of work."""
    consented_on = models.DateField()
    notice_version = models.PositiveIntegerField()
    """Which words the person agreed to: see `reach.purposes`."""
    title = models.CharField(max_length=40, blank=True)
    """The post the person was elected to; empty for none."""

    class Meta:
        indexes = [models.Index(name="founder_by_founding", fields=["founding"])]

    @property
    def where(self) -> str:
        """The place this value is sealed for."""
        return f"reach.founder.sealed:{self.pk}"
