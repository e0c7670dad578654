"""Indicators of matters, counted from raw rows a second way."""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.figures import bodies as body_figures
from lianxin.figures import snapshots, tables
from lianxin.figures.bodies import body_cells
from lianxin.figures.catalogue import version_on
from lianxin.figures.queries import cells
from lianxin.figures.tables import reader, scheme_code
from lianxin.figures.words import vocabulary
from lianxin.kit.actor import SYSTEM
from lianxin.matters.facts import yuan_of
from lianxin.matters.models import Matter
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.operations.runs import rebuild
from lianxin.matters.operations.steps import With, take_step
from lianxin.matters.promises import CLOSED, MERGED, NOT_ACCEPTED, OPEN, WITHDRAWN, outcome_of
from lianxin_methods.survival.curves import aalen_johansen, kaplan_meier
from matters.figured import histories

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
MONTHS = 12
SINCE = datetime(2025, 3, 5, tzinfo=ZONE)
LIVE = {OPEN, CLOSED, NOT_ACCEPTED}


@pytest.fixture(autouse=True)
def _own_snapshots(settings, tmp_path):
    settings.SNAPSHOTS = tmp_path / "snapshots"
    tables.forget()
    body_figures.forget()


@pytest.fixture
def land():
    district = make.area("样例区", code="440304")
    street = make.area("样例街道", parent=district)
    bodies = [(make.body(f"样例总工会{i}", area=a), make.account()) for i, a in enumerate((street, street, district))]
    made = histories(400, bodies, street)
    snapshots.write(NOW)
    return {"district": district, "street": street, "bodies": [b for b, _ in bodies], "matters": made}


def within(at):
    return at is not None and SINCE <= at <= NOW


class Row:
    """What the raw rows of one matter say, read the slow way."""

    def __init__(self, matter):
        self.matter, self.kind, self.body = matter, matter.code, matter.body_id or matter.first_body_id
        self.is_sent_in = matter.code not in ("inspection", "finding", "rectification", "review_task", "referral")
        self.knows_contact = matter.code in ("request", "question", "complaint", "counselling", "protection_case")
        story = list(matter.events.filter(act__in=("opened", "step"), at__lte=NOW).order_by("seq"))
        kind = matter.kind.kind
        self.entered = [(e.at, e.state, outcome_of(kind, e.state)) for e in story]
        self.state, self.outcome = self.entered[-1][1:]
        given = [d.at for d in matter.dispatches.all()] + [h.since for h in matter.handlers.all()]
        self.assigned = min(given, default=None)
        self.runs = list(matter.clock_runs.all())
        self.calls = [c for c in matter.call_backs.order_by("at", "pk") if within(c.at)]

    def first(self, *states):
        return next((at for at, state, _ in self.entered if state in states), None)

    def runs_of(self, *codes):
        return [r for r in self.runs if r.clock in codes]

    def closings(self):
        pairs = zip(self.entered, [*self.entered[1:], (None, "", "")], strict=True)
        return [(one[0], after[0]) for one, after in pairs if one[2] == CLOSED and within(one[0])]


def kept(runs):
    return all(r.met_at is not None and r.met_at <= r.due_at for r in runs)


def rows():
    return [Row(m) for m in Matter.objects.select_related("kind").prefetch_related("dispatches", "handlers")]


def second_way(rows):
    """Indicator -> the rows in its denominator, each with whether it is in the numerator."""
    found = defaultdict(list)
    for r in rows:
        due = r.assigned and r.assigned + timedelta(hours=24)
        contact = r.matter.contacted_at
        disputes = r.kind in ("labour_dispute", "collective_dispute")
        if within(due) and r.outcome in LIVE and r.knows_contact:
            found["response_rate"].append((r, contact is not None and contact <= due))
        owed = [x for x in r.runs if x.is_closing and within(x.due_at)]
        if owed and r.outcome in LIVE and r.is_sent_in:
            found["on_time_rate"].append((r, kept(owed)))
        if within(r.matter.arrived_at):
            if r.is_sent_in:
                found["not_accepted_share"].append((r, r.outcome == NOT_ACCEPTED))
            if r.kind == "question" and r.outcome in LIVE:
                answer = r.matter.answered_at
                found["first_call_resolution"].append(
                    (r, answer is not None and (contact is None or contact >= answer))
                )
        over = r.first("agreed", "partly_agreed", "told_other_ways")
        if within(over) and disputes:
            found["dispute_success_rate"].append((r, r.first("told_other_ways") != over))
        mediate = r.runs_of("mediate")
        is_due = any(within(x.met_at) or (x.met_at is None and x.due_at and x.due_at <= NOW) for x in mediate)
        if is_due and disputes and r.outcome in LIVE:
            found["mediation_time_ok"].append((r, kept(mediate)))
        answers = [x for x in r.runs_of("answer") if within(x.due_at)]
        if answers and r.kind == "proposal" and r.outcome in LIVE:
            found["proposal_answer_rate"].append((r, kept(answers)))
        handed = r.runs_of("take", "outcome")
        if r.kind == "referral" and within(r.first("sent")) and r.outcome != WITHDRAWN:
            late = any(x.due_at and x.due_at <= NOW for x in handed)
            if r.outcome != OPEN or late:
                found["referral_completion"].append((r, r.state == "closed" and kept(handed)))
        said = [c for c in r.calls if c.is_reached and c.solved]
        found["resolution_rate"] += [(r, c.solved == "yes") for c in said[-1:]]
        rated = [c for c in r.calls if c.is_reached and c.rating]
        found["satisfaction_rate"] += [(r, c.rating >= 4) for c in rated[-1:]]
        found["call_back_contact_rate"] += [(r, c.is_reached) for c in r.calls if c.by_label != "requester"]
        found["misroute_rate"] += [
            (d, d.decided_at is not None and d.is_kept is False) for d in r.matter.dispatches.all() if within(d.at)
        ]
    closed = [r for r in rows if r.closings() and r.is_sent_in]
    found["reopen_rate"] = [
        (r, any(after and after <= at + timedelta(days=30) for at, after in r.closings())) for r in closed
    ]
    return found


def counted(indicator, area):
    """Numerator and denominator of an area before anything is hidden."""
    held, definition = snapshots.latest(), version_on(indicator, TODAY).definition
    found = reader(held).counts(
        definition, vocabulary(definition), day=TODAY, scheme=scheme_code(), params={"months": MONTHS}
    )
    at = found.tree.position(area.pk)
    return int(found.total["numerator"][at, 0]), int(found.total["denominator"][at, 0])


def test_every_rate_is_what_the_raw_rows_give_when_counted_a_second_way(land):
    wanted = second_way(rows())
    assert len(wanted) == 13
    for indicator, seen in wanted.items():
        assert counted(indicator, land["district"]) == (sum(hit for _, hit in seen), len(seen)), indicator
        assert len(seen) >= 10, f"{indicator}: too few rows to say anything"


def test_a_rate_is_shown_with_its_numbers_and_one_about_few_disputes_is_not(land):
    wanted = second_way(rows())
    params = {"months": MONTHS}
    top = [land["district"].pk]
    on_time = cells("on_time_rate", areas=top, on=TODAY, scope_params=params, actor_scope=None)[0]
    assert on_time.value == pytest.approx(sum(hit for _, hit in wanted["on_time_rate"]) / on_time.denominator)
    settled = cells("dispute_success_rate", areas=top, on=TODAY, scope_params=params, actor_scope=None)[0]
    assert 0 < sum(hit for _, hit in wanted["dispute_success_rate"]) < 10
    assert (settled.shown, settled.value, settled.denominator) == (False, None, None)


def of_body(indicator, body, **params):
    found = body_cells(
        indicator, bodies=[body.pk], on=TODAY, scope_params={"months": MONTHS, **params}, actor_scope=None
    )
    return found[0]


def test_every_body_has_the_rates_of_its_own_matters_and_none_of_fewer_than_ten(land):
    shown = 0
    for indicator, seen in second_way(rows()).items():
        for body in land["bodies"]:
            mine = [hit for r, hit in seen if (r.body_id if indicator == "misroute_rate" else r.body) == body.pk]
            cell = of_body(indicator, body).cell
            if cell.shown:
                assert (cell.numerator, cell.denominator) == (sum(mine), len(mine)), (indicator, body.pk)
                assert len(mine) >= 10 or not mine
                shown += 1
            else:
                assert (cell.numerator, cell.value) == (None, None)
    assert shown > 15


def test_the_wait_of_a_body_is_the_quantile_of_its_own_matters_and_read_off_at_fixed_times(land):
    body, days, event = land["bodies"][0], [], []
    for r in rows():
        if r.is_sent_in and r.body == body.pk and within(r.matter.arrived_at) and r.outcome != MERGED:
            end = NOW if r.outcome == OPEN else r.entered[-1][0]
            days.append((end.astimezone(ZONE).date() - r.matter.arrived_at.astimezone(ZONE).date()).days)
            event.append({OPEN: 0, CLOSED: 1}.get(r.outcome, 2))
    found = of_body("closing_time", body, share=50)
    ways = aalen_johansen(days, event, ways=2)
    assert found.cell.denominator == len(days)
    assert found.cell.value == ways.reached(0.5, 1).value
    assert [t.share for t in found.through] == pytest.approx([ways.at(t, 1).value for t in (1, 3, 7, 15, 30, 60)])
    assert sum(t.share + t.elsewhere for t in found.through) < 12


def test_time_to_first_contact_takes_open_matters_for_open(land):
    hours, event = [], []
    for r in rows():
        if r.knows_contact and within(r.assigned) and r.outcome != MERGED:
            contact = r.matter.contacted_at
            end = max(contact, r.assigned) if contact else NOW if r.outcome == OPEN else r.entered[-1][0]
            hours.append(int((end - r.assigned).total_seconds() // 60) / 60)
            event.append(int(contact is not None))
    found = cells(
        "first_contact_time", areas=[land["district"].pk], on=TODAY, scope_params={"months": 12}, actor_scope=None
    )
    median = kaplan_meier(hours, event).median()
    assert (found[0].value, found[0].low, found[0].high) == pytest.approx((median.value, median.lower, median.upper))
    assert found[0].rest == event.count(0) > 0


def test_levels_of_ratings_add_up_to_the_ratings(land):
    for body in land["bodies"]:
        found = of_body("satisfaction_rate", body)
        if found.cell.shown:
            assert sum(found.spread) == found.cell.denominator
            assert sum(found.spread[:2]) == found.cell.numerator


def test_runs_of_clocks_kept_step_by_step_are_those_worked_out_anew(land):
    body, at = land["bodies"][0], NOW - timedelta(days=40)
    made = open_matter(given=Given(words="样例诉求", area=land["street"]), actor=SYSTEM, at=at).matter
    officer = AccountActor(make.account(("subdistrict_officer", land["street"])))
    steps = (("accept", With()), ("assign", With(owner=body)), ("contact", With()), ("answer", With(note="样例答复")))
    for hours, (code, given) in enumerate(steps, 1):
        take_step(matter=made, code=code, actor=officer, at=at + timedelta(hours=30 * hours), given=given)
    kept = set(made.clock_runs.values_list("clock", "is_closing", "started_at", "due_at", "met_at"))
    assert {run[0] for run in kept} >= {"objection", "contact", "handle", "reply"}
    made.clock_runs.all().delete()
    rebuild([Matter.objects.select_related("kind").get(pk=made.pk)])
    assert set(made.clock_runs.values_list("clock", "is_closing", "started_at", "due_at", "met_at")) == kept


def test_no_word_of_a_matter_is_in_a_snapshot(land):
    secret = "云杉路某厂拖欠工资的秘密"
    opened = open_matter(given=Given(words=secret, area=land["street"], level="C3"), actor=SYSTEM, at=NOW)
    held = snapshots.write(NOW)
    for file in held.folder.glob("matter*.parquet"):
        columns = pq.read_schema(file).names
        assert not {"title", "text", "note", "level", "number", "code_name", "organisation", "accused"} & set(columns)
        assert secret.encode() not in file.read_bytes()
        said = {str(value) for column in pq.read_table(file).to_pylist() for value in column.values()}
        assert not [word for word in said if "秘密" in word or opened.matter.code_name in word]


def test_an_amount_is_a_number_or_nothing():
    assert [yuan_of(text) for text in ("12,500.50", "800 元", "", "张三 500", "5e9", "-3")] == [
        12500,
        800,
        None,
        None,
        None,
        None,
    ]
