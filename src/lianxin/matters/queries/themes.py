"""Themes as officers read them: what comes again, where, how warm, and the matters that the reader may see."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope
from lianxin.kit.templatetags.lx import listed
from lianxin.registry.queries.places import area_names

from ..models import Matter, Theme, ThemeAnswer, ThemeMember
from ..needs import said
from .followed import state_word
from .kinds_read import kinds_of

LEAST = 3
"""Matters from which on a theme is shown: below, it says what one person wrote."""
MOST = 200
HALVED_IN_DAYS = 14.0
WEEKS = 12
WIDTH, HEIGHT = 900, 120


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme in the list. `seen` : its matters that the reader may see; heat counts these, halved every 14 days."""

    id: int
    title: str
    state: str
    seen: int
    size: int
    heat: float
    opened_at: datetime
    last_at: datetime
    places: str
    joint: int | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A matter of a theme."""

    id: int
    number: str
    title: str
    kind: str
    area: str
    arrived_at: datetime
    is_open: bool
    likeness: float
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Week:
    """What came in a week, and how warm the theme was at its end; the bar in SVG units."""

    starts_on: date
    count: int
    heat: float
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class ThemePage:
    """One theme."""

    line: ThemeLine
    members: tuple[MemberLine, ...]
    elsewhere: int
    """Matters of it that the reader may not see."""
    weeks: tuple[Week, ...]
    decision: str
    reason: str
    closed_by: str
    answered: int
    unanswered: int
    joint_number: str
    joint_state: str
    follows: int
    """The closed theme whose issue came again with it; 0 for none, or where the reader sees nothing of that."""
    followed_closed_at: datetime | None
    others: tuple[ThemeLine, ...]
    """Open themes it may go into, the warmest first."""


def warmth(arrived: Iterable[datetime], at: datetime) -> float:
    """Matters until then, each halved every 14 days."""
    days = ((at - moment).total_seconds() / 86400 for moment in arrived if moment <= at)
    return float(round(sum(0.5 ** (age / HALVED_IN_DAYS) for age in days), 2))


def theme_lines(scope: Scope, at: datetime, *, state: str = "open", most: int = MOST) -> list[ThemeLine]:
    """Themes with matters in the scope, the warmest first: four queries."""
    found = Theme.objects.filter(state=state, size__gte=LEAST).order_by("-last_at", "-pk")
    return _lines(list(found[:most]), scope, at)


def _lines(themes: list[Theme], scope: Scope, at: datetime) -> list[ThemeLine]:
    rows = ThemeMember.objects.filter(theme__in=themes, matter__in=Matter.objects.within(scope))
    arrived: dict[int, list[datetime]] = defaultdict(list)
    places: dict[int, list[int]] = defaultdict(list)
    for theme, moment, area in rows.values_list("theme", "matter__arrived_at", "matter__area"):
        arrived[theme].append(moment)
        places[theme].append(area)
    names = area_names({area for listed in places.values() for area in listed}, day_of(at))
    lines = [
        ThemeLine(
            id=theme.pk,
            title=theme.title,
            state=theme.state,
            seen=len(arrived[theme.pk]),
            size=theme.size,
            heat=warmth(arrived[theme.pk], at),
            opened_at=theme.opened_at,
            last_at=max(arrived[theme.pk]),
            places=_most([names[area].name for area in places[theme.pk] if area in names]),
            joint=theme.joint_id,
            closed_at=theme.closed_at,
        )
        for theme in themes
        if theme.pk in arrived
    ]
    return sorted(lines, key=lambda line: (-line.heat, -line.seen, line.id))


def _most(names: list[str], most: int = 3) -> str:
    order = sorted({*names}, key=lambda name: (-names.count(name), name))
    return listed(order[:most]) + ("…" if len(order) > most else "")


@dataclass(frozen=True, slots=True)
class ThemeOf:
    """The theme that a matter came into, or that it works on as its joint matter. size : of what the reader sees."""

    id: int
    title: str
    size: int
    is_joint: bool


def theme_of(matter: Matter, scope: Scope) -> ThemeOf | None:
    """The theme of a matter, for who may open it: two queries or three. Themes of fewer than LEAST are none yet."""
    if matter.is_shut:
        return None
    joint = Theme.objects.filter(joint=matter, merged_into=None).first()
    member = ThemeMember.objects.filter(matter=matter).select_related("theme").first() if joint is None else None
    theme = joint or (member.theme if member else None)
    if theme is None or (joint is None and theme.size < LEAST):
        return None
    size = ThemeMember.objects.filter(theme=theme, matter__in=Matter.objects.within(scope)).count()
    return ThemeOf(theme.pk, theme.title, size, joint is not None) if size else None


def theme_page(theme: Theme, scope: Scope, at: datetime) -> ThemePage | None:
    """One theme; None for who may see none of its matters."""
    lines = _lines([theme], scope, at)
    if not lines:
        return None
    rows = ThemeMember.objects.filter(theme=theme, matter__in=Matter.objects.within(scope)).select_related("matter")
    members = list(rows.order_by("-matter__arrived_at", "-matter"))
    names = area_names({m.matter.area_id for m in members}, day_of(at))
    kinds = {pk: said((kind.zh, kind.en)) for pk, kind in kinds_of({m.matter.kind_id for m in members}).items()}
    answered = set(ThemeAnswer.objects.filter(theme=theme).values_list("matter", flat=True))
    shown = tuple(
        MemberLine(
            id=m.matter_id,
            number=m.matter.number,
            title=m.matter.title,
            kind=kinds[m.matter.kind_id],
            area=names[m.matter.area_id].full if m.matter.area_id in names else "",
            arrived_at=m.matter.arrived_at,
            is_open=m.matter.is_open,
            likeness=m.likeness,
            is_answered=m.matter_id in answered,
        )
        for m in members
    )
    joint, before = theme.joint, _lines([theme.follows], scope, at) if theme.follows else []
    others = [line for line in theme_lines(scope, at, most=60) if line.id != theme.pk] if theme.state == "open" else []
    return ThemePage(
        line=lines[0],
        members=shown,
        elsewhere=max(0, theme.size - len(shown)),
        weeks=_weeks([m.arrived_at for m in shown], at),
        decision=theme.decision,
        reason=theme.reason,
        closed_by=theme.closed_by,
        answered=len(answered),
        unanswered=max(0, theme.size - len(answered)),
        joint_number=joint.number if joint else "",
        joint_state=state_word(joint.kind.kind, joint.state) if joint else "",
        follows=before[0].id if before else 0,
        followed_closed_at=before[0].closed_at if before else None,
        others=tuple(others[:30]),
    )


def _weeks(arrived: list[datetime], at: datetime) -> tuple[Week, ...]:
    """The last twelve weeks, the oldest first."""
    monday = day_of(at) - timedelta(days=day_of(at).weekday())
    days = [day_of(moment) for moment in arrived]
    found = []
    for back in range(WEEKS - 1, -1, -1):
        start = monday - timedelta(weeks=back)
        end = timezone.make_aware(datetime.combine(start + timedelta(days=7), datetime.min.time()))
        count = sum(start <= day < start + timedelta(days=7) for day in days)
        found.append((start, count, warmth(arrived, min(end, at))))
    top = max((heat for _s, _c, heat in found), default=0) or 1
    step = WIDTH // WEEKS
    return tuple(
        Week(start, count, heat, i * step, HEIGHT - round(heat / top * HEIGHT), round(heat / top * HEIGHT))
        for i, (start, count, heat) in enumerate(found)
    )
