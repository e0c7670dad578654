"""Saving rules, tables and parameters: new dated versions, never rewritten, with a source."""

from datetime import date

import pytest

from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.rules import operations
from lianxin.rules.acts import ACTS
from lianxin.rules.catalogue import NoSuchTarget
from lianxin.rules.lookup import NoRuleInForce, Unreadable, params_on, rule_on, rules_on, table_on
from lianxin.rules.models import RuleVersion
from lianxin.rules.operations import Source
from lianxin.trail.models import Entry
from lianxin_methods.rules.decision_table import decide_table
from lianxin_methods.rules.record import decide

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
LAW = Source("中华人民共和国工会法", "第十一条")


def parameter(code="union.headcount", value=25, valid_from=date(2022, 1, 1), **given):
    made = operations.add_parameter(code=code, title="人数门槛", title_en="Headcount", unit="人", **BY)
    operations.set_parameter(parameter=made, value=value, valid_from=valid_from, source=LAW, **given, **BY)
    return made


def rule(text="headcount >= 25", code="union.own", valid_from=date(2022, 1, 1), in_force=True):
    made = operations.add_rule(code=code, title="应建工会", vocabulary="organisation", severity="must", **BY)
    operations.save_rule(rule=made, text=text, valid_from=valid_from, source=LAW, in_force=in_force, **BY)
    return made


def test_a_rule_holds_from_its_day_and_a_later_version_takes_over():
    made = rule()
    operations.save_rule(
        rule=made, text="headcount >= 100", valid_from=date(2026, 1, 1), source=LAW, in_force=True, **BY
    )
    old, new = rule_on("union.own", date(2025, 12, 31)), rule_on("union.own", TODAY)
    assert (old.number, new.number) == (1, 2)
    given = {"headcount": 30}
    assert decide(old.node, given, old.vocabulary, old.day) == "yes"
    assert decide(new.node, given, new.vocabulary, new.day) == "no"
    assert (new.severity, new.source, new.article) == ("must", LAW.source, LAW.article)
    with pytest.raises(NoRuleInForce):
        rule_on("union.own", date(2021, 12, 31))


def test_a_draft_is_not_in_force_until_somebody_puts_it_there():
    made = rule(in_force=False)
    assert rules_on(["union.own"], TODAY) == {}
    operations.put_in_force(version=made.versions.get(), **BY)
    assert rule_on("union.own", TODAY).number == 1
    with pytest.raises(operations.AlreadyInForce):
        operations.put_in_force(version=made.versions.get(), **BY)


def test_an_ended_rule_holds_no_more_but_its_past_stays():
    made = rule()
    operations.end_rule(rule=made, day=TODAY, **BY)
    assert rule_on("union.own", date(2026, 3, 3)).number == 1
    with pytest.raises(NoRuleInForce):
        rule_on("union.own", TODAY)


def test_a_version_cannot_begin_before_the_one_in_force():
    made = rule(valid_from=date(2024, 1, 1))
    with pytest.raises(operations.NotAfterLast):
        operations.save_rule(rule=made, text="women >= 1", valid_from=date(2023, 1, 1), source=LAW, in_force=True, **BY)
    assert RuleVersion.objects.count() == 1


@pytest.mark.parametrize("text", ["headcount > ", "nobody >= 1", "headcount >= param('none')", "headcount >= 'x'", ""])
def test_a_text_that_cannot_be_used_is_not_saved(text):
    made = operations.add_rule(code="a", title="a", vocabulary="organisation", **BY)
    with pytest.raises(Unreadable) as caught:
        operations.save_rule(rule=made, text=text, valid_from=TODAY, source=LAW, **BY)
    assert caught.value.sentence == caught.value.fault.zh
    assert not made.versions.exists()


def test_what_is_in_force_needs_a_source():
    made = operations.add_rule(code="a", title="a", vocabulary="organisation", **BY)
    with pytest.raises(operations.SourceMissing):
        operations.save_rule(rule=made, text="women >= 1", valid_from=TODAY, source=Source(), in_force=True, **BY)
    with pytest.raises(operations.SourceMissing):
        operations.set_parameter(
            parameter=operations.add_parameter(code="p", title="p", title_en="p", **BY),
            value=1,
            valid_from=TODAY,
            source=Source(),
            **BY,
        )


def test_the_nearest_jurisdiction_wins_and_others_do_not_count(settings):
    made = parameter()
    for where, value in (("4403", 100), ("31", 10)):
        operations.set_parameter(
            parameter=made, value=value, valid_from=date(2023, 1, 1), jurisdiction=where, source=LAW, **BY
        )
    assert params_on(TODAY)["union.headcount"].value == 100
    assert params_on(date(2022, 6, 1))["union.headcount"].value == 25
    settings.JURISDICTION = "3101"
    assert params_on(TODAY)["union.headcount"].value == 10


def test_a_rule_reads_its_parameters_on_the_day():
    made = parameter()
    rule("headcount >= param('union.headcount')")
    operations.set_parameter(parameter=made, value=100, valid_from=date(2026, 1, 1), source=LAW, **BY)
    found = [rule_on("union.own", day) for day in (date(2025, 1, 1), TODAY)]
    assert [decide(r.node, {"headcount": 30}, r.vocabulary, r.day) for r in found] == ["yes", "no"]


@pytest.mark.parametrize("value", ["25", 2.5, True, None])
def test_a_parameter_takes_values_of_its_kind_only(value):
    made = operations.add_parameter(code="p", title="p", title_en="p", **BY)
    with pytest.raises(Unreadable):
        operations.set_parameter(parameter=made, value=value, valid_from=TODAY, source=LAW, **BY)


def test_a_parameter_may_be_a_day():
    made = operations.add_parameter(code="p", title="p", title_en="p", kind="date", **BY)
    operations.set_parameter(parameter=made, value=date(2020, 5, 1), valid_from=TODAY, source=LAW, **BY)
    assert params_on(TODAY)["p"].value == date(2020, 5, 1)


@pytest.mark.parametrize("code", ["", "A", "1a", "a b", "a..b", "and-so", "x" * 81, "福田"])
def test_a_code_is_plain(code):
    with pytest.raises(operations.BadCode):
        operations.add_rule(code=code, title="a", vocabulary="organisation", **BY)


def test_a_code_and_a_target_must_fit():
    rule()
    with pytest.raises(operations.CodeTaken):
        operations.add_rule(code="union.own", title="a", vocabulary="organisation", **BY)
    with pytest.raises(NoSuchTarget):
        operations.add_rule(code="b", title="a", vocabulary="weather", **BY)


def test_a_decision_table_is_saved_whole_and_read_on_a_day():
    table = operations.add_table(code="seats", title="委员名额", vocabulary="organisation", **BY)
    rows = [("union_members <= 10", "1"), ("union_members <= 25", "3"), ("", "5")]
    operations.save_table(table=table, rows=rows, valid_from=date(2022, 1, 1), source=LAW, in_force=True, **BY)
    operations.save_table(table=table, rows=rows[:1], valid_from=TODAY, source=LAW, in_force=True, **BY)
    found, words = table_on("seats", date(2025, 1, 1))
    given = [{"union_members": n} for n in (10, 11, 26, None)]
    assert [decide_table(found, r, words, TODAY).value for r in given] == ["1", "3", "5", ""]
    assert len(table_on("seats", TODAY)[0].rows) == 1


@pytest.mark.parametrize(("rows", "refusal"), [([], operations.NoRows), ([("x >= 1", "1")], Unreadable)])
def test_a_table_that_cannot_be_used_is_not_saved(rows, refusal):
    table = operations.add_table(code="seats", title="委员名额", vocabulary="organisation", **BY)
    with pytest.raises(refusal):
        operations.save_table(table=table, rows=rows, valid_from=TODAY, source=LAW, **BY)


def test_a_source_is_marked_as_compared():
    made = rule()
    operations.verify_source(version=made.versions.get(), **BY)
    assert rule_on("union.own", TODAY).is_verified


def test_every_write_leaves_one_entry_whose_act_has_a_text():
    parameter()
    made = rule()
    operations.put_in_force(
        version=operations.save_rule(rule=made, text="women >= 1", valid_from=TODAY, source=LAW, **BY), **BY
    )
    acts = list(Entry.objects.order_by("id").values_list("act", flat=True))
    assert acts == [
        "rules.parameter.added",
        "rules.parameter.set",
        "rules.rule.added",
        "rules.rule.saved",
        "rules.rule.saved",
        "rules.rule.put_in_force",
    ]
    assert set(acts) <= set(ACTS)


def test_many_rules_cost_as_many_queries_as_one(django_assert_num_queries):
    for number in range(4):
        rule(code=f"r{number}")
    for codes in (["r0"], ["r0", "r1", "r2", "r3"]):
        with django_assert_num_queries(3):
            assert len(rules_on(codes, TODAY)) == len(codes)
