"""The 21 practices of the case study, and the page that says which tests prove each.

`write` makes docs/guide/case-study.md from the outcomes of the last test run; `check` fails where the page says
something else. A test names what it proves with `@pytest.mark.practice(1, 3)`.
"""

import json
import sys
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


def page(outcomes: dict[str, dict[str, str]]) -> str:
    """The page for `{practice number: {test: outcome}}`."""
    lines = [
        "# The case study, practice by practice",
        "",
        "Made by `python tools/practices.py write` from the last test run. A practice counts as working when every",
        "test that names it passes; until then it reads *not yet*.",
        "",
        "| # | practice | proved by |",
        "| --- | --- | --- |",
    ]
    for number, title in PRACTICES.items():
        tests = outcomes.get(str(number), {})
        proved = tests and all(outcome == "passed" for outcome in tests.values())
        names = "<br>".join(f"`{test}`" for test in sorted(tests)) if proved else "*not yet*"
        lines.append(f"| {number} | {title} | {names} |")
    return "\n".join(lines) + "\n"


def main(mode: str) -> int:
    """Write the page or check it against the last run."""
    wanted = page(json.loads(OUTCOMES.read_text()) if OUTCOMES.exists() else {})
    if mode == "write":
        PAGE.write_text(wanted)
        return 0
    if PAGE.read_text() == wanted:
        return 0
    sys.stderr.write("docs/guide/case-study.md does not match the tests: run python tools/practices.py write\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
