"""The 21 practices of the case study, and the page that says which tests prove each.

A test names what it proves with `@pytest.mark.practice(1, 3)`. `write` makes docs/guide/case-study.md from these marks,
`marks` fails where the page names other tests, and `check` where one of them did not pass in the last whole run.
"""

import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/guide/case-study.md"
OUTCOMES = ROOT / "var/practices.json"
PRACTICES = {
    1: "Dynamic establishment rate: by rule, for any day and area, joint and site-based bodies counted (动态建会率)",
    2: "Full survey of the new organisations: a list, its completeness, who is on no list (三个百分百)",
    3: "Network of any pattern, dated, with what is missing or overdue (1+10+95+N)",
    4: "Standing representatives: electors, elections, mandates, proposals, answers (会员代表常任制)",
    5: "Inspection rounds with joint handling, independent re-check, periodic review (隐患排查)",
    6: "Problems found in oneself: owner, date, evidence, verified by another (问题整改)",
    7: "A channel both ways; the asker confirms (双向通道)",
    8: "Classified research of needs with design, weights and margins (分类需求调研)",
    9: "Blind spots covered, target groups defined, visits planned (盲区覆盖)",
    10: "Groups followed over time, as aggregates (群体追踪)",
    11: "Differing interests brought together (利益整合)",
    12: "Named services: catalogue, eligibility explained, booking, fair places (精准服务)",
    13: "People, money and rooms pooled with others (群团+)",
    14: "One call, a hundred answers (一呼百应)",
    15: "An epidemic: supplies, counselling, disputes, firms back at work (应急与复工)",
    16: "Own media matrix, hot topics answered in time (新媒体矩阵)",
    17: "Role models, lectures, training (宣讲与培训)",
    18: "Online and offline promote each other; open standards both ways (互联网+基层治理)",
    19: "Other actors take part with limited rights (共建共治共享)",
    20: "Trust that an outsider can recompute (公信力)",
    21: "Less office, more people; a practice that others can copy (去四化、强三性)",
}


Proofs = dict[int, dict[str, bool]]
"""Practice -> test -> whether it passed."""


def marked() -> Proofs:
    """What the tests say they prove, read from their source."""
    found: Proofs = defaultdict(dict)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test in ast.walk(ast.parse(path.read_text())):
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                for number in _numbers(test):
                    found[number][f"{path.relative_to(ROOT).as_posix()}::{test.name}"] = True
    return found


def _numbers(test: ast.FunctionDef) -> Iterator[int]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.practice":
            yield from (ast.literal_eval(number) for number in mark.args)


def ran() -> Proofs:
    """What the last run saw; a test with several cases passed when all of them did."""
    found: Proofs = defaultdict(dict)
    for number, tests in (json.loads(OUTCOMES.read_text()) if OUTCOMES.exists() else {}).items():
        for case, outcome in tests.items():
            name = case.split("[")[0]
            found[int(number)][name] = found[int(number)].get(name, True) and outcome == "passed"
    return found


def page(proofs: Proofs) -> str:
    """The page as it reads with these proofs."""
    lines = [
        "# The case study, practice by practice",
        "",
        "Made by `python tools/practices.py write` from the marks of the tests; the whole run of the tests checks that",
        "each of them passed. A practice counts as working when tests name it and all of them pass; until then it",
        "reads *not yet*.",
        "",
        "| # | practice | proved by |",
        "| --- | --- | --- |",
    ]
    for number, title in PRACTICES.items():
        tests = proofs.get(number, {})
        proved = tests and all(tests.values())
        names = "<br>".join(f"`{test}`" for test in sorted(tests)) if proved else "*not yet*"
        lines.append(f"| {number} | {title} | {names} |")
    return "\n".join(lines) + "\n"


def main(mode: str) -> int:
    """Write the page, or check it against the marks or the last run."""
    wanted = page(ran() if mode == "check" else marked())
    if mode == "write":
        PAGE.write_text(wanted)
        return 0
    if PAGE.read_text() == wanted:
        return 0
    said = {
        "marks": "names other tests than are marked: run python tools/practices.py write",
        "check": "names tests that did not pass in this run, or were left out",
    }
    sys.stderr.write(f"docs/guide/case-study.md {said[mode]}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
