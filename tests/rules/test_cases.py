"""Cases in YAML and rule packs: what an officer can read and run."""

import json
import re
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.rules.cases import BadCases, run_cases, run_file
from lianxin.rules.lookup import rule_on, table_on
from lianxin.rules.models import RuleVersion
from lianxin.rules.packs import BadPack, load_pack, shipped
from lianxin.rules.reading import read_yaml
from lianxin_methods.rules.decision_table import check_table, decide_table
from lianxin_methods.rules.record import decide

pytestmark = pytest.mark.django_db
FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.fixture
def pack():
    for code in ("union", "league", "women"):
        make.line(code)
    return [load_pack(path, actor=SYSTEM, at=NOW) for path in shipped()]


def call(*argv):
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rules", *argv, stdout=out, stderr=err)
    return ended.value.code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_shipped_packs_meet_their_cases(pack, file):
    missed = [result for result in run_file(file) if not result.is_met]
    assert missed == []


def test_every_rule_and_table_has_four_cases_and_one_where_a_value_is_missing(pack):
    results = [result for file in FILES for result in run_file(file)]
    counts = Counter(result.code for result in results)
    asked = {result.code for result in results if result.found == "ask"}
    codes = {row["code"] for path in shipped() for part in ("rules", "tables") for row in read_yaml(path).get(part, ())}
    assert {code for code in codes if counts[code] < 4} == set()
    assert codes - asked == set()


def test_rule_and_table_of_seats_say_the_same(pack):
    """The table is what people read, the rule is what meets the obligation: they agree at every step and around it."""
    pairs = (
        ("union.committee_seats", "union.seats_fit", "committee_seats", 46),
        ("union.committee_seats_2016", "union.seats_2016_fit", "committee_seats", 46),
        ("union.representatives", "union.congress_fits", "representatives", 245),
    )
    steps = sorted({n + d for n in (10, 24, 25, 99, 100, 200, 500, 1000, 5000, 10000, 50000) for d in (0, 1)})
    for code, met, name, most in pairs:
        table, words = table_on(code, TODAY)
        rule = rule_on(met, TODAY)
        for members in steps:
            value = decide_table(table, {"members": members}, words, TODAY).value
            numbers = [int(n) for n in re.findall("[0-9]+", value)]
            if not value.endswith(" 人") or "主席" in value:
                continue
            for seats in range(most):
                said = decide(rule.node, {"members": members, name: seats}, rule.vocabulary, TODAY)
                odd = code != "union.committee_seats" or seats % 2 == 1
                assert said == ("yes" if numbers[0] <= seats <= numbers[-1] and odd else "no"), (code, members, seats)


def test_a_local_pack_overrides_what_is_there_and_only_if_it_says_so(pack, tmp_path):
    entry = """
rules:
  - code: union.women_workers
    title: 本地女职工委员会
    title_en: Local
    target: body
    severity: must
    override: %s
    versions:
      - {valid_from: 2026-01-01, text: women_at_least >= 10, source: 本地条例, article: 第九条, verified: true}
"""
    file = tmp_path / "local.yaml"
    file.write_text(entry % "false")
    assert load_pack(file, actor=SYSTEM, at=NOW)["rules"] == 0
    file.write_text(entry % "true")
    assert load_pack(file, actor=SYSTEM, at=NOW)["rules"] == 1
    assert rule_on("union.women_workers", TODAY).source == "本地条例"
    assert rule_on("union.women_workers", date(2025, 12, 31)).source.startswith("北京市")


def test_a_pack_loaded_twice_adds_nothing(pack):
    assert sum(sum(counts.values()) for counts in pack) > 10
    versions = RuleVersion.objects.count()
    assert set(load_pack(shipped()[0], actor=SYSTEM, at=NOW).values()) == {0}
    assert RuleVersion.objects.count() == versions


def test_what_a_pack_says_carries_its_source(pack):
    rule = rule_on("union.committee", TODAY)
    assert (rule.severity, rule.article, rule.is_verified) == ("must", "第十一条", True)


def test_the_shipped_table_has_neither_gap_nor_row_that_never_decides(pack):
    table, words = table_on("union.committee_seats", TODAY)
    kinds = {finding.kind for finding in check_table(table, words).findings}
    assert kinds == {"overlap"}  # ordered rows overlap by design: the first that holds decides


@pytest.mark.parametrize("text", ["[1]", "rules: [{code: a}]", "parameters: 3", ": {", "{rules: [{}]}"])
def test_a_broken_pack_adds_nothing(tmp_path, text):
    file = tmp_path / "x.yaml"
    file.write_text(text)
    with pytest.raises(BadPack):
        load_pack(file, actor=SYSTEM, at=NOW)


def test_a_case_may_bring_its_own_rules_and_state_derived_names():
    data = {
        "target": "organisation",
        "params": {"size": 25},
        "rules": {"big": "headcount >= param('size') and months_open >= 6"},
        "cases": [
            {"name": "a", "on": TODAY, "given": {"headcount": 25, "months_open": 6}, "expect": {"big": True}},
            {"name": "b", "on": TODAY, "given": {"headcount": 24, "months_open": 6}, "expect": {"big": "yes"}},
        ],
    }
    first, second = run_cases(data)
    assert first.is_met
    assert (second.is_met, second.found, second.why) == (False, "no", "用工人数不少于 25 人（参数 size）（24 人）")


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ({"name": "a"}, "not a case"),
        ({"name": "a", "on": "today", "given": {}, "expect": {"r": "yes"}}, "not a day"),
        ({"name": "a", "on": TODAY, "given": {"x": 1}, "expect": {"r": "yes"}}, "no such name"),
        ({"name": "a", "on": TODAY, "given": {"headcount": "many"}, "expect": {"r": "yes"}}, "is not a whole number"),
        ({"name": "a", "on": TODAY, "given": {}, "expect": {"none": "yes"}}, "none"),
    ],
)
def test_a_case_that_cannot_be_run_says_why(case, reason):
    data = {"target": "organisation", "rules": {"r": "headcount >= 1"}, "cases": [case]}
    with pytest.raises(BadCases, match=reason):
        list(run_cases(data))


def test_the_command_prints_one_line_of_json_and_an_exit_code(pack, tmp_path):
    code, out, _ = call("test", *map(str, FILES), "--format", "json")
    assert (code, json.loads(out)["missed"]) == (0, [])
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("- {name: a, on: 2026-03-01, given: {workers: 3}, expect: {union.full_time_chair: yes}}")
    code, out, _ = call("test", str(wrong), "--format", "json")
    assert (code, json.loads(out)["missed"][0]["found"]) == (1, "no")
    code, out, _ = call("test", str(wrong))
    assert (code, out.splitlines()[-1]) == (1, "0 of 1 met")
    code, _, err = call("test", str(tmp_path / "none.yaml"))
    assert code == 2
    assert err


def test_packs_are_loaded_by_the_command():
    for line in ("union", "league", "women"):
        make.line(line)
    code, out, _ = call("load", "--format", "json")
    assert (code, json.loads(out)["tables"]) == (0, 3)
    assert rule_on("union.in_scope", date(2020, 1, 1)).number == 1
