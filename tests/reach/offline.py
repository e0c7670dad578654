"""Random interleavings of records made without a connection: the phones run the product's own outbox.js under node,
the register's side runs the product's own rules; between them a network that loses, doubles and reorders."""

import json
import random
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianxin_methods.visits import converge
from lianxin_methods.visits.converge import Differing, Said

ROOT = Path(__file__).resolve().parents[2]
OUTBOX = ROOT / "src/lianxin/reach/static/reach/outbox.js"
NODE = shutil.which("node")
PHONES = ("a one", "a two", "b one")
"""Officer and phone: two phones of one officer, one of another."""
SUBJECTS = ("organisation:1", "organisation:2")
FIELDS = ("headcount", "women")


class Phones:
    """The outboxes, in one node process for any number of runs."""

    def __init__(self) -> None:
        command = [str(NODE), str(Path(__file__).with_name("phones.mjs")), str(OUTBOX)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, op: str, **said: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"op": op, **said}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


@dataclass
class Register:
    """The office: what is on record, what came in, and a log that the rules do not read."""

    facts: dict[str, dict[str, int | None]]
    records: list[dict[str, Any]] = field(default_factory=list)
    differences: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, converge.State] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=lambda: {"a": 0, "b": 0})
    overwritten: list[tuple[int | None, int | None]] = field(default_factory=list)
    """For each number written from a phone: what its writer had seen, and what it replaced."""
    unaccounted: list[str] = field(default_factory=list)
    """Numbers said that were neither written, nor on record already, nor asked about."""

    def build(self) -> None:
        """Nothing more is needed where the register is a dictionary."""

    def edit(self, subject: str, name: str, number: int) -> None:
        self.facts[subject][name] = number

    def answer(self, post: Mapping[str, Any]) -> dict[str, Any]:
        """What the office does with a post, and says to it."""
        officer = post["account"]
        receipts = {item["key"]: {"state": self._take(officer, item)} for item in post["items"]}
        self.rounds[officer] += 1
        mine = [d for d in self.differences.values() if d["officer"] == officer]
        subjects = {i["subject"] for i in post["items"] if "subject" in i} | {d["subject"] for d in mine}
        return {
            "round": self.rounds[officer],
            "receipts": receipts,
            "differences": [{k: d[k] for k in ("record", "field", "said", "found")} for d in mine if not d["chosen"]],
            "facts": {s: dict(self.facts[s]) for s in sorted(subjects)},
        }

    def _take(self, officer: str, item: Mapping[str, Any]) -> str:
        if item["kind"] == "choice":
            return converge.choose(item["chosen"], item["seen"], Answer(self, item))
        counts = [Said(name, c["base"], c["said"]) for name, c in item["counts"].items()]
        return converge.receive(counts, Door(self, officer, item))

    def write(self, subject: str, name: str, seen: int | None, number: int) -> None:
        self.overwritten.append((seen, self.facts[subject][name]))
        self.facts[subject][name] = number


@dataclass
class Door:
    """One record coming in."""

    register: Register
    officer: str
    item: Mapping[str, Any]

    def is_known(self) -> bool:
        return any(r["key"] == self.item["key"] for r in self.register.records)

    def found(self) -> Mapping[str, int | None]:
        return self.register.facts[self.item["subject"]]

    def keep(self, write: Mapping[str, int], differing: Sequence[Differing], *, is_ended: bool) -> None:
        subject = self.item["subject"]
        self.register.records.append(dict(self.item))
        for name, count in self.item["counts"].items():
            is_there = self.register.facts[subject][name] == count["said"]
            if not is_there and name not in write and name not in {d.field for d in differing}:
                self.register.unaccounted.append(f"{self.item['key']}: {name} went nowhere")
        for name, number in write.items():
            self.register.write(subject, name, self.item["counts"][name]["base"], number)
        for d in differing:
            known = {"officer": self.officer, "record": self.item["key"], "subject": subject, "chosen": ""}
            self.register.differences[self.item["key"], d.field] = {
                **known,
                "field": d.field,
                "base": d.base,
                "said": d.said,
                "found": d.found,
            }


@dataclass
class Answer:
    """One choice coming in."""

    register: Register
    item: Mapping[str, Any]

    @property
    def row(self) -> dict[str, Any]:
        return self.register.differences[self.item["record"], self.item["field"]]

    def answered(self) -> converge.State | None:
        return self.register.answers.get(self.item["key"])

    def differing(self) -> Differing:
        return Differing(**{k: self.row[k] for k in ("field", "base", "said", "found", "chosen")})

    def found(self) -> Mapping[str, int | None]:
        return self.register.facts[self.row["subject"]]

    def settle(self, chosen: str, write: int | None) -> None:
        self.row["chosen"] = chosen
        if write is not None:
            self.register.write(self.row["subject"], self.row["field"], self.item["seen"], write)

    def reopen(self, found: int | None) -> None:
        self.row["found"] = found

    def remember(self, state: converge.State) -> None:
        self.register.answers[self.item["key"]] = state


@dataclass
class Story:
    """One interleaving: what people do, and what the network does to it."""

    phones: Phones
    rng: random.Random
    register_of: type["Register"] = Register
    register: Register = field(init=False)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each phone last loaded: counts and the round of that moment."""
    up: list[tuple[str, Any]] = field(default_factory=list)
    down: list[tuple[str, Any]] = field(default_factory=list)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: set[tuple[str, str, int | None]] = field(default_factory=set)
    number: int = 0

    def __post_init__(self) -> None:
        start: list[int | None] = [None, *range(20, 23)]
        self.register = self.register_of({s: {f: self.rng.choice(start) for f in FIELDS} for s in SUBJECTS})
        self.register.build()
        self.phones("reset")
        for phone in PHONES:
            self.load(phone)

    def load(self, phone: str) -> None:
        """The phone opens its list while it is online."""
        facts = {s: dict(v) for s, v in self.register.facts.items()}
        self.pages[phone] = {"round": self.register.rounds[phone[0]], "facts": facts}

    def say(self, phone: str) -> None:
        """An officer notes a visit; the counts are few and close, so that they meet."""
        self.number += 1
        subject, page = self.rng.choice(SUBJECTS), self.pages[phone]
        counts = {f: {"said": self.rng.randrange(20, 24)} for f in self.rng.sample(FIELDS, self.rng.randrange(3))}
        item = {"key": f"k{self.number}", "kind": "visit", "subject": subject, "counts": counts}
        item["written_at"] = "2026-03-04T09:00"
        seen = {f: {"round": page["round"], "value": page["facts"][subject][f]} for f in counts}
        item["counts"] = self.phones("say", phone=phone, item=item, pages=seen)
        self.said[item["key"]] = item

    def edit(self) -> None:
        """A colleague changes the register at a desk."""
        self.register.edit(self.rng.choice(SUBJECTS), self.rng.choice(FIELDS), self.rng.randrange(20, 24))

    def post(self, phone: str) -> None:
        self.up.append((phone, self.phones("batch", phone=phone)))

    def choose(self, phone: str) -> None:
        self.number += 1
        chosen = self.rng.choice(("said", "found"))
        self.phones("choose", phone=phone, key=f"k{self.number}", pick=self.rng.randrange(9), chosen=chosen)

    def deliver(self, queue: list[tuple[str, Any]], *, lose: float = 0.3, double: float = 0.3) -> None:
        """Some message arrives: not the oldest, perhaps not the last time, perhaps not at all."""
        if not queue:
            return
        at = self.rng.randrange(len(queue))
        phone, message = queue[at] if self.rng.random() < double else queue.pop(at)
        if self.rng.random() < lose:
            return
        if queue is self.up:
            self.down.append((phone, self.register.answer(message)))
        else:
            self.read(phone, message)

    def read(self, phone: str, answer: Any) -> None:
        for each in self.phones("receive", phone=phone, answer=answer):
            self.shown.add((each["record"], each["field"], each["found"]))

    def run(self, events: int = 26) -> None:
        steps = [self.say] * 5 + [self.post] * 5 + [self.choose] * 2 + [self.load]
        for _ in range(events):
            draw = self.rng.random()
            if draw < 0.12:
                self.edit()
            elif draw < 0.36:
                self.deliver(self.up)
            elif draw < 0.55:
                self.deliver(self.down)
            else:
                self.rng.choice(steps)(self.rng.choice(PHONES))

    def heal(self) -> None:
        """The connection is back: what still travels arrives in any order, then everybody sends and decides."""
        while self.up or self.down:
            self.deliver(self.rng.choice([q for q in (self.up, self.down) if q]), double=0.2)
        for _ in range(12):
            for phone in PHONES:
                self.read(phone, self.register.answer(self.phones("batch", phone=phone)))
            states = [self.phones("state", phone=phone) for phone in PHONES]
            if not any(s["waiting"] or s["open"] for s in states):
                return
            for phone, state in zip(PHONES, states, strict=True):
                for _each in state["open"]:
                    self.choose(phone)

    def faults(self) -> list[str]:
        """What went wrong; empty for a story that ended well."""
        found = []
        kept = [r["key"] for r in self.register.records]
        if sorted(kept) != sorted(self.said):
            found.append(f"records said {sorted(self.said)}, kept {sorted(kept)}")
        if any(r["counts"] != self.said[r["key"]]["counts"] for r in self.register.records if r["key"] in self.said):
            found.append("a record is not what was said")
        found += [f"{was} was written over by someone who saw {s}" for s, was in self.register.overwritten if s != was]
        unseen = [k for k, d in self.register.differences.items() if (*k, d["found"]) not in self.shown]
        found += [f"the difference {key} was shown to nobody" for key in unseen]
        found += [f"{key} was never decided" for key, d in self.register.differences.items() if not d["chosen"]]
        for phone in PHONES:
            state = self.phones("state", phone=phone)
            if state["waiting"] or state["open"]:
                found.append(f"{phone} has not come to rest")
            if state["round"] > self.register.rounds[phone[0]]:
                found.append(f"{phone} is ahead of the office")
        return found + self.register.unaccounted


@dataclass(frozen=True)
class Seen:
    """What many stories came to."""

    stories: int
    records: int
    differences: int
    again: int
    overtaken: int
    faults: tuple[str, ...]


def tell(count: int, seed: int = 8) -> Seen:
    """Run as many interleavings; each has its own seed, so that one that fails can be told again."""
    phones = Phones()
    records = differences = 0
    states: list[str] = []
    faults: list[str] = []
    for number in range(count):
        story = Story(phones, random.Random(seed * 1_000_003 + number))
        story.run()
        story.heal()
        faults += [f"story {number}: {fault}" for fault in story.faults()]
        records += len(story.register.records)
        differences += len(story.register.differences)
        states += story.register.answers.values()
    phones.close()
    return Seen(count, records, differences, states.count("again"), states.count("overtaken"), tuple(faults))
