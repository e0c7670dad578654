"""`lianxin-methods rules`: one line of JSON, stable exit codes; and the SQL of every engine, word for word."""

import json
from pathlib import Path

import pytest
from tools import rule_cases as cases

from lianxin_methods.cli import main
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.sql import to_sql
from lianxin_methods.rules.vocabulary import DIALECTS

GOLDEN = Path(__file__).parent / "golden_rule_sql.json"
WORDS = {
    "code": "person",
    "names": [
        {"code": "born_on", "type": "date"},
        {"code": "age", "type": "int", "zh": "年龄", "derived": {"kind": "years_since", "of": "born_on"}},
        {"code": "work_form", "type": "enum", "options": [{"code": "rider", "zh": "骑手"}]},
    ],
}


@pytest.fixture
def words(tmp_path):
    file = tmp_path / "words.json"
    file.write_text(json.dumps(WORDS))
    return str(file)


def call(capsys, *argv):
    code = main(["rules", *argv, "--format", "json"])
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return code, json.loads(out)


def test_a_rule_is_checked_and_said_in_words(capsys, words):
    code, found = call(capsys, "check", "18<=age", "--vocabulary", words)
    assert (code, found["canonical"], found["zh"], found["names"]) == (0, "age >= 18", "年龄不少于 18", ["age"])


def test_a_faulty_rule_is_answered_with_its_place_and_exit_code_1(capsys, words):
    code, found = call(capsys, "check", "agee >= 18", "--vocabulary", words)
    assert (code, found["ok"], found["fault"]["column"], found["fault"]["end_column"]) == (1, False, 0, 4)


def test_a_record_is_explained_clause_by_clause(capsys, words):
    argv = ["explain", "age >= param('adult') and work_form == 'rider'", "--vocabulary", words, "--on", "2026-03-04"]
    code, found = call(capsys, *argv, "--params", '{"adult": 18}', "--record", '{"born_on": "2008-03-05"}')
    assert (code, found["outcome"], found["on"]) == (0, "no", "2026-03-04")
    assert [c["outcome"] for c in found["clauses"]] == ["no", "no", "ask"]


def test_sql_is_written_for_an_engine(capsys, words):
    argv = ["sql", "age >= 18", "--vocabulary", words, "--on", "2026-03-04"]
    assert call(capsys, *argv, "--dialect", "sqlite")[1]["sql"] == "\"born_on\" <= '2008-03-04'"


def test_text_output_is_for_reading(capsys, words):
    argv = ["explain", "age >= 18", "--vocabulary", words, "--on", "2026-03-04", "--record", "{}"]
    assert main(["rules", *argv]) == 0
    assert capsys.readouterr().out == "ask\nask * 年龄不少于 18 不清楚\n"


@pytest.mark.parametrize("record", ['{"born_on": 3}', '{"work_form": 1}'])
def test_a_record_that_cannot_be_read_is_a_fault_of_the_call(capsys, words, record):
    text = "age >= 18 or work_form == 'rider'"
    assert main(["rules", "explain", text, "--vocabulary", words, "--record", record]) == 2
    assert capsys.readouterr().err


def test_a_vocabulary_that_cannot_be_read_is_a_fault_of_the_call(capsys, tmp_path):
    assert main(["rules", "check", "a", "--vocabulary", str(tmp_path / "none.json")]) == 2
    assert "not a vocabulary" in capsys.readouterr().err


RULES = [
    "not (children >= 2) and is_member",
    "street == \"it's \\\\ 'x'\" or note is None",
    "income <= 0.1 and single is not None",
    "18 <= age < 60 and work_form in ('courier', 'rider')",
    "months_known == 6 or days_known != 30",
    "age in (18, 19) and last_helped < date('2026-03-01')",
]


def test_the_sql_of_every_engine_is_as_it_was():
    found = {
        text: {d: to_sql(parse(text, cases.VOCABULARY), cases.VOCABULARY, day=cases.DAY, dialect=d) for d in DIALECTS}
        for text in RULES
    }
    assert found == json.loads(GOLDEN.read_text("utf-8"))
