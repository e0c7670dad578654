"""Closing a theme: one decision, and an answer to everyone who sent in a matter of it, once."""

from collections import deque
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.actor import Actor, System
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area
from lianxin.trail.operations import record

from ..course import Position, take
from ..models import Matter, Theme, ThemeAnswer, ThemeMember
from ..models.core import OPEN_LEVELS
from .happening import happened, locked
from .opening import Given, open_matter
from .steps import CONTACTED, With, position, roles_of, take_step
from .theming import CLOSE, changed, lies_within, locked_flow, open_theme

GIVEN = frozenset({"reason", "outcome", "owner"})
"""What can come with the steps towards an answer to many at once."""
AWAY = frozenset({"merge", "withdraw", "refuse", "close_silent", "object", "not_solved"})
SPOKEN_TO = CONTACTED - {"answered"}
"""States that say somebody spoke with the person, which an answer to many is not."""
OWN_ANSWER = ("proposal",)
"""Kinds whose course asks for an answer of their own: they are told of the decision, and go on."""


class DecisionMissing(Refused):
    text = _("Everyone who sent in a matter of it is told what was decided and why. Please write both.")


class HasJoint(Refused):
    text = _("This theme has its joint matter already.")


@transaction.atomic
def open_joint(*, theme: Theme, area: Area, words: str, actor: Actor, at: datetime) -> Matter:
    """One matter that works on all of a theme. Raises ThemeOver, HasJoint, what `open_matter` raises."""
    held = open_theme(theme.pk)
    if held.joint_id:
        raise HasJoint(held)
    given = Given(words=words, way="matter", code="request", area=area, title=held.title)
    made = open_matter(given=given, actor=actor, at=at).matter
    held.joint = made
    held.save(update_fields=["joint"])
    record("matters.theme.joint", held, actor=actor, at=at, matter=made.pk)
    return made


@transaction.atomic
def close_theme(*, theme: Theme, decision: str, reason: str, actor: Actor, at: datetime) -> Theme:
    """Close a theme with what was decided and why; a job answers everyone.

    Raises ThemeOver, DecisionMissing, PartElsewhere.
    """
    from ..jobs import answer_theme

    flow, held = locked_flow(), open_theme(theme.pk)
    if not decision.strip() or not reason.strip():
        raise DecisionMissing(held)
    lies_within(Matter.objects.filter(theme_member__theme=held), actor, CLOSE, at)
    held.state, held.decision, held.reason = "closed", decision.strip(), reason.strip()
    held.closed_at, held.closed_by = at, actor.label[:100]
    held.save()
    changed(flow)
    record("matters.theme.closed", held, actor=actor, at=at, matters=held.size)
    account = actor.id if actor.kind == "account" else 0
    answer_theme.using(key=f"theme {held.pk}", by=actor).enqueue(theme=held.pk, account=account)
    return held


def unanswered(theme: Theme) -> list[int]:
    """Matters of a closed theme whose senders have no answer yet; C3 and C4 have none by this way."""
    members = ThemeMember.objects.filter(theme=theme, matter__level__in=OPEN_LEVELS)
    return list(members.filter(matter__theme_answer=None).order_by("matter").values_list("matter", flat=True))


@transaction.atomic
def answer_one(*, theme: Theme, matter: int, account: int, at: datetime) -> bool:
    """Answer one matter of a closed theme, and note that it was: both or neither, and never twice.

    Where the matter's course allows, it goes on to "answered" in the name of who closed the theme; else the answer is
    shown with it. False where it had its answer, or is shut.
    """
    held = locked(Matter.objects.get(pk=matter))
    if held.is_shut or held.level not in OPEN_LEVELS:
        return False
    _row, is_new = ThemeAnswer.objects.get_or_create(matter=held, defaults={"theme": theme, "answered_at": at})
    if not is_new:
        return False
    words = answer_text(theme)
    if not _walk_to_answer(held, words, account, theme, at):
        actor = System(label=theme.closed_by)
        happened(held, "noted", actor=actor, at=at, note=words, is_shown=True, facts={"theme": theme.pk})
        if held.answered_at is None:
            Matter.objects.filter(pk=held.pk).update(answered_at=at)
    return True


def answer_text(theme: Theme) -> str:
    """What everyone reads."""
    told = {"decision": theme.decision, "reason": theme.reason}
    return gettext("Several people wrote about this. It was decided: %(decision)s\nWhy: %(reason)s") % told


def _walk_to_answer(matter: Matter, words: str, account: int, theme: Theme, at: datetime) -> bool:
    """Take the steps that lead to "answered", if whoever closed the theme may take them."""
    if matter.code in OWN_ANSWER:
        return False
    person = Account.objects.filter(pk=account, is_active=True).first()
    body = matter.body or matter.first_body
    way = _way(matter, AccountActor(person), at) if person else []
    if not way or not person:
        return False
    actor = AccountActor(person)
    kind = matter.kind.kind
    if any("owner" in kind.step(code).needs for code in way) and body is None:
        return False
    for code in way:
        needs = kind.step(code).needs
        given = With(
            note=words if code == way[-1] else gettext("Handled with the theme it belongs to."),
            owner=body if "owner" in needs else None,
            facts={"theme": theme.pk},
        )
        matter = take_step(matter=matter, code=code, actor=actor, at=at, given=given, is_shown=code == way[-1])
    return True


def _way(matter: Matter, actor: Actor, at: datetime) -> list[str]:
    """The shortest way of steps to "answered" that this person may take with words alone; empty where none is."""
    kind, roles, start = matter.kind.kind, roles_of(matter, actor, at), position(matter)
    ahead: deque[tuple[Position, list[str]]] = deque([(start, [])])
    seen = {start.state}
    while ahead:
        place, way = ahead.popleft()
        for step in kind.steps_from(place.state):
            is_fit = {*step.by} & roles and {*step.needs} <= GIVEN and step.code not in AWAY
            if not is_fit or step.target in seen | SPOKEN_TO or kind.state(step.target).is_end:
                continue
            try:
                after = take(kind, place, step.code, roles=roles, given=step.needs)
            except Refused:
                continue
            if step.target == "answered":
                return [*way, step.code]
            seen.add(step.target)
            ahead.append((after, [*way, step.code]))
    return []


@transaction.atomic
def all_answered(*, theme: Theme, at: datetime) -> None:
    """Note when the last one had the answer."""
    Theme.objects.filter(pk=theme.pk, answered_at=None).update(answered_at=at)
