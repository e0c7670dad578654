import copy
import random

import pytest
from django.utils import translation

from lianxin.matters import course
from lianxin.matters.kinds import Amount, KindFaulty, faults, read_kind
from lianxin.matters.shipped import contents, shipped
from lianxin.matters.templatetags.matters import how_long
from lianxin.matters.words import NEEDED

CODES = sorted(contents())


def changed(code: str, change) -> dict:
    content = copy.deepcopy(contents()[code])
    change(content)
    return content


@pytest.mark.parametrize("code", CODES)
def test_every_kind_passes_the_model_check_and_speaks_both_languages(code):
    kind = shipped()[code]
    assert faults(kind) == []
    parts = [kind, *kind.states, *kind.steps, *kind.clocks]
    assert all(part.zh and part.en for part in parts)
    amounts = [amount for clock in kind.clocks for amount in clock.amounts]
    assert all(amount.source for amount in amounts)
    english = [amount.source_en for amount in amounts] + [duty[3] for duty in kind.prompts]
    assert not [words for words in english if not words or not words.isascii()]
    assert not [clock.en for clock in kind.clocks if clock.en.startswith("To ")]


def test_a_source_without_english_is_read_in_chinese():
    kind = read_kind(changed("petition_link", lambda content: content["prompts"][0].pop("source_en")))
    assert kind.prompts[0][2] == kind.prompts[0][3] == "信访工作条例（2022）"


@pytest.mark.parametrize(
    ("number", "unit", "chinese", "english"),
    [
        (1, "working_days", "1 个工作日", "1 working day"),
        (15, "days", "15 天", "15 days"),
        (24, "hours", "24 小时", "24 hours"),
    ],
)
def test_how_long_a_limit_is_reads_in_both_languages(number, unit, chinese, english):
    amount = Amount(number, unit, "惯例", is_statutory=False)
    assert how_long(amount) == chinese
    with translation.override("en"):
        assert how_long(amount) == english


@pytest.mark.parametrize("code", CODES)
def test_a_walk_by_any_role_never_gets_stuck(code):
    kind, rng = shipped()[code], random.Random(7)
    everyone = {role for step in kind.steps for role in step.by}
    everything = {need for step in kind.steps for need in step.needs}
    ends_seen = set()
    for _ in range(300):
        position = course.beginning(kind)
        for _ in range(40):
            if kind.state(position.state).is_end:
                ends_seen.add(position.state)
                break
            ahead = course.open_steps(kind, position, everyone)
            assert ahead, (code, position)
            position = course.take(kind, position, rng.choice(ahead).code, roles=everyone, given=everything)
    assert ends_seen == {state.code for state in kind.states if state.is_end}


def drop_steps(*codes):
    def change(content):
        content["steps"] = [s for s in content["steps"] if s["code"] not in codes]

    return change


def once_only(code):
    def change(content):
        next(s for s in content["steps"] if s["code"] == code)["at_most"] = 1

    return change


def rename_target(content):
    content["steps"][0]["to"] = "nowhere"


def forget_the_stop(content):
    content["clocks"][0]["stops"] = []


def pause_while_we_work(content):
    content["clocks"][0]["pauses"] = ["mending"]


def a_state_of_its_own(content):
    content["states"].append({"code": "limbo", "zh": "x", "en": "x"})


def no_time(content):
    content["clocks"][0]["amounts"][0]["number"] = 0


def only_local(content):
    content["clocks"][0]["amounts"][0]["jurisdiction"] = "11"


def word_of_its_own(content):
    content["steps"][0]["by"] = ["anybody"]


def only_an_administrator(content):
    content["steps"][0]["by"] = ["steward"]


def only_a_clock_that_is_not_there(content):
    content["steps"][0]["by"] = ["clock"]


def to_nowhere(content):
    content["steps"][0]["to"] = ""


def extended_how_often(content):
    content["clocks"][0]["extends_by"], content["clocks"][0]["extends_times"] = 5, 0


def twice(content):
    content["states"].append(content["states"][0])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (drop_steps("pass", "fail"), "to_check"),
        (drop_steps("hand_in"), "mending"),
        (once_only("close"), "end"),
        (rename_target, "nowhere"),
        (forget_the_stop, "mend"),
        (pause_while_we_work, "mend"),
        (a_state_of_its_own, "limbo"),
        (no_time, "mend"),
        (only_local, "mend"),
        (word_of_its_own, "anybody"),
        (only_an_administrator, "plan"),
        (only_a_clock_that_is_not_there, "plan"),
        (to_nowhere, "plan"),
        (extended_how_often, "mend"),
        (twice, "submitted"),
    ],
)
def test_what_would_leave_a_matter_stuck_is_refused_with_its_place(change, word):
    with pytest.raises(KindFaulty) as refusal:
        read_kind(changed("rectification", change))
    assert word in refusal.value.sentence or word == "end"


@pytest.mark.parametrize("code", sorted({*shipped()} - {"finding", "inspection", "rectification", "referral"}))
def test_what_has_just_come_in_is_owed_something_by_a_day(code):
    kind = shipped()[code]
    assert [clock for clock in kind.clocks if kind.start in clock.starts]


def test_malformed_data_is_refused_and_not_a_crash():
    for bad in ({}, {"code": "x"}, {**contents()["request"], "states": 3}, {**contents()["request"], "steps": [{}]}):
        with pytest.raises(KindFaulty):
            read_kind(bad)


def test_a_path_the_kind_does_not_know_is_refused_and_says_where_it_stands():
    kind = shipped()["request"]
    with pytest.raises(course.UnknownPath) as refusal:
        course.take(kind, course.beginning(kind), "confirm", roles={"requester"}, given=())
    assert "已收到" in refusal.value.sentence


def test_who_fixed_it_does_not_check_it():
    kind = shipped()["finding"]
    position = course.Position("to_recheck")
    with pytest.raises(course.NotYours):
        course.take(kind, position, "pass", roles={"handler"}, given={"evidence"})
    assert course.take(kind, position, "pass", roles={"verifier"}, given={"evidence"}).state == "closed"


def test_not_solved_reopens_once_by_itself():
    kind = shipped()["request"]
    position = course.take(kind, course.Position("closed"), "reopen", roles={"requester"}, given=())
    assert position.state == "in_progress"
    again = course.Position("closed", position.taken)
    with pytest.raises(course.UsedUp):
        course.take(kind, again, "reopen", roles={"requester"}, given=())
    assert course.open_steps(kind, again, {"requester"}) == []
    assert course.take(kind, again, "reopen_by_lead", roles={"lead"}, given={"reason"}).state == "in_progress"


def test_not_accepting_needs_the_rule_and_the_right_door():
    kind = shipped()["request"]
    with pytest.raises(course.SomethingMissing) as refusal:
        course.take(kind, course.beginning(kind), "refuse", roles={"first_receiver"}, given={"rule"})
    assert str(NEEDED["right_door"]) in refusal.value.sentence
