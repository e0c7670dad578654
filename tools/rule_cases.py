"""Generated rules and records, and the engines they are tried on: for the tests and for `tools.prove`."""

import math
import random
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from lianxin_methods.rules.derive import days_since, months_since, years_since
from lianxin_methods.rules.nodes import (
    AllOf,
    AnyOf,
    Compare,
    Const,
    Holds,
    Leaf,
    Missing,
    Node,
    Not,
    OneOf,
    checked_leaf,
)
from lianxin_methods.rules.record import read as read_record
from lianxin_methods.rules.record import truth
from lianxin_methods.rules.sql import to_sql
from lianxin_methods.rules.vocabulary import Dialect, Name, Option, Vocabulary

DAY = date(2026, 3, 4)
KINDS = (Option("courier", "快递员", "courier"), Option("rider", "骑手", "rider"), Option("driver", "司机", "driver"))
VOCABULARY = Vocabulary(
    "worker",
    "劳动者",
    "Worker",
    (
        Name("is_member", "bool", "是会员", "is a member"),
        Name("single", "bool", "单亲", "raises children alone", column='Single "Parent'),
        Name("children", "int", "子女数", "number of children"),
        Name("income", "float", "月收入", "monthly income", unit_zh="元", unit_en="yuan"),
        Name("street", "str", "街道", "street", empty_is_missing=True),
        Name("note", "str", "备注", "note"),
        Name("work_form", "enum", "工作形式", "form of work", options=KINDS),
        Name("last_helped", "date", "上次帮扶日期", "last helped on"),
        Name("born_on", "date", "出生日期", "born on"),
        Name("age", "int", "年龄", "age", unit_zh="岁", unit_en="years", derived=years_since("born_on")),
        Name("months_known", "int", "月数", "months", derived=months_since("last_helped")),
        Name("days_known", "int", "天数", "days", derived=days_since("last_helped")),
    ),
)
STORED = tuple(n for n in VOCABULARY.names if n.derived is None)

TEXTS = [
    "福田", "华强北", "Futian", "futian", "FUTIAN", "a", "A", "é", "e\u0301", "ß", "SS", "’",
    "it's", "'", "''", '"', "\\",
    "\\'", "\\\\", "'; DROP TABLE t; --", "%", "%s", "%%", "_", ":a", "?", "$1", "{}", "${x}", "\U0001f600", "null",
    "NULL",
    " a", "a ", " ", "１", "1", "0", "true", "/* */", "--", "`", "\u00a0", "𠮷",
]  # fmt: skip
INTS = [0, 1, -1, 2, 3, 17, 18, 60, 2**31 - 1, 2**31, -(2**31), 2**53, 2**53 + 1, 2**63 - 1, -(2**63 - 1)]
FLOATS = [0.0, -0.0, 0.1, 0.2, 0.3, 0.30000000000000004, 1 / 3, 2580.5, 1e-9, 123456789.12345679, -7.5]
FLOATS += [900719925474099.5, 1.2345678901234567e-8, 99999999999999.98]
DAYS = [DAY + timedelta(n) for n in (-1, 0, 1, -365, -366, -31, -28)] + [
    date(2000, 2, 29), date(2008, 3, 1), date(2008, 3, 4), date(2008, 3, 5), date(2025, 12, 31), date(2026, 1, 31),
    date(1, 1, 1), date(9999, 12, 31),
]  # fmt: skip
EVALUATED_ON = [DAY, date(2026, 3, 31), date(2024, 2, 29), date(2025, 2, 28), date(2026, 1, 31), date(2, 1, 1)]
POOLS: dict[str, list[Any]] = {
    "bool": [True, False],
    "int": INTS,
    "float": FLOATS,
    "str": TEXTS,
    "date": DAYS,
    "enum": ["courier", "rider", "driver"],
}


def _pool(name: Name) -> list[Any]:
    if name.code in ("age", "months_known", "days_known"):
        return [-1, 0, 1, 2, 17, 18, 19, 25, 26, 30, 31, 365, 366, -(2**40), 24000, 10**9]
    if name.type == "str" and name.empty_is_missing:
        return TEXTS
    if name.type == "float":
        return [v for v in FLOATS if not v or 1e-9 <= abs(v) < 1e15]
    return [*TEXTS, ""] if name.type == "str" else POOLS[name.type]


def rule(random_: random.Random, depth: int = 4) -> Node:
    """A random rule, at most so deep."""
    kind = random_.random()
    if depth == 0 or kind < 0.3:
        return checked_leaf(_leaf(random_), VOCABULARY)
    if kind < 0.45:
        return Not(rule(random_, depth - 1))
    parts = tuple(rule(random_, depth - 1) for _ in range(random_.randint(2, 3)))
    return AllOf(parts) if kind < 0.72 else AnyOf(parts)


def _leaf(random_: random.Random) -> Leaf:
    name = random_.choice(VOCABULARY.names)
    pick = random_.random()
    if pick < 0.12:
        return Missing(name.code)
    if name.type == "bool":
        return Holds(name.code)
    pool = _pool(name)
    if pick < 0.35:
        return OneOf(name.code, tuple(Const(random_.choice(pool)) for _ in range(random_.randint(1, 4))))
    ops = ("eq", "ne") if name.type in ("str", "enum") else ("eq", "ne", "lt", "le", "gt", "ge")
    return Compare(name.code, random_.choice(ops), Const(random_.choice(pool)))  # type: ignore[arg-type]


def record(random_: random.Random) -> dict[str, Any]:
    """A random record; about a quarter of its values are missing, some in the ways engines keep them."""
    found: dict[str, Any] = {}
    for name in STORED:
        pool = [*_pool(name), *(["", "gone"] if name.type in ("str", "enum") else [])]
        pool += [math.nan, math.inf, -math.inf, 1e300, 5e-324] if name.type == "float" else []
        found[name.code] = None if random_.random() < 0.25 else random_.choice(pool)
    return found


def outcomes(node: Node, records: Sequence[dict[str, Any]], day: date = DAY) -> list[bool | None]:
    names = [n.code for n in VOCABULARY.names]
    return [truth(node, read_record(r, names, VOCABULARY, day)) for r in records]


TYPES: dict[str, dict[str, str]] = {
    "sqlite": {"bool": "bool", "int": "bigint", "float": "real", "str": "text", "enum": "varchar(20)", "date": "date"},
    "postgres": {
        "bool": "boolean", "int": "bigint", "float": "double precision", "str": "text", "enum": "varchar(20)",
        "date": "date",
    },
    "duckdb": {"bool": "boolean", "int": "bigint", "float": "double", "str": "text", "enum": "text", "date": "date"},
}  # fmt: skip

Run = Callable[[str, Sequence[Any] | None], list[Any]]


def quoted(name: Name) -> str:
    return '"' + name.stored_in.replace('"', '""') + '"'


def fill(run: Run, dialect: Dialect, records: Sequence[dict[str, Any]], mark: str) -> None:
    """Make the table of an engine and put the records in."""
    columns = ", ".join(f"{quoted(n)} {TYPES[dialect][n.type]}" for n in STORED)
    run(f"CREATE TEMPORARY TABLE rule_cases (id integer, {columns})", None)
    marks = ", ".join([mark] * (len(STORED) + 1))
    for number, given in enumerate(records):
        values = [given[n.code] for n in STORED]
        if dialect == "sqlite":
            values = [v.isoformat() if isinstance(v, date) else v for v in values]
        run(f"INSERT INTO rule_cases VALUES ({marks})", [number, *values])


def ask(run: Run, dialect: Dialect, node: Node, day: date = DAY) -> list[bool | None]:
    """What an engine says of every record, in their order."""
    condition = to_sql(node, VOCABULARY, day=day, dialect=dialect)
    rows = run(f"SELECT {condition} FROM rule_cases ORDER BY id", None)
    return [None if value is None else bool(value) for (value,) in rows]


def duckdb_engine() -> Run:
    import duckdb

    connection = duckdb.connect()

    def run(sql: str, values: Sequence[Any] | None) -> list[Any]:
        return connection.execute(sql, values).fetchall()

    return run


def sqlite_engine() -> Run:
    connection = sqlite3.connect(":memory:")

    def run(sql: str, values: Sequence[Any] | None) -> list[Any]:
        return connection.execute(sql, values or ()).fetchall()

    return run


def postgres_engine(url: str) -> Run:
    import psycopg

    connection = psycopg.connect(url)

    def run(sql: str, values: Sequence[Any] | None) -> list[Any]:
        cursor = connection.execute(sql, values)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []

    return run
