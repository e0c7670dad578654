"""`lianxin seed`: an invented district on real subdistricts and communities."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.conf.seed.run import SIZES, is_empty, seed
from lianxin.figures import snapshots
from lianxin.kit import statistics
from lianxin.kit.clock import now, today
from lianxin.kit.refusals import Refused


class Command(BaseCommand):
    help = "Fill an empty installation with plainly invented firms and people on Futian's real communities."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), default="small")
        parser.add_argument("--seed", type=int, default=1, help="the same number gives the same rows")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="the day that counts as today")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where data is held already")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and not is_empty():
            return
        try:
            counts = seed(size=options["size"], number=options["seed"], on=options["on"] or today(), at=now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        statistics.refresh()
        snapshots.write(now())  # so that figures are there with the first page
        if options["format"] == "json":
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{name} {count:,}" for name, count in counts.items()))
