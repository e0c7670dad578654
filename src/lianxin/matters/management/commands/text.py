"""`lianxin text train|card`: learn what messages are about, and show the card of what proposes now."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused
from lianxin.matters.models import TextModel
from lianxin.matters.operations import learning

ACTOR = System(label="command")


class Command(BaseCommand):
    help = "Learn from closed matters (train), or show data, score and limits of the model that proposes (card)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["train", "card"])
        parser.add_argument("--target", choices=["need", "kind"], default="need")
        parser.add_argument(
            "--seed-file", type=Path, help="CSV with the columns text (or tokens) and label, learned too"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        target = options["target"]
        try:
            answer = self._train(target, options["seed_file"]) if options["what"] == "train" else card_of(target)
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=1) from refusal
        indent = None if options["format"] == "json" else 2
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=indent, sort_keys=True))

    def _train(self, target: str, file: Path | None) -> dict[str, Any]:
        seed = learning.read_seed(file, target) if file else ([], [])
        made = learning.retrain(target=target, actor=ACTOR, at=now(), seed=seed)
        self.stderr.write("a new version" if made else "nothing changed")
        return card_of(target)


def card_of(target: str) -> dict[str, Any]:
    """The card of the model that proposes; before there is one, what proposes instead."""
    found = TextModel.objects.filter(target=target, is_active=True).first()
    if found is None:
        return {
            "target": target,
            "proposes": "known words",
            "versions": TextModel.objects.filter(target=target).count(),
        }
    return {**found.card, "bytes": found.bytes, "version": found.version}
