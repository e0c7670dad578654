"""Which kind a message is: learned from the organisation's own closed messages, proposed to a person who decides.

A linear machine over runs of characters (`grams`, `margins`), a chance that the proposal is right and the right to say
"not sure" (`surety`), and the words that decided. Nothing about the sender is read. docs/method/text.md.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from .grams import SCALES, THREADS, Floats, Lexicon, Rows, learn_lexicon
from .likeness import folds, near_copies
from .margins import TOLERANCE, Machine, fit
from .scores import accuracy, macro_f1, top_two
from .surety import ASKED, Surety, learn_surety, share_at

METHOD = "text.classify/1"
LARGEST_BYTES = 20_000_000
FEWEST_MESSAGES = 20
FOLDS = 5
MOST_RUNS = 300_000
FOLD_TOLERANCE = 0.3
"""The machines of the folds only say how sure the other may be: they may stop sooner."""
LIMITS = (
    "Learned from messages of one organisation and one time; others write of other things.",
    "The kind is the view of those who closed the message, not of those who wrote it.",
    "A kind with few messages is seldom proposed; see the messages and the score of each kind.",
    "A message of several matters gets one kind; the second proposal may be the other.",
    "The chance holds for messages like those learned from; it is not a judgement of urgency or of the person.",
)


class TooFewMessages(ValueError):
    """Not enough closed messages to learn from."""


class NotAModel(ValueError):
    """A file that is no model of this method."""


@dataclass(frozen=True)
class Proposal:
    """What the machine proposes for a message; `chance` that `kind` is right; `second` is the next best."""

    kind: str
    second: str
    chance: float
    is_sure: bool


@dataclass(frozen=True)
class Reason:
    """A run of characters of the message, where it stands, and what it adds to the lead of the kind over the next."""

    words: str
    start: int
    weight: float


@dataclass(frozen=True)
class Model:
    """What was learned: kinds in order, the lexicon, the machine, the surety and the card (data, score, limits)."""

    kinds: tuple[str, ...]
    lexicon: Lexicon
    machine: Machine
    surety: Surety
    card: dict[str, Any]

    @property
    def version(self) -> str:
        return str(self.card["version"])

    def scores(self, texts: Sequence[str]) -> Floats:
        """How far each message lies on the side of each kind; float32 (n, k)."""
        return self.machine.scores(self.lexicon.rows(texts))

    def propose(self, texts: Sequence[str]) -> list[Proposal]:
        """The kind of each message, the next best, and whether the machine is sure."""
        if not texts:
            return []
        scores = self.scores(texts)
        order = np.argsort(-scores, axis=1)[:, :2].tolist()
        chances = self.surety.chances(scores).tolist()
        kinds, from_ = self.kinds, self.surety.threshold
        return [Proposal(kinds[o[0]], kinds[o[1]], c, c >= from_) for o, c in zip(order, chances, strict=True)]

    def why(self, text: str, most: int = 5) -> list[Reason]:
        """The words that decided: what adds most to the lead of the best kind over the next, without overlaps."""
        from .reasons import reasons

        scores = self.scores([text])[0]
        best, second = (int(k) for k in np.argsort(-scores)[:2])
        lead = self.machine.weights[:, best] - self.machine.weights[:, second]
        return [Reason(text[a:b], a, w) for a, b, w in reasons(text, self.lexicon, lead, most)]

    def save(self, path: Path) -> None:
        """Writes the model file, at most 20 MB: arrays and the card, nothing that can be run."""
        meta = {"kinds": self.kinds, "threshold": self.surety.threshold, "rounds": self.machine.rounds}
        text = json.dumps({**meta, "card": self.card}, ensure_ascii=False)
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                meta=np.frombuffer(text.encode(), np.uint8),
                keys=self.lexicon.keys,
                idf=self.lexicon.idf.astype(np.float16),
                weights=self.machine.weights.astype(np.float16),
                bias=self.machine.bias,
                effects=self.surety.effects,
            )


def load(path: Path) -> Model:
    """Reads a model file. Raises NotAModel."""
    try:
        with np.load(path, allow_pickle=False) as data:
            meta = json.loads(bytes(data["meta"]))
            if meta["card"]["method"] != METHOD:
                raise NotAModel(f"{path}: made by {meta['card']['method']}, this is {METHOD}")
            lexicon = Lexicon.of(data["keys"], data["idf"].astype(np.float32))
            machine = Machine(data["weights"].astype(np.float32), data["bias"], meta["rounds"])
            surety = Surety(data["effects"], meta["threshold"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise error if isinstance(error, NotAModel) else NotAModel(f"{path}: not a model of {METHOD} ({error})")
    return Model(tuple(meta["kinds"]), lexicon, machine, surety, meta["card"])


def train(texts: Sequence[str], labels: Sequence[str], *, asked: float = ASKED) -> Model:
    """Learns the kinds from closed messages, and from five folds of them how sure it may be.

    Near-copies stay in one fold, or the machine would be tested on what it has learned by heart.
    Raises TooFewMessages.
    """
    start = time.perf_counter()
    kinds = tuple(sorted(set(labels)))
    if len(texts) != len(labels) or len(texts) < FEWEST_MESSAGES or len(kinds) < 2:
        raise TooFewMessages(f"{len(texts)} messages of {len(kinds)} kinds; {FEWEST_MESSAGES} of 2 kinds are needed")
    kind = np.searchsorted(np.array(kinds), np.array(labels)).astype(np.int64)
    groups = near_copies(texts)
    most = min(MOST_RUNS, LARGEST_BYTES * 9 // 10 // (10 + 2 * len(kinds)))
    lexicon = _stored(learn_lexicon(texts, most))
    rows = lexicon.rows(texts)
    machine, unseen = _machine_and_unseen(rows, kind, len(kinds), len(lexicon.keys), folds(groups, FOLDS))
    surety = learn_surety(unseen, kind, asked)
    card = _card(kinds, kind, unseen, surety, asked)
    card["data"]["near_copies"] = int((groups != np.arange(len(groups))).sum())
    card["version"] = _version(lexicon, machine, surety)
    card["seconds"] = round(time.perf_counter() - start, 2)
    return Model(kinds, lexicon, machine, surety, card)


def _machine_and_unseen(
    rows: Rows, kind: NDArray[np.int64], kinds: int, features: int, fold: NDArray[np.int64]
) -> tuple[Machine, Floats]:
    """The machine of all messages, and scores of each by a machine that had not seen its fold; two at a time."""
    unseen = np.zeros((len(kind), kinds), np.float32)

    def one(held_out: int) -> Machine:
        which = np.flatnonzero(fold != held_out)
        tolerance = FOLD_TOLERANCE if held_out >= 0 else TOLERANCE
        machine = fit(rows, which, kind[which], kinds, features, tolerance)
        if held_out >= 0:
            mine = np.flatnonzero(fold == held_out)
            unseen[mine] = machine.scores(rows.of(mine))
        return machine

    with ThreadPoolExecutor(THREADS) as pool:
        machines = list(pool.map(one, range(-1, FOLDS)))
    machine = machines[0]
    return replace(machine, weights=machine.weights.astype(np.float16).astype(np.float32)), unseen


def _stored(lexicon: Lexicon) -> Lexicon:
    """As it will be read from the file, so that a model speaks alike before and after."""
    return replace(lexicon, idf=lexicon.idf.astype(np.float16).astype(np.float32))


def _card(
    kinds: tuple[str, ...], kind: NDArray[np.int64], unseen: Floats, surety: Surety, asked: float
) -> dict[str, Any]:
    best = unseen.argmax(axis=1)
    right = (best == kind).astype(np.float64)
    chance = surety.chances(unseen)
    sure = chance >= surety.threshold
    counts = Counter(kind.tolist())
    each = {
        name: {"messages": counts[k], "f1": round(macro_f1(kind == k, best == k, only=True), 3)}
        for k, name in enumerate(kinds)
    }
    return {
        "method": METHOD,
        "data": {"messages": len(kind), "kinds": each},
        "score": {
            "measured_on": f"{FOLDS} folds, near-copies kept in one",
            "macro_f1": round(macro_f1(kind, best), 4),
            "accuracy": round(accuracy(kind, best), 4),
            "top_two": round(top_two(kind, unseen), 4),
            "asked_of_the_sure": asked,
            "sure_share": round(float(sure.mean()), 4),
            "sure_accuracy": round(float(right[sure].mean()), 4) if sure.any() else None,
            f"share_at_{asked}": round(share_at(chance, right, asked), 4),
        },
        "views": [round(float(s), 3) for s in SCALES],
        "limits": list(LIMITS),
    }


def _version(lexicon: Lexicon, machine: Machine, surety: Surety) -> str:
    digest = hashlib.sha256()
    for part in (lexicon.keys, lexicon.idf, machine.weights, machine.bias, surety.effects):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()[:12]
