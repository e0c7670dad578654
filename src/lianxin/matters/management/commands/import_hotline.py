"""`lianxin import hotline FILE`: the export of a hotline, each ticket once."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused
from lianxin.matters.operations.hotlines import HOTLINES, bring_in_file


class Command(BaseCommand):
    help = "Bring in the export of a hotline (.xlsx or .csv). A second time nothing changes. --format json: one line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--hotline", choices=HOTLINES, default=HOTLINES[0], help="whose ticket numbers they are")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        try:
            made = bring_in_file(
                content=path.read_bytes(),
                file_name=path.name,
                hotline=options["hotline"],
                actor=System(label="command"),
                at=now(),
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        found = {**made.counts, "columns": made.columns, "faults": made.faults}
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(", ".join(f"{name} {value}" for name, value in found.items()))
