"""`lianxin figures INDICATOR`: recompute a figure, with no server running."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.figures import snapshots
from lianxin.figures.exports import as_csv, as_text, nested
from lianxin.figures.queries import area_by_code, coverage_table, top_areas
from lianxin.kit.clock import now, today
from lianxin.kit.refusals import Refused


class Command(BaseCommand):
    help = "An indicator for an area and everything below it, from a snapshot that is taken now if the last is stale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("indicator", help="such as establishment_rate")
        parser.add_argument("--area", default="", help="code of the area, or s123 for a site; the top where left out")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="the day, such as 2026-03-04; today")
        parser.add_argument("--headcount", type=int, default=None, help="employees from which an employer is in scope")
        parser.add_argument("--months", type=int, default=None, help="months since opening from which it is in scope")
        parser.add_argument(
            "--param", action="append", default=[], metavar="CODE=NUMBER", help="any other threshold of the indicator"
        )
        parser.add_argument("--format", choices=["json", "csv", "table"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] for name in ("headcount", "months") if options[name] is not None}
        given |= dict(map(_threshold, options["param"]))
        on = options["on"] or today()
        try:
            snapshots.fresh(now())
            code = options["area"]
            area = area_by_code(code, on, None) if code else next(iter(top_areas(on, None)), 0)
            table = coverage_table(
                options["indicator"], area=area, on=on, scope_params=given, actor_scope=None, with_sites=True
            )
        except Refused as refusal:
            if options["format"] == "json":
                self.stdout.write(json.dumps({"refused": refusal.code, "text": refusal.sentence}, ensure_ascii=False))
            raise CommandError(refusal.sentence, returncode=1) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(nested(table), ensure_ascii=False))
        else:
            self.stdout.write(as_csv(table) if options["format"] == "csv" else as_text(table), ending="")


def _threshold(text: str) -> tuple[str, int]:
    code, _, number = text.partition("=")
    if not (number.isascii() and number.isdigit()):
        raise CommandError(f"--param is written CODE=NUMBER, not {text}", returncode=2)
    return code, int(number)
