"""What the rule language refuses: forty attempts to make a rule do something else, and mistakes with advice."""

import pytest
from tools import rule_cases as cases

from lianxin_methods.rules.faults import RuleFault
from lianxin_methods.rules.nodes import from_json
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.record import decide

V = cases.VOCABULARY

ATTEMPTS = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "eval('1') == children",
    "exec('x = 1')",
    "open('/etc/passwd')",
    "children.__class__ == 1",
    "street.format(children) == 'a'",
    "getattr(street, 'upper')() == 'A'",
    "lambda: True",
    "[x for x in (1, 2)]",
    "{x for x in (1, 2)} == children",
    "(x for x in (1,))",
    "{'a': 1} == children",
    "(children := 5) >= 1",
    "children if is_member else age",
    "children + 1 >= 2",
    "children * 10 ** 9 >= 2",
    "'a' * 1000000000 == street",
    "9 ** 9 ** 9 ** 9 >= children",
    "'a' 'b' == street",
    "f'{children}' == street",
    "f'{__import__(\"os\")}' == street",
    "b'a' == street",
    "r'a' == street",
    '"""a""" == street',
    "children == 0x10",
    "children == 1_000",
    "children == 1j",
    "income == 1e400",
    "income == nan",
    "children == 99999999999999999999999999",
    "children in (*(1, 2), 3)",
    "street in 'abc'",
    "await children",
    "yield children",
    "children == 1; DROP TABLE rule_cases; --",
    "children == 1) OR (1 == 1",
    "1 == 1",
    "True",
    "None",
    "children is 1",
    "street == 'a' -- ' OR 1=1",
    "street == 'a' OR '1'='1'",
    "street == 'a' # and is_member",
    "street == '\x00'",
    "street == 'a\\x00b'",
    "street == '\\ud800'",
    "street == 'a\u202eb'",
    "street == '\\u202e'",
    "street == '\\n'",
    "ｃhildren >= 1",
    "ᵃge >= 1",
    "children >= 1\\\nand is_member",
    "date('2026-03-01', tz='x') <= last_helped",
    "date(*('2026-03-01',)) <= last_helped",
    "date(street) <= last_helped",
    "param('a' + 'b') <= children",
    "param(param('a')) <= children",
    "param('福田') <= children",
    "print('a') is None",
    "children @ age",
    "not " * 900 + "is_member",
    "(" * 150 + "is_member" + ")" * 150,
    "(" * 1900 + "is_member" + ")" * 1900,
    "is_member or " * 300 + "is_member",
    "children in (" + "1, " * 1200 + ")",
    "street == '" + "a" * 5000 + "'",
    "children < age",
    "rowid == 1",
    '"Single" == 1',
    "children >= 1 and",
    "is_member\nis_member",
    "import os",
    "global children",
    "street == ...",
    "children == -True",
    "children == --1",
    "children[0] == 1",
    "street == `id`",
    "street == $1",
    "street LIKE 'a%'",
    "street in (SELECT 1)",
]


@pytest.mark.parametrize("text", ATTEMPTS, ids=range(len(ATTEMPTS)))
def test_an_attempt_to_smuggle_something_in_is_refused_with_a_place_in_both_languages(text):
    with pytest.raises(RuleFault) as caught:
        parse(text, V)
    assert caught.value.zh
    assert caught.value.en


def test_the_list_of_attempts_is_longer_than_promised():
    assert len(set(ATTEMPTS)) >= 40


@pytest.mark.parametrize("text", [t for t in cases.TEXTS if t])
def test_text_in_a_rule_is_data_whatever_it_looks_like(text):
    rule = parse(f"note == {_quoted(text)}", V)
    record = {"note": text}
    assert decide(rule, record, V, cases.DAY) == "yes"
    engine = cases.sqlite_engine()
    cases.fill(engine, "sqlite", [{n.code: record.get(n.code) for n in cases.STORED}], "?")
    assert cases.ask(engine, "sqlite", rule) == [True]


def _quoted(text):
    import json

    return json.dumps(text, ensure_ascii=False)


JSON_ATTEMPTS = [
    None,
    "age >= 18",
    [],
    ["ge"],
    ["ge", "children"],
    ["ge", "children; DROP TABLE t", 1],
    ["ge", "children", 1, 2],
    ["ge", "children", "1"],
    ["ge", "children", None],
    ["ge", "children", [1]],
    ["ge", "children", True],
    ["ge", ["children"], 1],
    ["like", "street", "a%"],
    ["eq", "street", {"sql": "1=1"}],
    ["eq", "last_helped", {"date": "now"}],
    ["eq", "street", "a\x00"],
    ["eq", "street", "\ud800"],
    ["in", "children", []],
    ["in", "children", 1],
    ["not"],
    ["not", ["holds", "is_member"], ["holds", "is_member"]],
    ["all", ["holds", "is_member"]],
    ["holds", "children"],
    ["missing", "__class__"],
    ["all", *[["holds", "is_member"]] * 400],
]


@pytest.mark.parametrize("data", JSON_ATTEMPTS, ids=range(len(JSON_ATTEMPTS)))
def test_json_is_held_to_the_same_list(data):
    with pytest.raises(RuleFault):
        from_json(data, V)


def test_json_nested_without_end_is_refused():
    data = ["holds", "is_member"]
    for _ in range(500):
        data = ["not", data]
    with pytest.raises(RuleFault):
        from_json(data, V)


@pytest.mark.parametrize(
    ("text", "column", "advice"),
    [
        ("childern >= 1", 0, "did you mean 'children'"),
        ("children = 1", 9, "Write =="),
        ("is_member and children >= '1'", 14, "whole number"),
        ("work_form == 'pilot'", 0, '"courier"'),
        ("children >= 18）", 14, "full-width"),
        ("children in (1)", 13, "a single one with a comma"),
        ("children in [1]", 12, "round brackets"),
        ("street == '福田' and age.x", 22, "Attributes"),
        ("street == None", 10, "is None"),
        ("street == ''", 0, "is None"),
        ("date('2026-02-30') > last_helped", 0, "There is no day"),
        ("children >= param('x')", 12, "There is no parameter"),
        ("children", 0, "must be compared"),
        ("street < 'a'", 0, "no order"),
        ("年龄 >= 18", 0, "There is no name"),
    ],
)
def test_a_mistake_is_named_where_it_stands_with_what_to_do(text, column, advice):
    with pytest.raises(RuleFault) as caught:
        parse(text, V, params=())
    assert advice in caught.value.en
    assert (caught.value.place.line, caught.value.place.column) == (1, column)


def test_places_count_characters_on_the_line_they_stand_on():
    with pytest.raises(RuleFault) as caught:
        parse('street == "福田区"\n  and childern >= 1', V)
    assert (caught.value.place.line, caught.value.place.column, caught.value.place.end_column) == (2, 6, 14)


def test_a_rule_over_several_lines_reads_as_one():
    assert parse("is_member\r\n  and\n\n single", V) == parse("is_member and single", V)
