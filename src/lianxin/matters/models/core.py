"""Matters and what belongs to each: its words, who asks, what happened, who handles it."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q

from lianxin.kit.scope import Scope
from lianxin.places.models import Area
from lianxin.registry.models import BodySpan, Covering

from ..kinds import Kind, read_kind

OPEN_LEVELS = ("C0", "C1", "C2")
"""Read by whoever works where the matter lies. Above: by named handlers only."""
WAYS = ("web", "phone", "counter", "email", "open311", "hotline", "visit", "inspection", "review", "referral", "matter")
"""How a matter came in."""
LEVEL_CHOICES = [(c, c) for c in ("C0", "C1", "C2", "C3", "C4")]


_READ: dict[str, Kind] = {}
"""Kinds by the digest of their content."""


class StoredKind(models.Model):
    """One version of a kind of matter (事项类型). A matter keeps the version it began with."""

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    """Plain data as `kinds.read_kind` reads it."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the content."""
    is_shipped = models.BooleanField()
    """It came with the product; a newer one of the product takes its place, unless it was changed here."""
    is_offered = models.BooleanField(default=True)
    """New matters of it may be opened."""
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="storedkind_version_once", fields=["code", "version"])]

    @property
    def kind(self) -> Kind:
        """The kind, read once a version: a version never changes."""
        if self.digest not in _READ:
            _READ[self.digest] = read_kind(self.content)
        return _READ[self.digest]


def accused_side(scope: Scope) -> frozenset[int]:
    """Organisations whose own bodies are reached: who acts for these sees no matter that accuses them."""
    bodies = scope.refs("body")
    if not bodies:
        return frozenset()
    own = BodySpan.objects.on(scope.day).filter(form="own", body__in=bodies).values("body")
    held = Covering.objects.on(scope.day).filter(body__in=own)
    return frozenset(held.values_list("organisation", flat=True))


def of_scope(bodies: Iterable[int | None], scope: Scope) -> list[int]:
    """Those of some bodies that lie in the scope. Few are asked about, and answered for at once: a list of all bodies
    of a scope beside other conditions takes PostgreSQL minutes."""
    asked = {body for body in bodies if body}
    if not asked:
        return []
    return list(BodySpan.objects.within(scope).on(scope.day).filter(body__in=asked).values_list("body", flat=True))


class MatterSet(models.QuerySet["Matter"]):
    def lying_within(
        self, scope: Scope, *, is_wide: bool = False, only_area: int = 0, with_handed: bool = False
    ) -> "MatterSet":
        """Matters of every level in an area reached on their line, or with a body reached. Says nothing about words:
        who may read is `within` and `handled_by`.

        is_wide : most rows lie within; the database walks the order asked for and checks the area of each row.
        only_area : the one area that the scope's areas come to; the database walks its rows.
        with_handed : also findings of a joint round that were handed to a body of the scope, on its own line as well.
        """
        reached = Q(body__in=scope.refs("body")) | Q(first_body__in=scope.refs("body"))
        reached |= Q(organisation__in=scope.refs("organisation"))
        if with_handed:
            handed = Matter.objects.filter(code="finding").order_by().values_list("body", flat=True).distinct()
            reached |= Q(code="finding", body__in=of_scope(handed, scope))
        rows = self.alias(place=F("area_id") + 0) if is_wide else self
        for line in {reach.line for reach in scope.reaches if reach.kind == "area"}:
            part = Scope(scope.day, tuple(r for r in scope.reaches if r.kind == "area" and r.line == line))
            areas = [only_area] if only_area else Area.objects.within(part).values("pk")
            condition = Q(place__in=areas) if is_wide else Q(area__in=areas)
            reached |= condition & (Q(line__code=line) | Q(line=None)) if line else condition
        rows = rows.filter(reached)
        side = scope.refs("organisation") | accused_side(scope)
        return rows.exclude(accused__in=side) if side else rows

    def within(
        self, scope: Scope, *, is_wide: bool = False, only_area: int = 0, with_handed: bool = False
    ) -> "MatterSet":
        """Matters that whoever has this scope may read: those lying within, up to C2."""
        lying = self.lying_within(scope, is_wide=is_wide, only_area=only_area, with_handed=with_handed)
        return lying.filter(level__in=OPEN_LEVELS)

    def handled_by(self, account: int) -> "MatterSet":
        """Matters that an account is named a handler of, of any level."""
        return self.filter(pk__in=Handler.objects.filter(account=account, until=None).values("matter"))


class Matter(models.Model):
    """Something owed a reply by a date (事项). Its words lie in `Words`; here is only what a list may show."""

    number = models.CharField(max_length=20, unique=True)
    """What stands on the receipt."""
    digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - many have none
    """SHA-256 of the secret in the requester's link; null for what nobody follows from outside."""
    kind = models.ForeignKey(StoredKind, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    """The kind's code, whatever its version."""
    level = models.CharField(max_length=2, choices=LEVEL_CHOICES)
    way = models.CharField(max_length=12, choices=[(w, w) for w in WAYS])
    title = models.CharField(max_length=120, blank=True)
    """One line for lists; always empty for C3 and C4, which lists call by their code name."""
    code_name = models.CharField(max_length=20, blank=True)
    """What C3 and C4 are called where their number would be said aloud or printed."""
    need = models.CharField(max_length=2, blank=True)
    """Need category of two signs, such as A1; empty while nobody decided."""
    line = models.ForeignKey("registry.Line", null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    """Looked for by `matter_by_area`."""
    first_body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """The body that took it in: it leads until the end (首接负责)."""
    body = models.ForeignKey("registry.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """The body that works on it now."""
    organisation = models.ForeignKey("registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    """Where it happened, as far as it may be known to whoever sees the line. Null for C4."""
    accused = models.ForeignKey("registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    """The side complained about: nobody who acts for it may ever handle the matter."""
    state = models.CharField(max_length=40)
    is_open = models.BooleanField(default=True)
    arrived_at = models.DateTimeField()
    state_since = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True)
    """When the person was first reached, or heard something that was more than a receipt."""
    answered_at = models.DateTimeField(null=True)
    """When it was first answered."""
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    """When the next of its clocks runs out; null while none runs."""
    due_clock = models.CharField(max_length=40, blank=True)
    next_at = models.DateTimeField(null=True)
    """When the clocks must be looked at again: a reminder, or a time that is up."""
    reopened = models.PositiveSmallIntegerField(default=0)
    said_at = models.DateTimeField(null=True)
    """When the requester last said something that nobody of ours has met with anything yet."""
    solved = models.CharField(max_length=8, blank=True, choices=[(s, s) for s in ("yes", "partly", "no")])
    """What the requester said of the outcome."""
    rating = models.PositiveSmallIntegerField(null=True)
    """1 to 5, given after contact only."""
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    """What it was split from, refers, or follows."""
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    objects = MatterSet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="matter_shut_has_no_title", condition=Q(level__in=OPEN_LEVELS) | Q(title="")),
            models.CheckConstraint(
                name="matter_end_has_moment", condition=Q(is_open=True) | Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="matter_sealed_names_nobody", condition=~Q(level="C4") | Q(organisation__isnull=True)
            ),
            models.CheckConstraint(
                name="matter_rating_in_five", condition=Q(rating__isnull=True) | Q(rating__range=(1, 5))
            ),
        ]
        indexes = [
            # of open ones only: SQLite uses no index on a boolean that stands in a condition by itself
            models.Index(name="matter_open_by_due", fields=["due_at", "id"], condition=Q(is_open=True)),
            models.Index(name="matter_open_by_area", fields=["area", "due_at"], condition=Q(is_open=True)),
            models.Index(name="matter_open_by_body", fields=["body", "due_at"], condition=Q(is_open=True)),
            models.Index(name="matter_open_by_code", fields=["code", "due_at"], condition=Q(is_open=True)),
            models.Index(name="matter_open_by_state", fields=["state", "due_at"], condition=Q(is_open=True)),
            models.Index(name="matter_by_arrival", fields=["-arrived_at", "-id"]),
            models.Index(name="matter_by_area", fields=["area", "-arrived_at", "-id"]),
            models.Index(name="matter_by_code", fields=["code", "-arrived_at"]),
            models.Index(name="matter_by_said", fields=["said_at"], condition=Q(said_at__isnull=False)),
            models.Index(name="matter_by_next", fields=["next_at"], condition=Q(next_at__isnull=False)),
        ]

    @property
    def is_shut(self) -> bool:
        """Whether only named handlers may read its words."""
        return self.level not in OPEN_LEVELS

    @property
    def ring(self) -> str:
        """Which keys its words are sealed with."""
        return "sealed" if self.level == "C4" else "field"


class Words(models.Model):
    """What was said (原话): plain up to C2, else sealed and in no index."""

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, primary_key=True, related_name="words")
    text = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    """Where, in the requester's words."""
    sealed = models.BinaryField(null=True)
    """JSON of text and place for C3 and C4."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="words_plain_or_sealed", condition=Q(sealed__isnull=True) | (Q(text="") & Q(place=""))
            )
        ]


class Requester(models.Model):
    """Who asks, sealed whatever the level (诉求人)."""

    matter = models.OneToOneField(Matter, on_delete=models.CASCADE, primary_key=True, related_name="requester")
    sealed = models.BinaryField()
    """JSON of name, contact kind, contact, and how to reach the person safely."""
    wishes_secrecy = models.BooleanField(default=False)
    consented_on = models.DateField()
    """When the person agreed that this is kept to answer the matter."""


class Event(models.Model):
    """Something that happened to a matter (经过). Never changed, never deleted."""

    ACTS = [
        (act, act)
        for act in (
            "opened step extended dispatched objected reminded escalated noted said heard merged split joined rated "
            "handler released level read rechecked referred corrected"
        ).split()
    ]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=12, choices=ACTS)
    step = models.CharField(max_length=40, blank=True)
    """Code of the step, of the clock extended, reminded or escalated."""
    state = models.CharField(max_length=40, blank=True)
    """The state that the matter was in afterwards."""
    actor_kind = models.CharField(max_length=20)
    actor_id = models.BigIntegerField(default=0)
    actor_label = models.CharField(max_length=100)
    note = models.TextField(blank=True)
    sealed = models.BinaryField(null=True)
    """The note of a matter of C3 or C4."""
    facts = models.JSONField(default=dict)
    """Codes, ids, days; never words about a person."""
    is_shown = models.BooleanField(default=False)
    """The requester sees it on the progress page."""

    class Meta:
        constraints = [
            models.UniqueConstraint(name="event_in_order", fields=["matter", "seq"]),
            models.CheckConstraint(name="event_plain_or_sealed", condition=Q(sealed__isnull=True) | Q(note="")),
        ]

    @property
    def where(self) -> str:
        """The place its note is sealed for."""
        return f"matters.event.note:{self.pk}"


class Handler(models.Model):
    """A named person who works on a matter; of C3 and C4 nobody else reads the words (经办人)."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="handlers")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    is_lead = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="matterhandler_once", fields=["matter", "account"], condition=Q(until=None))
        ]
        indexes = [models.Index(name="matterhandler_by_account", fields=["account", "until"])]


class Dispatch(models.Model):
    """A matter was given to a body (派办), and what the body said to that."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="dispatches")
    body = models.ForeignKey("registry.Body", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)
    objected_at = models.DateTimeField(null=True)
    objection = models.CharField(max_length=500, blank=True)
    """Why the body says it is not its task; kept to duties and rules, without the person's words."""
    decided_at = models.DateTimeField(null=True)
    is_kept = models.BooleanField(null=True)
    """The objection was refused (true) or the matter went elsewhere (false)."""

    class Meta:
        indexes = [models.Index(name="dispatch_by_body", fields=["body", "at"])]


class CallBack(models.Model):
    """An attempt to ask the person how it went (回访)."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="call_backs")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)
    is_reached = models.BooleanField()
    solved = models.CharField(max_length=8, blank=True)
    rating = models.PositiveSmallIntegerField(null=True)
    is_drawn = models.BooleanField(default=False)
    """The matter was drawn at random for a second look."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="callback_rates_after_contact", condition=Q(is_reached=True) | Q(rating__isnull=True, solved="")
            )
        ]


class Photo(models.Model):
    """A picture sent with a matter: re-encoded, without position data, sealed (照片)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="photos")
    at = models.DateTimeField()
    sealed = models.BinaryField()
    """JPEG in base64, sealed with the matter's ring."""
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    @property
    def where(self) -> str:
        """The place it is sealed for."""
        return f"matters.photo:{self.pk}"


def words_place(matter: Matter) -> str:
    """The place the words of a matter are sealed for."""
    return f"matters.words:{matter.pk}"


def requester_place(matter: Matter) -> str:
    """The place who asks is sealed for."""
    return f"matters.requester:{matter.pk}"
