"""Matters, attempts to call back and dispatches as units: what each was at the end of a day, or when it was counted.

`$as_of` is that moment, `$months` the length of the period up to the day. A row counts where the body stands that works
on the matter; where none does yet, in the area of the matter itself. Open ones are rows like all others.
"""

from .units import HOLDS, Column, Unit

FROM = "(($day - to_months($months))::date + 1)::timestamp"
"""The first moment of the period."""


def within(moment: str) -> str:
    """Condition on a moment: it lies in the period; false where it is unknown."""
    return f"coalesce({moment} >= {FROM} and {moment} <= $as_of, false)"


def seen(moment: str) -> str:
    """A moment, or null where it had not come yet."""
    return f"case when {moment} <= $as_of then {moment} end"


_BODY = "coalesce(m.body, m.first_body)"
_PLACE = f"left join body_spans b on b.body = {_BODY} and {HOLDS.format(t='b')}"
"""A body that does not stand any more has no figures: what it left lies in the area of the matter."""
_GIVEN = """(select matter, min(given_at) as assigned_at from (
    select matter, given_at from matter_dispatches where given_at <= $as_of
    union all select matter, since from matter_namings where since <= $as_of) group by matter)"""
_STANDS = """(select matter, arg_max(state, seq) as state, arg_max(entered_at, seq) as state_at from matter_events
    where entered_at <= $as_of group by matter)"""
NOT_SENT_IN = ("inspection", "finding", "rectification", "review_task", "referral")
"""Kinds of what staff open themselves, which have figures of their own."""
MATTERS = f"""(select m.matter, m.kind, m.version, m.kind not in {NOT_SENT_IN} as is_sent_in,
    coalesce(b.area, m.area) as area, b.body, m.arrived_at,
    {seen("m.contacted_at")} as contacted_at, {seen("m.answered_at")} as answered_at, w.state, w.state_at,
    coalesce(s.outcome, 'open') as outcome, a.assigned_at,
    coalesce(s.knows_contact, false) as knows_contact
  from matters m join {_STANDS} w on w.matter = m.matter
  left join matter_states s on s.version = m.version and s.state = w.state
  left join {_GIVEN} a on a.matter = m.matter
  {_PLACE}
  where m.arrived_at <= $as_of) o"""


def _join(name: str, sql: str) -> str:
    return f"left join ({sql}) {name} on {name}.matter = o.matter"


_MET = "(met_at is not null and met_at <= due_at)"
_CLOSING = _join(
    "closing",
    f"select matter, bool_and({_MET}) as is_kept from matter_clocks where is_closing and {within('due_at')} group by 1",
)
_ENDED = _join(
    "ended",
    f"""select e.matter, bool_or(coalesce(e.next_at <= e.entered_at + to_days($days), false)) as is_back
    from (select x.matter, x.entered_at, s.outcome,
        lead(x.entered_at) over (partition by x.matter order by x.seq) as next_at
      from matter_events x join matters m on m.matter = x.matter
      join matter_states s on s.version = m.version and s.state = x.state where x.entered_at <= $as_of) e
    where e.outcome = 'closed' and {within("e.entered_at")} group by 1""",
)
_MEDIATED = _join(
    "mediated",
    """select matter, min(entered_at) as ended_at, arg_min(state, seq) <> 'told_other_ways' as is_agreed
    from matter_events where state in ('agreed', 'partly_agreed', 'told_other_ways') and entered_at <= $as_of
    group by 1""",
)
_MEDIATING = _join(
    "mediating",
    f"""select matter, bool_or({within("met_at")} or (due_at <= $as_of and coalesce(met_at > $as_of, true))) as is_due,
      bool_and({_MET}) as is_kept
    from matter_clocks where clock = 'mediate' and started_at <= $as_of group by 1""",
)
_ANSWERING = _join(
    "answering",
    f"""select matter, bool_and({_MET}) as is_kept from matter_clocks
    where clock = 'answer' and {within("due_at")} group by 1""",
)
_SENT = _join(
    "sent",
    """select matter, min(entered_at) as sent_at from matter_events
    where state = 'sent' and entered_at <= $as_of group by 1""",
)
_HANDED = _join(
    "handed",
    f"""select matter, bool_or(due_at <= $as_of) as is_due, bool_and({_MET}) as is_kept
    from matter_clocks where clock in ('take', 'outcome') and started_at <= $as_of group by 1""",
)
_PAID = _join(
    "paid", "select matter, arg_max(yuan, noted_at) as yuan from matter_amounts where noted_at <= $as_of group by 1"
)
_THEMED = _join("themed", "select matter, treated_at from theme_matters")
_LIMIT = "o.assigned_at + to_hours($hours)"

MATTER = Unit(
    code="matter",
    rows=MATTERS,
    where="true",
    key="o.matter",
    body="o.body",
    columns={
        "arrived_in_period": Column(within("o.arrived_at")),
        "contact_fell_due": Column(within(_LIMIT)),
        "is_contacted_in_time": Column(f"coalesce(o.contacted_at <= {_LIMIT}, false)"),
        "fell_due": Column("closing.is_kept is not null", _CLOSING),
        "is_done_in_time": Column("coalesce(closing.is_kept, false)", _CLOSING),
        "closed_in_period": Column("ended.is_back is not null", _ENDED),
        "is_back_soon": Column("coalesce(ended.is_back, false)", _ENDED),
        "is_answered_at_first": Column("o.answered_at is not null and coalesce(o.contacted_at >= o.answered_at, true)"),
        "mediation_ended": Column(within("mediated.ended_at"), _MEDIATED),
        "has_agreement": Column("coalesce(mediated.is_agreed, false)", _MEDIATED),
        "mediation_fell_due": Column("coalesce(mediating.is_due, false)", _MEDIATING),
        "is_mediated_in_time": Column("coalesce(mediating.is_kept, false)", _MEDIATING),
        "answer_fell_due": Column("answering.is_kept is not null", _ANSWERING),
        "is_answered_in_time": Column("coalesce(answering.is_kept, false)", _ANSWERING),
        "sent_in_period": Column(within("sent.sent_at"), _SENT),
        "is_over_or_late": Column("o.outcome <> 'open' or coalesce(handed.is_due, false)", _HANDED),
        "is_back_in_time": Column("o.state = 'closed' and coalesce(handed.is_kept, false)", _HANDED),
        "ended_in_period": Column(within("o.state_at")),
        "yuan": Column("coalesce(paid.yuan, 0)", _PAID),
        "is_recurring": Column("coalesce(themed.treated_at < o.arrived_at, false)", _THEMED),
    },
)

_CALLS = f"""(select c.call_back, c.is_reached, c.is_own, c.solved, coalesce(c.rating, 0) as rating,
    coalesce(b.area, m.area) as area, b.body,
    c.solved <> '' and row_number() over (partition by c.matter, c.solved <> ''
      order by c.tried_at desc, c.call_back desc) = 1 as is_last_answer,
    c.rating is not null and row_number() over (partition by c.matter, c.rating is null
      order by c.tried_at desc, c.call_back desc) = 1 as is_last_rating
  from matter_call_backs c join matters m on m.matter = c.matter {_PLACE} where {within("c.tried_at")}) o"""
CALL = Unit(
    code="call_back",
    rows=_CALLS,
    where="true",
    key="o.call_back",
    body="o.body",
    columns={f"rated_{level}": Column(f"(o.rating = {level})::int") for level in range(1, 6)},
)

_DISPATCHES = f"""(select d.dispatch, b.body, coalesce(b.area, m.area) as area,
    coalesce(d.objected_at <= $as_of, false) as is_objected,
    coalesce(d.decided_at <= $as_of and not d.is_kept, false) as is_moved
  from matter_dispatches d join matters m on m.matter = d.matter
  left join body_spans b on b.body = d.body and {HOLDS.format(t="b")} where {within("d.given_at")}) o"""
DISPATCH = Unit(code="dispatch", rows=_DISPATCHES, where="true", key="o.dispatch", body="o.body")

_WAITED = "select o.*, {end} as until, {event} as event from {rows} where {where}"
_REACHED = _WAITED.format(
    rows=MATTERS,
    end="""case when o.contacted_at is not null then greatest(o.contacted_at, o.assigned_at)
      when o.outcome = 'open' then $as_of else o.state_at end""",
    event="case when o.contacted_at is not null then 1 else 0 end",
    where=within("o.assigned_at"),
)
CONTACT = Unit(
    code="contact_spell",
    rows=f"(select *, greatest(date_sub('minute', assigned_at, until), 0) as waited from ({_REACHED})) o",
    where="true",
    key="o.matter",
    body="o.body",
)
"""From the first dispatch or handler to first contact, in minutes; what ended without one is an open end."""
_CLOSED = _WAITED.format(
    rows=MATTERS,
    end="case when o.outcome = 'open' then $as_of else o.state_at end",
    event="case o.outcome when 'open' then 0 when 'closed' then 1 else 2 end",
    where=within("o.arrived_at"),
)
CLOSING = Unit(
    code="closing_spell",
    rows=f"(select *, date_diff('day', arrived_at, until) as waited from ({_CLOSED})) o",
    where="true",
    key="o.matter",
    body="o.body",
)
"""From receipt to the end, in whole days: 1 dealt with, 2 withdrawn or not accepted, which is another way out."""

MATTER_UNITS = (MATTER, CALL, DISPATCH, CONTACT, CLOSING)
