"""Writing rules, decision tables and parameters. Nothing is rewritten: a change is a new dated version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record
from lianxin_methods.rules.faults import RuleFault
from lianxin_methods.rules.vocabulary import CODE, Name, Scalar, check_value, is_plain_text

from .catalogue import target_of
from .lookup import Unreadable, params_on, read_rule
from .models import (
    DecisionTable,
    Parameter,
    ParameterValue,
    RuleVersion,
    Sourced,
    StoredRule,
    TableRow,
    TableVersion,
    Versioned,
)


class CodeTaken(Refused):
    text = _("The code “%(code)s” is in use already.")


class BadCode(Refused):
    text = _("A code is made of small letters, digits, “_” and “.”, and starts with a letter.")


class NotAfterLast(Refused):
    text = _("Something later holds from %(since)s already. Choose that day or a later one.")


class NoRows(Refused):
    text = _("A decision table needs at least one row.")


class AlreadyInForce(Refused):
    text = _("This version is in force already.")


class SourceMissing(Refused):
    text = _("What is in force needs its source: a statute, a document or a decision.")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text or a value comes from."""

    source: str = ""
    article: str = ""
    is_verified: bool = False


_S = TypeVar("_S", bound=Sourced)


def _check_code(code: str, model: type[Parameter] | type[StoredRule] | type[DecisionTable]) -> None:
    if len(code) > 80 or not all(CODE.fullmatch(part) for part in code.split(".")):
        raise BadCode()
    if model.objects.filter(code=code).exists():
        raise CodeTaken(code=code)


def _end_open(open_row: Sourced | None, day: date) -> None:
    """What holds now ends where the next begins; one that began on the same day stays as an empty span."""
    if open_row is None:
        return
    if day < open_row.valid_from:
        raise NotAfterLast(since=open_row.valid_from)
    open_row.valid_until = day
    open_row.save(update_fields=["valid_until"])


def _saved(source: Source, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "source": source.source,
        "article": source.article,
        "is_verified": source.is_verified,
        "saved_at": at,
        "saved_by": actor.label,
    }


@transaction.atomic
def add_parameter(
    *, code: str, title: str, title_en: str, kind: str = "int", unit: str = "", actor: Actor, at: datetime
) -> Parameter:
    """A threshold that rules may name. Raises BadCode, CodeTaken."""
    _check_code(code, Parameter)
    made = Parameter.objects.create(code=code, title=title, title_en=title_en, kind=kind, unit=unit)
    record("rules.parameter.added", made, actor=actor, at=at)
    return made


@transaction.atomic
def set_parameter(
    *,
    parameter: Parameter,
    value: Scalar,
    valid_from: date,
    source: Source,
    jurisdiction: str = "",
    actor: Actor,
    at: datetime,
) -> ParameterValue:
    """What a parameter is from a day on, in a jurisdiction. Raises NotAfterLast, SourceMissing, Unreadable."""
    if not source.source:
        raise SourceMissing()
    try:
        name = Name("value", parameter.kind, parameter.title, parameter.title_en)  # type: ignore[arg-type]
        checked = check_value(name, value)
    except RuleFault as fault:
        raise Unreadable(fault) from fault
    values = ParameterValue.objects.select_for_update().filter(parameter=parameter, jurisdiction=jurisdiction)
    _end_open(values.filter(valid_until=None).first(), valid_from)
    made = ParameterValue.objects.create(
        parameter=parameter,
        jurisdiction=jurisdiction,
        value=checked.isoformat() if isinstance(checked, date) else checked,
        valid_from=valid_from,
        **_saved(source, actor, at),
    )
    day = valid_from.isoformat()
    record("rules.parameter.set", parameter, actor=actor, at=at, value=made.pk, valid_from=day, where=jurisdiction)
    return made


@transaction.atomic
def add_rule(
    *,
    code: str,
    title: str,
    vocabulary: str,
    title_en: str = "",
    jurisdiction: str = "",
    severity: str = "may",
    actor: Actor,
    at: datetime,
) -> StoredRule:
    """A rule without a text yet. Raises BadCode, CodeTaken, NoSuchTarget."""
    _check_code(code, StoredRule)
    made = StoredRule.objects.create(
        code=code,
        title=title,
        title_en=title_en,
        vocabulary=target_of(vocabulary).code,
        jurisdiction=jurisdiction,
        severity=severity,
    )
    record("rules.rule.added", made, actor=actor, at=at)
    return made


@transaction.atomic
def save_rule(
    *,
    rule: StoredRule,
    text: str,
    valid_from: date,
    source: Source,
    in_force: bool = False,
    actor: Actor,
    at: datetime,
) -> RuleVersion:
    """A new version of a rule, as a draft or in force from a day on.

    Raises Unreadable for a text or a parameter that cannot be used, NotAfterLast, SourceMissing.
    """
    read_rule(text, target_of(rule.vocabulary).vocabulary(), params_on(valid_from))
    StoredRule.objects.select_for_update().get(pk=rule.pk)
    number = _next_number(RuleVersion.objects.filter(rule=rule))
    made = RuleVersion.objects.create(
        rule=rule, number=number, text=text.strip(), valid_from=valid_from, **_saved(source, actor, at)
    )
    if in_force:
        _enforce(made, RuleVersion.objects.in_force_open(rule=rule))
    day = valid_from.isoformat()
    record("rules.rule.saved", rule, actor=actor, at=at, number=number, valid_from=day, in_force=in_force)
    return made


def _next_number(versions: Any) -> int:
    last = versions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _enforce(version: Versioned, open_version: Versioned | None) -> None:
    if version.status == "in_force":
        raise AlreadyInForce()
    if not version.source:
        raise SourceMissing()
    _end_open(open_version, version.valid_from)
    version.status = "in_force"
    version.save(update_fields=["status"])


@transaction.atomic
def put_in_force(*, version: RuleVersion, actor: Actor, at: datetime) -> RuleVersion:
    """Let a draft hold from its day on; the version before ends there. Raises AlreadyInForce and as `save_rule`."""
    rule = StoredRule.objects.select_for_update().get(pk=version.rule_id)
    version.refresh_from_db()
    read_rule(version.text, target_of(rule.vocabulary).vocabulary(), params_on(version.valid_from))
    _enforce(version, RuleVersion.objects.in_force_open(rule=rule))
    record("rules.rule.put_in_force", rule, actor=actor, at=at, number=version.number)
    return version


@transaction.atomic
def end_rule(*, rule: StoredRule, day: date, actor: Actor, at: datetime) -> None:
    """Let no version hold from the day on. Raises NotAfterLast."""
    StoredRule.objects.select_for_update().get(pk=rule.pk)
    _end_open(RuleVersion.objects.in_force_open(rule=rule), day)
    record("rules.rule.ended", rule, actor=actor, at=at, day=day.isoformat())


@transaction.atomic
def verify_source(*, version: Sourced, actor: Actor, at: datetime) -> None:
    """Somebody has compared the text or the value with the source itself."""
    version.is_verified = True
    version.save(update_fields=["is_verified"])
    record("rules.source.verified", version, actor=actor, at=at)


@transaction.atomic
def add_table(
    *, code: str, title: str, vocabulary: str, title_en: str = "", jurisdiction: str = "", actor: Actor, at: datetime
) -> DecisionTable:
    """A decision table without rows yet. Raises BadCode, CodeTaken, NoSuchTarget."""
    _check_code(code, DecisionTable)
    made = DecisionTable.objects.create(
        code=code,
        title=title,
        title_en=title_en,
        vocabulary=target_of(vocabulary).code,
        jurisdiction=jurisdiction,
    )
    record("rules.table.added", made, actor=actor, at=at)
    return made


@transaction.atomic
def save_table(
    *,
    table: DecisionTable,
    rows: Sequence[tuple[str, str]],
    valid_from: date,
    source: Source,
    in_force: bool = False,
    actor: Actor,
    at: datetime,
) -> TableVersion:
    """A new version of a table. rows : (rule text, value) in their order; an empty text is "otherwise".

    Raises NoRows, Unreadable, NotAfterLast, SourceMissing.
    """
    if not rows:
        raise NoRows()
    vocabulary, params = target_of(table.vocabulary).vocabulary(), params_on(valid_from)
    for text, value in rows:
        if not value or not is_plain_text(value):
            raise Unreadable(RuleFault("每一行都要有值。", "Every row needs a value."))
        if text:
            read_rule(text, vocabulary, params)
    DecisionTable.objects.select_for_update().get(pk=table.pk)
    number = _next_number(TableVersion.objects.filter(table=table))
    made = TableVersion.objects.create(table=table, number=number, valid_from=valid_from, **_saved(source, actor, at))
    TableRow.objects.bulk_create(
        TableRow(version=made, position=position, text=text.strip(), value=value)
        for position, (text, value) in enumerate(rows, 1)
    )
    if in_force:
        _enforce(made, TableVersion.objects.in_force_open(table=table))
    day = valid_from.isoformat()
    record("rules.table.saved", table, actor=actor, at=at, number=number, valid_from=day, in_force=in_force)
    return made
