"""Random walks of matters, and their clocks worked out by another road: from the plain data of a kind, segment by
segment, without anything of the product but the table of the calendar. `events` alone speaks its language."""

import copy
import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lianxin.matters.clocks import Entered, Extended

ZONE = ZoneInfo("Asia/Shanghai")
HOLIDAYS = {date(2026, 10, d): False for d in range(1, 8)} | {date(2026, 2, d): False for d in range(16, 21)}
MADE_UP = {date(2026, 10, 10): True, date(2026, 2, 14): True}
TABLE: Mapping[date, bool] = HOLIDAYS | MADE_UP


def walk(content: dict[str, Any], rng: random.Random) -> list[tuple[str, str, datetime]]:
    """("enter", state, at), ("extend", clock, at), and ("agree", day, at) right behind the entering that it goes with,
    in order of time, along the arrows of the plain data."""
    at = datetime(2026, 1, 5, tzinfo=ZONE) + timedelta(minutes=rng.randrange(400_000))
    open_states = {s["code"] for s in content["states"] if not s.get("end")}
    state, taken = content.get("start", content["states"][0]["code"]), dict[str, int]()
    story = [("enter", state, at)]
    for _ in range(rng.randrange(1, 14)):
        at += timedelta(minutes=rng.choice([1, 30, 600, 1440, 3000, 9000, 40_000]) + rng.randrange(700))
        if rng.random() < 0.2:  # on the stroke of midnight
            at = datetime(at.year, at.month, at.day, tzinfo=ZONE) + timedelta(days=1)
        ahead = [s for s in content["steps"] if _leads_from(s, state, open_states, taken)]
        if not ahead:
            break
        if rng.random() < 0.15 and content.get("clocks"):
            story.append(("extend", rng.choice(content["clocks"])["code"], at))
            continue
        step = rng.choice(ahead)
        taken[step["code"]] = taken.get(step["code"], 0) + 1
        state = step["to"]
        story.append(("enter", state, at))
        if "due_on" in _listed(step.get("needs", [])) or rng.random() < 0.1:
            story.append(("agree", (at + timedelta(days=rng.randrange(60))).date().isoformat(), at))
    return story


def in_hours(content: dict[str, Any]) -> dict[str, Any]:
    """The kind with every clock in hours, so that hours with waits are walked as well."""
    changed = copy.deepcopy(content)
    for amount in (a for clock in changed.get("clocks", []) for a in clock["amounts"]):
        amount["number"], amount["unit"] = amount["number"] * 24, "hours"
    return changed


def _leads_from(step: dict[str, Any], state: str, open_states: set[str], taken: dict[str, int]) -> bool:
    sources = open_states if step["from"] == "any open" else _listed(step["from"])
    return state in sources and (not step.get("at_most") or taken.get(step["code"], 0) < step["at_most"])


def _listed(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def expected(content: dict[str, Any], story: list[tuple[str, str, datetime]], area: str) -> dict[str, Any]:
    """clock -> (started, met, due) of its last run; due None while waiting."""
    ends = {s["code"] for s in content["states"] if s.get("end")}
    return {
        clock["code"]: found
        for clock in content.get("clocks", [])
        if (found := _expected_of(clock, story, area, ends)) is not None
    }


def _expected_of(clock: dict[str, Any], story: list[Any], area: str, ends: set[str]) -> Any:
    starts, stops, pauses = (_listed(clock.get(k, [])) for k in ("starts", "stops", "pauses"))
    begun = None
    for index, (what, code, _at) in enumerate(story):  # the last run begins at the first start after the last stop
        if what == "enter" and code in starts and begun is None:
            begun = index
        elif what == "enter" and begun is not None and (code in stops or code in ends):
            following = [i for i in range(index + 1, len(story)) if story[i][0] == "enter" and story[i][1] in starts]
            if not following:
                break
            begun = None
    if begun is None:
        return None
    return _of_run(clock, story[begun:], area, {*stops} | ends, {*pauses})


def _of_run(clock: dict[str, Any], run: list[Any], area: str, stops: set[str], pauses: set[str]) -> Any:
    started, met, extended = run[0][2], None, 0
    agreed = date.fromisoformat(run[1][1]) if len(run) > 1 and run[1][0] == "agree" else None
    segments, running_from = [], run[0][2]
    for what, code, at in run[1:]:
        if what == "agree":
            continue
        if what == "extend":
            extended += code == clock["code"] and extended < clock.get("extends_times", 0)
        elif code in stops:
            met = at
            break
        elif code in pauses and running_from is not None:
            segments.append((running_from, at))
            running_from = None
        elif code not in pauses and running_from is None:
            running_from = at
    if running_from is not None:
        segments.append((running_from, datetime(2100, 1, 1, tzinfo=ZONE)))
    elif met is not None:
        segments.append((met, datetime(2100, 1, 1, tzinfo=ZONE)))
    amount = max(
        (a for a in clock["amounts"] if area.startswith(str(a.get("jurisdiction", "")))),
        key=lambda a: len(str(a.get("jurisdiction", ""))),
    )
    number = amount["number"] + extended * clock.get("extends_by", 0)
    if amount["unit"] == "hours":
        return started, met, _hours(segments, number)
    due = _days(segments, number, amount)
    if agreed and due:
        last = agreed + timedelta(days=1 + extended * clock.get("extends_by", 0))
        agreed_end = datetime(last.year, last.month, last.day, tzinfo=ZONE)
        due = min(due, agreed_end) if amount.get("statutory") else agreed_end
    return started, met, due


def events(story: list[tuple[str, str, datetime]]) -> list[Entered | Extended]:
    """The story as the product is told it."""
    told: list[Entered | Extended] = []
    for what, word, at in story:
        if what == "agree":
            told[-1] = Entered(told[-1].state, at, date.fromisoformat(word))
        else:
            told.append(Entered(word, at) if what == "enter" else Extended(word, at))
    return told


def _hours(segments: list[Any], number: int) -> datetime | None:
    left = timedelta(hours=number)
    for start, end in segments:
        if start + left <= end:
            return start + left
        left -= end - start
    return None


def _days(segments: list[Any], number: int, amount: dict[str, Any]) -> datetime | None:
    counted = (d for s in segments for d in _midnights(*s) if amount["unit"] == "days" or worked(d))
    last = next((d for i, d in enumerate(counted, 1) if i == number), None)
    if last is None:
        return None
    while amount["unit"] == "days" and amount.get("statutory") and not worked(last):
        last += timedelta(days=1)
    return datetime(last.year, last.month, last.day, tzinfo=ZONE) + timedelta(days=1)


def _midnights(start: datetime, end: datetime) -> Iterator[date]:
    day = start.date() + timedelta(days=1)
    while datetime(day.year, day.month, day.day, tzinfo=ZONE) <= end:
        yield day
        day += timedelta(days=1)


def worked(day: date) -> bool:
    return TABLE.get(day, day.weekday() < 5)
