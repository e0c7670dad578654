"""Writing obligations. Nothing is rewritten: a change, also a switch, is a new dated version."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.rules.catalogue import target_of
from lianxin.rules.lookup import params_on, rules_on
from lianxin.trail.operations import record

from ..models import Obligation, ObligationVersion


class NotUsable(Refused):
    text = _("The obligation “%(code)s” cannot be used: %(what)s.")


class NotAfterLastSwitch(Refused):
    text = _("A later version holds from %(since)s already. Choose that day or a later one.")


class AlreadySo(Refused):
    text = _("It is so already.")


class ReasonMissing(Refused):
    text = _("Say why: a decision, a local text, a document.")
    status = 422


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version of an obligation says; fields as in `ObligationVersion`."""

    due: str
    met: str
    is_on: bool
    starts: str = ""
    limit: str = ""
    unit: str = "months"
    doubt: str = ""
    doubt_en: str = ""

    @classmethod
    def of(cls, version: ObligationVersion, **changed: Any) -> "Terms":
        """The terms of a version with some changed."""
        return cls(**{**{f.name: getattr(version, f.name) for f in fields(cls)}, **changed})


@transaction.atomic
def add_obligation(
    *, code: str, title: str, title_en: str, line: str, target: str, item: str = "", actor: Actor, at: datetime
) -> Obligation:
    """An obligation without terms yet. Raises NoSuchTarget."""
    names = {"code": code, "title": title, "title_en": title_en, "line": line, "item": item}
    made = Obligation.objects.create(**names, target=target_of(target).code)
    record("reach.obligation.added", made, actor=actor, at=at)
    return made


@transaction.atomic
def save_obligation(
    *, obligation: Obligation, terms: Terms, valid_from: date, reason: str = "", actor: Actor, at: datetime
) -> ObligationVersion:
    """New terms from a day on. Raises NotUsable, NotAfterLastSwitch."""
    _check(obligation, terms, valid_from)
    versions = ObligationVersion.objects.select_for_update().filter(obligation=obligation)
    last = versions.order_by("-number").first()
    if last and last.valid_until is None:
        if valid_from < last.valid_from:
            raise NotAfterLastSwitch(since=last.valid_from)
        last.valid_until = valid_from
        last.save(update_fields=["valid_until"])
    made = ObligationVersion.objects.create(
        obligation=obligation,
        number=last.number + 1 if last else 1,
        valid_from=valid_from,
        reason=reason,
        saved_at=at,
        saved_by=actor.label,
        **{f.name: getattr(terms, f.name) for f in fields(terms)},
    )
    facts = {"number": made.number, "valid_from": valid_from.isoformat(), "on": terms.is_on}
    record("reach.obligation.saved", obligation, actor=actor, at=at, **facts)
    return made


def _check(obligation: Obligation, terms: Terms, day: date) -> None:
    """Both rules hold on the day and speak of the target; the day and the limit exist."""
    rules = rules_on([terms.due, terms.met], day)
    vocabulary = target_of(obligation.target).vocabulary()
    for code in (terms.due, terms.met):
        if code not in rules or rules[code].target != obligation.target:
            raise NotUsable(code=obligation.code, what=code)
    starts = terms.starts and terms.starts in vocabulary and vocabulary[terms.starts]
    if terms.starts and (not starts or starts.type != "date" or starts.derived):
        raise NotUsable(code=obligation.code, what=terms.starts)
    if terms.limit and (not terms.starts or not isinstance(_limit(terms.limit, day), int)):
        raise NotUsable(code=obligation.code, what=terms.limit)


def _limit(code: str, day: date) -> object:
    found = params_on(day).get(code)
    return found.value if found else None


@transaction.atomic
def switch_obligation(
    *, obligation: Obligation, is_on: bool, reason: str, day: date, actor: Actor, at: datetime
) -> ObligationVersion:
    """Let an obligation hold here from a day on, or no longer. Raises AlreadySo, ReasonMissing, NotAfterLastSwitch."""
    now_holds = ObligationVersion.objects.select_for_update().get(obligation=obligation, valid_until=None)
    if now_holds.is_on == is_on:
        raise AlreadySo()
    if not reason.strip():
        raise ReasonMissing()
    terms = Terms.of(now_holds, is_on=is_on)
    return save_obligation(
        obligation=obligation, terms=terms, valid_from=day, reason=reason.strip(), actor=actor, at=at
    )
