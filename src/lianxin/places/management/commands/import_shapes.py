"""`lianxin import-shapes`: outlines of areas from a GeoJSON file."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.kit.actor import System
from lianxin.kit.clock import now, today
from lianxin.kit.refusals import Refused
from lianxin.places.models import Scheme
from lianxin.places.operations import import_shapes, read_features
from lianxin.places.queries import primary_scheme


class Command(BaseCommand):
    help = "Give areas their outlines from a GeoJSON file, matched by code or name; schematic cells give way to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--datum", required=True, choices=["wgs84", "gcj02", "bd09"])
        parser.add_argument("--scheme", default="", help="code of the scheme; the primary one if left out")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="first day on which they hold")
        parser.add_argument("--source", default="", help="where the outlines come from; shown with the map")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        scheme = Scheme.objects.filter(code=options["scheme"]).first() if options["scheme"] else primary_scheme()
        if scheme is None:
            raise CommandError("There is no such scheme of areas.", returncode=2)
        file: Path = options["file"]
        try:
            done = import_shapes(
                scheme=scheme,
                features=read_features(file.read_text(encoding="utf-8-sig")),
                datum=options["datum"],
                on=options["on"] or today(),
                source=options["source"] or file.name,
                actor=System(label="command"),
                at=now(),
            )
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        if options["format"] == "json":
            unmatched, faults = list(done.unmatched), list(done.faults)
            self.stdout.write(json.dumps({"matched": done.matched, "unmatched": unmatched, "faults": faults}))
        else:
            self.stdout.write(f"{done.matched} outlines taken over, {len(done.unmatched)} not matched")
            sys.stderr.writelines(f"{text}\n" for text in (*done.unmatched, *done.faults))
