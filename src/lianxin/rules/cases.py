"""Cases in YAML that an officer can read: given this record on this day, the rule says yes, no or ask.

A file is a list of cases for the rules stored here, or a mapping that brings its own:

    target: organisation
    params: {union.scope_headcount: 25}
    rules: {in_scope: headcount >= param("union.scope_headcount")}
    cases:
      - name: Headcount unknown is asked for, not refused
        on: 2026-03-01
        given: {headcount: null}
        expect: {in_scope: ask}        # yes | no | ask, or the value of a decision table
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from lianxin_methods.rules.decision_table import Table, decide_table
from lianxin_methods.rules.faults import BadRecord, RuleFault
from lianxin_methods.rules.nodes import Node
from lianxin_methods.rules.params import ParamValue
from lianxin_methods.rules.record import explain
from lianxin_methods.rules.vocabulary import Vocabulary

from .catalogue import NoSuchTarget, target_of
from .lookup import NoRuleInForce, Unreadable, read_rule, rules_on, table_on
from .reading import read_yaml


class BadCases(ValueError):
    """A file of cases that cannot be read: which case, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Result:
    """One expectation of one case, and what came out."""

    case: str
    code: str
    on: date
    expected: str
    found: str
    why: str
    """The conditions that settled it, in Chinese."""

    @property
    def is_met(self) -> bool:
        return self.expected == self.found


def run_file(path: Path) -> list[Result]:
    """Every expectation of a file. Raises BadCases."""
    import yaml

    try:
        return list(run_cases(read_yaml(path)))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadCases(f"{path}: {error}")
    except BadCases as error:
        raise BadCases(f"{path}: {error}")


def run_cases(data: Any) -> Iterator[Result]:
    """Every expectation of a list of cases, or of a mapping with its own rules. Raises BadCases."""
    own = data if isinstance(data, dict) else {}
    cases = own.get("cases") if own else data
    if not isinstance(cases, list):
        raise BadCases("expected a list of cases")
    for number, case in enumerate(cases, 1):
        try:
            yield from _run_case(case, own)
        except (KeyError, TypeError, AttributeError) as error:
            raise BadCases(f"case {number}: not a case ({type(error).__name__}: {error})")
        except (RuleFault, BadRecord, Unreadable, NoRuleInForce, NoSuchTarget) as error:
            raise BadCases(f"case {number}: {getattr(error, 'sentence', error)}")


def _run_case(case: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Result]:
    name, on, given = str(case["name"]), case["on"], case["given"] or {}
    if not isinstance(on, date):
        raise TypeError("`on` is not a day")
    for code, expected in case["expect"].items():
        rule, vocabulary = _find(code, on, own)
        unknown = set(given) - set(vocabulary.by_code)
        if unknown:
            raise BadCases(f"{name}: no such name: {', '.join(sorted(unknown))}")
        found, why = _decide(rule, given, _as_given(vocabulary, given), on)
        yield Result(name, code, on, _word(expected), found, why)


def _word(expected: Any) -> str:
    """YAML reads a bare yes and no as true and false."""
    return {True: "yes", False: "no"}.get(expected, str(expected)) if isinstance(expected, bool) else str(expected)


def _find(code: str, on: date, own: Mapping[str, Any]) -> tuple[Node | Table, Vocabulary]:
    if code in own.get("rules", {}):
        vocabulary = target_of(own["target"]).vocabulary()
        params = {c: ParamValue(c, v, date.min) for c, v in own.get("params", {}).items()}
        return read_rule(own["rules"][code], vocabulary, params), vocabulary
    found = rules_on([code], on).get(code)
    return (found.node, found.vocabulary) if found else table_on(code, on)


def _as_given(vocabulary: Vocabulary, given: Mapping[str, Any]) -> Vocabulary:
    """Derived names that a case states itself are taken as stated."""
    names = (replace(n, derived=None) if n.code in given else n for n in vocabulary.names)
    return replace(vocabulary, names=tuple(names))


def _decide(rule: Node | Table, given: Mapping[str, Any], vocabulary: Vocabulary, on: date) -> tuple[str, str]:
    if isinstance(rule, Table):
        decision = decide_table(rule, given, vocabulary, on)
        why = decision.explanation
        return decision.value or decision.outcome, _why(why.clauses) if why else ""
    found = explain(rule, given, vocabulary, on)
    return found.outcome, _why(found.clauses)


def _why(clauses: Any) -> str:
    return "；".join(f"{c.zh}（{c.has_zh}）" for c in clauses if c.decided and c.has_zh)
