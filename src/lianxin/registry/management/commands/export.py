"""`lianxin export organisations`: every organisation of a day as a table, from the machine itself."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from lianxin.kit.clock import today
from lianxin.kit.dated import DatedSet
from lianxin.kit.scope import Reach, Scope
from lianxin.kit.tables_out import FORMATS, write_csv, write_xlsx
from lianxin.places.models import AreaSpan
from lianxin.registry.queries.export import header, table
from lianxin.registry.queries.organisations import OrganisationFilter, line_names


class Command(BaseCommand):
    help = "Write a table of all organisations with address, place and codes of the place to a file or standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["organisations"])
        parser.add_argument("--format", choices=sorted(FORMATS), default="csv")
        parser.add_argument("--on", type=date.fromisoformat, help="the day shown, YYYY-MM-DD; today unless given")
        parser.add_argument("--area", help="code of an area; everything below it")
        parser.add_argument("--out", type=Path, help="file to write; standard output unless given")
        parser.add_argument("--language", default="zh-hans", help="of the column names")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["on"] or today()
        scope = everywhere(day, options["area"])
        if scope.is_empty:
            raise CommandError(f"No area {options['area']} on {day}.", returncode=1)
        with translation.override(options["language"]):
            lines = line_names()
            names, rows = header(lines), table(OrganisationFilter(day), scope, lines)
            write = write_csv if options["format"] == "csv" else write_xlsx
            if options["out"]:
                with options["out"].open("wb") as target:
                    count = write(target, names, rows)
            else:
                count = write(sys.stdout.buffer, names, rows)
        self.stderr.write(f"{count} organisations")


def everywhere(day: date, area: str | None) -> Scope:
    """All roots of the area trees on the day, or one area."""
    spans: DatedSet[AreaSpan] = AreaSpan.objects.on(day)
    chosen = spans.filter(area__code=area) if area else spans.filter(parent=None)
    return Scope(day, tuple(Reach("area", path=path) for path in chosen.values_list("path", flat=True)))
