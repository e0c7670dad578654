"""Working out what every record owes: one statement for each obligation, then the rows that changed.

The rows of an obligation are worked out into a temporary table, which keeps nobody waiting; only the difference to the
day before is written, in one short transaction. A row whose content changed ends on the day and another begins, so any
day since the first reckoning can be shown again as it was reckoned then.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, DateField, F, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from lianxin.kit import statistics
from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Reach, Scope
from lianxin.places.calendar import WorkingDays
from lianxin.places.models import AreaSpan
from lianxin.rules.catalogue import target_of
from lianxin.rules.lookup import RuleOn, params_on, rules_on
from lianxin.trail.operations import record
from lianxin.trail.queries import last_entry

from ..deadlines import deadline_of
from ..models import NO_DEADLINE, Obligation, ObligationVersion, Owed, Reckoning

WRITERS = ("registry.", "places.", "rules.", "reach.obligation.", "conf.demonstration")
"""Beginnings of the acts after which obligations are worked out again."""
COLUMNS = ("ref", "area_id", "title", "is_due", "is_met", "since", "deadline")
NAMES = ", ".join(COLUMNS)
EMPTY = (
    "DROP TABLE IF EXISTS reach_reckoned",
    "DROP TABLE IF EXISTS reach_limits",
    "CREATE TEMPORARY TABLE reach_reckoned (ref bigint PRIMARY KEY, area_id bigint, title varchar(200),"
    " is_due boolean, is_met boolean, since date, deadline date)",
    "CREATE TEMPORARY TABLE reach_limits (since date PRIMARY KEY, deadline date)",
)
TAKE = """
INSERT INTO reach_reckoned (ref, area_id, title, is_due, is_met, since)
SELECT w_ref, w_area, w_title, w_due, w_met, w_since FROM ({rows}) AS w WHERE w_due IS NOT FALSE"""
SET_DEADLINES = """
UPDATE reach_reckoned SET deadline =
COALESCE((SELECT l.deadline FROM reach_limits l WHERE l.since = reach_reckoned.since), %s)"""
SAME = " AND ".join(f"r.{name} IS NOT DISTINCT FROM reach_owed.{name}" for name in COLUMNS)
END_CHANGED = f"""
UPDATE reach_owed SET valid_until = %s WHERE obligation_id = %s AND valid_until IS NULL
AND NOT EXISTS (SELECT 1 FROM reach_reckoned r WHERE {SAME})"""  # noqa: S608
DROP_EMPTY = "DELETE FROM reach_owed WHERE obligation_id = %s AND valid_until = %s AND valid_from = %s"
BEGIN_NEW = f"""
INSERT INTO reach_owed (obligation_id, valid_from, state, {NAMES})
SELECT %s, %s, CASE WHEN is_due AND is_met THEN 'met' WHEN is_due AND NOT is_met THEN 'unmet' ELSE 'unknown' END,
{NAMES} FROM reach_reckoned
WHERE ref NOT IN (SELECT ref FROM reach_owed WHERE obligation_id = %s AND valid_until IS NULL)"""  # noqa: S608


class EarlierDay(Refused):
    text = _("Obligations were worked out for %(last)s already; an earlier day cannot follow.")


@dataclass(frozen=True, slots=True)
class Ready:
    """An obligation in force on a day with all it needs. limit : None where the day on record is the deadline."""

    version: ObligationVersion
    due: RuleOn
    met: RuleOn
    limit: int | None


def everywhere(day: date) -> Scope:
    """All areas of the primary scheme, for every line."""
    tops = AreaSpan.objects.on(day).filter(area__scheme__is_primary=True, parent=None)
    return Scope(day, tuple(Reach("area", path=path) for path in tops.values_list("path", flat=True)))


def in_force(day: date, *, target: str = "") -> list[Ready]:
    """Obligations that are on and whose rules hold on the day, by code: a constant number of queries."""
    versions = ObligationVersion.objects.in_force(day).select_related("obligation").order_by("obligation__code")
    found = list(versions.filter(obligation__target=target) if target else versions)
    rules = rules_on({code for v in found for code in (v.due, v.met)}, day)
    params = params_on(day)
    return [
        Ready(v, rules[v.due], rules[v.met], int(str(params[v.limit].value)) if v.limit else None)
        for v in found
        if v.due in rules and v.met in rules and (not v.limit or v.limit in params)
    ]


def reckon(*, day: date, actor: Actor, at: datetime, told: Callable[[int, int], None] | None = None) -> Reckoning:
    """Work out every obligation for a day and keep what changed. Raises EarlierDay.

    Outside a transaction each obligation commits by itself: until the end, some show the day before.
    """
    last = Reckoning.objects.exclude(done_at=None).order_by("-day").first()
    if last and last.day > day:
        raise EarlierDay(last=last.day)
    began = time.monotonic()
    made = Reckoning.objects.create(day=day, reckoned_at=at, last_entry=last_entry(WRITERS))
    ready = in_force(day)
    calendar, scope = WorkingDays.read(), everywhere(day)
    statistics.refresh()  # long statements over all records: the planner must know how many there are
    for done, one in enumerate(ready, 1):
        _reckon_one(one, scope, calendar)
        if told:
            told(done, len(ready))
    with transaction.atomic():
        _end_others([one.version.obligation_id for one in ready], day)
        counted = Owed.objects.filter(valid_until=None).order_by().values("state").annotate(n=Count("pk"))
        made.counts = dict(counted.values_list("state", "n"))
        made.done_at, made.seconds = at, round(time.monotonic() - began, 2)
        made.save()
        record("reach.duties.reckoned", made, actor=actor, at=at, day=day.isoformat(), **made.counts)
    return made


def _reckon_one(one: Ready, scope: Scope, calendar: WorkingDays) -> None:
    with connection.cursor() as cursor:
        for step in EMPTY:
            cursor.execute(step)
        sql, params = statement(one, scope)
        cursor.execute(TAKE.format(rows=sql), params)
        cursor.execute("SELECT DISTINCT since FROM reach_reckoned WHERE since IS NOT NULL")
        starts = [_as_day(row[0]) for row in cursor.fetchall()]
        limits = [(day, deadline_of(day, one.limit, one.version.unit, calendar)) for day in starts]
        cursor.executemany("INSERT INTO reach_limits VALUES (%s, %s)", limits)
        cursor.execute(SET_DEADLINES, [NO_DEADLINE])
        with transaction.atomic():
            _keep_changes(cursor, one.version.obligation_id, scope.day)


def _as_day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def statement(one: Ready, scope: Scope) -> tuple[str, Any]:
    """Everybody with what the obligation says of them, as one SELECT."""
    target, starts, day = target_of(one.version.obligation.target), one.version.starts, scope.day
    columns = target.columns(day)
    since: Any = columns.get(starts, starts) if starts else Cast(Value(None), DateField())
    rows = target.rows(scope, day).order_by()
    rows = rows.annotate(
        w_ref=F(target.ref),
        w_area=F(target.area),
        w_title=F(target.title),
        w_due=target.where(one.due.node, day),
        w_met=target.where(one.met.node, day),
        w_since=F(since) if isinstance(since, str) else since,
    )
    names = ("w_ref", "w_area", "w_title", "w_due", "w_met", "w_since")
    sql, params = rows.values_list(*names).query.sql_with_params()
    return sql, params


def _keep_changes(cursor: Any, obligation: int, day: date) -> None:
    """End rows that are no longer so, begin those that are new; what began and ended on the day leaves no trace."""
    cursor.execute(END_CHANGED, [day, obligation])
    cursor.execute(DROP_EMPTY, [obligation, day, day])
    cursor.execute(BEGIN_NEW, [obligation, day, obligation])


def _end_others(kept: list[int], day: date) -> None:
    """Obligations that are off owe nothing from the day on."""
    others = Owed.objects.filter(valid_until=None).exclude(obligation__in=kept)
    others.filter(valid_from=day).delete()
    others.update(valid_until=day)


def is_stale(day: date) -> bool:
    """Whether facts, rules or the day changed since the last reckoning; False where nothing is set up."""
    last = Reckoning.objects.exclude(done_at=None).order_by("-id").first()
    if last is None:
        return Obligation.objects.exists()
    return last.day < day or last.last_entry != last_entry(WRITERS)


REST = timedelta(minutes=2)


def may_rest(at: datetime) -> bool:
    """Whether the last reckoning is so recent, for what it cost, that the next one may wait."""
    last = Reckoning.objects.exclude(done_at=None).order_by("-id").first()
    return last is not None and at - last.reckoned_at < max(REST, timedelta(seconds=20 * last.seconds))
