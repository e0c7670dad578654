"""Where an actor may look on a day that is shown."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from lianxin.kit.actor import Actor
from lianxin.kit.clock import today
from lianxin.kit.scope import Scope


def scope_on(actor: Actor, act: str, day: date) -> Scope:
    """The grants of today, looking at the areas and coverings of the day shown.

    Whoever is responsible now may look back; whoever was once responsible may not look at all.
    """
    return replace(actor.scope(act, today()), day=day)


def day_asked(asked: Mapping[str, str]) -> date:
    """The day in the address of a page, today where there is none or it makes no sense."""
    try:
        return date.fromisoformat(asked.get("day", ""))
    except ValueError:
        return today()
