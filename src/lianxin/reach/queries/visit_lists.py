"""Lists of visits at the desk: by officer and day, planned, done and left over; and the same on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.access.may import MAY
from lianxin.access.models import Account, Grant, ScopeNode
from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.queries.cards import last_names

from ..models import Difference, PlannedVisit, VisitRecord
from ..models.visits import RECORD
from .visits import RecordLine, Stop, record_lines, stop_lines

WEEK = timedelta(days=7)
MOST = 300


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which list: what stands in the address."""

    officer: int
    """0 for everybody in reach."""
    since: date
    """The first day of the week shown."""

    @property
    def until(self) -> date:
        return self.since + WEEK

    @classmethod
    def read(cls, asked: Mapping[str, str], day: date, officer: int) -> "VisitFilter":
        """From the address; the reader's own list of this week where it says nothing."""
        given = asked.get("officer", "")
        chosen = int(given) if given.isdigit() and len(given) < 18 else officer if "officer" not in asked else 0
        try:
            since = date.fromisoformat(asked.get("since", ""))
        except ValueError:
            since = day - timedelta(days=day.weekday())
        return cls(chosen, since)


@dataclass(frozen=True, slots=True)
class DayList:
    """One officer's stops of one day."""

    day: date
    officer: str
    officer_id: int
    stops: tuple[Stop, ...]

    @property
    def open(self) -> int:
        return sum(stop.state == "planned" for stop in self.stops)


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A week of lists, what is left over from before, and what was noted in the week."""

    chosen: VisitFilter
    days: tuple[DayList, ...]
    overdue: tuple[Stop, ...]
    records: tuple[RecordLine, ...]
    planned: int
    done: int


def visit_page(chosen: VisitFilter, scope: Scope) -> VisitPage:
    """The lists of a week within the scope: a constant number of queries."""
    reached = PlannedVisit.objects.within(scope).exclude(state="cancelled").select_related("officer")
    reached = reached.filter(officer=chosen.officer) if chosen.officer else reached
    order = ("day", "officer__label", "officer", "position", "pk")
    week = list(reached.filter(day__gte=chosen.since, day__lt=chosen.until).order_by(*order)[:MOST])
    late = list(reached.open().filter(day__lt=min(chosen.since, scope.day)).order_by(*order)[:60])
    stops = stop_lines([*week, *late], scope.day)
    days = groupby(stops[: len(week)], key=lambda s: (s.day, s.officer, s.officer_id))
    made = VisitRecord.objects.within(scope).filter(visited_on__gte=chosen.since, visited_on__lt=chosen.until)
    made = made.filter(officer=chosen.officer) if chosen.officer else made
    records = made.select_related("officer").order_by("-visited_on", "-written_at")[:100]
    return VisitPage(
        chosen=chosen,
        days=tuple(DayList(day, name, pk, tuple(each)) for (day, name, pk), each in days),
        overdue=tuple(stops[len(week) :]),
        records=tuple(record_lines(list(records), scope.day)),
        planned=sum(row.state == "planned" for row in week),
        done=sum(row.state == "done" for row in week),
    )


def day_list(officer: int, day: date, scope: Scope) -> DayList:
    """What one officer takes along on paper: the open stops of a day, those left over behind them."""
    mine = PlannedVisit.objects.open().filter(Q(day=day) | Q(day__lt=min(day, scope.day)), officer=officer)
    rows = list(mine.select_related("officer").order_by("-day", "position", "pk")[:60])
    name = rows[0].officer.label if rows else Account.objects.filter(pk=officer).values_list("label", flat=True).first()
    return DayList(day, name or "", officer, tuple(stop_lines(rows, scope.day)))


def officers(scope: Scope) -> list[tuple[int, str]]:
    """Those who record visits and are looked after in this scope, by name: for a choice."""
    nodes = ScopeNode.objects.within(scope)
    held = Grant.objects.on(scope.day).filter(role__in=MAY[RECORD], node__in=nodes)
    rows = Account.objects.filter(pk__in=held.values("account"), is_active=True).select_related("home")
    rows = rows.filter(Q(left_on=None) | Q(left_on__gt=scope.day)).order_by("label", "pk")
    return [(a.pk, f"{a.label or a.username}{' · ' + a.home.label if a.home else ''}") for a in rows]


def visit_lines(actor: Actor, day: date) -> list[WaitingLine]:
    """Visits of today, those left over, and counts to choose from."""
    if actor.kind != "account" or not actor.may(RECORD, day):
        return []
    mine = PlannedVisit.objects.open().filter(officer=actor.id, day__lte=day)
    rows = list(mine.order_by("day", "position").values_list("day", "organisation")[:200])
    late = [row for row in rows if row[0] < day]
    found = []
    for due, title in (
        (late, ngettext("%(n)s visit was left over", "%(n)s visits were left over", len(late))),
        (rows[len(late) :], ngettext("%(n)s visit today", "%(n)s visits today", len(rows) - len(late))),
    ):
        if due:
            names = last_names(pk for _day, pk in due[:3] if pk)
            shown = [names[pk] for _day, pk in due[:3] if pk in names]
            found.append(
                WaitingLine(
                    kind=_("Visit"),
                    icon="walk",
                    title=title % {"n": len(due)},
                    detail=_(", ").join(shown) + (" …" if len(due) > len(shown) else ""),
                    verb=_("Go visiting"),
                    url=reverse("field:visits"),
                    due_on=due[0][0],
                )
            )
    return found + _to_choose(actor.id)


def _to_choose(officer: int) -> list[WaitingLine]:
    asked = Difference.objects.filter(record__officer=officer, chosen="")
    count = asked.count()
    if not count:
        return []
    title = ngettext("%(n)s count differs", "%(n)s counts differ", count) % {"n": count}
    return [
        WaitingLine(
            kind=_("Visit"),
            icon="arrows-diff",
            title=title,
            detail=_("What was noted at the door and what is on record differ. Until you choose, the record stays."),
            verb=_("Choose"),
            url=reverse("field:records"),
        )
    ]
