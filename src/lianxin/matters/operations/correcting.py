"""What the desk wrote about a matter is put right: its kind, its line in lists, where it lies, whom it is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area
from lianxin.registry.models import Organisation
from lianxin.trail.operations import record

from ..course import beginning
from ..kinds import MADE_ELSEWHERE
from ..models import ClockRun, Handler, Matter
from .handling import apply_level
from .happening import happened, locked, set_clocks
from .kinds import current
from .sides import acts_for, is_of
from .steps import NotHandled, ReasonNeeded, roles_of

TITLE_LONGEST = 120


class NoTitle(Refused):
    text = _("Say in one line what it is about: lists show it.")


class KindSettled(Refused):
    text = _("A step of this kind was taken already, so it stays. End it with the reason and take it in anew.")


@dataclass(frozen=True, slots=True)
class Corrected:
    """How a matter should read (更正).

    title : one line, passed over for a shut matter, which has none. organisation : passed over for a sealed one.
    accused : the side complained about; whoever acts for it lets go of the matter at once. code : of its kind; empty
    for the one it is of.
    """

    title: str
    area: Area
    organisation: Organisation | None = None
    accused: Organisation | None = None
    code: str = ""


@transaction.atomic
def correct(*, matter: Matter, given: Corrected, reason: str, actor: Actor, at: datetime) -> Matter:
    """Put right what the desk wrote; the person's own words are never touched. Clocks follow the rules of the area.

    Of another kind it begins anew, with clocks from its arrival; shut at least as far as that kind asks. What nobody
    changed is left as it is, and nothing is written. Raises NotHandled, ReasonNeeded, NoTitle, KindSettled, NoSuchKind.
    """
    held = locked(matter)
    if not roles_of(held, actor, at) & {"handler", "lead"}:
        raise NotHandled(held)
    title = " ".join(given.title.split())[:TITLE_LONGEST]
    if not title and not held.is_shut:
        raise NoTitle(held)
    wanted: dict[str, Any] = {
        "title": "" if held.is_shut else title,
        "area_id": given.area.pk,
        "organisation_id": given.organisation.pk if given.organisation and held.level != "C4" else None,
        "accused_id": given.accused.pk if given.accused else None,
    }
    changed = {name: value for name, value in wanted.items() if getattr(held, name) != value}
    is_other = bool(given.code) and given.code != held.code
    if not changed and not is_other:
        return held
    if not reason.strip():
        raise ReasonNeeded(held)
    for name, value in changed.items():
        setattr(held, name, value)
    if is_other:
        _become(held, given.code, at)
    fields = sorted([name.removesuffix("_id") for name in changed] + ["kind"] * is_other)
    state = held.state if is_other else ""
    happened(held, "corrected", actor=actor, at=at, state=state, note=reason.strip(), facts={"fields": fields})
    if is_other and held.level < held.kind.kind.level:
        apply_level(held, held.kind.kind.level, reason.strip(), actor, at)
    if "accused_id" in changed:
        _let_go(held, actor, at)
        Matter.objects.filter(parent=held, code="referral").update(accused=given.accused)
    set_clocks(held, at)
    held.save()
    record("matters.matter.corrected", held, actor=actor, at=at, fields=fields)
    if not held.is_shut:
        from ..jobs import propose

        propose.using(key=str(held.pk)).enqueue(matter=held.pk)
    return held


def may_change_kind(matter: Matter) -> bool:
    """Whether a matter may still become one of another kind: nobody has taken a step of it."""
    return matter.code not in MADE_ELSEWHERE and not any(event.act == "step" for event in matter.events.all())


def _become(matter: Matter, code: str, at: datetime) -> None:
    if code in MADE_ELSEWHERE or not may_change_kind(matter):
        raise KindSettled(matter)
    matter.kind, matter.code = current(code, at), code
    matter.state, matter.state_since = beginning(matter.kind.kind).state, at
    ClockRun.objects.filter(matter=matter).delete()


def _let_go(matter: Matter, actor: Actor, at: datetime) -> None:
    """Nobody who acts for the accused side handles the matter, nor does a body of it."""
    day = day_of(at)
    for handler in matter.handlers.filter(until=None):
        if acts_for(handler.account_id, matter.accused_id, day):
            Handler.objects.filter(pk=handler.pk).update(until=at)
            happened(matter, "released", actor=actor, at=at, facts={"account": handler.account_id})
            record("matters.handler.released", matter, actor=actor, at=at, account=handler.account_id)
    if not matter.handlers.filter(until=None, is_lead=True).exists():
        heir = matter.handlers.filter(until=None).order_by("since", "pk").first()
        Handler.objects.filter(pk=heir.pk if heir else 0).update(is_lead=True)
    if matter.body_id and is_of(matter.body_id, matter.accused_id, day):
        matter.body = None
