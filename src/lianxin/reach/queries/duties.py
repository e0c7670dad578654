"""What is owed: lists, counts by obligation and by area, and what waits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from lianxin.kit.actor import Actor
from lianxin.kit.clock import today
from lianxin.kit.pages import Count as Part
from lianxin.kit.scope import Scope
from lianxin.kit.tables_out import Cell
from lianxin.kit.waiting import WaitingLine
from lianxin.places.models import Area, AreaSpan
from lianxin.registry.queries.chips import Chip, line_word
from lianxin.registry.queries.organisations import line_names
from lianxin.registry.queries.places import UNKNOWN, AreaName, area_names
from lianxin.registry.scoping import scope_on

from ..models import NO_DEADLINE, Owed, Reckoning
from .obligations import ObligationLine, obligation_lines

VIEW = "reach.view_duties"
PAGE = 50
STATES: dict[str, str | Promise] = {
    "overdue": pgettext_lazy("obligation", "Overdue"),
    "unmet": pgettext_lazy("obligation", "Not met"),
    "unknown": pgettext_lazy("obligation", "Unknown"),
    "met": pgettext_lazy("obligation", "Met"),
}
ICONS = {"overdue": "clock-exclamation", "unmet": "circle", "unknown": "help", "met": "check"}
TAGS = {"overdue": "overdue", "unmet": "due", "unknown": "info", "met": "ok"}
BYS: dict[str, str | Promise] = {
    "": gettext_lazy("One by one"),
    "obligation": gettext_lazy("By obligation"),
    "area": gettext_lazy("By area"),
}
PLACES = {"organisation": "registry:organisation", "body": "registry:body", "area": "places:area"}


@dataclass(frozen=True, slots=True)
class DutyFilter:
    """Which obligations: what stands in the address of the list. Empty fields do not filter, but for the state."""

    day: date
    state: str = ""
    """One of STATES; empty for all that is not met, overdue or not."""
    area: int = 0
    line: str = ""
    code: str = ""
    force: str = "must"
    """must, may, or `all`."""
    by: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str], day: date) -> "DutyFilter":
        """From the address; what makes no sense is left out."""
        area = asked.get("area", "")
        return cls(
            day=day,
            state=asked.get("state", "") if asked.get("state", "") in STATES else "",
            area=int(area) if area.isdecimal() and len(area) < 18 else 0,
            line=asked.get("line", "")[:20],
            code=asked.get("code", "")[:80],
            force=asked.get("force", "") if asked.get("force", "") in ("may", "all") else "must",
            by=asked.get("by", "") if asked.get("by", "") in BYS else "",
        )

    def address(self, **changes: Any) -> str:
        """The query part of the address of this list with some fields changed."""
        changed = replace(self, **changes)
        said = {f.name: getattr(changed, f.name) for f in fields(changed) if getattr(changed, f.name)}
        for name, usual in (("day", today()), ("force", "must")):
            if said.get(name) == usual:
                said.pop(name)
        return "?" + urlencode(said)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One obligation of one record. state : overdue, unmet, unknown or met."""

    ref: int
    title: str
    target: str
    url: str
    obligation: ObligationLine
    area: AreaName
    state: str
    since: date | None
    deadline: date | None

    @property
    def state_word(self) -> str:
        return str(STATES[self.state])

    @property
    def tag(self) -> str:
        return TAGS[self.state]

    @property
    def icon(self) -> str:
        return ICONS[self.state]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many, by state; a rate over what is known."""

    overdue: int = 0
    unmet: int = 0
    unknown: int = 0
    met: int = 0

    @property
    def in_force(self) -> int:
        return self.overdue + self.unmet + self.met

    @property
    def rate(self) -> float | None:
        return self.met / self.in_force if self.in_force else None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Counts of one obligation, or of one area with all below it."""

    label: str
    note: str
    tally: Tally
    url: str


@dataclass(frozen=True, slots=True)
class DutyPage:
    """The list: counts, rows or groups. `after` starts the next page; empty on the last."""

    tally: Tally
    rows: tuple[DutyRow, ...]
    groups: tuple[GroupRow, ...]
    after: str
    reckoned_on: date | None


def duty_page(chosen: DutyFilter, scope: Scope, *, after: str = "") -> DutyPage:
    """One page: a constant number of queries."""
    lines = {line.id: line for line in obligation_lines(chosen.day)}
    owed = _owed(replace(chosen, state=""), scope, lines)
    tally = _tallies(owed, chosen.day).get((), Tally())
    groups = _groups(chosen, owed, scope, lines) if chosen.by else ()
    rows, ahead = ([], "") if chosen.by else _rows(chosen, _in_state(owed, chosen), lines, after)
    last = Reckoning.objects.exclude(done_at=None).filter(day__lte=chosen.day).order_by("-day", "-id").first()
    return DutyPage(tally, tuple(rows), tuple(groups), ahead, last.day if last else None)


def _owed(chosen: DutyFilter, scope: Scope, lines: Mapping[int, ObligationLine]) -> QuerySet[Owed]:
    wanted = [
        line.id
        for line in lines.values()
        if line.is_on
        and chosen.force in ("all", line.severity)
        and chosen.line in ("", line.line)
        and chosen.code in ("", line.code)
    ]
    held = Owed.objects.filter(valid_until=None) if chosen.day >= today() else Owed.objects.on(chosen.day)
    found: QuerySet[Owed] = held.within(scope).filter(obligation__in=wanted)  # type: ignore[attr-defined]
    if chosen.area:
        paths = AreaSpan.objects.on(chosen.day).filter(area=chosen.area).values_list("path", flat=True)
        found = found.filter(area__in=Area.objects.below(*paths, day=chosen.day).values("pk"))
    return found


def _in_state(owed: QuerySet[Owed], chosen: DutyFilter) -> QuerySet[Owed]:
    if chosen.state == "overdue":
        return owed.filter(state="unmet", deadline__lt=chosen.day)
    if chosen.state == "unmet":
        return owed.filter(state="unmet", deadline__gte=chosen.day)
    return owed.filter(state=chosen.state or "unmet")


def _tallies(owed: QuerySet[Owed], day: date, *by: str) -> dict[tuple[Any, ...], Tally]:
    """Counts by state for every group: one query."""
    late = When(Q(state="unmet", deadline__lt=day), then=Value("overdue"))
    rows = owed.order_by().annotate(shown=Case(late, default="state")).values_list(*by, "shown").annotate(n=Count("pk"))
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for *group, state, number in rows:
        found.setdefault(tuple(group), {})[state] = number
    return {group: Tally(**counts) for group, counts in found.items()}


def _rows(
    chosen: DutyFilter, owed: QuerySet[Owed], lines: Mapping[int, ObligationLine], after: str, limit: int = PAGE
) -> tuple[list[DutyRow], str]:
    """Rows by deadline, those without one last; and where the next page starts."""
    if start := _read_after(after):
        owed = owed.filter(Q(deadline__gt=start[0]) | Q(deadline=start[0], pk__gt=start[1]))
    rows = list(owed.order_by("deadline", "pk")[: limit + 1])
    kept = rows[:limit]
    names = area_names({row.area_id for row in kept}, chosen.day)
    shown = [_row(row, lines[row.obligation_id], names, chosen.day) for row in kept]
    return shown, f"{kept[-1].deadline}.{kept[-1].pk}" if len(rows) > limit else ""


def _read_after(text: str) -> tuple[date, int] | None:
    day, _dot, number = text.partition(".")
    try:
        return (date.fromisoformat(day), int(number)) if number.isdecimal() and len(number) < 19 else None
    except ValueError:
        return None


def _row(row: Owed, line: ObligationLine, names: Mapping[int, AreaName], day: date) -> DutyRow:
    return DutyRow(
        ref=row.ref,
        title=row.title,
        target=line.target,
        url=reverse(PLACES[line.target], args=[row.ref]),
        obligation=line,
        area=names.get(row.area_id, UNKNOWN),
        state=shown_state(row.state, row.deadline, day),
        since=row.since,
        deadline=None if row.deadline == NO_DEADLINE else row.deadline,
    )


def shown_state(state: str, deadline: date | None, day: date) -> str:
    """A state as people read it: what is not met and whose deadline has passed is overdue."""
    return "overdue" if state == "unmet" and deadline is not None and deadline < day else state


def _groups(
    chosen: DutyFilter, owed: QuerySet[Owed], scope: Scope, lines: Mapping[int, ObligationLine]
) -> list[GroupRow]:
    if chosen.by == "obligation":
        found = _tallies(owed, chosen.day, "obligation")
        rows = [
            GroupRow(line.title, line.item, found[(pk,)], chosen.address(by="", code=line.code))
            for pk, line in lines.items()
            if (pk,) in found
        ]
        return sorted(rows, key=lambda row: (-row.tally.overdue, -row.tally.unmet, row.label))
    return _by_area(chosen, _tallies(owed, chosen.day, "area"), scope)


def _by_area(chosen: DutyFilter, found: Mapping[tuple[Any, ...], Tally], scope: Scope) -> list[GroupRow]:
    """The areas right below the one chosen, or below those of the scope, each with all that lies in it."""
    spans = list(AreaSpan.objects.on(chosen.day).filter(area__scheme__is_primary=True).order_by("path"))
    path_of = {span.area_id: span.path for span in spans}
    tops = (path_of.get(chosen.area, "~"),) if chosen.area else scope.area_paths
    rows = []
    for span in spans:
        if span.path[:-5] not in tops:
            continue
        inside = [tally for (area,), tally in found.items() if path_of.get(area, "").startswith(span.path)]
        whole = Tally(*(sum(getattr(t, f.name) for t in inside) for f in fields(Tally)))
        rows.append(GroupRow(span.name, "", whole, chosen.address(area=span.area_id)))
    return sorted(rows, key=lambda row: (-row.tally.overdue, -row.tally.unmet))


def parts(chosen: DutyFilter, tally: Tally) -> list[Part]:
    """The counts as the tally of the page shows them; each is a filter."""
    unit = pgettext("unit of obligations", "items")
    return [
        Part(
            str(word),
            getattr(tally, state),
            unit,
            chosen.address(state="" if chosen.state == state else state, by=""),
            icon=ICONS[state],
            is_on=chosen.state == state,
        )
        for state, word in STATES.items()
    ]


def chips(chosen: DutyFilter, day: date) -> list[Chip]:
    """Force, lines and the one obligation chosen; a chip that is on takes itself off."""
    usual = DutyFilter(chosen.day)
    found = [Chip(_("Everything owed"), usual.address(force="all"), chosen == replace(usual, force="all"))]
    found.append(Chip(_("Must"), chosen.address(force="must"), chosen.force == "must"))
    found.append(Chip(_("Hints only"), chosen.address(force="may"), chosen.force == "may"))
    names = line_names()
    for code in names:
        is_on = chosen.line == code
        found.append(Chip(line_word(names, code), chosen.address(line="" if is_on else code), is_on))
    if chosen.code:
        title = next((line.title for line in obligation_lines(day, [chosen.code])), chosen.code)
        found.append(Chip(title, chosen.address(code=""), True))
    return found


def header() -> list[str]:
    """Column names of the export in the reader's language."""
    return [
        _("Owed by"),
        _("What it is"),
        _("Where it is"),
        _("Obligation"),
        _("Number in the collection"),
        _("Line"),
        _("State"),
        _("Counts from"),
        _("Deadline"),
        _("Source"),
        _("Article"),
    ]


def table(chosen: DutyFilter, scope: Scope) -> Iterator[list[Cell]]:
    """What the list shows, row by row, read in batches."""
    lines = {line.id: line for line in obligation_lines(chosen.day)}
    owed, names, after = _in_state(_owed(chosen, scope, lines), chosen), line_names(), ""
    while True:
        rows, after = _rows(chosen, owed, lines, after, limit=2000)
        for row in rows:
            line = row.obligation
            yield [
                row.title,
                line.target_word,
                row.area.full,
                line.title,
                line.item,
                line_word(names, line.line),
                row.state_word,
                row.since,
                row.deadline,
                line.source,
                line.article,
            ]
        if not after:
            return


def duties_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """What is overdue where the officer works, in one line."""
    if not actor.may(VIEW, day):
        return []
    lines = {line.id: line for line in obligation_lines(day)}
    chosen = DutyFilter(day, state="overdue")
    late = _in_state(_owed(chosen, scope_on(actor, VIEW, day), lines), chosen)
    first = late.order_by("deadline", "pk").first()
    if first is None:
        return []
    count = late.count()
    title = ngettext("%(n)s obligation is overdue", "%(n)s obligations are overdue", count) % {"n": count}
    detail = _("The longest: %(who)s, %(what)s.") % {"who": first.title, "what": lines[first.obligation_id].title}
    return [
        WaitingLine(
            kind=pgettext("kind of waiting line", "Duty"),
            icon="clock-exclamation",
            title=title,
            detail=detail,
            verb=_("Look at them"),
            url=reverse("reach:duties") + chosen.address(),
            due_on=first.deadline,
        )
    ]
