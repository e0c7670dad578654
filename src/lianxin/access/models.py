"""Accounts, scope nodes, grants, tokens."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered
from lianxin.kit.scope import Scope

from .nodes import KINDS


class AccountSet(models.QuerySet["Account"]):
    def within(self, scope: Scope) -> "AccountSet":
        """Accounts that belong to an area reached, or hold, held or will hold a grant in the scope."""
        granted = Grant.objects.within(scope).values("account")
        return self.filter(Q(home__in=ScopeNode.objects.within(scope)) | Q(pk__in=granted))

    def looked_after(self, scope: Scope) -> "AccountSet":
        """Accounts inside the scope that hold nothing outside it, nor will.

        Only these may be closed or helped: whoever can reset a password could else borrow a reach above the own.
        """
        running = Grant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=scope.day))
        beyond = running.exclude(pk__in=Grant.objects.within(scope).values("pk"))
        return self.within(scope).exclude(pk__in=beyond.values("account"))


class AccountManager(UserManager["Account"]):
    use_in_migrations = False

    def get_queryset(self) -> AccountSet:
        return AccountSet(self.model, using=self._db)

    def within(self, scope: Scope) -> AccountSet:
        return self.get_queryset().within(scope)

    def looked_after(self, scope: Scope) -> AccountSet:
        return self.get_queryset().looked_after(scope)


class Account(AbstractUser):
    """A person who works with the system (账号). Rights come from grants alone, never from flags here."""

    label = models.CharField(max_length=60)
    """The name shown beside what this person does."""
    home = models.ForeignKey("access.ScopeNode", null=True, on_delete=models.PROTECT, related_name="+")
    """Where the account belongs: the administrators of that place look after it, with grants or without."""
    left_on = models.DateField(null=True, blank=True)
    """The day from which the account is closed; work still open was handed over before."""
    sessions_round = models.PositiveIntegerField(default=0)
    """Counted up to end every session at once."""
    objects: ClassVar[AccountManager] = AccountManager()

    def is_open_on(self, day: date) -> bool:
        """Whether this person may work on the day."""
        return self.is_active and (self.left_on is None or day < self.left_on)

    def get_session_auth_hash(self) -> str:
        """A session holds as long as the password and the round stay."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self):  # type: ignore[no-untyped-def]
        from django.conf import settings

        return (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str | bytes | None) -> str:
        said = f"{self.password}:{self.sessions_round}"
        return salted_hmac("lianxin.access.session", said, secret=secret, algorithm="sha256").hexdigest()


class ScopeNodeSet(models.QuerySet["ScopeNode"]):
    def within(self, scope: Scope) -> "ScopeNodeSet":
        """Nodes of the areas, bodies and organisations inside the scope, and tasks reached one by one."""
        reached = Q(kind="task", ref__in=scope.refs("task"))
        for kind, known in KINDS.items():
            place = "area__in" if kind == "area" else "ref__in"
            reached |= Q(**{"kind": kind, place: known.inside(scope)})
        return self.filter(reached)


class ScopeNode(models.Model):
    """What a grant reaches (范围): an area with all below it, one body, one organisation, or one task."""

    KINDS = [("area", "area"), ("body", "body"), ("organisation", "organisation"), ("task", "task")]
    kind = models.CharField(max_length=20, choices=KINDS)
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    ref = models.BigIntegerField(default=0)
    """Id of the body, organisation or task; 0 for areas."""
    label = models.CharField(max_length=100)
    objects = ScopeNodeSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="scopenode_area_once", fields=["area"], condition=Q(kind="area")),
            models.UniqueConstraint(name="scopenode_ref_once", fields=["kind", "ref"], condition=~Q(kind="area")),
            models.CheckConstraint(
                name="scopenode_points_somewhere",
                condition=Q(kind="area", area__isnull=False, ref=0)
                | (~Q(kind="area") & Q(area__isnull=True, ref__gt=0)),
            ),
        ]


class GrantSet(DatedSet["Grant"]):
    def within(self, scope: Scope) -> "GrantSet":
        """Grants, of any day, on nodes reached for their line."""
        reached = Q(node__in=ScopeNode.objects.within(scope.on_line("")))
        for line in sorted({reach.line for reach in scope.reaches if reach.line}):
            reached |= Q(line=line, node__in=ScopeNode.objects.within(scope.on_line(line)))
        return self.filter(reached)


class Grant(Dated):
    """A role on a scope node, for one line or all, from a day until before a day (授权)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30)
    """A code of `access.roles.ROLES`."""
    line = models.CharField(max_length=20, blank=True)
    """Code of the line; empty for every line."""
    node = models.ForeignKey(ScopeNode, on_delete=models.PROTECT, related_name="+")
    objects = GrantSet.as_manager()

    class Meta:
        constraints = [span_is_ordered("grant_ordered")]
        indexes = [models.Index(name="grant_by_account", fields=["account", "valid_from"])]


class ApiToken(models.Model):
    """A key with which another system acts for an account, for some of its acts (接口令牌).

    Shown once, kept as a digest.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=60)
    """What uses it, in the owner's words."""
    prefix = models.CharField(max_length=12, unique=True)
    """The public part, by which a token is found and recognised."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the whole token. It carries 256 random bits, so that no slow hash is needed."""
    acts = models.JSONField(default=list)
    """The acts it may perform, out of those of the account."""
    rate_per_minute = models.PositiveIntegerField(default=120)
    made_at = models.DateTimeField()
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(name="apitoken_by_account", fields=["account", "-id"])]

    def holds_on(self, day: date) -> bool:
        return self.revoked_at is None and day < self.expires_on
