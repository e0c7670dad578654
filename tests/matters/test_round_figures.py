"""Indicators of representatives, themes, inspections and findings, counted from raw rows a second way."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

import make
from conftest import NOW, TODAY
from lianxin.figures import bodies as body_figures
from lianxin.figures import snapshots, tables
from lianxin.figures.bodies import body_cells
from lianxin.figures.catalogue import version_on
from lianxin.figures.queries import cells
from lianxin.figures.tables import reader, scheme_code
from lianxin.figures.words import vocabulary
from lianxin.matters.models import (
    CarriedOut,
    Finding,
    Listed,
    Mandate,
    Matter,
    Proposal,
    RepresentativeMeeting,
    Round,
    Theme,
    ThemeMember,
)
from lianxin.matters.operations.kinds import current
from lianxin.registry.models import Post
from matters.figured import _event, histories

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2025, 12, 5)
"""First day of the three months up to today."""
NEW = ("rep_contact_rate", "theme_recurrence", "inspection_coverage", "finding_density")
NEW += ("rectification_closure_rate", "recheck_rate")


@pytest.fixture(autouse=True)
def _own_snapshots(settings, tmp_path):
    settings.SNAPSHOTS = tmp_path / "snapshots"
    tables.forget()
    body_figures.forget()


@dataclass
class Town:
    """Two bodies in a street; each list says what was made, in plain values, for counting it a second way."""

    def __post_init__(self):
        self.district = make.area("样例区", code="440304")
        self.street = make.area("样例街道", parent=self.district)
        self.one, self.other = (make.body(f"样例总工会{i}", area=self.street) for i in (1, 2))
        self.ann, self.ben = make.account(), make.account()
        self.listed, self.findings, self.closures, self.seats = [], [], [], []

    def matter(self, code, body, at):
        kind = current(code, NOW)
        start = kind.kind.start
        made = Matter.objects.create(
            number=uuid4().hex[:18],
            kind=kind,
            code=code,
            level=kind.kind.level,
            way="inspection",
            area=self.street,
            body=body,
            first_body=body,
            state=start,
            arrived_at=at,
            state_since=at,
        )
        _event(made, 1, at, "opened", "", start)
        return made

    def round(self, body, starts, closed=None):
        return Round.objects.create(
            title="样例排查",
            area=self.street,
            body=body,
            starts_on=starts,
            ends_on=starts + timedelta(days=20),
            way="chosen",
            wanted=1,
            state="closed" if closed else "open",
            made_at=moment(starts),
            closed_at=closed and moment(closed),
        )

    def place(self, held, inspected=None, grades=()):
        """One employer on the list, inspected on a day, with findings of these grades."""
        opened = moment(held.starts_on)
        firm = make.organisation(area=self.street)
        matter = self.matter("inspection", held.body, opened)
        listed = Listed.objects.create(round=held, organisation=firm, matter=matter)
        self.listed.append((held.body_id, held.starts_on, held.closed_at, inspected, grades))
        if inspected is None:
            return []
        carried = CarriedOut.objects.create(
            listed=listed,
            key=uuid4(),
            carried_on=inspected,
            first=self.ann,
            second=self.ben,
            answers={},
            is_hit=bool(grades),
            recorded_at=moment(inspected, 15),
        )
        return [self.finding(carried, grade, number) for number, grade in enumerate(grades)]

    def finding(self, carried, grade, number):
        held = carried.listed.round
        matter = self.matter("finding", held.body, moment(carried.carried_on, 15))
        Finding.objects.create(
            matter=matter, carried_out=carried, list_code="safety", item=f"i{number}", family="safety", grade=grade
        )
        return matter

    def walk(self, matter, *steps):
        """Each step: code, day, who, and the day by which it is to be mended."""
        for code, on, who, due in steps:
            target = matter.kind.kind.step(code).target
            facts = {"due_on": due.isoformat()} if due else {}
            _event(matter, matter.events.count() + 1, moment(on, 16), "step", code, target, facts)
            matter.events.filter(seq=matter.events.count()).update(actor_kind="account", actor_id=who.pk)
            matter.state, matter.is_open = target, not matter.kind.kind.state(target).is_end
            matter.closed_at = None if matter.is_open else moment(on, 16)
        matter.save()
        self.findings.append(matter)

    def seat(self, body, *, since=make.LONG_AGO, until=None, is_vacant=False):
        person = None if is_vacant else make.person()
        post = Post.objects.create(
            body=body, title="representative", person=person, valid_from=since, valid_until=until
        )
        return Mandate.objects.create(post=post)


def moment(on, hour=9):
    return datetime.combine(on, time(hour), ZONE)


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def town():
    return Town()


def cell(indicator, body, **params):
    found = body_cells(indicator, bodies=[body.pk], on=TODAY, scope_params={"months": 3, **params}, actor_scope=None)
    return found[0]


def counted(indicator, body, **params):
    """Numerator and denominator of a body before anything is hidden."""
    held, definition = snapshots.latest(), version_on(indicator, TODAY).definition
    found = reader(held).at_bodies(
        definition,
        vocabulary(definition),
        day=TODAY,
        scheme=scheme_code(),
        params=definition.chosen({"months": 3, **params}),
    )
    at = found.sites.ids.tolist().index(body.pk) if body.pk in found.sites.ids else None
    return (0, 0) if at is None else (int(found.total["numerator"][at]), int(found.total["denominator"][at]))


# 13: representatives in contact


def met(mandate, on):
    RepresentativeMeeting.objects.create(mandate=mandate, held_on=on, topic="样例", present=3)


def proposed(town, mandate, at):
    Proposal.objects.create(matter=town.matter("proposal", town.one, at), author=mandate)


def test_representatives_with_a_meeting_or_proposal_in_the_period_are_counted_once_each(town):
    seats = [town.seat(town.one) for _ in range(24)]
    for mandate in seats[:10]:
        met(mandate, ago(20))
    met(seats[0], ago(5))
    proposed(town, seats[0], moment(ago(3)))
    proposed(town, seats[10], moment(ago(30)))
    met(seats[11], FIRST)
    met(seats[12], FIRST - timedelta(days=1))
    proposed(town, seats[13], moment(FIRST - timedelta(days=1), 23))
    town.seat(town.one, is_vacant=True)
    left = town.seat(town.one, until=ago(2))
    met(left, ago(10))
    later = town.seat(town.one, since=TODAY + timedelta(days=1))
    met(later, ago(1))
    snapshots.write(NOW)
    found = cell("rep_contact_rate", town.one).cell
    assert (found.numerator, found.denominator) == (12, 24)
    assert counted("rep_contact_rate", town.one, months=12) == (14, 24)
    assert cell("rep_contact_rate", town.other).cell.value is None


@pytest.mark.parametrize("active", [3, 19])
def test_fewer_than_ten_representatives_on_either_side_are_not_shown(town, active):
    seats = [town.seat(town.one) for _ in range(22)]
    for mandate in seats[:active]:
        met(mandate, ago(8))
    snapshots.write(NOW)
    found = cell("rep_contact_rate", town.one).cell
    assert (found.shown, found.value, found.numerator) == (False, None, None)
    area = cells("rep_contact_rate", areas=[town.street.pk], on=TODAY, scope_params={}, actor_scope=None)[0]
    assert (area.shown, area.value) == (False, None)


# 26: issues that come again


def test_a_matter_is_a_recurrence_if_its_theme_was_taken_up_or_answered_before_it_came(town):
    made = histories(60, [(town.one, town.ann)], town.street, kinds=("request", "question"))
    for code in ("inspection", "finding", "rectification", "review_task", "referral"):
        town.matter(code, town.one, moment(ago(20)))
    Matter.objects.filter(pk__in=[m.pk for m in made]).update(body=town.one, first_body=town.one)
    answered = Theme.objects.create(
        state="closed",
        opened_at=moment(ago(150)),
        last_at=moment(ago(150)),
        closed_at=moment(ago(60)),
        closed_by="x",
        decision="x",
        reason="x",
    )
    back = Theme.objects.create(opened_at=moment(ago(59)), last_at=NOW, follows=answered)
    joint = town.matter("request", town.one, moment(ago(40)))
    Matter.objects.filter(pk=joint.pk).update(way="matter")
    at_work = Theme.objects.create(opened_at=moment(ago(150)), last_at=NOW, joint=joint)
    both = Theme.objects.create(opened_at=moment(ago(50)), last_at=NOW, joint=joint, follows=answered)
    plain = Theme.objects.create(opened_at=moment(ago(50)), last_at=NOW)
    themes = [back, at_work, both, plain, answered, None]
    since = {back: ago(60), at_work: ago(40), both: ago(60)}
    expected = 0
    for number, matter in enumerate(made):
        theme = themes[number % 6]
        if theme:
            ThemeMember.objects.create(matter=matter, theme=theme)
        in_period = matter.arrived_at.astimezone(ZONE).date() >= FIRST
        expected += in_period and theme in since and matter.arrived_at > moment(since[theme])
    in_period = sum(m.arrived_at.astimezone(ZONE).date() >= FIRST for m in made) + 1
    snapshots.write(NOW)
    assert 5 < expected < in_period
    assert counted("theme_recurrence", town.one) == (expected, in_period)
    found = cell("theme_recurrence", town.one).cell
    assert found.value == expected / in_period


# 30, 31: inspections and what they found


def listing_of(town):
    open_round = town.round(town.one, ago(40))
    old = town.round(town.one, ago(300), closed=ago(200))
    just = town.round(town.one, ago(120), closed=FIRST)
    others = town.round(town.other, ago(30))
    for n in range(14):
        town.place(open_round, ago(30 - n) if n < 9 else None, ("general",) * (n % 3) + ("major",) * (n == 4))
    for n in range(5):
        town.place(old, ago(290), ("major",))
        town.place(just, ago(110) if n else None, ("general",))
    for n in range(12):
        town.place(others, ago(20), ("general",) if n == 3 else ())
    town.place(open_round, ago(2), ("major", "general"))
    snapshots.write(NOW)


def test_listed_employers_not_inspected_stay_in_the_denominator_of_the_coverage(town):
    listing_of(town)
    for body in (town.one, town.other):
        here = [p for p in town.listed if p[0] == body.pk and (p[2] is None or p[2] >= moment(FIRST, 0))]
        done = [p for p in here if p[3] and p[3] <= TODAY]
        assert counted("inspection_coverage", body) == (len(done), len(here))
    assert counted("inspection_coverage", town.one, months=12) == (19, 25)
    found = cell("inspection_coverage", town.one).cell
    assert (found.numerator, found.denominator) == (14, 20)
    assert sum(cell("inspection_coverage", town.one).peers) == 2


@pytest.mark.parametrize("least", [1, 2])
def test_findings_are_counted_by_grade_over_all_inspections_of_the_period(town, least):
    listing_of(town)
    for body in (town.one, town.other):
        here = [p for p in town.listed if p[0] == body.pk and p[3] and FIRST <= p[3] <= TODAY]
        grades = Counter(grade for p in here for grade in p[4])
        wanted = grades["major"] + (grades["general"] if least == 1 else 0)
        found = cell("finding_density", body, least=least)
        assert (found.cell.numerator, found.cell.denominator) == (wanted, len(here))
        assert found.cell.value == wanted / len(here)
        assert found.spread == (grades["major"], grades["general"])
        assert found.peers == ()


# 32, 33: mended in time, checked by another


def mended(town, found_on, due, *, closed=None, failed=0, by=None, handed=False, escalated=False):
    """A finding entered on a day and walked to where it is."""
    held = town.round(town.one, found_on)
    matter = town.place(held, found_on, ("general",))[0]
    day, ann = found_on, town.ann
    if due is None:
        steps = [("notify", day, ann, None)]
        if escalated or handed:
            steps.append(("report_major", day, ann, None))
        if handed:
            steps.append(("hand_over", day, town.ben, None))
        town.walk(matter, *steps)
        return
    steps = [("notify", day, ann, None), ("answer", day, ann, None), ("mend", day, ann, due)]
    if closed:
        for _ in range(failed):
            steps += [("ask_recheck", closed, ann, None), ("fail", closed, town.ben, None)]
        steps += [("ask_recheck", closed, ann, None), ("pass", closed, by or town.ben, None)]
    town.walk(matter, *steps)


def findings_of(town):
    for n in range(6):
        mended(town, ago(60), ago(30), closed=ago(30 + n), failed=n % 4)  # in time, on the last day too
    mended(town, ago(60), ago(30), closed=ago(29))  # a day late
    mended(town, ago(60), ago(20), closed=ago(40), by=town.ann)  # seen by whoever worked on it
    mended(town, ago(60), TODAY, closed=None)  # due today: not over yet
    for _ in range(2):
        mended(town, ago(10), TODAY + timedelta(days=9), closed=ago(2))  # done before it fell due
    mended(town, ago(60), ago(1))  # overdue by a day
    mended(town, ago(80), ago(30))
    mended(town, ago(90), ago(31))
    mended(town, ago(300), ago(180))  # older than the period, still open
    mended(town, ago(400), ago(181))
    mended(town, ago(400), ago(300), closed=ago(310))  # long over
    mended(town, ago(50), None)  # no day was set: due after thirty
    mended(town, ago(29), None)
    mended(town, ago(70), None, escalated=True)  # handed on, nobody has taken it up
    mended(town, ago(70), None, handed=True)
    snapshots.write(NOW)


def test_findings_past_their_day_stay_in_the_rate_until_they_are_seen_mended(town):
    findings_of(town)
    found = cell("rectification_closure_rate", town.one)
    assert (found.cell.numerator, found.cell.denominator) == (7, 15)
    assert found.spread == (3, 2, 1, 1)  # one day, 20 and 30 days; 31 and 40; 180; 181
    later = counted("rectification_closure_rate", town.one, days=60)
    assert later == (7, 14)


def test_a_day_set_later_does_not_replace_the_first(town):
    findings_of(town)
    late = town.place(town.round(town.one, ago(60)), ago(60), ("general",))[0]
    steps = (("notify", None), ("answer", None), ("mend", ago(40)), ("report_major", None), ("mend", ago(5)))
    town.walk(late, *((code, ago(55), town.ann, due) for code, due in steps))
    town.walk(late, ("ask_recheck", ago(10), town.ann, None), ("pass", ago(9), town.ben, None))
    snapshots.write(NOW)
    assert counted("rectification_closure_rate", town.one) == (7, 16)


def test_only_checks_by_somebody_who_did_not_work_on_it_count(town):
    findings_of(town)
    found = cell("recheck_rate", town.one)
    assert (found.cell.numerator, found.cell.denominator) == (9, 10)
    assert found.spread == (5, 2, 2, 1)


def test_an_own_problem_is_struck_off_after_one_check_and_a_second_look(town):
    findings_of(town)
    matter = town.matter("rectification", town.one, moment(ago(80)))
    steps = ("plan", "start", "hand_in", "fail", "hand_in", "pass", "close")
    by = {"fail": town.ben, "pass": town.ben, "close": town.ben}
    town.walk(matter, *((code, ago(70 - n), by.get(code, town.ann), None) for n, code in enumerate(steps)))
    again = town.matter("rectification", town.one, moment(ago(80)))
    steps = ("plan", "start", "hand_in", "pass", "relapse")
    town.walk(again, *((code, ago(70 - n), by.get(code, town.ann), None) for n, code in enumerate(steps)))
    snapshots.write(NOW)
    found = cell("recheck_rate", town.one)
    assert (found.cell.numerator, found.cell.denominator) == (10, 11)
    assert found.spread == (5, 3, 2, 1)


def test_figures_without_rows_are_undefined_and_of_few_rows_hidden(town):
    held = town.round(town.one, ago(40))
    for _ in range(9):
        town.place(held, ago(30), ("general",))
    snapshots.write(NOW)
    for indicator in NEW:
        empty = cell(indicator, town.other).cell
        assert (empty.value, empty.numerator) in ((None, 0), (None, None)), indicator
    few = cell("finding_density", town.one)
    assert (few.cell.shown, few.cell.value, few.cell.numerator, few.spread) == (False, None, None, ())
    assert cell("inspection_coverage", town.one).cell.shown is False


def test_nobody_and_no_employer_is_in_the_frames(town):
    listing_of(town)
    town.seat(town.one)
    held = snapshots.write(NOW)
    names = ("representative_seats", "representative_meetings", "representative_proposals", "inspection_places")
    for name in (*names, "findings", "finding_days", "closures", "theme_matters"):
        columns = set(pq.read_schema(held.folder / f"{name}.parquet").names)
        assert not columns & {"organisation", "person", "account", "first", "second", "name", "title", "note", "words"}
