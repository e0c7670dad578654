"""Elections: who may vote, who stands, ballots without a trace of who cast them, counts, the result."""

import uuid

from django.db import models
from django.db.models import F, Q

from lianxin.kit.scope import Scope
from lianxin.registry.models import BodySpan
from lianxin.registry.models.imports import Import, seen_on


class ElectionSet(models.QuerySet["Election"]):
    def within(self, scope: Scope) -> "ElectionSet":
        """Elections of bodies that the scope reaches."""
        bodies = BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)
        return self.filter(body__in=bodies.values("body"))


class Election(models.Model):
    """A body elects or recalls somebody, or its representatives rate it (选举、罢免、民主评议), from roll to result."""

    KINDS = [(k, k) for k in ("regular", "by_election", "run_off", "recall", "rating")]
    STEPS = ("roll", "nomination", "published", "voting", "closed", "counted", "declared")
    STATES = [(s, s) for s in (*STEPS, "void", "stopped")]
    body = models.ForeignKey("registry.Body", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=KINDS, default="regular")
    office = models.CharField(max_length=24, blank=True)
    """Code of what is elected, see `matters.offices`; empty for a rating."""
    title = models.CharField(max_length=100)
    unit = models.CharField(max_length=100, blank=True)
    """The electing unit (选举单位), where the body votes in several."""
    seats = models.PositiveIntegerField()
    step = models.CharField(max_length=12, choices=STATES, default="roll")
    begun_on = models.DateField()
    roll_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    counted_on = models.DateField(null=True)
    declared_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    stopped_because = models.CharField(max_length=200, blank=True)
    entered_eligible = models.PositiveIntegerField(null=True)
    """How many may vote, where the roll is a number without names."""
    eligible = models.PositiveIntegerField(null=True)
    """How many may vote, fixed with the roll."""
    callers = models.PositiveIntegerField(null=True)
    """How many members called for a recall."""
    deviation = models.CharField(max_length=300, blank=True)
    """Why the number of seats or candidates differs from the usual one."""
    terms = models.JSONField(default=dict)
    """The rules of the day it was called: shares as fractions, each with its source."""
    mandate_until = models.DateField(null=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    recalls = models.ForeignKey("registry.Post", null=True, on_delete=models.PROTECT, related_name="+")
    link = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """In the address of the public pages, which only the electorate is told."""
    protocol = models.JSONField(null=True)
    """What was counted and what came of it: names of candidates, boxes, result. Enough to recompute."""
    objects = ElectionSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="election_has_seats", condition=Q(seats__gte=1)),
            models.CheckConstraint(
                name="election_recall_names_post", condition=~Q(kind="recall") | Q(recalls__isnull=False)
            ),
            models.CheckConstraint(
                name="election_counted_has_protocol",
                condition=~Q(step__in=("counted", "declared")) | Q(protocol__isnull=False),
            ),
        ]
        indexes = [models.Index(name="election_by_body", fields=["body", "step"])]

    @property
    def has_names(self) -> bool:
        """Whether the roll lists names."""
        return self.entered_eligible is None

    @property
    def is_open(self) -> bool:
        return self.step not in ("declared", "void", "stopped")


class Elector(models.Model):
    """Somebody on the roll (选民). Says that a ballot was handed out, never which, nor when."""

    GIVEN = [(g, g) for g in ("", "paper", "code")]
    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="electors")
    number = models.PositiveIntegerField()
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=60, blank=True)
    given = models.CharField(max_length=6, choices=GIVEN, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="elector_number_once", fields=["election", "number"]),
            models.UniqueConstraint(
                name="elector_person_once", fields=["election", "person"], condition=Q(person__isnull=False)
            ),
        ]


class Nominee(models.Model):
    """Somebody who agreed to stand, or a level of a rating (候选人). `key` is drawn by lot when the list is settled."""

    STATIONS = [(s, s) for s in ("", "front_line", "technical", "manager")]
    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="nominees")
    key = models.CharField(max_length=6, blank=True)
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60, blank=True)
    """What the ballot says where nobody's name stands there."""
    nominated_by = models.CharField(max_length=100, blank=True)
    station = models.CharField(max_length=12, choices=STATIONS, blank=True, default="")
    agreed_on = models.DateField()
    is_elected = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="nominee_person_once", fields=["election", "person"], condition=Q(person__isnull=False)
            ),
            models.UniqueConstraint(name="nominee_key_once", fields=["election", "key"], condition=~Q(key="")),
        ]


class KeyHolder(models.Model):
    """Who holds one of the keys of the ballot box for codes (掌钥人): two together open it. Gone once it is opened."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="key_holders")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    public_half = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="keyholder_once", fields=["election", "account"])]


class BallotCode(models.Model):
    """A code to vote with once (投票码), handed out like a paper ballot: drawn blind, written down beside no name.

    Nothing here leads to the ballot, nor to whom it was given. It has no time, and its key is random.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    receipt = models.CharField(max_length=12)
    """Says that the code was used, once it was: whoever has the code can look it up in the list."""
    is_used = models.BooleanField(default=False)


class Drawer(models.Model):
    """A part of the ballot box for codes: envelopes of equal length, shuffled anew with each one. Gone once opened."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="drawers")
    number = models.PositiveIntegerField()
    envelopes = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(name="drawer_once", fields=["election", "number"])]


class Ballot(models.Model):
    """A ballot cast with a code, opened (选票). All of an election are written at once, shuffled, with random keys."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="ballots")
    approved = models.JSONField()
    against = models.JSONField()


class BallotBox(models.Model):
    """A box for paper ballots (票箱)."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="boxes")
    name = models.CharField(max_length=60)
    issued = models.PositiveIntegerField(null=True)
    """Ballots handed out for it."""

    class Meta:
        constraints = [models.UniqueConstraint(name="ballotbox_name_once", fields=["election", "name"])]


class BoxCount(models.Model):
    """What one teller counted in a box (计票): two tellers count by themselves, and it holds when both agree."""

    box = models.ForeignKey(BallotBox, on_delete=models.CASCADE, related_name="counts")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    found = models.PositiveIntegerField()
    invalid = models.PositiveIntegerField()
    approved = models.JSONField(default=dict)
    """Key of a candidate, or + and a name written in -> votes."""
    against = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="boxcount_once", fields=["box", "account"]),
            models.CheckConstraint(name="boxcount_invalid_were_found", condition=Q(invalid__lte=F("found"))),
        ]
