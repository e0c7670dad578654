"""What an indicator may count: where the rows of each unit lie in a snapshot, and how each word is read off a row.

`$day` stays a parameter of every text here. A row is called `o`; it has an area, where it counts, and may have a site.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

HOLDS = "{t}.valid_from <= $day and ({t}.valid_until is null or {t}.valid_until > $day)"


class UnknownFact(ValueError):
    """A rule asks for something that a snapshot does not hold."""


@dataclass(frozen=True, slots=True)
class Column:
    """How a word is read off a row: an expression, and the join that it needs."""

    sql: str
    join: str = ""


@dataclass(frozen=True)
class Unit:
    """One kind of thing that is counted (计数单位).

    rows : what stands after `from`; it names the row `o` and holds on the day.  where : a further condition.
    key : the id of a row.  area, site : where it counts; no site for what lies in none.  body : whose work it is.
    columns : words and measures that are not simply columns of `o`.
    made : words made of a line, a form or a network, such as has_valid_union.
    """

    code: str
    rows: str
    where: str
    key: str
    area: str = "o.area"
    site: str = "null::bigint"
    body: str = "null::bigint"
    columns: Mapping[str, Column] = field(default_factory=dict)
    made: Callable[[str], Column | None] = lambda _name: None

    def column(self, name: str) -> Column:
        return self.columns.get(name) or self.made(name) or Column(f'o."{name}"')


def literal(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def standing(line: str = "", form: str = "") -> str:
    """Condition on a body `b`: it stands on the day and its term runs; line and form narrow it."""
    narrowed = f" and replace(b.line, '-', '_') = {literal(line)}" if line else ""
    narrowed += f" and b.form = {literal(form)}" if form else ""
    running = f"b.body in (select t.body from terms t where {HOLDS.format(t='t')})"
    return f"{HOLDS.format(t='b')}{narrowed} and {running}"


def _covered(name: str) -> Column | None:
    """has_valid_<line>, has_own_<line>: a body that stands on the day and whose term runs covers the organisation.

    members_<line>: current members of the line who work there, each person once. has_liaison_<line>: somebody is named.
    """
    if name.startswith("members_"):
        return Column(f"coalesce({name}.members, 0)", _left_join(name, _members(name.removeprefix("members_"))))
    if name.startswith("has_liaison_"):
        line = literal(name.removeprefix("has_liaison_"))
        named = f"replace(l.line, '-', '_') = {line} and {HOLDS.format(t='l')}"
        return Column(f"o.organisation in (select l.organisation from liaisons l where {named})")
    if not name.startswith(("has_valid_", "has_own_")):
        return None
    own = name.startswith("has_own_")
    line = name.removeprefix("has_own_" if own else "has_valid_")
    line = "" if line == "body" and not own else line
    return Column(
        f"o.organisation in (select c.organisation from coverings c where {HOLDS.format(t='c')} and c.body in"
        f" (select b.body from body_spans b where {standing(line, 'own' if own else '')}))"
    )


def _stands_here(name: str) -> Column | None:
    """has_valid_<line> of an area or site: a body keyed to it; has_venue_<network>: a venue of the network in it."""
    if name.startswith("has_venue_"):
        network = literal(name.removeprefix("has_venue_"))
        return Column(
            "o.area in (select s.area from sites s join site_networks n on n.site = s.site"
            f" where replace(n.network, '-', '_') = {network} and {HOLDS.format(t='s')})"
        )
    if not name.startswith("has_valid_"):
        return None
    line = name.removeprefix("has_valid_")
    line = "" if line == "body" else line
    of_area = f"select b.area from body_spans b where {standing(line, 'area')}"
    of_site = f"select b.site from body_spans b where {standing(line)} and b.site is not null"
    return Column(f"case when o.site is null then o.area in ({of_area}) else o.site in ({of_site}) end")


def _left_join(name: str, sql: str) -> str:
    return f"left join ({sql}) {name} on {name}.organisation = o.organisation"


_VISITS = "select organisation, max(visited_on) as visited_on from visits where visited_on <= $day group by 1"


def _members(line: str) -> str:
    return (
        f"select organisation, count(distinct person) as members from memberships where line = {literal(line)}"
        " and registered_on <= $day and (left_on is null or left_on > $day) group by 1"
    )


_CONTRACTS = (
    "select organisation, max(coalesce(workers, 2147483647)) as workers from contracts c"
    f" where {HOLDS.format(t='c')} group by 1"
)

ORGANISATION = Unit(
    code="organisation",
    rows="organisation_spans o",
    where=HOLDS.format(t="o"),
    key="o.organisation",
    site="o.site",
    columns={
        "has_site": Column("o.site is not null"),
        "months_open": Column("o.opened_on"),
        "visited_on": Column("visit.visited_on", _left_join("visit", _VISITS)),
        "members": Column("coalesce(member.members, 0)", _left_join("member", _members("union"))),
        "has_contract": Column("contract.workers is not null", _left_join("contract", _CONTRACTS)),
        "contract_workers": Column("least(contract.workers, o.headcount)", _left_join("contract", _CONTRACTS)),
    },
    made=_covered,
)

_PLACES = f"""(select p.area as place, p.area, null::bigint as site, p.level as kind from area_spans p
  where p.scheme = $scheme and {HOLDS.format(t="p")}
  union all select -s.site, s.area, s.site, s.kind from sites s where s.kind <> 'venue' and {HOLDS.format(t="s")}) o"""
_INSIDE = (
    "left join (select site, count(*) as organisations from organisation_spans x"
    f" where x.site is not null and {HOLDS.format(t='x')} group by 1) inside on inside.site = o.site"
)
PLACE = Unit(
    code="place",
    rows=_PLACES,
    where="true",
    key="o.place",
    site="o.site",
    columns={
        "is_site": Column("o.site is not null"),
        "organisations": Column("coalesce(inside.organisations, 0)", _INSIDE),
    },
    made=_stands_here,
)

BODY = Unit(
    code="body",
    rows="body_spans o",
    where=HOLDS.format(t="o"),
    key="o.body",
    site="o.site",
    columns={
        "has_running_term": Column(f"o.body in (select t.body from terms t where {HOLDS.format(t='t')})"),
    },
)

_TERMS = """(select t.body, t.valid_until as ended_on, t.next_from is not null as is_renewed,
    coalesce(t.next_from, least($day, coalesce(gone.gone_on, $day))) - t.valid_until as days_waited,
    b.line, b.form, b.kind, b.area, b.site
  from (select *, lead(valid_from) over (partition by body order by valid_from, valid_until) as next_from
    from terms where valid_from <= $day and (valid_until is null or valid_until > valid_from)) t
  join body_spans b on b.body = t.body and b.valid_from <= t.valid_until
    and (b.valid_until is null or b.valid_until > t.valid_until)
  left join (select body, max(valid_until) as gone_on from body_spans group by body
    having count(*) = count(valid_until)) gone on gone.body = t.body
  where t.valid_until <= $day) o"""
TERM = Unit(
    code="term",
    rows=_TERMS,
    where="true",
    key="o.body",
    site="o.site",
    columns={"months_since_end": Column("o.ended_on")},
)

_MEMBERSHIPS = f"""(select m.person, m.line, coalesce(m.verified_on <= $day, false) as is_verified,
    coalesce(w.area, b.area) as area, w.site
  from (select * from memberships x where x.registered_on <= $day and (x.left_on is null or x.left_on > $day)
    qualify row_number() over (partition by x.line, x.person order by x.registered_on desc, x.body) = 1) m
  left join organisation_spans w on w.organisation = m.organisation and {HOLDS.format(t="w")}
  left join body_spans b on b.body = m.body and {HOLDS.format(t="b")}) o"""
MEMBER = Unit(
    code="member",
    rows=_MEMBERSHIPS,
    where="o.area is not null",
    key="o.person",
    site="o.site",
)

_DESKS = f"""(select area, 1 as desks, 0 as bodies, 0 as minutes from desks d where {HOLDS.format(t="d")}
  union all select area, 0, 1, 0 from body_spans b where b.form = 'area' and {HOLDS.format(t="b")}
  union all select area, 0, 0, (sum(e.times * ($opening + e.fields * $seconds)) + 30) // 60 from form_entries e
    where e.on_day <= $day and e.on_day > ($day - interval 1 month)::date group by area) o"""
DESK = Unit(code="desk", rows=_DESKS, where="true", key="o.area")
DUTY = Unit(code="duty", rows="duties o", where=HOLDS.format(t="o"), key="o.duty")

_ALL = (ORGANISATION, PLACE, BODY, TERM, MEMBER, DESK, DUTY)
UNITS: dict[str, Unit] = {unit.code: unit for unit in _ALL}
