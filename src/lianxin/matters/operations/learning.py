"""Learning from closed matters, and the model that proposes now."""

import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kit.actor import Actor
from lianxin.kit.refusals import Refused
from lianxin.trail.operations import record
from lianxin_methods.text import classify
from lianxin_methods.text.tables import message_texts, read_table

from ..models import TextModel, Words
from ..models.core import OPEN_LEVELS
from ..needs import NEEDS
from ..seed_words import guess_kind, guess_need, outside

KEPT = 5
"""Versions whose arrays are kept."""
FEWEST = 40
"""Closed matters below which nothing is learned: words that are known beforehand do better."""
MOST = 100_000
"""The newest so many are learned from."""


class NothingToLearn(Refused):
    text = _("Too little is closed to learn from: %(messages)s messages of %(kinds)s categories. Known words propose.")


class NotATrainingFile(Refused):
    text = _("The training file cannot be used: %(fault)s")


def examples(target: str) -> tuple[list[str], list[str]]:
    """Texts of closed matters of C0 to C2, and what a person decided; the newest last, so that runs are alike."""
    wanted = "need" if target == "need" else "code"
    rows = Words.objects.filter(matter__is_open=False, matter__level__in=OPEN_LEVELS, matter__merged_into=None)
    rows = rows.exclude(text="").exclude(matter__need="").filter(matter__suggestion__decided_at__isnull=False)
    found = list(rows.order_by("-matter").values_list("text", f"matter__{wanted}")[:MOST])[::-1]
    return [text for text, _label in found], [str(label) for _text, label in found]


def read_seed(file: Path, target: str = "need") -> tuple[list[str], list[str]]:
    """Texts and labels of a CSV with the columns text (or tokens) and label. Raises NotATrainingFile."""
    known = {*NEEDS, *outside()} if target == "need" else None
    by_name = {found["zh"]: code for code, found in outside().items()}
    try:
        rows = read_table(file)
        column = "text" if rows and "text" in rows[0] else "tokens"
        texts, labels = message_texts(rows, column), [row["label"] for row in rows]
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise NotATrainingFile(fault=error) from error
    labels = [by_name.get(label, label) for label in labels]
    if known and (strange := sorted({*labels} - known)):
        raise NotATrainingFile(fault=", ".join(strange[:5]))
    return texts, labels


def retrain(
    *, target: str, actor: Actor, at: datetime, seed: tuple[list[str], list[str]] = ([], [])
) -> TextModel | None:
    """Learn anew; None where nothing changed. The new version proposes if it is right at least as often as the words
    known beforehand, on messages it had not seen. Raises NothingToLearn.

    Learning takes seconds and holds no lock; only the end is written in one transaction.
    """
    texts, labels = examples(target)
    learned = seed[0] + texts, seed[1] + labels
    kinds = {*learned[1]}
    if len(learned[0]) < FEWEST or len(kinds) < 2:
        raise NothingToLearn(messages=len(learned[0]), kinds=len(kinds))
    model = classify.train(*learned)
    content = _saved(model)
    card = _card(model, target, learned, len(seed[0]), at)
    return keep(target=target, model=model, content=content, card=card, actor=actor, at=at)


@transaction.atomic
def keep(
    *, target: str, model: classify.Model, content: bytes, card: dict[str, Any], actor: Actor, at: datetime
) -> TextModel | None:
    """Store a version, let it propose if it may, forget the arrays of old ones. None for one that is there already."""
    if TextModel.objects.filter(target=target, version=model.version).exists():
        return None
    if card["proposes"]:
        TextModel.objects.filter(target=target, is_active=True).update(is_active=False)
    made = TextModel.objects.create(
        target=target,
        version=model.version,
        trained_at=at,
        messages=card["data"]["messages"],
        content=content,
        bytes=len(content),
        card=card,
        is_active=card["proposes"],
    )
    old = TextModel.objects.filter(target=target, is_active=False).order_by("-pk").values_list("pk", flat=True)
    TextModel.objects.filter(pk__in=list(old[KEPT:])).update(content=b"", bytes=0)
    record("matters.text.trained", made, actor=actor, at=at, target=target, messages=made.messages)
    return made


def _card(
    model: classify.Model, target: str, learned: tuple[Sequence[str], Sequence[str]], seeded: int, at: datetime
) -> dict[str, Any]:
    """The method's card, with where the messages came from and the score of the known words beside it."""
    guess = guess_need if target == "need" else guess_kind
    right = sum(guess(text).code == label for text, label in zip(*learned, strict=True))
    words = round(right / len(learned[0]), 4)
    sources = {"closed_here": len(learned[0]) - seeded, "training_file": seeded, "learned_at": at.isoformat()}
    card = {**model.card, "target": target, "sources": sources, "accuracy_of_known_words": words}
    return card | {"proposes": card["score"]["accuracy"] >= words}


def _saved(model: classify.Model) -> bytes:
    handle, name = tempfile.mkstemp(suffix=".npz")
    os.close(handle)
    path = Path(name)
    try:
        model.save(path)
        return path.read_bytes()
    finally:
        path.unlink()


def active(target: str) -> tuple[int, classify.Model] | None:
    """The model that proposes now, with its id; None before anything was learned. One query, kept in memory."""
    pk = TextModel.objects.filter(target=target, is_active=True).values_list("pk", "version").first()
    return (pk[0], _loaded(*pk)) if pk else None


@lru_cache(maxsize=4)
def _loaded(pk: int, _version: str) -> classify.Model:
    content = TextModel.objects.values_list("content", flat=True).get(pk=pk)
    handle, name = tempfile.mkstemp(suffix=".npz")
    os.close(handle)
    path = Path(name)
    try:
        path.write_bytes(bytes(content))
        return classify.load(path)
    finally:
        path.unlink()


def forget_loaded() -> None:
    """Drop what this process keeps; for tests, which use the same numbers again."""
    _loaded.cache_clear()
