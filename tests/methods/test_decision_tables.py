"""Ordered lists of rule -> value: the first hit decides, an unknown before it asks; overlaps and gaps are found."""

import random

from tools import rule_cases as cases

from lianxin_methods.rules.decision_table import Row, Table, check_table, decide_table, table_case
from lianxin_methods.rules.parse import parse

V, DAY = cases.VOCABULARY, cases.DAY


def table(*rows):
    return Table("t", tuple(Row(n, parse(text, V) if text else None, value) for n, (text, value) in enumerate(rows, 1)))


SIZES = table(("children <= 10", "few"), ("children <= 25", "some"), ("children > 25", "many"))


def test_the_first_row_that_holds_decides():
    found = [decide_table(SIZES, {"children": n}, V, DAY) for n in (10, 11, 26)]
    assert [(d.outcome, d.value, d.row) for d in found] == [("yes", "few", 1), ("yes", "some", 2), ("yes", "many", 3)]


def test_an_unknown_before_a_hit_asks():
    rows = table(("is_member", "a"), ("children >= 1", "b"), ("", "c"))
    found = decide_table(rows, {"children": 2}, V, DAY)
    assert (found.outcome, found.row, found.explanation.ask) == ("ask", 1, ("is_member",))
    assert decide_table(rows, {"is_member": False, "children": 0}, V, DAY).value == "c"


def test_where_no_row_holds_there_is_no_value():
    found = decide_table(table(("is_member", "a")), {"is_member": False}, V, DAY)
    assert (found.outcome, found.value, found.row, found.explanation) == ("no", "", 0, None)


def test_overlaps_gaps_and_rows_that_never_decide_are_found_with_an_example():
    found = check_table(SIZES, V)
    assert {(f.kind, f.rows) for f in found.findings} == {("overlap", (1, 2))}
    gap = check_table(table(("children < 10", "a"), ("children > 10", "b")), V)
    assert [(f.kind, dict(f.example)) for f in gap.findings] == [("gap", {"children": 10})]
    never = check_table(table(("children < 10", "a"), ("children < 5", "b"), ("", "c")), V)
    assert ("never", (2,)) in {(f.kind, f.rows) for f in never.findings}
    assert gap.is_exact


def test_a_table_without_fault_is_found_to_be_so():
    rows = table(("work_form == 'rider'", "a"), ("work_form == 'courier'", "b"), ("work_form == 'driver'", "c"))
    assert check_table(rows, V).findings == ()
    floats = table(("income < 0.5", "a"), ("income >= 0.5", "b"))
    assert check_table(floats, V).findings == ()
    text = table(("street == 'a'", "a"), ("street != 'a'", "b"))
    assert check_table(text, V).findings == ()


def test_a_table_with_too_many_cases_says_that_it_was_not_tried_out():
    found = check_table(SIZES, V, at_most=3)
    assert (found.is_exact, found.cases) == (False, 3)


def test_sql_and_the_evaluator_of_one_record_decide_alike():
    source = random.Random(5)
    records = [cases.record(source) for _ in range(60)]
    engine = cases.duckdb_engine()
    cases.fill(engine, "duckdb", records, "?")
    for _ in range(25):
        rows = [Row(n, cases.rule(source, 2), f"v{n}") for n in (1, 2, 3)]
        made = Table("t", (*rows, Row(4, None, "v4")) if source.random() < 0.5 else tuple(rows))
        case = table_case(made, V, day=DAY, dialect="duckdb").sql(dialect="duckdb")
        said = [n for (n,) in engine(f"SELECT {case} FROM rule_cases ORDER BY id", None)]
        expected = [decide_table(made, r, V, DAY) for r in records]
        assert said == [-d.row if d.outcome == "ask" else d.row for d in expected]
