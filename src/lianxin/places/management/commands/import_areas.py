"""`lianxin import-areas`: a whole scheme of areas from a .csv file."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused
from lianxin.places.loading import load_areas, open_scheme, read_rows


class Command(BaseCommand):
    help = "Load areas from a .csv file with the columns code, name, parent, level and, where known, lon and lat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--scheme", required=True, help="code of the scheme; made if it is not there")
        parser.add_argument("--on", required=True, type=date.fromisoformat, help="first day on which the areas hold")
        parser.add_argument("--name", default="", help="name of a new scheme")
        parser.add_argument("--lies-in", default="", help="what stands above the top areas, such as 广东省深圳市")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = list(read_rows(options["file"]))
            scheme = open_scheme(
                code=options["scheme"],
                name=options["name"] or options["scheme"],
                levels=list(dict.fromkeys(r.level for r in rows)),
                lies_in=options["lies_in"],
            )
            areas = load_areas(scheme=scheme, rows=rows, on=options["on"], actor=System(label="command"), at=now())
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(json.dumps({"areas": areas}) if options["format"] == "json" else f"{areas:,} areas loaded")
