"""What comes from a phone: a post of records and choices, each taken in for itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lianxin.access.models import Account
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.registry.operations.spans import ImportUnderWay

from ..forms.visits import ChoiceForm, RecordForm
from .records import choose_count, next_round, record_visit

Receipt = dict[str, str]
MOST = 50


def take_post(
    *, items: Sequence[Mapping[str, Any]], officer: Account, actor: Actor, at: datetime
) -> tuple[int, dict[str, Receipt]]:
    """Take a post in, oldest record first; returns the number of this answer and a receipt for each key.

    What waits for an import waits with all that follows on the same organisation, so that the order stays.
    """
    receipts: dict[str, Receipt] = {}
    held: set[str] = set()
    for item in items[:MOST]:
        key, subject = str(item.get("key", "")), str(item.get("subject", ""))
        receipts[key] = {"state": "later"} if subject in held else _take(item, officer, actor, at)
        if receipts[key]["state"] == "later" and subject:
            held.add(subject)
    return next_round(officer), receipts


def _take(item: Mapping[str, Any], officer: Account, actor: Actor, at: datetime) -> Receipt:
    try:
        take = _choice if item.get("kind") == "choice" else _record
        return take(item, officer, actor, at)
    except ImportUnderWay:
        return {"state": "later"}
    except Refused as refusal:
        return {"state": "refused", "text": refusal.sentence}


def _record(item: Mapping[str, Any], officer: Account, actor: Actor, at: datetime) -> Receipt:
    form = RecordForm.of_item(item)
    if not form.is_valid():
        return {"state": "refused", "text": form.fault()}
    return {"state": record_visit(said=form.said(), officer=officer, actor=actor, at=at)}


def _choice(item: Mapping[str, Any], officer: Account, actor: Actor, at: datetime) -> Receipt:
    form = ChoiceForm(dict(item))
    if not form.is_valid():
        return {"state": "refused", "text": _("This choice cannot be read. Choose again.")}
    given = form.cleaned_data
    named = {"key": given["key"], "asked": given["record"], "field": given["field"]}
    chosen = {"chosen": given["chosen"], "seen": given["seen"]}
    return {"state": choose_count(**named, **chosen, officer=officer, actor=actor, at=at)}
