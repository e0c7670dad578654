"""The scope of an indicator is a stored rule: whoever changes the rule changes the figure, from the day it says."""

from datetime import date, timedelta

import pytest

import make
from conftest import NOW, TODAY
from lianxin.figures import snapshots
from lianxin.figures.exports import nested
from lianxin.figures.queries import NotOffered, ScopeUnusable, cells, coverage_table, time_line
from lianxin.rules.models import Parameter, ParameterValue, RuleVersion, StoredRule

pytestmark = pytest.mark.django_db
RATE = "establishment_rate"
SINCE = date(2015, 1, 1)


def parameter(code, *values):
    made = Parameter.objects.create(code=code, title=code, title_en=code)
    for since, until, value in values:
        ParameterValue.objects.create(
            parameter=made, value=value, valid_from=since, valid_until=until, saved_at=NOW, saved_by="样例"
        )


def rule_version(rule, number, text, since, until=None):
    RuleVersion.objects.create(
        rule=rule,
        number=number,
        status="in_force",
        text=text,
        valid_from=since,
        valid_until=until,
        saved_at=NOW,
        saved_by="样例",
    )


@pytest.fixture
def community():
    """30 enterprises of 40 employees, 20 sole traders of 40, 15 enterprises of 12."""
    found = make.area("样例社区", parent=make.area(parent=make.area("样例区")))
    for count, facts in ((30, {}), (20, {"kind": "sole_trader"}), (15, {"headcount": 12})):
        for _ in range(count):
            make.organisation(area=found, **facts)
    snapshots.write(NOW)
    return found


@pytest.fixture
def rule(community):
    parameter("union.scope_headcount", (SINCE, None, 25))
    parameter("union.scope_months", (SINCE, None, 6))
    made = StoredRule.objects.create(code="union.in_scope", title="口径", vocabulary="organisation")
    text = 'kind == "enterprise" and headcount >= param("union.scope_headcount")'
    text += ' and months_open >= param("union.scope_months")'
    rule_version(made, 1, text, SINCE)
    return made


def cell(area, on=TODAY, indicator=RATE, **params):
    return cells(indicator, areas=[area.pk], on=on, scope_params=params, actor_scope=None)[0]


def test_without_a_stored_rule_the_definition_s_own_scope_holds(community):
    found = cell(community)
    assert (found.denominator, found.rule) == (50, None)


def test_the_stored_rule_is_the_scope_and_the_cell_says_which_version_on_which_day(community, rule):
    found = cell(community)
    assert found.denominator == 30
    assert (found.rule.code, found.rule.number, found.rule.day) == ("union.in_scope", 1, TODAY)
    table = coverage_table(RATE, area=community.pk, on=TODAY, actor_scope=None)
    assert nested(table)["source"]["rule"] == {"code": "union.in_scope", "version": 1, "on": "2026-03-04"}


def test_a_changed_rule_changes_the_figure_from_its_day_on_and_no_earlier_day(community, rule):
    assert cell(community).denominator == 30
    RuleVersion.objects.filter(number=1).update(valid_until=TODAY)
    rule_version(rule, 2, 'headcount >= 10 and kind != "sole_trader"', TODAY)
    assert (cell(community).denominator, cell(community).rule.number) == (45, 2)
    yesterday = cell(community, TODAY - timedelta(days=1))
    assert (yesterday.denominator, yesterday.rule.number) == (30, 1)
    line = time_line(RATE, area=community.pk, days=[date(2020, 6, 30), TODAY], actor_scope=None)
    assert [c.denominator for c in line] == [30, 45]


def test_a_changed_parameter_is_the_new_default_and_is_offered(community, rule):
    ParameterValue.objects.filter(parameter__code="union.scope_headcount").update(value=12)
    assert (cell(community).denominator, dict(cell(community).params)["headcount"]) == (45, 12)
    assert cell(community, headcount=25).denominator == 30
    with pytest.raises(NotOffered):
        cell(community, headcount=26)


def test_the_thresholds_of_the_page_take_the_place_of_the_stored_ones(community, rule):
    assert cell(community, headcount=10).denominator == 45
    assert cell(community, headcount=50).denominator == 0
    assert cell(community, months=0, indicator="own_establishment_rate").denominator == 30


def test_a_threshold_that_the_rule_no_longer_names_is_not_offered(community, rule):
    RuleVersion.objects.update(text="headcount >= 10")
    assert dict(cell(community).params) == {}
    assert cell(community, headcount=100).denominator == 65


def test_what_the_definition_always_leaves_out_stays_out(community, rule):
    for _ in range(5):
        make.organisation(area=community, closed_on=TODAY)
        make.organisation(area=community, kind="union")
    RuleVersion.objects.update(text="headcount >= 10")
    snapshots.write(NOW)
    assert cell(community).denominator == 65


def test_a_rule_that_cannot_be_counted_is_refused_in_words(community, rule):
    ParameterValue.objects.filter(parameter__code="union.scope_headcount").delete()
    with pytest.raises(ScopeUnusable) as refusal:
        cell(community)
    assert "union.in_scope" in refusal.value.sentence
