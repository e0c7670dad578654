"""Indicators of matters, counted from raw rows a second way."""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import make
from conftest import NOW, TODAY
from lianxin.figures import snapshots
from lianxin.figures.catalogue import version_on
from lianxin.figures.queries import cells
from lianxin.figures.tables import reader, scheme_code
from lianxin.figures.words import vocabulary
from lianxin.matters.models import Matter
from lianxin.matters.promises import CLOSED, NOT_ACCEPTED, OPEN, WITHDRAWN, outcome_of
from matters.figured import histories

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
MONTHS = 12
SINCE = datetime(2025, 3, 5, tzinfo=ZONE)
LIVE = {OPEN, CLOSED, NOT_ACCEPTED}


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
        self.matter, self.kind = matter, matter.code
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
        if within(due) and r.outcome in LIVE:
            found["response_rate"].append((r, contact is not None and contact <= due))
        owed = [x for x in r.runs if x.is_closing and within(x.due_at)]
        if owed and r.outcome in LIVE:
            found["on_time_rate"].append((r, kept(owed)))
        if r.closings():
            back = any(after and after <= at + timedelta(days=30) for at, after in r.closings())
            found["reopen_rate"].append((r, back))
        if within(r.matter.arrived_at):
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
