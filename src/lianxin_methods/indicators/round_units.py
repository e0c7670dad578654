"""Representatives, inspections, findings and closures as units: what each was at the end of a day.

`$as_of`, `$day` and `$months` as in `matter_units`. A row counts where the body stands that answers for it.
"""

from .matter_units import FROM, MATTERS, within
from .units import HOLDS, Column, Unit

_FIRST_DAY = "($day - to_months($months))::date"


def _on(day: str) -> str:
    """Condition on a day: it lies in the period."""
    return f"({day} > {_FIRST_DAY} and {day} <= $day)"


def _body(of: str) -> str:
    return f"left join body_spans b on b.body = {of} and {HOLDS.format(t='b')}"


SEAT = Unit(
    code="seat",
    rows=f"""(select s.post, b.body, b.area from representative_seats s
    join body_spans b on b.body = s.body and {HOLDS.format(t="b")} where {HOLDS.format(t="s")}) o""",
    where="true",
    key="o.post",
    body="o.body",
    columns={
        "is_active": Column(
            f"""(o.post in (select post from representative_meetings where {_on("held_on")})
    or o.post in (select post from representative_proposals where {within("put_at")}))"""
        )
    },
)
"""A seat of a representative that is filled on the day."""

_PLACES = f"""(select p.listed, coalesce(b.area, p.area) as area, b.body, p.carried_on,
    coalesce(p.carried_on <= $day and p.recorded_at <= $as_of, false) as is_inspected
  from inspection_places p {_body("p.body")}
  where p.opened_at <= $as_of and coalesce(p.closed_at >= {FROM}, true)) o"""
LISTED = Unit(code="listed", rows=_PLACES, where="true", key="o.listed", body="o.body")
"""An employer on the list of a round that was under way in the period; rounds not closed yet still are."""

_COUNTED = """left join (select listed, count(*) filter (grade = 'general') as general,
    count(*) filter (grade = 'major') as major from findings group by 1) found on found.listed = o.listed"""
_INSPECTIONS = f"""(select p.listed, coalesce(b.area, p.area) as area, b.body from inspection_places p {_body("p.body")}
  where {_on("p.carried_on")} and p.recorded_at <= $as_of) o"""
INSPECTION = Unit(
    code="inspection",
    rows=_INSPECTIONS,
    where="true",
    key="o.listed",
    body="o.body",
    columns={
        "general": Column("coalesce(found.general, 0)", _COUNTED),
        "major": Column("coalesce(found.major, 0)", _COUNTED),
        "findings": Column(
            "(coalesce(found.major, 0) + case when $least <= 1 then coalesce(found.general, 0) else 0 end)", _COUNTED
        ),
    },
)
"""An inspection carried out in the period, with what was found at it."""

_FINDINGS = f"""(select o.*, f.grade, coalesce(d.due_on, o.arrived_at::date + $days::integer) as due_on
  from {MATTERS} join findings f on f.finding = o.matter
  left join (select finding, arg_min(due_on, noted_at) as due_on from finding_days where noted_at <= $as_of
    group by 1) d on d.finding = f.finding) o"""
_OVERDUE = "(o.due_on < $day and o.outcome = 'open')"


def _late(more: int, most: int | None = None) -> Column:
    """Still open, so many days after its day: more than the first number, at most the second."""
    upper = "" if most is None else f" and $day - o.due_on <= {most}"
    return Column(f"({_OVERDUE} and $day - o.due_on > {more}{upper})::int")


FINDING = Unit(
    code="finding",
    rows=_FINDINGS,
    where="true",
    key="o.matter",
    body="o.body",
    columns={
        "fell_due": Column(f"(o.due_on > {_FIRST_DAY} and o.due_on < $day)"),
        "is_overdue": Column(_OVERDUE),
        "is_mended_in_time": Column("(o.state = 'closed' and o.state_at::date <= o.due_on)"),
        "overdue_30": _late(0, 30),
        "overdue_90": _late(30, 90),
        "overdue_180": _late(90, 180),
        "overdue_more": _late(180),
    },
)
"""What was found at an inspection. Due on the day first set; where none was set, some days after it was entered."""

_CLOSURES = f"""(select c.matter, c.is_rechecked, c.checks, coalesce(b.area, m.area) as area, b.body
  from closures c join matters m on m.matter = c.matter {_body("coalesce(m.body, m.first_body)")}
  where {within("c.closed_at")}) o"""
CLOSURE = Unit(
    code="closure",
    rows=_CLOSURES,
    where="true",
    key="o.matter",
    body="o.body",
    columns={
        "checked_once": Column("(o.is_rechecked and o.checks = 1)::int"),
        "checked_twice": Column("(o.is_rechecked and o.checks = 2)::int"),
        "checked_more": Column("(o.is_rechecked and o.checks > 2)::int"),
        "not_rechecked": Column("(not o.is_rechecked)::int"),
    },
)
"""A finding or an own problem of a body, struck off the list in the period."""

ROUND_UNITS = (SEAT, LISTED, INSPECTION, FINDING, CLOSURE)
