"""What of matters waits for a person on Today, and what the global search finds."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianxin.kit.actor import Actor
from lianxin.kit.clock import now
from lianxin.kit.scope import Scope
from lianxin.kit.search import Hit
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.scoping import scope_on
from lianxin.registry.search import holding

from ..models import Matter
from ..needs import said
from ..seed_words import URGENT
from .desk_list import (
    NAME_HANDLERS,
    NARROW,
    NARROW_TEXT,
    VIEW,
    MatterLine,
    collected,
    lines,
    looking,
    name_of,
    without_handler,
)
from .kinds_read import kinds_of
from .remaining import due_day

OWN_PAGES = ("inspection", "finding", "rectification", "referral")
"""Kinds whose own pages say what waits in them."""
MOST = 12
"""So many lines of one reason on Today; the rest stands in the list."""


def matters_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Overdue and due today, what somebody added, objections to decide, with nobody yet, shut without a handler.

    Bounded queries only.
    """
    scope, at = scope_on(actor, VIEW, day), now()
    if scope.is_empty and not actor.may(VIEW, day):
        return []
    held: dict[int, tuple[Matter, str]] = {}
    open_ones = Matter.objects.within(scope, **looking(scope, NARROW)).filter(is_open=True)
    open_ones = open_ones.exclude(code__in=OWN_PAGES)
    handled = Matter.objects.handled_by(actor.id).filter(is_open=True).exclude(code__in=OWN_PAGES)
    end = at + timedelta(days=1)
    if actor.may("matters.handle_matters", day):
        _add(held, open_ones.filter(due_at__lt=end).order_by("due_at", "id"), "due")
        _add(held, open_ones.filter(said_at__isnull=False).order_by("said_at", "id"), "said")
        _add(held, open_ones.filter(body=None).order_by("due_at", "id"), "nobody")
    if actor.may("matters.lead_matters", day):
        _add(held, open_ones.filter(state="objected").order_by("due_at", "id"), "objected")
    _add(held, handled.filter(code__in=URGENT).exclude(due_at=None).order_by("due_at", "id"), "due")
    _add(held, handled.filter(due_at__lt=end).order_by("due_at", "id"), "due")
    _add(held, handled.filter(said_at__isnull=False).order_by("said_at", "id"), "said")
    fresh = handled.filter(level__in=("C3", "C4"), contacted_at=None)
    _add(held, fresh.order_by("arrived_at", "id"), "new")
    shown = lines((m for m, _why in held.values()), actor, at)
    found = [_line(line, *held[line.id]) for line in shown]
    return found + _sealed(actor, scope_on(actor, NAME_HANDLERS, day))


def _add(held: dict[int, tuple[Matter, str]], rows: QuerySet[Matter], why: str) -> None:
    for matter in rows[:MOST]:
        held.setdefault(matter.pk, (matter, why))


def _line(line: MatterLine, matter: Matter, why: str) -> WaitingLine:
    verbs = {
        "due": _("Handle it"),
        "said": _("Read what was added"),
        "nobody": _("Find who takes it"),
        "new": _("Look after it"),
        "objected": _("Decide on the objection"),
    }
    detail = " · ".join(part for part in (line.kind, line.state, line.area.full) if part)
    return WaitingLine(
        kind=pgettext("search result", "Matter"),
        icon="message-2",
        title=line.name,
        detail=detail,
        verb=verbs[why],
        url=reverse("matters:matter", args=[line.id]),
        someone_waits=True,
        due_on=due_day(matter.due_at, line.remaining.unit) if matter.due_at else None,
        in_working_days=line.remaining.unit == "working_days",
        is_urgent=matter.code in URGENT and matter.due_at is not None,
        is_confidential=line.is_shut,
    )


def _sealed(actor: Actor, scope: Scope) -> list[WaitingLine]:
    """Shut matters that nobody was named for: no words, only that somebody must be found."""
    if scope.is_empty:
        return []
    alone = without_handler(scope).order_by("due_at", "id")
    rows = [*alone.filter(code__in=URGENT)[:MOST], *alone.exclude(code__in=URGENT)[:MOST]]
    return [
        WaitingLine(
            kind=pgettext("search result", "Matter"),
            icon="lock",
            title=line.name,
            detail=_("Confidential; no handler named yet"),
            verb=_("Name a handler"),
            url=reverse("matters:matter", args=[line.id]),
            someone_waits=True,
            due_on=due_day(matter.due_at, line.remaining.unit) if matter.due_at else None,
            in_working_days=line.remaining.unit == "working_days",
            is_urgent=matter.code in URGENT,
            is_confidential=True,
        )
        for matter, line in zip(rows, lines(rows, actor, now()), strict=True)
    ]


def matters_found(actor: Actor, text: str, day: date, limit: int) -> list[Hit]:
    """Matters of C0 to C2 in scope whose number or words hold the text, newest first."""
    named = holding("matter", text, "id")
    scope = scope_on(actor, VIEW, day)
    if named is None or scope.is_empty:
        return []
    how = looking(scope, NARROW_TEXT, named)
    rows = Matter.objects.within(scope, **how).filter(named.condition)
    return _hits(rows.order_by("-arrived_at", "-id")[:limit] if how else collected(rows, limit))


def _hits(matters: Iterable[Matter]) -> list[Hit]:
    rows = list(matters)
    kinds = kinds_of({m.kind_id for m in rows})
    return [
        Hit(
            kind=pgettext("search result", "Matter"),
            icon="message-2",
            title=name_of(m, said((kinds[m.kind_id].zh, kinds[m.kind_id].en))),
            detail=f"{said((kinds[m.kind_id].zh, kinds[m.kind_id].en))} · {m.number}",
            url=reverse("matters:matter", args=[m.pk]),
        )
        for m in rows
    ]
