import os
import random
from datetime import datetime, timedelta

import pytest

from lianxin.matters.clocks import Entered, Extended, Reckoning
from lianxin.matters.kinds import read_kind
from lianxin.matters.shipped import contents
from lianxin.places.calendar import WorkingDays
from matters.walks import TABLE, ZONE, events, expected, in_hours, walk

WALKS = int(os.environ.get("CLOCK_WALKS", "1000"))
CALENDAR = WorkingDays.of(TABLE)
KINDS = contents()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def standing(kind: str, clock: str, *story: tuple[str, str], now: str):
    told = [Entered(state, at(moment)) for state, moment in story]
    reckoning = Reckoning(CALENDAR, ZONE, "4403")
    return next(s for s in reckoning.standings(read_kind(KINDS[kind]), told, at(now)) if s.clock.code == clock)


def test_random_walks_keep_every_clock_right_against_another_road():
    walked = KINDS | {f"{code} in hours": in_hours(content) for code, content in KINDS.items()}
    rng, kinds, seen = random.Random(20261122), {c: read_kind(x) for c, x in walked.items()}, 0
    for _ in range(WALKS):
        code, area = rng.choice(sorted(walked)), rng.choice(["440304", "330100"])
        story = walk(walked[code], rng)
        found = Reckoning(CALENDAR, ZONE, area).standings(kinds[code], events(story), story[-1][2])
        ours = {s.clock.code: (s.started_at, s.met_at, s.due_at) for s in found}
        assert ours == expected(walked[code], story, area), (code, story)
        seen += len(ours)
    assert seen > WALKS


def test_five_working_days_run_around_a_holiday_and_a_made_up_saturday():
    # assigned on Wednesday 30 September; 1 to 7 October are free, Saturday the 10th is worked
    found = standing("request", "objection", ("assigned", "2026-09-30T10:00"), now="2026-09-30T11:00")
    assert found.due_at == at("2026-10-14T00:00")
    assert found.left_days == 5


def test_the_last_day_of_a_statutory_clock_moves_off_a_holiday_and_a_customary_one_does_not():
    mediation = standing("labour_dispute", "mediate", ("submitted", "2026-09-19T09:00"), now="2026-09-19T09:00")
    assert mediation.due_at == at("2026-10-09T00:00")
    handling = standing("request", "handle", ("accepted", "2026-09-26T09:00"), now="2026-09-26T09:00")
    assert handling.due_at == at("2026-10-04T00:00")


def test_time_stands_still_while_the_person_is_waited_for():
    waiting = (
        ("accepted", "2026-03-02T09:00"),
        ("assigned", "2026-03-02T10:00"),
        ("contacted", "2026-03-03T10:00"),
        ("waiting_requester", "2026-03-04T15:00"),
    )
    paused = standing("request", "handle", *waiting, now="2026-03-20T09:00")
    assert (paused.is_paused, paused.due_at, paused.left_days) == (True, None, 5)
    resumed = standing("request", "handle", *waiting, ("in_progress", "2026-03-20T16:00"), now="2026-03-20T17:00")
    assert resumed.due_at == at("2026-03-26T00:00")
    assert resumed.left_days == 5


def test_waiting_after_the_time_was_up_does_not_mend_it():
    story = (
        ("accepted", "2026-03-02T09:00"),
        ("contacted", "2026-03-03T10:00"),
        ("waiting_third_party", "2026-03-20T09:00"),
    )
    late = standing("request", "handle", *story, now="2026-03-21T09:00")
    assert late.due_at == at("2026-03-10T00:00")
    assert late.is_overdue(at("2026-03-21T09:00"))


@pytest.mark.parametrize(("times", "day"), [(0, 9), (1, 17), (2, 17)])
def test_a_clock_is_extended_as_often_as_its_kind_allows_and_no_more(times, day):
    told = [Entered("accepted", at("2026-03-02T09:00"))]
    told += [Extended("handle", at("2026-03-03T09:00") + timedelta(hours=n)) for n in range(times)]
    reckoning = Reckoning(CALENDAR, ZONE, "4403")
    (handling,) = reckoning.standings(read_kind(KINDS["request"]), told, at("2026-03-04T09:00"))
    assert handling.due_at == at(f"2026-03-{day + 1:02}T00:00")


def test_a_new_start_begins_a_new_run():
    story = (("assigned", "2026-03-02T09:00"), ("objected", "2026-03-03T09:00"), ("assigned", "2026-03-05T09:00"))
    again = standing("request", "contact", *story, now="2026-03-05T10:00")
    assert (again.started_at, again.due_at) == (at("2026-03-05T09:00"), at("2026-03-06T09:00"))


def test_a_local_rule_takes_the_place_of_the_custom_where_it_holds():
    clock = standing("finding", "answer", ("notified", "2026-09-25T09:00"), now="2026-09-25T10:00").clock
    assert clock.amount_in("330106").is_statutory
    assert not clock.amount_in("440304").is_statutory
