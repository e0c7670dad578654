"""What everybody owes, worked out a second time: plain Python over the raw rows of the tables, from the statute texts.

Nothing of the product's rules, vocabularies or queries is used. None is "cannot be told", as in the statutes' own
silence: a number that nobody entered settles nothing.

Sources, as in docs/method/duties.md: UN = trade unions, YL = youth league, WF = women's federations.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Truth = bool | None
Row = dict[str, Any]
Verdict = tuple[str, date | None]
"""State (met, unmet, unknown) and deadline."""
HEADS = {"chair", "full_time_chair", "secretary"}
COMMITTEE = HEADS | {"vice_chair", "member"}
GRASS = {"union_committee", "joint_union", "building_union"}
UNIONS = GRASS | {"union_association", "union_federation"}
BRANCHES = {"league_branch", "site_branch"}
LEAGUE = BRANCHES | {"league_general_branch", "league_committee"}
FUTIAN = ((25, 3, 3), (100, 3, 5), (200, 5, 7), (500, 7, 9), (1000, 9, 15), (5000, 15, 21), (10000, 21, 29))
LARGE = ((50000, 29, 37), (None, 37, 45))
RULES_2016 = ((200, 3, 7), (1000, 7, 15), (5000, 15, 21), (10000, 21, 29), *LARGE)
CONGRESS = ((200, 30, 40), (1000, 40, 60), (5000, 60, 90), (10000, 90, 130), (50000, 130, 180), (None, 180, 240))


def either(*truths: Truth) -> Truth:
    return True if True in truths else None if None in truths else False


def both(*truths: Truth) -> Truth:
    return False if False in truths else None if None in truths else True


def at_least(value: int | None, limit: int) -> Truth:
    return None if value is None else value >= limit


def between(value: int | None, low: int, high: int) -> Truth:
    return None if value is None else low <= value <= high


def fits(members: int | None, seats: int | None, table: Any) -> Truth:
    """Whether seats are what a table of (members up to, fewest, most) says; members are known where it matters."""
    if members is None or seats is None:
        return None
    for most, low, high in table:
        if most is None or members <= most:
            return bool(low <= seats <= high)
    return False


def later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month - (1 if first.day > last.day else 0)


def as_day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


@dataclass
class Raw:
    """The rows of a day, by table and by what they belong to."""

    day: date
    organisations: dict[int, Row] = field(default_factory=dict)
    bodies: dict[int, Row] = field(default_factory=dict)
    areas: dict[int, Row] = field(default_factory=dict)
    covered: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    covering: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    terms: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    members: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def holds(self, row: Row) -> bool:
        since, until = as_day(row["valid_from"]), as_day(row["valid_until"])
        return since is not None and since <= self.day and (until is None or until > self.day)


def read(fetch: Callable[[str], list[Row]], day: date) -> Raw:
    """fetch : "SELECT ..." -> rows as dictionaries."""
    raw = Raw(day)
    primary = {row["id"] for row in fetch("SELECT id FROM places_scheme WHERE is_primary")}
    schemed = {row["id"] for row in fetch("SELECT id, scheme_id FROM places_area") if row["scheme_id"] in primary}
    for row in filter(raw.holds, fetch("SELECT * FROM places_areaspan")):
        if row["area_id"] in schemed:
            raw.areas[row["area_id"]] = row
    for row in filter(raw.holds, fetch("SELECT * FROM registry_organisationspan")):
        if row["area_id"] in raw.areas:
            raw.organisations[row["organisation_id"]] = row
    lines = {row["id"]: row["code"] for row in fetch("SELECT id, code FROM registry_line")}
    line_of = {row["id"]: lines[row["line_id"]] for row in fetch("SELECT id, line_id FROM registry_body")}
    for row in filter(raw.holds, fetch("SELECT * FROM registry_bodyspan")):
        raw.bodies[row["body_id"]] = {**row, "line": line_of[row["body_id"]]}
    for row in filter(raw.holds, fetch("SELECT * FROM registry_covering")):
        if row["organisation_id"] in raw.organisations:
            raw.covered[row["body_id"]].add(row["organisation_id"])
        raw.covering[row["organisation_id"]].add(row["body_id"])
    for row in fetch("SELECT * FROM registry_term ORDER BY valid_from, id"):
        raw.terms[row["body_id"]].append(row)
    for row in filter(raw.holds, fetch("SELECT * FROM registry_post")):
        raw.posts[row["body_id"]].append(row)
    for row in fetch("SELECT body_id, registered_on, left_on FROM registry_membership"):
        since, until = as_day(row["registered_on"]), as_day(row["left_on"])
        if since is not None and since <= day and (until is None or until > day):
            raw.members[row["body_id"]] += 1
    return raw


def is_valid(raw: Raw, body: int) -> bool:
    """It stands on the day and a term runs."""
    return body in raw.bodies and any(raw.holds(term) for term in raw.terms[body])


def of_organisation(raw: Raw, ref: int, row: Row) -> Iterator[tuple[str, Truth, Truth, date | None]]:
    """UN-02, UN-13, YL-02: code, owed, met, deadline."""
    closed = as_day(row["closed_on"])
    stands: Truth = closed is None or closed > raw.day
    valid = [raw.bodies[b] for b in raw.covering[ref] if is_valid(raw, b)]
    union = [b for b in valid if b["line"] == "union"]
    own, members, young = any(b["form"] == "own" for b in union), row["union_members"], row["league_members"]
    league = any(b["line"] == "league" for b in valid)
    yield "union.committee", both(stands, at_least(members, 25)), own, None
    yield "union.few_members", both(stands, between(members, 1, 24)), bool(union), None
    kinds = row["kind"] in {"enterprise", "association", "service_org", "foundation", "institution"}
    opened = as_day(row["opened_on"])
    limit = later(opened, 12) if opened else None
    yield "union.founding", both(stands, kinds, at_least(row["headcount"], 25)), bool(union), limit
    yield "league.branch", both(stands, at_least(young, 3)), league, None
    yield "league.joint_branch", both(stands, between(young, 1, 2)), league, None


def summed(raw: Raw, ref: int, column: str) -> tuple[int, int | None]:
    """Over the organisations covered: what is known at least, and the whole where nothing is missing."""
    numbers = [raw.organisations[o][column] for o in raw.covered[ref]]
    known = sum(n for n in numbers if n is not None)
    return known, None if None in numbers else known


def members_of(raw: Raw, ref: int, line: str) -> int | None:
    """On the roll; where that is empty, as the organisations covered declare."""
    if raw.members[ref]:
        return raw.members[ref]
    column = {"union": "union_members", "league": "league_members"}.get(line)
    return summed(raw, ref, column)[1] if column else None


@dataclass(frozen=True)
class Posts:
    """What the posts of a body say."""

    seats: int | None
    representatives: int | None
    head: Truth
    full_time: bool
    woman: bool
    vacant_since: date | None
    holders: frozenset[int]


def posts_of(raw: Raw, ref: int) -> Posts:
    posts = raw.posts[ref]
    heads = [p for p in posts if p["title"] in HEADS]
    held = [p for p in heads if p["person_id"] is not None]
    entered = any(p["title"] in ("member", "vice_chair") for p in posts)
    days = [day for p in heads if p["person_id"] is None and (day := as_day(p["valid_from"]))]
    return Posts(
        seats=sum(p["title"] in COMMITTEE for p in posts) if entered else None,
        representatives=sum(p["title"] == "representative" for p in posts) or None,
        head=True if held else False if heads else None,
        full_time=any(p["title"] == "full_time_chair" and p["person_id"] is not None for p in posts),
        woman=any(p["title"] == "women_member" and p["person_id"] is not None for p in posts),
        vacant_since=min(days) if days and not held else None,
        holders=frozenset(p["person_id"] for p in held),
    )


def of_body(raw: Raw, ref: int, row: Row, below: set[int]) -> Iterator[tuple[str, Truth, Truth, date | None]]:
    """UN-04, UN-07, UN-08, UN-14, both tables of seats, representatives; YL-03 to YL-07; WF-02 to WF-05.

    below : bodies that have a women workers' committee under them.
    """
    kind, posts = row["kind"], posts_of(raw, ref)
    members, begun = (
        members_of(raw, ref, row["line"]),
        [t for t in raw.terms[ref] if as_day(t["valid_from"]) <= raw.day],
    )
    last = begun[-1] if begun else None
    since, until = (as_day(last["valid_from"]), as_day(last["valid_until"])) if last else (None, None)
    runs = any(raw.holds(t) for t in raw.terms[ref])
    months = whole_months(since, until) if since and until else None
    yield from _union(raw, ref, kind, posts, members, ref in below)
    in_grass = kind in GRASS
    term = None if months is None else months in ((35, 36, 59, 60) if in_grass else (59, 60))
    yield "union.renewal", kind in UNIONS, runs, until
    yield "union.term_length", kind in UNIONS and until is not None, term, None
    yield from _league(row, posts, members)
    yield "league.renewal", kind in LEAGUE, runs, until
    two_or_three = None if months is None else months in (23, 24, 35, 36)
    yield "league.term_length", kind in BRANCHES and until is not None, two_or_three, None
    yield from _women(raw, row, posts, runs, until, months)


def _union(
    raw: Raw, ref: int, kind: str, posts: Posts, members: int | None, has_committee: bool
) -> Iterator[tuple[str, Truth, Truth, date | None]]:
    grass, (known, women) = kind in GRASS, summed(raw, ref, "women")
    some = both(grass, either(known >= 1, at_least(women, 1)))
    many = both(grass, either(known >= 25, at_least(women, 25)))
    yield "union.women_organ", some, has_committee or posts.woman, None
    yield "union.women_workers", many, has_committee, None
    workers = summed(raw, ref, "headcount")[1]
    yield "union.full_time_chair", both(kind == "union_committee", at_least(workers, 200)), posts.full_time, None
    limit = later(posts.vacant_since, 3) if posts.vacant_since else None
    yield "union.chair", grass, posts.head, limit
    odd = None if posts.seats is None else posts.seats % 2 == 1
    table = both(fits(members, posts.seats, (*FUTIAN, *LARGE)), odd)
    yield "union.seats", both(grass, at_least(members, 11)), table, None
    yield "union.seats_2016", both(grass, at_least(members, 25)), fits(members, posts.seats, RULES_2016), None
    congress = fits(members, posts.representatives, CONGRESS)
    yield "union.congress", both(grass, at_least(members, 100)), congress, None


def _league(row: Row, posts: Posts, members: int | None) -> Iterator[tuple[str, Truth, Truth, date | None]]:
    kind, branch = row["kind"], row["kind"] in BRANCHES
    yield "league.branch_size", branch, None if members is None else members <= 50, None
    thirty = both(kind in BRANCHES | {"league_general_branch"}, at_least(members, 30))
    yield "league.general_branch", thirty, kind == "league_general_branch", None
    yield "league.committee", both(kind in LEAGUE, at_least(members, 100)), kind == "league_committee", None
    yield "league.branch_committee", both(branch, at_least(members, 7)), between(posts.seats, 3, 7), None
    few = None if members is None else members < 7
    yield "league.secretary", both(branch, few), posts.head, None
    larger = kind in ("league_general_branch", "league_committee") and row["form"] != "area"
    if kind == "league_general_branch":
        right = between(posts.seats, 5, 7)
    else:
        big = at_least(members, 2000)
        small = None if big is None else not big
        right = either(both(small, between(posts.seats, 7, 9)), both(big, between(posts.seats, 15, 21)))
    yield "league.seats", larger, right, None


def _women(
    raw: Raw, row: Row, posts: Posts, runs: bool, until: date | None, months: int | None
) -> Iterator[tuple[str, Truth, Truth, date | None]]:
    here = row["kind"] == "women_federation" and row["form"] == "area"
    level = raw.areas[row["area_id"]]["level"] if row["area_id"] in raw.areas else None
    community = here and level == "community"
    yield "women.renewal", community, runs, until
    yield "women.term_length", here and until is not None, None if months is None else months in (59, 60), None
    yield "women.community_size", community, at_least(posts.seats, 15), None
    yield "women.subdistrict_size", here and level == "subdistrict", between(posts.seats, 25, 31), None
    seated = _residents_committee(raw).get(row["area_id"])
    sits = bool(posts.holders & seated) if seated is not None and posts.holders else None
    yield "women.chair", community, sits, None


def _residents_committee(raw: Raw) -> dict[int, set[int]]:
    """Area -> who holds a post in its residents' committee."""
    found: dict[int, set[int]] = {}
    for ref, row in raw.bodies.items():
        if row["kind"] == "residents_committee":
            found.setdefault(row["area_id"], set()).update(p["person_id"] for p in raw.posts[ref])
    return found


def of_area(raw: Raw, ref: int, row: Row, employers: int) -> Iterator[tuple[str, Truth, Truth, date | None]]:
    """UN-05, WF-02."""

    def has(line: str) -> bool:
        found = (b for b, body in raw.bodies.items() if body["area_id"] == ref and body["form"] == "area")
        return any(raw.bodies[b]["line"] == line and is_valid(raw, b) for b in found)

    level = row["level"]
    yield "union.district", level == "district", has("union"), None
    yield "union.subdistrict", level == "subdistrict" and employers >= 1, has("union"), None
    yield "women.federation", level in ("subdistrict", "community"), has("women"), None


def everything(raw: Raw) -> dict[str, dict[int, Verdict]]:
    """Obligation -> record -> verdict, for all that are owed or may be."""
    found: dict[str, dict[int, Verdict]] = defaultdict(dict)

    def keep(ref: int, verdicts: Iterator[tuple[str, Truth, Truth, date | None]]) -> None:
        for code, due, met, deadline in verdicts:
            if due is not False:
                known = due is not None and met is not None
                found[code][ref] = ("unknown" if not known else "met" if met else "unmet", deadline)

    below = {row["parent_id"] for row in raw.bodies.values() if row["kind"] == "women_workers_committee"}
    for ref, row in raw.organisations.items():
        keep(ref, of_organisation(raw, ref, row))
    for ref, row in raw.bodies.items():
        keep(ref, of_body(raw, ref, row, below))
    paths = [raw.areas[row["area_id"]]["path"] for row in raw.organisations.values()]
    for ref, row in raw.areas.items():
        keep(ref, of_area(raw, ref, row, sum(path.startswith(row["path"]) for path in paths)))
    return dict(found)
