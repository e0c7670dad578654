"""Recounts an election from the file that its result page offers: `python recount.py election.json`.

A second road to the result that shares no code with the product and needs nothing but Python. Says what it found and
whether that is what the file says; ends with 1 where it is not.
"""

import json
import sys
from typing import Any


def recount(data: dict[str, Any]) -> dict[str, Any]:
    """The result, worked out anew from ballots and boxes."""
    seats, eligible = data["seats"], data["eligible"]
    papers, cast = data["boxes"], data["ballots"]
    candidates = list(data["candidates"])
    valid = sum(box["found"] - box["invalid"] for box in papers)
    approvals: dict[str, int] = {}
    for box in papers:
        for key, number in box["approved"].items():
            approvals[key] = approvals.get(key, 0) + number
    for ballot in cast:
        names = set(ballot["approved"])
        if len(names) > seats or names & set(ballot["against"]):
            continue
        valid += 1
        for key in names:
            approvals[key] = approvals.get(key, 0) + 1
    present = len(cast) + sum(box["issued"] for box in papers)
    found = len(cast) + sum(box["found"] for box in papers)
    everybody = list({*candidates, *approvals})
    passed = [key for key in everybody if more_than(approvals.get(key, 0), data["terms"].get("votes"), eligible)]
    elected, tied = [], []
    for key in passed:
        mine = approvals.get(key, 0)
        above = sum(approvals.get(other, 0) > mine for other in passed)
        level = sum(approvals.get(other, 0) == mine for other in passed)
        if above + level <= seats:
            elected.append(key)
        elif above < seats:
            tied.append(key)
    verdict = "tied" if tied else "elected" if len(elected) == seats else "incomplete"
    if any(box["found"] > box["issued"] for box in papers):
        verdict = "too_many_found"
    elif not at_least(present, data["terms"].get("present"), eligible):
        verdict = "too_few"
    return {
        "present": present,
        "found": found,
        "valid": valid,
        "elected": sorted(elected),
        "tied": sorted(tied),
        "verdict": verdict,
        "approvals": {key: approvals.get(key, 0) for key in everybody},
    }


def faults(data: dict[str, Any]) -> list[str]:
    """Where the file contradicts itself or the recount."""
    mine, said = recount(data), data["result"]
    found = [name for name in ("present", "found", "valid", "verdict") if mine[name] != said[name]]
    found += [name for name in ("elected", "tied") if mine[name] != sorted(said[name])]
    found += [f"votes of {line['key']}" for line in said["lines"] if mine["approvals"][line["key"]] != line["approved"]]
    used, receipts = data["codes"]["used"], data["receipts"]
    if len(receipts) != used or len(set(receipts)) != used:
        found.append("receipts")
    if data["ballots"] and len(data["ballots"]) != used:
        found.append("ballots and used codes differ")
    return found


def share(term: dict[str, str] | None) -> tuple[int, int]:
    """A share such as "2/3" as two whole numbers; none is 0."""
    above, _, below = (term or {}).get("share", "0").partition("/")
    return int(above), int(below or 1)


def more_than(number: int, term: dict[str, str] | None, whole: int) -> bool:
    above, below = share(term)
    return number * below > above * whole


def at_least(number: int, term: dict[str, str] | None, whole: int) -> bool:
    above, below = share(term)
    return number * below >= above * whole


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        data = json.load(file)
    mine, wrong = recount(data), faults(data)
    names = [data["candidates"].get(key, key.removeprefix("+")) for key in mine["elected"]]
    print(json.dumps({**mine, "names": names, "contradictions": wrong}, ensure_ascii=False, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
