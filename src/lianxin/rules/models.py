"""Stored rules, decision tables and parameters: each an identity with dated versions and their sources."""

from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import Q

from lianxin.kit.dated import Dated, DatedSet, span_is_ordered

_M = TypeVar("_M", bound=models.Model)


class Sourced(Dated):
    """A dated row that says where it comes from: a statute's article, a decision.

    is_verified : somebody compared it with the source itself, not only with a copy or from memory.
    """

    source = models.CharField(max_length=300, blank=True)
    article = models.CharField(max_length=100, blank=True)
    is_verified = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=100)
    """Label of who saved it; the audit entry has the id."""

    class Meta:
        abstract = True


class Parameter(models.Model):
    """A threshold that rules name by its code (参数). What it is on a day: see ParameterValue."""

    KINDS = [(k, k) for k in ("int", "float", "str", "date")]
    code = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=KINDS, default="int")
    unit = models.CharField(max_length=20, blank=True)


class ParameterValue(Sourced):
    """What a parameter is, from a day until before a day, in a jurisdiction."""

    parameter = models.ForeignKey(Parameter, on_delete=models.CASCADE, related_name="values")
    jurisdiction = models.CharField(max_length=12, blank=True)
    """Code of the area it holds for, such as 44 or 4403; empty for the whole country. The longest that fits wins."""
    value = models.JSONField()
    objects = DatedSet["ParameterValue"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("parametervalue_ordered"),
            models.UniqueConstraint(
                name="parametervalue_one_open", fields=["parameter", "jurisdiction"], condition=Q(valid_until=None)
            ),
        ]
        indexes = [models.Index(name="parametervalue_by_day", fields=["parameter", "jurisdiction", "valid_from"])]


class VersionSet(DatedSet[_M]):
    """Versions of rules or tables."""

    def in_force(self, day: date) -> "VersionSet[_M]":
        """Those that hold on the day; drafts never do."""
        return self.filter(status="in_force", valid_from__lte=day).filter(Q(valid_until=None) | Q(valid_until__gt=day))

    def in_force_open(self, **owner: models.Model) -> _M | None:
        """The owner's version in force without an end."""
        return self.filter(status="in_force", valid_until=None, **owner).first()


class Versioned(Sourced):
    """One version of a rule or a table. Versions are numbered from 1 and never rewritten."""

    STATUS = [("draft", "draft"), ("in_force", "in_force")]
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=STATUS, default="draft")

    class Meta:
        abstract = True


class StoredRule(models.Model):
    """A predicate over a vocabulary under a code of its own (规则). What it says on a day: see RuleVersion."""

    SEVERITY = [("must", "must"), ("may", "may")]
    code = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100, blank=True)
    vocabulary = models.CharField(max_length=40)
    """Code of the target whose records it speaks of, such as organisation."""
    jurisdiction = models.CharField(max_length=12, blank=True)
    severity = models.CharField(max_length=6, choices=SEVERITY, default="may")
    """must: the law or a decision obliges; may: it allows or recommends."""


class RuleVersion(Versioned):
    """The text of a rule, from a day until before a day."""

    rule = models.ForeignKey(StoredRule, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField(max_length=4000)
    objects = VersionSet["RuleVersion"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("ruleversion_ordered"),
            models.UniqueConstraint(name="ruleversion_numbered", fields=["rule", "number"]),
            models.UniqueConstraint(
                name="ruleversion_one_open", fields=["rule"], condition=Q(status="in_force", valid_until=None)
            ),
        ]


class DecisionTable(models.Model):
    """An ordered list of rule -> value under a code (决策表): which body, which clock."""

    code = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100, blank=True)
    vocabulary = models.CharField(max_length=40)
    jurisdiction = models.CharField(max_length=12, blank=True)


class TableVersion(Versioned):
    """All rows of a decision table, from a day until before a day."""

    table = models.ForeignKey(DecisionTable, on_delete=models.CASCADE, related_name="versions")
    objects = VersionSet["TableVersion"].as_manager()

    class Meta:
        constraints = [
            span_is_ordered("tableversion_ordered"),
            models.UniqueConstraint(name="tableversion_numbered", fields=["table", "number"]),
            models.UniqueConstraint(
                name="tableversion_one_open", fields=["table"], condition=Q(status="in_force", valid_until=None)
            ),
        ]


class TableRow(models.Model):
    """One line of a table: where the rule holds, the value is this; an empty rule is "otherwise"."""

    version = models.ForeignKey(TableVersion, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    text = models.TextField(max_length=4000, blank=True)
    value = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(name="tablerow_position_once", fields=["version", "position"])]
