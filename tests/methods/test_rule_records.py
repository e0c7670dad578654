"""One record against a rule: three-valued truth, the reasons in two languages, what to ask, the nearest change."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from tools import rule_cases as cases

from lianxin_methods.rules.faults import BadRecord, RuleFault
from lianxin_methods.rules.nodes import AllOf, Compare, Const, Holds, Not, names_in, params_in
from lianxin_methods.rules.params import ParamValue, params_on, resolve
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.record import decide, explain
from lianxin_methods.rules.sql import to_sql
from lianxin_methods.rules.text import canonical, sentence
from lianxin_methods.rules.vocabulary import Name, Vocabulary

V, DAY = cases.VOCABULARY, cases.DAY


def outcome(text, **record):
    return decide(parse(text, V), record, V, DAY)


def test_unknown_means_ask_and_never_refuse():
    assert outcome("income < 3000.0") == "ask"
    assert outcome("income < 3000.0", income=2500.0) == "yes"
    assert outcome("income < 3000.0", income=3500.0) == "no"


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, "yes", "yes"),
        (True, False, "no", "yes"),
        (True, None, "ask", "yes"),
        (False, False, "no", "no"),
        (False, None, "no", "ask"),
        (None, None, "ask", "ask"),
    ],
)
def test_and_and_or_follow_kleenes_tables_in_either_order(left, right, both, either):
    for a, b in ((left, right), (right, left)):
        assert outcome("is_member and single", is_member=a, single=b) == both
        assert outcome("is_member or single", is_member=a, single=b) == either


def test_not_keeps_what_is_unknown():
    assert [outcome("not is_member", is_member=v) for v in (True, False, None)] == ["no", "yes", "ask"]
    assert outcome('not (last_helped >= date("2026-03-01"))') == "ask"


def test_being_missing_is_always_known():
    assert outcome("income is None") == "yes"
    assert outcome("income is not None") == "no"
    assert outcome("street is None", street="") == "yes"
    assert outcome("note is None", note="") == "no"


def test_a_chain_of_comparisons_holds_in_every_link():
    assert [outcome("1 <= children < 3", children=n) for n in (0, 1, 2, 3)] == ["no", "yes", "yes", "no"]


def test_an_age_counts_completed_years_on_the_day():
    born = {"born_on": date(2008, 3, 4)}
    rule = parse("age >= 18", V)
    assert decide(rule, born, V, date(2026, 3, 3)) == "no"
    assert decide(rule, born, V, date(2026, 3, 4)) == "yes"
    leap = {"born_on": date(2008, 2, 29)}
    assert [decide(rule, leap, V, date(2026, *d)) for d in ((2, 28), (3, 1))] == ["no", "yes"]


def test_months_and_days_count_completed_ones():
    helped = {"last_helped": date(2025, 12, 31)}
    assert decide(parse("months_known == 2", V), helped, V, date(2026, 3, 30)) == "yes"
    assert decide(parse("months_known == 3", V), helped, V, date(2026, 3, 31)) == "yes"
    assert decide(parse("days_known == 1", V), helped, V, date(2026, 1, 1)) == "yes"


def test_only_what_could_still_change_the_answer_is_asked_for_and_by_its_stored_name():
    rule = parse("age >= 18 and (is_member or income < 3000.0) and street == 'a'", V)
    found = explain(rule, {"is_member": True, "street": "a"}, V, DAY)
    assert (found.outcome, found.ask) == ("ask", ("born_on",))
    assert explain(rule, {"street": "b"}, V, DAY).ask == ()


def test_the_clause_that_decided_is_named():
    rule = parse("is_member and children >= 2 and single", V)
    found = explain(rule, {"is_member": True, "children": 1}, V, DAY)
    assert found.outcome == "no"
    assert found.decided_by == (Compare("children", "ge", Const(2)),)
    assert [c.decided for c in found.clauses] == [True, False, True, False]


def test_an_explanation_speaks_chinese_and_english_clause_by_clause():
    found = explain(parse("age >= 18 and work_form == 'rider'", V), {"born_on": date(2000, 1, 1)}, V, DAY)
    assert [(c.depth, c.zh, c.has_zh, c.outcome) for c in found.clauses] == [
        (0, "同时满足", "", "ask"),
        (1, "年龄不少于 18 岁", "26 岁", "yes"),
        (1, "工作形式是「骑手」", "不清楚", "ask"),
    ]
    assert [c.text("en") for c in found.clauses][1:] == ["age is at least 18 years", "form of work is “rider”"]
    assert found.clauses[1].has("en") == "26 years"


def test_the_nearest_change_turns_the_no_into_a_yes():
    rule = parse("is_member and 2 <= children < 5", V)
    change = explain(rule, {"is_member": True, "children": 7}, V, DAY).change
    assert (change.name, change.value) == ("children", 4)
    assert "子女数" in change.zh
    assert decide(rule, {"is_member": True, change.name: change.value}, V, DAY) == "yes"
    assert explain(rule, {"is_member": False, "children": 7}, V, DAY).change is None


@pytest.mark.parametrize(
    "record",
    [
        {"children": True},
        {"children": "2"},
        {"children": 2.5},
        {"children": 2**63},
        {"is_member": 2},
        {"is_member": "yes"},
    ]
    + [{"income": "3"}, {"income": True}, {"street": 3}, {"work_form": 1}]
    + [{"last_helped": "2026-3-1"}, {"last_helped": datetime(2026, 3, 1)}, {"last_helped": 20260301}],
)
def test_a_value_of_another_type_is_an_error_and_not_an_answer(record):
    name = next(iter(record))
    with pytest.raises(BadRecord):
        decide(parse(f"{name} is None", V), record, V, DAY)


def test_values_as_databases_hand_them_over_are_read():
    assert outcome("is_member", is_member=1) == "yes"
    assert outcome("children == 2", children=2.0) == "yes"
    assert outcome("income == 0.5", income=Decimal("0.5")) == "yes"
    assert outcome("income is None", income=float("nan")) == "yes"
    assert outcome('last_helped == date("2026-03-01")', last_helped="2026-03-01") == "yes"


def test_equality_with_true_and_false_is_the_name_and_its_negation():
    assert parse("is_member == True", V) == parse("is_member != False", V) == Holds("is_member")
    assert parse("is_member == False", V) == Not(Holds("is_member"))


def test_a_value_on_the_left_turns_the_comparison_round():
    assert parse("18 <= children", V) == parse("children >= 18", V)
    assert parse("date('2026-03-01') > last_helped", V) == parse("last_helped < date('2026-03-01')", V)


def test_parameters_are_looked_up_for_a_day_and_named_in_the_explanation():
    old = ParamValue("union.headcount", 100, date(2010, 1, 1), date(2022, 1, 1))
    new = ParamValue("union.headcount", 25, date(2022, 1, 1))
    rule = parse('children >= param("union.headcount")', V, params={"union.headcount"})
    assert params_in(rule) == ("union.headcount",)
    assert [params_on([old, new], date(y, 1, 1))["union.headcount"].value for y in (2021, 2022)] == [100, 25]
    looked_up = resolve(rule, V, params_on([old, new], DAY))
    assert canonical(looked_up) == 'children >= param("union.headcount")'
    assert sentence(looked_up, V, "zh") == "子女数不少于 25（参数 union.headcount）"
    assert decide(looked_up, {"children": 30}, V, DAY) == "yes"


def test_a_parameter_without_a_value_or_of_the_wrong_type_is_refused():
    rule = parse('children >= param("x")', V)
    with pytest.raises(RuleFault, match="no value"):
        resolve(rule, V, {})
    with pytest.raises(RuleFault, match="whole number"):
        resolve(rule, V, {"x": ParamValue("x", "25", date(2020, 1, 1))})
    with pytest.raises(ValueError, match="two values"):
        params_on([ParamValue("x", 1, date(2020, 1, 1)), ParamValue("x", 2, date(2021, 1, 1))], DAY)


def test_a_rule_whose_parameters_were_not_looked_up_runs_nowhere():
    rule = parse('children >= param("x")', V)
    with pytest.raises(ValueError, match="not looked up"):
        decide(rule, {"children": 3}, V, DAY)
    with pytest.raises(ValueError, match="not looked up"):
        to_sql(rule, V, day=DAY, dialect="duckdb")


def test_names_are_listed_once_in_order():
    assert names_in(parse("single and (children >= 1 or not single)", V)) == ("single", "children")


def test_a_sentence_reads_without_needless_brackets():
    rule = parse("is_member and 1 <= children < 3 or street in ('a', 'b') or note is None", V)
    assert isinstance(rule.parts[0], AllOf)
    zh = "（是会员，并且子女数不少于 1，并且子女数少于 3），或者街道是「a」、「b」之一，或者备注不清楚"
    assert sentence(rule, V, "zh") == zh
    en = "(is a member and number of children is at least 1 and number of children is less than 3)"
    assert sentence(rule, V, "en") == f"{en} or street is one of “a”, “b” or note is unknown"


@pytest.mark.parametrize("code", ["and", "class", "date", "param", "Age", "1a", "a b", "", "true", "a" * 61])
def test_a_vocabulary_refuses_a_name_that_no_rule_could_say(code):
    with pytest.raises(ValueError, match="cannot be a name"):
        Vocabulary("x", "x", "x", (Name(code, "int", "x", "x"),))


def test_a_vocabulary_refuses_a_name_twice_and_an_enum_without_values():
    name = Name("a", "int", "x", "x")
    with pytest.raises(ValueError, match="twice"):
        Vocabulary("x", "x", "x", (name, name))
    with pytest.raises(ValueError, match="needs options"):
        Vocabulary("x", "x", "x", (Name("a", "enum", "x", "x"),))
