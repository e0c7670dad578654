"""Matters as the list of the desk shows them: the same small number of queries for any number of rows.

Rows come by when they are due. In a wide scope the database walks the index `matter_open_by_due` (open) or
`matter_by_arrival` (all) and checks each row; in a single area it walks `matter_open_by_area` or `matter_by_area`; in a
small scope of several areas it collects their rows. A kind is walked by `matter_open_by_code`, what nobody has yet by
`matter_open_by_body`. Nothing is counted beyond a bound.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.cursors import cursor_of, values_of
from lianxin.kit.scope import Scope
from lianxin.kit.verdicts import Verdicts
from lianxin.places.calendar import WorkingDays
from lianxin.places.models import Area, AreaSpan
from lianxin.registry.models import BodySpan
from lianxin.registry.queries.places import UNKNOWN, AreaName, area_names
from lianxin.registry.search import Named, holding

from ..kinds import Kind
from ..models import Handler, Matter
from ..needs import NEEDS, need_word, said
from .kinds_read import kinds_of, offered, waiting_states
from .remaining import Remaining, of_matter

VIEW, NAME_HANDLERS = "matters.view_matters", "matters.name_handlers"
PAGE = 30
NARROW, NARROW_TEXT = 1000, 2000
"""Up to so many rows of a scope are collected and sorted; beyond, they are walked in their order."""
SHOWS = ("open", "overdue", "soon", "unassigned", "waiting", "objected", "mine", "closed", "all", "sealed")
SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """Which matters: what stands in the address of the list. Empty fields do not filter."""

    show: str = "open"
    q: str = ""
    kind: str = ""
    need: str = ""
    area: int = 0

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "MatterFilter":
        """From the address; what makes no sense is left out. Who searches looks among closed ones too."""
        area, q, show = asked.get("area", ""), asked.get("q", "").strip()[:100], asked.get("show", "")
        return cls(
            show=show if show in SHOWS else "all" if q else "open",
            q=q,
            kind=asked.get("kind", "")[:40],
            need=asked.get("need", "") if asked.get("need", "") in NEEDS else "",
            area=int(area) if area.isdigit() and len(area) < 18 else 0,
        )

    def address(self, **changes: Any) -> str:
        """The query part of the address of the list with some fields changed."""
        changed = replace(self, **changes)
        given = {f.name: getattr(changed, f.name) for f in fields(changed) if getattr(changed, f.name)}
        if changed.show == ("all" if changed.q else "open"):
            given.pop("show", None)
        return urlencode(given)

    @property
    def by_arrival(self) -> bool:
        """Whether the newest come first, rather than what is due first."""
        return self.show in ("closed", "all")


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One row of the list. Of C3 and C4 it says no more than what everybody at the desk may see."""

    id: int
    number: str
    name: str
    kind: str
    level: str
    state: str
    need: str
    way: str
    area: AreaName
    body: str
    remaining: Remaining
    arrived_at: datetime
    is_open: bool
    is_mine: bool

    @property
    def is_shut(self) -> bool:
        return self.level in ("C3", "C4")


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One page; `after` starts the next, empty on the last."""

    lines: tuple[MatterLine, ...]
    after: str


def matter_page(
    chosen: MatterFilter, actor: Actor, scope: Scope, at: datetime, *, after: str = "", limit: int = PAGE
) -> MatterPage:
    """The rows that answer: those in scope up to C2, and those that the actor handles."""
    position = _position(chosen, after)
    named = holding("matter", chosen.q, "id") if chosen.q else None
    if chosen.show != "mine":
        how = looking(scope, NARROW_TEXT if chosen.q else NARROW, named)
        found, collects = Matter.objects.within(scope, **how), bool(chosen.q) and not how
    else:
        found, collects = Matter.objects.handled_by(actor.id), False
    found = found.filter(named.condition) if named else found
    rows = _rows(_filtered(found, chosen, scope, at), chosen, position, limit + 1, collects=collects)
    if not chosen.q and chosen.show not in ("mine", "sealed"):
        shut = Matter.objects.handled_by(actor.id).filter(level__in=("C3", "C4"))
        rows += _rows(_filtered(shut, chosen, scope, at), chosen, position, limit + 1)
        rows.sort(key=lambda m: _key(chosen, m))
    kept = rows[:limit]
    return MatterPage(tuple(lines(kept, actor, at)), _cursor(chosen, kept[-1]) if len(rows) > limit else "")


def sealed_page(actor: Actor, scope: Scope, at: datetime, *, after: str = "", limit: int = PAGE) -> MatterPage:
    """Open matters of C3 and C4 in scope, without words, for those who name handlers: those without one first."""
    chosen = MatterFilter(show="sealed")
    found = Matter.objects.lying_within(scope).filter(is_open=True, level__in=("C3", "C4"))
    rows = _rows(found, chosen, _position(chosen, after), limit + 1)
    kept = rows[:limit]
    return MatterPage(tuple(lines(kept, actor, at)), _cursor(chosen, kept[-1]) if len(rows) > limit else "")


def without_handler(scope: Scope) -> QuerySet[Matter]:
    """Open matters of C3 and C4 that nobody was named for."""
    held = Handler.objects.filter(matter=OuterRef("pk"), until=None)
    return Matter.objects.lying_within(scope).filter(~Exists(held), is_open=True, level__in=("C3", "C4"))


_WIDE = Verdicts(keeps_no=True)


def looking(scope: Scope, bound: int, named: Named | None = None) -> dict[str, Any]:
    """How `MatterSet.within` looks for rows in order: within one area, or in a wide scope; empty where rows are
    collected, as those are that hold a rare word. It never decides which are found."""
    if named is not None and named.is_rare:
        return {}
    if len(scope.reaches) == 1 and len(scope.area_paths) == 1:
        areas = list(Area.objects.within(scope).values_list("pk", flat=True)[:2])
        if len(areas) == 1:
            return {"only_area": areas[0]}
    rows = Matter.objects.within(scope).filter(is_open=True).order_by()
    return {"is_wide": True} if _WIDE.hold((scope, bound), lambda: rows[: bound + 1].count() > bound) else {}


def _filtered(rows: QuerySet[Matter], chosen: MatterFilter, scope: Scope, at: datetime) -> QuerySet[Matter]:
    if chosen.show not in ("all", "mine"):
        rows = rows.filter(is_open=chosen.show != "closed")
    asked = {"overdue": Q(due_at__lt=at), "soon": Q(due_at__gte=at, due_at__lt=at + SOON)}
    asked |= {"unassigned": Q(body=None), "objected": Q(state="objected")}
    rows = rows.filter(asked.get(chosen.show, Q()))
    if chosen.show == "waiting":
        rows = rows.filter(state__in=waiting_states("requester"))
    if chosen.kind:
        rows = rows.filter(code=chosen.kind)
    if chosen.need:
        rows = rows.filter(need=chosen.need)
    if chosen.area:
        paths = AreaSpan.objects.on(scope.day).filter(area=chosen.area).values_list("path", flat=True)
        rows = rows.filter(area__in=Area.objects.below(*paths, day=scope.day).values("pk"))
    return rows


def collected(rows: QuerySet[Matter], limit: int) -> list[Matter]:
    """The newest of a small scope that hold common words: its rows are collected and sorted.

    The order is no column of an index, or PostgreSQL would walk all matters by arrival for the few that lie there.
    """
    return list(rows.order_by(Coalesce("arrived_at", "state_since").desc(), "-id")[:limit])


Position = tuple[int, str, int] | None
"""0 for rows with a deadline, 1 for those without; the moment sorted by; the id."""


def _position(chosen: MatterFilter, after: str) -> Position:
    values = values_of(after, int, str, int)
    if values is None:
        return None
    try:
        datetime.fromisoformat(values[1])
    except ValueError:
        return None
    return values[0], values[1], values[2]


def _rows(
    found: QuerySet[Matter], chosen: MatterFilter, after: Position, limit: int, *, collects: bool = False
) -> list[Matter]:
    """By arrival, newest first; else what has a deadline, soonest first, then what has none."""
    if chosen.by_arrival:
        rest = _behind(found, "arrived_at", after, "lt")
        return collected(rest, limit) if collects else list(rest.order_by("-arrived_at", "-id")[:limit])
    rows: list[Matter] = []
    is_dated = chosen.show in ("overdue", "soon")  # asked once for a deadline only: PostgreSQL multiplies the two
    if after is None or after[0] == 0:
        due = found if is_dated else found.filter(due_at__isnull=False)
        rows = list(_behind(due, "due_at", after, "gt").order_by("due_at", "id")[:limit])
    if len(rows) < limit and not is_dated:
        rest = found.filter(due_at__isnull=True)
        rest = rest.filter(id__gt=after[2]) if after and after[0] == 1 else rest
        rows += rest.order_by("id")[: limit - len(rows)]
    return rows


def _behind(found: QuerySet[Matter], field: str, after: Position, sign: str) -> QuerySet[Matter]:
    if after is None:
        return found
    moment = datetime.fromisoformat(after[1])
    return found.filter(**{f"{field}__{sign}e": moment}).filter(
        Q(**{f"{field}__{sign}": moment}) | Q(**{f"id__{sign}": after[2]})
    )


def _key(chosen: MatterFilter, matter: Matter) -> tuple[int, float, int]:
    if chosen.by_arrival:
        return 0, -matter.arrived_at.timestamp(), -matter.pk
    return (0, matter.due_at.timestamp(), matter.pk) if matter.due_at else (1, 0.0, matter.pk)


def _cursor(chosen: MatterFilter, last: Matter) -> str:
    moment = last.arrived_at if chosen.by_arrival else last.due_at
    return cursor_of(int(moment is None), (moment or last.arrived_at).isoformat(), last.pk)


def lines(
    matters: Iterable[Matter],
    actor: Actor,
    at: datetime,
    *,
    calendar: WorkingDays | None = None,
    kinds: Mapping[int, Kind] | None = None,
    bodies: Mapping[int, str] | None = None,
) -> list[MatterLine]:
    """Rows in words: a constant number of queries. calendar, kinds, bodies : where they are known already."""
    rows = list(matters)
    day, calendar = day_of(at), calendar or WorkingDays.read()
    kinds = kinds_of({m.kind_id for m in rows}) if kinds is None else kinds
    areas = area_names({m.area_id for m in rows}, day)
    bodies = body_names({m.body_id for m in rows if m.body_id}, day) if bodies is None else bodies
    mine = set(
        Handler.objects.filter(account=actor.id, until=None, matter__in=[m.pk for m in rows]).values_list(
            "matter", flat=True
        )
    )
    found = []
    for m in rows:
        kind, area = kinds[m.kind_id], areas.get(m.area_id, UNKNOWN)
        state = kind.state(m.state)
        left = of_matter(kind, m.state, m.due_at, m.due_clock, area.code, at, calendar) if m.is_open else None
        found.append(
            MatterLine(
                id=m.pk,
                number="" if m.level == "C4" else m.number,
                name=name_of(m, said((kind.zh, kind.en))),
                kind="" if m.level == "C4" else said((kind.zh, kind.en)),
                level=m.level,
                state=said((state.zh, state.en)) if m.level != "C4" or m.pk in mine else _neutral(m),
                need=need_word(m.need) if not m.is_shut else "",
                way=m.way,
                area=area,
                body=bodies.get(m.body_id or 0, ""),
                remaining=left or Remaining("", "none"),
                arrived_at=m.arrived_at,
                is_open=m.is_open,
                is_mine=m.pk in mine,
            )
        )
    return found


def _neutral(matter: Matter) -> str:
    """How a sealed matter stands, for whoever does not handle it: its states would tell what it is about."""
    return str(_("Somebody looks after it") if matter.is_open else pgettext("a sealed matter", "Ended"))


def name_of(matter: Matter, kind: str) -> str:
    """What a matter is called on a page: its title; shut ones by kind and number, sealed ones by their code name."""
    if matter.level == "C4":
        return matter.code_name or matter.number
    if matter.level == "C3":
        return f"{kind} {matter.code_name or matter.number}"
    return matter.title or f"{kind} {matter.number}"


def body_names(bodies: Iterable[int], day: Any) -> dict[int, str]:
    """Names of bodies on a day: two queries, none where there are no bodies."""
    wanted = set(bodies)
    return dict(BodySpan.objects.on(day).filter(body__in=wanted).values_list("body", "name")) if wanted else {}


def kind_choices() -> list[tuple[str, str]]:
    """Kinds that new matters may be of, by code."""
    return [(kind.code, said((kind.zh, kind.en))) for kind in offered()]
