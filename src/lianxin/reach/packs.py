"""The section `obligations` of a rule pack."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from lianxin.kit.actor import Actor

from .models import Obligation
from .operations.duties import Terms, add_obligation, save_obligation


def add(row: Mapping[str, Any], actor: Actor, at: datetime) -> bool:
    """Add an obligation that is not there; one that is gets a new version where the entry says `override`."""
    made = Obligation.objects.filter(code=row["code"]).first()
    if made and not row.get("override"):
        return False
    names = {key: str(row[key]) for key in ("code", "title", "title_en", "line", "target")}
    made = made or add_obligation(**names, item=str(row.get("item", "")), actor=actor, at=at)
    words = {key: str(row[key]) for key in ("starts", "limit", "unit", "doubt", "doubt_en") if key in row}
    terms = Terms(due=row["due"], met=row["met"], is_on=is_on_here(row["on"]), **words)
    save_obligation(obligation=made, terms=terms, valid_from=row["valid_from"], actor=actor, at=at)
    return True


def is_on_here(said: bool | list[str]) -> bool:
    """`on` of an entry: for everybody, for nobody, or in the jurisdictions whose own text sets it."""
    if isinstance(said, bool):
        return said
    return any(settings.JURISDICTION.startswith(str(code)) for code in said)


SECTIONS = {"obligations": add}
