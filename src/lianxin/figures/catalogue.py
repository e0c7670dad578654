"""The indicators there are: shipped as files, kept as dated versions, their scope taken from a stored rule."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused
from lianxin.rules.history import RuleHistory, RuleText, history_of
from lianxin_methods.indicators.definition import Definition, RuleUsed, ScopeParam, from_dict

from .models import IndicatorVersion


class NoSuchIndicator(Refused):
    text = _("There is no indicator “%(code)s”. There are: %(known)s.")
    status = 404


@dataclass(frozen=True, slots=True)
class Version:
    """A definition and the row it stands in."""

    id: int
    definition: Definition
    valid_from: date
    valid_until: date | None


def shipped() -> list[dict[str, Any]]:
    """The definitions that come with the product."""
    folder = files("lianxin.figures").joinpath("definitions")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".json"))
    return [json.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


@transaction.atomic
def keep_shipped() -> int:
    """Write the shipped versions that are not kept yet; a newer one ends the one before. How many were written."""
    kept = set(IndicatorVersion.objects.values_list("code", "number"))
    made = 0
    for file in shipped():
        for version in file["versions"]:
            if (file["code"], version["number"]) in kept:
                continue
            since = date.fromisoformat(version["valid_from"])
            IndicatorVersion.objects.filter(code=file["code"], valid_until=None).update(valid_until=since)
            content = {"code": file["code"], "number": version["number"], **version["content"]}
            from_dict(content)
            IndicatorVersion.objects.create(
                code=file["code"], number=version["number"], content=content, valid_from=since
            )
            made += 1
    return made


def versions(code: str) -> list[Version]:
    """All versions of an indicator, the newest first. Raises NoSuchIndicator."""
    rows = IndicatorVersion.objects.filter(code=code).order_by("-number")
    found = [_version(row) for row in rows]
    if not found and keep_shipped():
        return versions(code)
    if not found:
        raise NoSuchIndicator(code=code, known=", ".join(codes()))
    return found


@dataclass(frozen=True)
class Edition:
    """An indicator with all that is stored about its scope, read once, to be asked for any day."""

    versions: tuple[Version, ...]
    rules: dict[str, RuleHistory]

    def on(self, day: date) -> Version:
        """The version that holds on the day, before the first, the first; its scope is the stored rule's."""
        found = next((v for v in self.versions if v.valid_from <= day), self.versions[-1])
        history = self.rules.get(found.definition.scope_rule)
        rule = history.on(day) if history else None
        if history is None or rule is None:
            return found
        return replace(found, definition=_with_rule(found.definition, history, rule, day))


def edition(code: str) -> Edition:
    """One query, two more where the scope is a stored rule. Raises NoSuchIndicator."""
    found = tuple(versions(code))
    named = {v.definition.scope_rule for v in found} - {""}
    return Edition(found, {rule: history_of(rule) for rule in named})


def version_on(code: str, day: date) -> Version:
    """The version that holds on the day, with its scope as stored then. Raises NoSuchIndicator."""
    return edition(code).on(day)


def _with_rule(definition: Definition, history: RuleHistory, rule: RuleText, day: date) -> Definition:
    """The definition with the stored rule for its scope. A threshold that the rule no longer names is not offered."""
    params = (_offered(p, history, rule) for p in definition.params if not p.sets or p.sets in rule.params)
    said = json.dumps([rule.text, sorted((v.code, str(v.value)) for v in rule.params.values())])
    also = f" and {definition.scope_also}" if definition.scope_also else ""
    return replace(
        definition,
        scope=f"({rule.text}){also}",
        params=tuple(params),
        stored=rule.params,
        used=RuleUsed(rule.code, rule.number, day, hashlib.sha256(said.encode()).hexdigest()[:10]),
    )


def _offered(param: ScopeParam, history: RuleHistory, rule: RuleText) -> ScopeParam:
    """A threshold with the stored value for its default; what was or will be stored on other days is offered too."""
    if not param.sets:
        return param
    stored = {int(v.value) for v in history.values if v.code == param.sets}  # type: ignore[arg-type]
    value = int(rule.params[param.sets].value)  # type: ignore[arg-type]
    return replace(param, default=value, options=tuple(sorted({*param.options, *stored})))


def codes() -> list[str]:
    """Codes of all indicators, in the order of the files."""
    return _in_order(set(IndicatorVersion.objects.values_list("code", flat=True)))


def names_on(day: date) -> list[tuple[str, str, str]]:
    """(code, Chinese, English) of every indicator as it is called on a day, in the order of the files: one query."""
    rows = IndicatorVersion.objects.order_by("-number").values_list("code", "valid_from", "content__zh", "content__en")
    called: dict[str, tuple[str, str, str]] = {}
    passed: set[str] = set()
    for code, since, zh, en in rows:
        if code not in passed:  # before its first day an indicator is called what it was called first
            called[code] = (code, zh, en)
        if since <= day:
            passed.add(code)
    if {*shipped_codes()} - {*called} and keep_shipped():
        return names_on(day)
    return [called[code] for code in _in_order(set(called)) if code in called]


def _in_order(known: set[str]) -> list[str]:
    return [*shipped_codes(), *sorted(known - {*shipped_codes()})]


@cache
def shipped_codes() -> tuple[str, ...]:
    """Codes of the definitions that come with the product."""
    return tuple(file["code"] for file in shipped())


def _version(row: IndicatorVersion) -> Version:
    return Version(row.pk, from_dict(row.content), row.valid_from, row.valid_until)
