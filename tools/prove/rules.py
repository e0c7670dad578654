"""One rule, four answers: generated rules and records on SQLite, PostgreSQL, DuckDB and the evaluator (point 4).

PostgreSQL is taken from LIANXIN_DATABASE_URL, else a server of our own is started with tools/postgres.sh.
"""

import os
import random
import subprocess
import sys
import time
from typing import Any

from tools import rule_cases as cases

from lianxin_methods.rules.faults import RuleFault
from lianxin_methods.rules.nodes import from_json, leaves, to_json
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.record import OUTCOME
from lianxin_methods.rules.text import canonical
from lianxin_methods.rules.vocabulary import Dialect

RULES = int(os.environ.get("RULES", "1000"))
RECORDS = int(os.environ.get("RECORDS", "250"))
SEED = int(os.environ.get("RULES_SEED", "1"))


def main() -> dict[str, Any]:
    """Counts of agreement; a disagreement is shown with its rule and record."""
    url = os.environ.get("LIANXIN_DATABASE_URL", "")
    if not url:
        return _with_postgres()
    source = random.Random(SEED)
    records = [cases.record(source) for _ in range(RECORDS)]
    engines: dict[Dialect, cases.Run] = {
        "sqlite": cases.sqlite_engine(),
        "postgres": cases.postgres_engine(url),
        "duckdb": cases.duckdb_engine(),
    }
    for dialect, run in engines.items():
        cases.fill(run, dialect, records, "%s" if dialect == "postgres" else "?")
    counts = dict.fromkeys(OUTCOME.values(), 0)
    seconds = dict.fromkeys(engines, 0.0)
    faults: list[dict[str, Any]] = []
    size = 0
    for _ in range(RULES):
        rule = cases.rule(source)
        size += len(list(leaves(rule)))
        if parse(canonical(rule), cases.VOCABULARY) != rule or from_json(to_json(rule), cases.VOCABULARY) != rule:
            faults.append({"rule": canonical(rule), "engine": "text or JSON"})
        day = source.choice(cases.EVALUATED_ON)
        expected = cases.outcomes(rule, records, day)
        for truth in expected:
            counts[OUTCOME[truth]] += 1
        for dialect, run in engines.items():
            start = time.perf_counter()
            found = cases.ask(run, dialect, rule, day)
            seconds[dialect] += time.perf_counter() - start
            faults += [
                {
                    "rule": canonical(rule),
                    "day": str(day),
                    "record": str(records[n]),
                    "engine": dialect,
                    "says": f,
                    "expected": e,
                }
                for n, (f, e) in enumerate(zip(found, expected, strict=True))
                if f is not e
            ][:1]
    refused, attempts = _attempts()
    return {
        "rules": RULES,
        "records": RECORDS,
        "answers_compared": RULES * RECORDS * len(engines),
        "conditions_a_rule": round(size / RULES, 1),
        "outcomes": counts,
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "attempts_refused": refused,
        "disagreements": faults[:10],
        "must": {
            "all engines agree on 1,000 rules": not faults and RULES >= 1000 and RECORDS >= 200,
            "at least 40 injection attempts, all refused": refused == attempts >= 40,
        },
    }


def _attempts() -> tuple[int, int]:
    """How many of the attempts in the tests are refused, and how many there are."""
    sys.path[:0] = ["tests/methods", "tests"]
    from test_rule_refusals import ATTEMPTS

    refused = 0
    for text in ATTEMPTS:
        try:
            parse(text, cases.VOCABULARY)
        except RuleFault:
            refused += 1
    return refused, len(ATTEMPTS)


def _with_postgres() -> dict[str, Any]:
    import json

    code = "import json, tools.prove.rules as r; print(json.dumps(r.main(), default=str))"
    found = subprocess.run(
        ["bash", "tools/postgres.sh", sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return dict(json.loads(found.stdout.splitlines()[-1]))
