"""One rule says the same of one record on every engine. The full count of must 4 is in tools/prove/rules.py."""

import random

import pytest
from django.db import connection
from tools import rule_cases as cases

from lianxin_methods.rules.nodes import from_json, to_json
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.text import canonical

pytestmark = pytest.mark.django_db
RULES, RECORDS = 150, 120


def run(sql, values=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def test_the_database_duckdb_and_the_evaluator_agree_on_generated_rules_with_missing_values():
    source = random.Random(20260304)
    records = [cases.record(source) for _ in range(RECORDS)]
    dialect = "postgres" if connection.vendor == "postgresql" else "sqlite"
    duck = cases.duckdb_engine()
    cases.fill(run, dialect, records, "%s")
    cases.fill(duck, "duckdb", records, "?")
    seen = set()
    for _ in range(RULES):
        rule = cases.rule(source)
        day = source.choice(cases.EVALUATED_ON)
        expected = cases.outcomes(rule, records, day)
        assert cases.ask(run, dialect, rule, day) == expected, (canonical(rule), day)
        assert cases.ask(duck, "duckdb", rule, day) == expected, (canonical(rule), day)
        seen |= set(expected)
    assert seen == {True, False, None}


def test_every_generated_rule_comes_back_from_its_text_and_from_its_json():
    source = random.Random(7)
    for _ in range(300):
        rule = cases.rule(source)
        assert parse(canonical(rule), cases.VOCABULARY) == rule
        assert from_json(to_json(rule), cases.VOCABULARY) == rule
