"""`lianxin-methods rules check|explain|sql`: rules without a database, over a vocabulary in a JSON file."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from .derive import BUILDERS
from .faults import BadRecord, RuleFault
from .nodes import Node, names_in, params_in, to_json
from .params import ParamValue, resolve
from .parse import parse
from .record import explain
from .sql import to_sql
from .text import canonical, sentence
from .vocabulary import DIALECTS, Name, Option, Vocabulary, read_day


def read_vocabulary(data: dict[str, Any]) -> Vocabulary:
    """A vocabulary from JSON: {"code", "zh", "en", "names": [{"code", "type", "zh", "en", ...}]}.

    A derived name says `"derived": {"kind": "years_since", "of": "born_on"}`. Raises ValueError, KeyError, TypeError.
    """
    return Vocabulary(data["code"], data.get("zh", ""), data.get("en", ""), tuple(map(_name, data["names"])))


def _name(data: dict[str, Any]) -> Name:
    given = dict(data)
    options = tuple(Option(o["code"], o.get("zh", o["code"]), o.get("en", o["code"])) for o in given.pop("options", ()))
    derived = given.pop("derived", None)
    made = BUILDERS[derived["kind"]](derived["of"]) if derived else None
    given = {"zh": given["code"], "en": given["code"], **given}
    return Name(options=options, derived=made, **given)


def add_commands(methods: Any) -> None:
    """Puts the commands under the parser of `lianxin-methods`."""
    rules = methods.add_parser("rules", help="check, explain or translate a rule")
    verbs = rules.add_subparsers(dest="verb", required=True)
    for verb, helped in (
        ("check", "say whether the rule can be used, and what it says in words"),
        ("explain", "decide one record, clause by clause"),
        ("sql", "write the rule as SQL"),
    ):
        parser = verbs.add_parser(verb, help=helped)
        parser.set_defaults(run=run)
        parser.add_argument("text", help="the rule")
        parser.add_argument("--vocabulary", type=Path, required=True, help="JSON file with the names")
        parser.add_argument("--params", type=json.loads, default={}, help='JSON: {"union.headcount": 25}')
        parser.add_argument("--on", type=read_day, default=None, help="the day, today where left out")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        if verb == "explain":
            parser.add_argument("--record", type=json.loads, required=True, help='JSON: {"headcount": 30}')
        if verb == "sql":
            parser.add_argument("--dialect", choices=DIALECTS, required=True)


def run(options: argparse.Namespace) -> int:
    """0 if the rule can be used, 1 if it is refused, 2 if the vocabulary or the record cannot be read."""
    day = options.on or date.today()
    try:
        vocabulary = read_vocabulary(json.loads(options.vocabulary.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"{options.vocabulary}: not a vocabulary ({error})\n")
        return 2
    params = {code: ParamValue(code, value, date.min) for code, value in options.params.items()}
    try:
        node = resolve(parse(options.text, vocabulary, params), vocabulary, params)
        found, text = _VERBS[options.verb](node, vocabulary, day, options)
    except RuleFault as fault:
        found, text = {"ok": False, "fault": fault.to_json()}, f"{fault.place.line}:{fault.place.column}: {fault.zh}"
    except BadRecord as error:
        sys.stderr.write(f"{error}\n")
        return 2
    print(json.dumps(found, ensure_ascii=False) if options.format == "json" else text)
    return 0 if found["ok"] else 1


def _check(node: Node, vocabulary: Vocabulary, day: date, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    zh = sentence(node, vocabulary, "zh")
    said = {"canonical": canonical(node), "zh": zh, "en": sentence(node, vocabulary, "en"), "tree": to_json(node)}
    return {"ok": True, **said, "names": names_in(node), "params": params_in(node)}, f"{canonical(node)}\n{zh}"


def _explain(node: Node, vocabulary: Vocabulary, day: date, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    found = explain(node, options.record, vocabulary, day)
    clauses = [
        {"depth": c.depth, "zh": c.zh, "en": c.en, "has": c.has_en, "outcome": c.outcome, "decided": c.decided}
        for c in found.clauses
    ]
    change = {"name": found.change.name, "zh": found.change.zh, "en": found.change.en} if found.change else None
    result = {"ok": True, "outcome": found.outcome, "on": day.isoformat(), "ask": found.ask, "change": change}
    lines = [
        f"{'  ' * c.depth}{c.outcome:4}{'*' if c.decided else ' '} {c.zh} {c.has_zh}".rstrip() for c in found.clauses
    ]
    return {**result, "clauses": clauses}, "\n".join([found.outcome, *lines])


def _sql(node: Node, vocabulary: Vocabulary, day: date, options: argparse.Namespace) -> tuple[dict[str, Any], str]:
    text = to_sql(node, vocabulary, day=day, dialect=options.dialect)
    return {"ok": True, "dialect": options.dialect, "on": day.isoformat(), "sql": text}, text


_VERBS = {"check": _check, "explain": _explain, "sql": _sql}
